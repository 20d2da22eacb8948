"""What all tests share: `--accept`, the base project, and a command line that cannot see the real clock."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from casebook import lay_out

settings.register_profile(
    "briefings",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
settings.load_profile("briefings")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--accept", action="store_true", help="take what is seen now for what is expected (look at the changes!)"
    )


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    """Whether expectations are to be rewritten."""
    return bool(request.config.getoption("--accept"))


@pytest.fixture(autouse=True)
def _one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test runs on 24 November 2026 at noon, without colours and outside any CI."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795521600")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A valid project of one briefing: the base of the cases."""
    return lay_out(tmp_path)
