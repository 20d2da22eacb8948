"""Run the command line: `python -m briefing_tools.cli`."""

from briefing_tools.cli import main

main()
