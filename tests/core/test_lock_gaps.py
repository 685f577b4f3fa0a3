"""A lock without optional packages of other machines is told from one that is out of step."""

from __future__ import annotations

import json

from deploymend.core.lock_gaps import only_optional_gaps

_LOCK = json.dumps(
    {
        "packages": {
            "": {"dependencies": {"next": "1"}, "devDependencies": {"vite": "7"}},
            "node_modules/next": {
                "optionalDependencies": {"@img/sharp-darwin-arm64": "1"},
                "dependencies": {"react": "1"},
            },
        }
    }
)
_OPTIONAL = "npm error Missing: @img/sharp-darwin-arm64@1.0.0 from lock file"


def test_only_optional_packages_are_missing() -> None:
    """They are named, each once."""
    assert only_optional_gaps(f"{_OPTIONAL}\n{_OPTIONAL}", _LOCK) == ("@img/sharp-darwin-arm64",)


def test_a_required_package_is_missing_too() -> None:
    """Then the lock is out of step."""
    for name in ("react", "vite", "unheard-of"):
        assert only_optional_gaps(f"{_OPTIONAL}\nnpm error Missing: {name}@1.0.0 from lock file", _LOCK) == ()


def test_other_complaints_are_no_gaps() -> None:
    """A wrong version, no complaint at all, a broken lock."""
    assert only_optional_gaps(f"{_OPTIONAL}\nnpm error Invalid: lock file's a@1 does not satisfy a@2", _LOCK) == ()
    assert only_optional_gaps("", _LOCK) == ()
    assert only_optional_gaps(_OPTIONAL, "{ broken") == ()
    assert only_optional_gaps(_OPTIONAL, '{"packages": {"a": 3, "b": {"dependencies": []}}}') == ()
