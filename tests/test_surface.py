"""What others may build on stays: names that plug-in authors import, commands and exit codes that scripts rely on.

A name that is missing here was taken away or renamed: that needs a line in CHANGELOG.md under "Changed" or "Removed".
"""

from __future__ import annotations

from importlib import import_module

import pytest

from deploymend import errors
from deploymend.cli.main import COMMANDS

SURFACE = {
    "deploymend.ports": (
        "AccessFinding Builder Cancels CheckResult Clock Fixer Inspects Notifier PackageFacts Platform Project "
        "Promotes PushOutcome PushResult ReadsTree Repository Workspace"
    ),
    "deploymend.core.model": (
        "BuildLog Category Cause Check CommitInfo Decline Deployment DeploymentState Diagnosis FileChange FileEdit "
        "PackageOperation ProjectSettings Proof Proposal Refusal Remedy Repair Risk Section Step Trial TrialOutcome"
    ),
    "deploymend.config": "Config ProjectConfig find_config parse_config policy_of read_config resolve vercel_token",
}
EXIT_CODES = {
    "YourError": 2,
    "ConfigurationError": 2,
    "CheckoutError": 2,
    "CredentialError": 2,
    "ServiceError": 3,
    "NotFoundError": 3,
    "QuotaError": 3,
    "TransientError": 3,
    "BuildEnvironmentError": 3,
    "OperationFailedError": 1,
    "InterruptedByUser": 130,
    "DeploymendError": 70,
}


@pytest.mark.parametrize("module", SURFACE)
def test_public_names_stay(module: str) -> None:
    """Each one can be imported from where it was, and is said to be public."""
    found = import_module(module)
    names = SURFACE[module].split()
    assert [name for name in names if not hasattr(found, name)] == []
    assert set(names) <= set(found.__all__)
    assert [name for name in found.__all__ if not hasattr(found, name)] == []


@pytest.mark.parametrize("name", EXIT_CODES)
def test_exit_codes_stay(name: str) -> None:
    """Scripts decide by them."""
    assert getattr(errors, name).exit_code == EXIT_CODES[name]


def test_every_command_is_here() -> None:
    """The table holds what the documentation promises, and each can be loaded."""
    wanted = {"demo", "fix", "diagnose", "init", "doctor", "sync", "watch", "incidents", "loopback"}
    assert set(COMMANDS) >= wanted
    for name in wanted:
        module, _, attribute = COMMANDS[name][0].partition(":")
        assert hasattr(import_module(module), attribute), name
