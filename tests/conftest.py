"""What every test may rely on, and the rule that CI skips nothing."""

import logging
import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
import structlog

_CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Path of the browser; skips the test by name where Debian's chromium is not installed."""
    if not _CHROMIUM.exists():
        pytest.skip(f"{_CHROMIUM} is missing; scripts/system-packages says how to install it")
    return _CHROMIUM


@pytest.fixture(autouse=True)
def logs_are_no_output() -> None:
    """Send logs that nobody has set up to standard error, as the programs do: what they print is read by tests.

    From the defaults, for a program that ran in an earlier test may have set up its own.
    """
    structlog.reset_defaults()
    structlog.configure(logger_factory=lambda *_names: structlog.PrintLogger(sys.stderr))


@pytest.fixture
def logging_as_found() -> Iterator[None]:
    """For tests that set logs up in this process: others get them as they were."""
    root, ours = logging.getLogger(), logging.getLogger("offhook")
    handlers, level, our_level = root.handlers[:], root.level, ours.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    ours.setLevel(our_level)
    structlog.reset_defaults()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        _fail_in_ci(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if report.skipped:
        _fail_in_ci(report)
    return report


def _fail_in_ci(report: pytest.TestReport | pytest.CollectReport) -> None:
    """With CI=true a skip is a failure: CI has everything, so a skip there hides a test for good."""
    if os.environ.get("CI", "").lower() not in {"1", "true"}:
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
    report.outcome = "failed"
    report.longrepr = f"skipped, and with CI=true nothing may be skipped: {reason}"
