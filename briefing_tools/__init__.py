"""Publish live briefings: read, check, merge updates, cite, link, index, pages, editions.

Start with `pipeline.py`; the map is in `README.md` beside this file.
"""

__version__ = "0.1.0"
