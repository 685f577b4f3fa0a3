"""Tests are the measure of a repair."""

from collections.abc import Callable

import pytest

TEST = "it('adds', () => { expect(add(1, 1)).toBe(2); });\n"
TEST_PATHS = [
    "src/a.test.ts",
    "src/a.spec.tsx",
    "src/__tests__/a.ts",
    "cypress/support/a.ts",
    "e2e/a.ts",
    "tests/unit/a.ts",
    "packages/web/test/a.js",
]
OTHER_PATHS = ["src/latest.ts", "src/contest/a.ts", "src/testing.ts", "app/tests/page.tsx", "src/pages/e2e/index.tsx"]


@pytest.mark.parametrize("path", TEST_PATHS)
def test_refuses_to_touch_a_test(broken: Callable[..., set[str]], path: str) -> None:
    """An edited or deleted test is refused; a new one is welcome."""
    assert "changed-test" in broken((path, TEST, TEST.replace("2", "3")))
    assert "deleted-test" in broken((path, TEST, None))
    assert broken((path, None, TEST)) == set()


@pytest.mark.parametrize("path", OTHER_PATHS)
def test_knows_what_is_no_test(broken: Callable[..., set[str]], path: str) -> None:
    """A name that only sounds like a test, and a page that is called so, may change."""
    assert broken((path, "const a = 1;\n", "const a = 2;\n")) == set()


@pytest.mark.parametrize("path", ["src/__snapshots__/a.test.ts.snap", "a.snap", "e2e/a.ts-snapshots/home.txt"])
def test_refuses_to_touch_a_snapshot(broken: Callable[..., set[str]], path: str) -> None:
    """Recorded results may be new, never changed or deleted."""
    assert "changed-snapshot" in broken((path, "a", "b"))
    assert "changed-snapshot" in broken((path, "a", None))
    assert broken((path, None, "a")) == set()


@pytest.mark.parametrize(
    "call",
    [
        "it.skip('a', f)",
        "describe.only('a', f)",
        "test.todo('a')",
        "test.describe.fixme('a', f)",
        "it.skip.each([])('a', f)",
        "xit('a', f)",
    ],
)
def test_refuses_to_leave_tests_out(broken: Callable[..., set[str]], call: str) -> None:
    """A new test that is skipped, or that skips the others, is refused."""
    assert "skipped-test" in broken(("src/b.test.ts", None, f"{call};\n"))


@pytest.mark.parametrize(
    "code", ["list.skip(2)", "stream.only(a)", "it.each([1])('a', f)", "const fit = 1; fit + 1", "xit"]
)
def test_lets_other_skips_pass(broken: Callable[..., set[str]], code: str) -> None:
    """The same words where no test runner is meant are no refusal."""
    assert broken(("src/b.test.ts", None, f"{code};\n")) == set()
