"""The nouns: what crosses a port, as frozen keyword-only records.

Deployment -> BuildLog -> Diagnosis -> Repair -> Proposal (proved) -> Attempt -> Incident (core/incident.py)
"""

from deploymend.core.model.delivery import PushOutcome, PushResult
from deploymend.core.model.deployment import CommitInfo, Deployment, DeploymentState, ProjectSettings
from deploymend.core.model.failure import BuildLog, Category, Cause, Diagnosis, Remedy, Section, Step
from deploymend.core.model.repair import (
    Check,
    Decline,
    FileChange,
    FileEdit,
    PackageOperation,
    Proof,
    Proposal,
    Refusal,
    Repair,
    Risk,
    Trial,
    TrialOutcome,
)

__all__ = [
    "BuildLog",
    "Category",
    "Cause",
    "Check",
    "CommitInfo",
    "Decline",
    "Deployment",
    "DeploymentState",
    "Diagnosis",
    "FileChange",
    "FileEdit",
    "PackageOperation",
    "ProjectSettings",
    "Proof",
    "Proposal",
    "PushOutcome",
    "PushResult",
    "Refusal",
    "Remedy",
    "Repair",
    "Risk",
    "Section",
    "Step",
    "Trial",
    "TrialOutcome",
]
