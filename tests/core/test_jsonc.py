"""JSON as people and tools write it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploymend.core.jsonc import as_object, parse_jsonc, parse_object

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1,}', {"a": 1}),
        ('{"a": [1, 2, ], // last\n}', {"a": [1, 2]}),
        ('/* x */ {"a": "// no comment, }"}', {"a": "// no comment, }"}),
        ('{"a": "\\"/*"} // end', {"a": '"/*'}),
        ('\ufeff{"a": 1}', {"a": 1}),
        ('{"a": 1, /* never ends', None),
        ('{"a": "never ends\\', None),
        ("{a: 1}", None),
        ("[" * 100_000, None),
        ("", None),
        ("[1,,]", None),
    ],
)
def test_reads_comments_and_trailing_commas(text: str, value: object) -> None:
    """What tools allow is read; what is broken, or too deep, is None."""
    assert parse_jsonc(text) == value


@given(VALUES)
def test_reads_all_json(value: object) -> None:
    """Every JSON text is its own value, whatever its strings hold."""
    assert parse_jsonc(json.dumps(value)) == value
    assert parse_jsonc(json.dumps([value], indent=1).replace("\n]", ",\n]  // end")) == [value]


@given(st.text())
def test_never_raises(text: str) -> None:
    """Any text gives a value or None."""
    assert isinstance(parse_object(text), dict)


def test_reads_on_without_asking() -> None:
    """What is no object is an empty one."""
    assert as_object([1]) == {}
    assert as_object({"a": 1}) == {"a": 1}
    assert parse_object("[1]") == {}
