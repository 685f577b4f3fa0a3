"""The messages to people: success in the seed's four lines, failure with the whole story and what to do next."""

from __future__ import annotations

from deploymend.core.incident import Incident
from deploymend.core.message import Message
from deploymend.core.model import Deployment
from deploymend.core.redact import redact
from deploymend.core.report.failure import delivered, failure_report
from deploymend.core.report.markdown import escaped, markdown
from deploymend.core.report.plain import plain
from deploymend.core.report.words import seconds, short


def deployed_message(deployment: Deployment, *, attempts: int = 0, note: str = "") -> Message:
    """A green deployment. `attempts` is how many silent ones it took, `note` what is not as it should be."""
    took = seconds(deployment.build_seconds) if deployment.build_seconds is not None else "not known"
    rows = [
        ("Live at", deployment.url or "no address yet"),
        ("Commit", short(deployment.commit_sha)),
        ("Build time", took),
    ]
    if attempts:
        rows.append(("Silent attempts", str(attempts)))
    if note:
        rows.append(("Note", note))
    text = ["✅ DEPLOYMENT SUCCESSFUL", "   - Build completed successfully", *(f"   - {n}: {v}" for n, v in rows)]
    rich = ["**✅ Deployment successful**", "", "- Build completed successfully", *(f"- {n}: {v}" for n, v in rows)]
    return Message(
        key=f"{deployment.id}:success",
        kind="success",
        title=f"{deployment.project}: deployed",
        text="\n".join(text),
        markdown="\n".join(rich),
    )


def incident_message(incident: Incident, *, kind: str, number: int) -> Message:
    """The message of an incident: `success` or `failure` at its end, `attempt-N` while it goes on."""
    if kind == "success":
        note = incident.attempts[-1].reason if incident.attempts else ""
        return deployed_message(incident.deployment, attempts=len(incident.attempts), note=note)
    if kind.startswith("attempt-"):
        return _attempt_message(incident, kind)
    report = failure_report(incident, number=number)
    used = f"{len(incident.attempts)} of {incident.max_attempts} attempts used"
    return Message(
        key=f"{incident.id}:{kind}",
        kind=kind,
        title=f"{incident.project}: deployment failed, {used}",
        text=plain(report),
        markdown=markdown(report),
    )


def _attempt_message(incident: Incident, kind: str) -> Message:
    attempt = incident.attempts[-1]
    said = f"{attempt.error_category} · {attempt.error_kind} - {delivered(attempt)}"
    text = redact(f"attempt {attempt.number} of {incident.max_attempts}: {said}")
    title = f"{incident.project}: repairing {incident.branch}"
    return Message(key=f"{incident.id}:{kind}", kind="attempt", title=title, text=text, markdown=escaped(text))
