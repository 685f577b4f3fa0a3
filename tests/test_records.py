"""Records as JSON: they come back as they were, old rows load, unknown ones say so."""

from __future__ import annotations

import json
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deploymend import records
from deploymend.core.incident import Incident, Outcome
from deploymend.errors import DeploymendError, TransientError
from deploymend.testing.samples import BEGIN, sample_ended, sample_incident

GOLDEN = Path(__file__).parent / "golden" / "records-1.json"

LEAVES: dict[object, st.SearchStrategy[Any]] = {
    str: st.text(max_size=8),
    int: st.integers(-(10**12), 10**12),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    datetime: st.datetimes(timezones=st.just(UTC)),
    type(None): st.none(),
}
DEEPEST = 2
"""Deeper records are drawn with their defaults: an incident holds attempts, which hold proposals, and so on."""


def drawn(hint: Any, depth: int = 0) -> st.SearchStrategy[Any]:
    """Values of a field's type; of a record every field is drawn, also those with defaults."""
    if hint in LEAVES:
        return LEAVES[hint]
    if isinstance(hint, type) and is_dataclass(hint):
        hints = get_type_hints(hint)
        wanted = [f for f in fields(hint) if depth < DEEPEST or (f.default is MISSING and f.default_factory is MISSING)]
        return st.builds(hint, **{f.name: drawn(hints[f.name], depth + 1) for f in wanted})
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    parts = get_args(hint)
    if get_origin(hint) is tuple:
        if parts[-1] is Ellipsis:
            return st.lists(drawn(parts[0], depth), max_size=2).map(tuple)
        return st.tuples(*(drawn(part, depth) for part in parts))
    return st.one_of(*(drawn(part, depth) for part in parts))


@cache
def any_record(name: str) -> st.SearchStrategy[Any]:
    """Records of one type."""
    return drawn(records.RECORDS[name])


@pytest.mark.parametrize("name", sorted(records.RECORDS))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_record_comes_back_as_it_was(name: str, data: st.DataObject) -> None:
    """Whatever its fields hold; the text is ASCII, and names the record."""
    record = data.draw(any_record(name))
    text = records.dumps(record)
    assert records.loads(text) == record
    assert type(records.loads(text)) is records.RECORDS[name]
    assert text.isascii()
    assert json.loads(text)["$"] == name


def test_every_outcome_of_an_action_can_be_stored() -> None:
    """The engine keeps them all."""
    kinds = {kind for kind in get_args(Outcome) if kind is not type(None)}
    assert kinds <= set(records.RECORDS.values())


def test_records_inside_plain_data_come_back_too() -> None:
    """The engine stores lists of an outcome and a time."""
    told = [sample_ended(), BEGIN, None, {"a": [1, 2.5, "ü", True]}]
    assert records.loads(records.dumps(told)) == told


def test_times_keep_their_zone() -> None:
    """Also one that is not UTC."""
    at = datetime(2026, 3, 1, 12, 0, 0, 123, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    assert records.loads(records.dumps(at)) == at
    assert records.loads(records.dumps(at)).utcoffset() == timedelta(hours=5, minutes=30)


def test_half_characters_and_nul_survive() -> None:
    """A log may be cut anywhere; no database may choke on it."""
    odd = sample_incident(reason="half \ud83d, nul \x00, line \u2028")
    text = records.dumps(odd)
    assert "\x00" not in text
    text.encode("utf-8")
    assert records.loads(text) == odd


def test_an_error_comes_back_as_ours_with_its_name() -> None:
    """The engine stores what a step raised."""
    error = records.loads(records.dumps(TransientError("It is down.")))
    assert isinstance(error, DeploymendError)
    assert error.message == "TransientError: It is down."
    assert "deploymend incidents" in error.next_step


def test_rows_of_the_first_version_still_load() -> None:
    """The golden file is never written anew: it holds what users have on their disks."""
    old = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert {row["$"] for row in old} == set(records.RECORDS)
    for row in old:
        loaded = records.loads(json.dumps(row))
        assert type(loaded) is records.RECORDS[row["$"]]
        assert records.loads(records.dumps(loaded)) == loaded
    (incident,) = (records.loads(json.dumps(row)) for row in old if row["$"] == "incident")
    assert isinstance(incident, Incident)
    assert incident.attempts[0].commit == "0" * 39 + "2"
    assert incident.diagnosis is not None
    assert incident.diagnosis.causes[0].suggestion == "./Button"


def test_fields_of_a_newer_version_get_defaults_and_older_ones_are_ignored() -> None:
    """A row that lacks what was added later, and holds what is gone."""
    row = json.loads(records.dumps(sample_incident()))
    for newer in ("max_attempts", "discarded", "telling"):
        del row["v"][newer]
    row["v"]["gone"] = {"x": 1}
    loaded = records.loads(json.dumps(row))
    assert loaded == sample_incident()


def test_an_unknown_record_says_what_to_do() -> None:
    """It was written by a newer version."""
    with pytest.raises(ValueError, match=r"unknown record 'recipe'.*newer deploymend; update"):
        records.loads('{"$": "recipe", "v": {}}')


@pytest.mark.parametrize("text", ["", "{", '{"$": "trouble", "v": {}}', '{"$": "at", "v": "yesterday"}', "\x00"])
def test_damaged_text_is_a_value_error(text: str) -> None:
    """Cut off, empty, or lacking what has no default."""
    with pytest.raises(ValueError):  # noqa: PT011 - three libraries' own words
        records.loads(text)


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes", Path()])
def test_what_has_no_name_cannot_be_stored(value: object) -> None:
    """A programmer's mistake, told with the cure."""
    with pytest.raises(TypeError, match=r"give it a name in records\.RECORDS"):
        records.dumps(value)


def test_plain_data_of_a_record_has_no_name() -> None:
    """For people and programs to read."""
    plain = records.to_json(sample_incident())
    assert plain["id"] == "shop-1"
    assert plain["failing"]["state"] == "error"
    assert "$" not in plain
    json.dumps(plain)
