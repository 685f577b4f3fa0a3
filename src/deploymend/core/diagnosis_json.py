"""A diagnosis as the JSON that `deploymend diagnose --format json` prints; its keys are a contract."""

from __future__ import annotations

from deploymend.core.model import Cause, Diagnosis


def diagnosis_to_json(diagnosis: Diagnosis) -> dict[str, object]:
    """JSON-ready values; what is unknown is None."""
    return {
        "category": diagnosis.category.value,
        "kind": diagnosis.kind,
        "action": diagnosis.action.value,
        "retryable": diagnosis.retryable,
        "summary": diagnosis.summary,
        "causes": [_cause_to_json(cause) for cause in diagnosis.causes],
        "distilled": diagnosis.distilled,
        "step": diagnosis.step.value if diagnosis.step else None,
        "command": diagnosis.command,
        "exit_code": diagnosis.exit_code,
        "advice": list(diagnosis.advice),
        "versions": dict(diagnosis.versions),
        "fingerprint": diagnosis.fingerprint,
    }


def _cause_to_json(cause: Cause) -> dict[str, object]:
    return {
        "category": cause.category.value,
        "kind": cause.kind,
        "message": cause.message,
        "file": cause.file,
        "line": cause.line,
        "column": cause.column,
        "symbol": cause.symbol,
        "suggestion": cause.suggestion,
        "code": cause.code,
        "evidence": list(cause.evidence),
    }
