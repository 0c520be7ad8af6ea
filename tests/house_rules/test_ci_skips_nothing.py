"""With CI=true a skipped test is a failed one, however it was skipped."""

import pytest

from tests.house_rules.source_tree import TESTS

_SKIPPING = """
    import pytest

    def test_in_the_body():
        pytest.skip("no browser")

    @pytest.mark.skip(reason="not today")
    def test_by_mark():
        pass

    @pytest.mark.xfail(strict=True)
    def test_expected_failure():
        assert False
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeconftest((TESTS / "conftest.py").read_text("utf-8"))
    pytester.makepyfile(test_body=_SKIPPING, test_module='import pytest\npytest.importorskip("no_such_one")\n')
    return pytester


def run(project: pytest.Pytester) -> pytest.RunResult:
    return project.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:asyncio")


def test_on_a_developers_machine_skips_stay_skips(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    run(project).assert_outcomes(skipped=3, xfailed=1)


def test_in_ci_they_fail_with_their_reason(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("PYTEST_ADDOPTS", "--continue-on-collection-errors")
    result = run(project)
    result.assert_outcomes(failed=1, errors=2, xfailed=1)
    result.stdout.fnmatch_lines(["*nothing may be skipped: *no browser*"])
