"""Any incident under any policy with any luck: the loop stops, keeps its bounds, and replays to the same trace."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from deploymend.core.incident import (
    Action,
    Diagnose,
    Discard,
    End,
    Findings,
    Incident,
    IncidentState,
    Look,
    Mend,
    Outcome,
    Push,
    Redeploy,
    Remember,
    Revert,
    Sighting,
    Stop,
    Tell,
    Telling,
    Trouble,
    Wait,
    after,
    next_action,
)
from deploymend.core.model import Deployment, DeploymentState, PushOutcome, PushResult, Remedy
from deploymend.core.policy import Delivery, OnFailure, Policy
from deploymend.testing.samples import (
    sample_commit,
    sample_deployment,
    sample_diagnosis,
    sample_incident,
    sample_proposal,
    sha,
)

T = TypeVar("T")
MANY_STATES = (*DeploymentState, DeploymentState.ERROR, DeploymentState.ERROR, DeploymentState.BUILDING)
MOST_ACTIONS = 1500
"""Far above what a bounded loop needs: three attempts of 15 minutes, looked at every five seconds, twice each."""

POLICIES = st.builds(
    Policy,
    max_attempts=st.integers(0, 4),
    cooldown_seconds=st.sampled_from([0.0, 120.0]),
    check_interval_seconds=st.sampled_from([5.0, 30.0, 400.0]),
    delivery=st.sampled_from(Delivery),
    on_failure=st.sampled_from(OnFailure),
    authors=st.sampled_from([(), ("pat@example.test",), ("boss@example.test",)]),
    notify_success=st.booleans(),
    notify_failure=st.booleans(),
    silent_recovery=st.booleans(),
    max_trouble=st.integers(0, 2),
    max_tellings=st.integers(1, 3),
)
TROUBLES = st.builds(Trouble, during=st.just("go on"), message=st.just("It is down."), retryable=st.booleans())


@dataclass
class World:
    """What may come of each action, drawn by hypothesis; it keeps the facts that a real one would keep."""

    data: st.DataObject
    commits: int = 1
    deployments: int = 1
    remote: dict[str, str | None] = field(default_factory=lambda: {"main": sha(1)})
    has_message: set[str] = field(default_factory=set)

    def pick(self, *choices: T) -> T:
        """One of these."""
        return self.data.draw(st.sampled_from(choices))

    def happens(self, one_in: int) -> bool:
        """True once in so many times."""
        return self.data.draw(st.integers(1, one_in)) == one_in

    def perform(self, incident: Incident, action: Action, now: datetime) -> Outcome:
        """One of the outcomes that this action can have."""
        if not isinstance(action, Wait) and self.happens(8):
            return self.data.draw(TROUBLES)
        if self.happens(31):
            self.remote["main"] = self.pick(sha(999), None)
        match action:
            case Diagnose():
                diagnosis = sample_diagnosis(
                    action=self.pick(*Remedy), retryable=self.happens(2), fingerprint=self.pick("k:a", "k:b")
                )
                return Findings(diagnosis=diagnosis, commit=sample_commit(), head=self.remote["main"])
            case Mend():
                self.commits += 1
                commit = None if self.happens(3) else sha(self.commits)
                green = commit is None and self.happens(2)
                return sample_proposal(commit=commit, already_green=green, trials=())
            case Redeploy():
                return self._deployment(self.pick(*DeploymentState), now)
            case Push():
                return self._push(action)
            case Look():
                found = None if self.happens(8) else self._deployment(self.pick(*MANY_STATES), now)
                return Sighting(deployment=found, head=self.remote["main"])
        return self._close(incident, action)

    def _close(self, incident: Incident, action: Action) -> Outcome:
        match action:
            case Revert():
                return PushResult(outcome=self.pick(*PushOutcome), head=sha(500))
            case Tell():
                return self._tell(incident, action)
        return None

    def _deployment(self, state: DeploymentState, now: datetime) -> Deployment:
        self.deployments += 1
        return sample_deployment(id=f"dpl_{self.deployments}", state=state, live=self.happens(2), created_at=now)

    def _push(self, action: Push) -> PushResult:
        if self.remote.get(action.branch) != action.expected:
            return PushResult(outcome=PushOutcome.MOVED, head=self.remote.get(action.branch))
        if self.happens(10):
            return PushResult(outcome=PushOutcome.REJECTED, head=action.expected, reason="protected")
        self.remote[action.branch] = action.commit
        return PushResult(outcome=PushOutcome.PUSHED, head=action.commit)

    def _tell(self, incident: Incident, action: Tell) -> Telling:
        for channel in ("chat", "mail"):
            if channel not in self.has_message and self.happens(2):
                self.has_message.add(channel)
        missing = tuple(sorted({"chat", "mail"} - self.has_message))
        tries = incident.telling.tries if incident.telling else 0
        return Telling(kind=action.kind, tries=tries + 1, delivered=tuple(self.has_message), undelivered=missing)


Trace = list[tuple[Action, Outcome, datetime]]


def live(incident: Incident, policy: Policy, world: World) -> tuple[Incident, Trace]:
    """The loop of the engine, with the invariants checked after each step."""
    now = incident.opened_at
    trace: Trace = []
    while not isinstance(action := next_action(incident, policy, now), Stop):
        assert len(trace) < MOST_ACTIONS, f"it does not stop: {[type(a).__name__ for a, _, _ in trace[-12:]]}"
        if isinstance(action, Wait):
            assert 0 < action.seconds <= 900
            now += timedelta(seconds=action.seconds)
        outcome = world.perform(incident, action, now)
        now += timedelta(seconds=world.pick(0.0, 1.0, 20.0))
        before, incident = incident, after(incident, action, outcome, now)
        trace.append((action, outcome, now))
        check(before, action, outcome, incident)
    return incident, trace


def check(before: Incident, action: Action, outcome: Outcome, incident: Incident) -> None:
    """What holds after every step."""
    assert len(incident.attempts) <= incident.max_attempts
    assert [attempt.number for attempt in incident.attempts] == list(range(1, len(incident.attempts) + 1))
    assert all(attempt.outcome is not None for attempt in incident.attempts[:-1])
    if isinstance(action, Push):
        assert before.current is not None
        assert before.current.proposal is not None
        assert action.commit == before.current.proposal.commit
    if before.state is not IncidentState.OPEN:
        assert (incident.state, incident.reason) == (before.state, before.reason)
        assert isinstance(action, Discard | Revert | Remember | Tell | Wait)
    if isinstance(action, Tell) and before.telling and before.telling.kind == action.kind:
        assert before.telling.undelivered, "everybody has it already"
    assert incident != before or (isinstance(action, Wait) and outcome is None)


def done(trace: Trace, kind: type[Action]) -> list[Action]:
    """The actions of one kind that ended well."""
    return [action for action, outcome, _ in trace if isinstance(action, kind) and not isinstance(outcome, Trouble)]


@settings(max_examples=400, deadline=None)
@given(policy=POLICIES, data=st.data(), from_fork=st.booleans())
def test_the_loop_stops_within_its_bounds(policy: Policy, data: st.DataObject, from_fork: bool) -> None:  # noqa: FBT001 - drawn
    """Whatever the services, people and builds do, an incident ends, with its bounds kept."""
    start = sample_incident(max_attempts=policy.max_attempts, failing=sample_deployment(from_fork=from_fork))
    world = World(data)
    incident, trace = live(start, policy, world)
    assert incident.state is not IncidentState.OPEN
    assert incident.reason
    assert incident.ended_at is not None
    assert len([a for a, _, _ in trace if isinstance(a, End)]) == 1
    assert len(done(trace, Redeploy)) <= 1
    assert len([a for a, _, _ in trace if isinstance(a, Revert)]) <= 1
    pushed = Counter((a.branch, a.commit) for a in done(trace, Push) if isinstance(a, Push))
    assert all(count == 1 for count in pushed.values())
    told = [a for a, _, _ in trace if isinstance(a, Tell) and not a.kind.startswith("attempt-")]
    assert len(told) <= policy.max_tellings
    assert {a.kind for a in told} <= ({"success"} if incident.state is IncidentState.RECOVERED else {"failure"})
    if from_fork:
        assert not done(trace, Mend)
    left = {name for name in world.remote if name != "main"}
    assert left <= {a.branch for a, _, _ in trace if isinstance(a, Discard)}
    if policy.delivery is Delivery.PREVIEW_FIRST:
        assert_only_green_commits_reach_main(trace)
    replayed(start, policy, trace, incident)


def assert_only_green_commits_reach_main(trace: Trace) -> None:
    """With previews, what goes to the branch was seen green on a side branch before."""
    green: set[str] = set()
    for action, outcome, _ in trace:
        if isinstance(action, Look) and isinstance(outcome, Sighting) and action.branch != "main":
            ready = outcome.deployment is not None and outcome.deployment.state is DeploymentState.READY
            green |= {action.commit} if ready else set()
        if isinstance(action, Push) and action.branch == "main":
            assert action.commit in green


def replayed(start: Incident, policy: Policy, trace: Trace, end: Incident) -> None:
    """The recorded outcomes alone give the same actions and the same end."""
    incident, now = start, start.opened_at
    for action, outcome, at in trace:
        assert next_action(incident, policy, now) == action
        incident, now = after(incident, action, outcome, at), at
    assert incident == end
    assert next_action(incident, policy, now) == Stop()
