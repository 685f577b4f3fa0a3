from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploymend.core.log_events import LogEvent, log_from_events, parse_events

FLAT = [
    {"type": "stdout", "created": 2, "id": "b", "serial": "2", "text": "second\nthird\n"},
    {"type": "command", "created": 1, "id": "a", "serial": "1", "text": "[now-builder-debug] first"},
    {"type": "stderr", "created": 2, "id": "c", "serial": "3", "text": "\x1b[31mfourth\x1b[0m", "level": "error"},
    {"type": "stdout", "created": 2, "id": "b", "serial": "2", "text": "second\nthird\n"},
]
NESTED = [
    {"type": e["type"], "created": e["created"], "payload": {k: v for k, v in e.items() if k != "type"}} for e in FLAT
]
LINES = ("first", "second", "third", "fourth")


@pytest.mark.parametrize("events", [FLAT, NESTED])
@pytest.mark.parametrize("shape", ["array", "object", "lines", "comma lines"])
def test_every_shape_gives_the_same_log(events: list[dict[str, object]], shape: str) -> None:
    """Flat or under `payload`, as array, object or a JSON object a line: same lines, in order, each once."""
    bodies = {
        "array": json.dumps(events),
        "object": json.dumps({"events": events}),
        "lines": "\n".join(json.dumps(event) for event in events) + '\n{"type":"stdout","crea',
        "comma lines": "[\n" + ",\n".join(json.dumps(event) for event in events) + "\n",
    }
    assert log_from_events(parse_events(bodies[shape])).lines == LINES


@pytest.mark.parametrize(
    "body", ["", "null", "[]", "{}", '{"events":[]}', "nonsense", "[1, null, []]", '{"a"', "[" * 5000]
)
def test_no_events(body: str) -> None:
    """Empty answers and what is no event give none, and an incomplete, empty log."""
    assert parse_events(body) == ()
    log = log_from_events(())
    assert log.lines == ()
    assert not log.complete


def test_keep_alive_objects_are_skipped() -> None:
    """Objects without a date are not events."""
    assert parse_events('{"id":"x"}\n{"type":"stdout","date":5,"text":"a"}')[0].created_ms == 5


def test_alias_assigned_tells_no_line() -> None:
    """The third shape carries no text."""
    events = parse_events('[{"type":"alias-assigned","date":9,"alias":["a.example"]}]')
    assert [event.type for event in events] == ["alias-assigned"]
    assert log_from_events(events).lines == ()


@pytest.mark.parametrize(
    ("event", "final"),
    [
        ({"type": "stdout", "created": 1, "text": 'x\nError: Command "npm run build" exited with 1'}, True),
        ({"type": "stdout", "created": 1, "text": "Exiting build container"}, True),
        ({"type": "deployment-state", "created": 1, "info": {"readyState": "ERROR"}}, True),
        ({"type": "deployment-state", "created": 1, "info": {"readyState": "BUILDING"}}, False),
        ({"event": "state", "payload": {"value": "READY"}}, True),
        ({"type": "stdout", "created": 1, "text": "hello"}, False),
    ],
)
def test_final_events(event: dict[str, object], *, final: bool) -> None:
    """A build is over at its last line or a final state, and the log is then complete."""
    events = parse_events(json.dumps([event]))
    assert events[0].final is final
    assert log_from_events(events).complete is final


def test_events_without_id_are_kept() -> None:
    """Two like lines without an id are two lines; sorting is stable."""
    body = '[{"created":1,"text":"a"},{"created":1,"text":"a"},{"created":true,"date":1.5,"text":"b"}]'
    assert log_from_events(parse_events(body)).lines == ("a", "a", "b")


def test_values_of_wrong_types_do_no_harm() -> None:
    """A text that is no text is none."""
    assert parse_events('[{"created":1,"text":5,"id":[],"payload":3,"info":7}]') == (
        LogEvent(type="stdout", created_ms=1),
    )


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_never_raises(body: str) -> None:
    """Any answer gives events."""
    assert isinstance(parse_events(body), tuple)
