"""A message that cannot be delivered is tried again, kept and shown; it never fails a repair."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from typing import Any

import pytest

from deploymend.core.incident import Action, Incident, IncidentState, Tell
from deploymend.core.policy import Policy

pytestmark = pytest.mark.slow
QUICK = Policy(cooldown_seconds=0, check_interval_seconds=0.05, backoff_seconds=0.02, max_tellings=3)


async def test_a_message_is_tried_until_it_arrives(stage: Any, loop: Any, wrong_case: Any) -> None:
    """The receiver answers 500 twice; then it has the message, once."""
    remote = await stage.project()
    await remote.push(wrong_case)
    stage.inbox.status = 500

    async def mend_the_receiver(when: str, incident: Incident, action: Action) -> None:
        if isinstance(action, Tell) and when == "before" and incident.telling and incident.telling.tries == 2:
            stage.inbox.status = 200

    async with loop.watching(QUICK, mend_the_receiver):
        (incident,) = await loop.ended()
    assert stage.inbox.kinds == ["success"]
    assert stage.inbox.refused == 2
    assert (incident.telling.tries, incident.telling.delivered, incident.telling.undelivered) == (3, ("TEAM_HOOK",), ())


async def test_a_message_that_never_arrives_is_kept_and_shown(stage: Any, loop: Any, wrong_case: Any) -> None:
    """The repair stands; `incidents ID` says what was not delivered, to people and to programs."""
    remote = await stage.project()
    await remote.push(wrong_case)
    stage.inbox.status = 500
    async with loop.watching(QUICK):
        (incident,) = await loop.ended()
    assert incident.state is IncidentState.RECOVERED
    assert len(await stage.ours()) == 1
    assert stage.inbox.messages == []
    assert incident.telling.tries == QUICK.max_tellings
    stage.configure()
    shown = await _run(stage)
    assert "NOT delivered to TEAM_HOOK after 3 tries" in shown
    assert "TEAM_HOOK did not take the message" in shown
    document = json.loads(await _run(stage, "--format", "json"))
    assert document["state"] == "recovered"
    assert document["notifications"]["undelivered"] == ["TEAM_HOOK"]
    assert document["notifications"]["tries"] == 3
    assert stage.inbox.url not in shown + json.dumps(document)


async def test_ctrl_c_while_sending_waits_for_the_answer(stage: Any, loop: Any, wrong_case: Any) -> None:
    """The loop is told to stop while the receiver has the message and has not answered: it is not told twice, and the
    incident knows that it arrived.
    """
    remote = await stage.project()
    await remote.push(wrong_case)
    stage.inbox.free.clear()
    async with loop.watching(QUICK):
        await stage.inbox.asked.wait()
        asyncio.get_running_loop().call_later(0.3, stage.inbox.free.set)
    async with loop.watching(QUICK):
        (incident,) = await loop.ended()
        await loop.looked()
    assert stage.inbox.kinds == ["success"]
    assert (incident.telling.delivered, incident.telling.unsure) == (("TEAM_HOOK",), ())


async def _run(stage: Any, *arguments: str) -> str:
    """What `deploymend incidents` prints for this stage."""
    argv = [sys.executable, "-m", "deploymend", "incidents", "1", "--config", str(stage.config), *arguments]
    done = await asyncio.to_thread(
        subprocess.run, argv, env=stage.environment, check=True, capture_output=True, text=True
    )
    return done.stdout
