"""Git's failures in our words: whose problem it is and what to do. Phrases are those of git, ssh, curl and GitHub."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from deploymend.core.redact import redact
from deploymend.errors import (
    BuildEnvironmentError,
    CheckoutError,
    CredentialError,
    DeploymendError,
    NotFoundError,
    OperationFailedError,
    TransientError,
)

_SHOWN_CHARACTERS = 20_000
FORBIDDEN = ("returned error: 403", "write access to repository not granted", "permission to ", "access denied")
"""Phrases of a remote that knows who we are and does not let us, in lower case."""
_CORRUPT = (
    "loose object",
    "bad object",
    "unable to read tree",
    "unable to read sha1",
    "object file",
    "could not be read from alternates",
    "did not send all necessary objects",
    "packfile",
    "inflate: data stream error",
    "broken link",
    "bad config line",
    "index file corrupt",
    "bad tree object",
    "missing blob",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meaning:
    """What one of several phrases in git's output (lower case) means."""

    phrases: tuple[str, ...]
    error: Callable[..., DeploymendError]
    what: str
    next_step: str
    local_only: bool = False
    """Look only at what this machine's git says, not at what the remote printed: its disk is not ours."""


_MEANINGS = (
    _Meaning(
        phrases=("no space left on device", "disk quota exceeded", "write error: out of disk"),
        error=BuildEnvironmentError,
        what="the disk is full",
        next_step="Free some disk space, then try again. Nothing was changed.",
        local_only=True,
    ),
    _Meaning(
        phrases=("read-only file system", "temporary file: permission denied", "could not create leading"),
        error=BuildEnvironmentError,
        what="it may not write there",
        next_step="Give this user the right to write to that folder.",
        local_only=True,
    ),
    _Meaning(
        phrases=("dubious ownership",),
        error=CheckoutError,
        what="the repository belongs to another user",
        next_step="If you trust it: git config --global --add safe.directory FOLDER",
        local_only=True,
    ),
    _Meaning(
        phrases=("empty ident name", "please tell me who you are", "unable to auto-detect email", "no email was given",
                 "no name was given", "user.useconfigonly set but no"),
        error=CheckoutError,
        what="git knows no identity to commit with",
        next_step='git config --global user.name "Your Name" and git config --global user.email you@your.domain, '
        "with the address your platform account knows.",
        local_only=True,
    ),
    _Meaning(
        phrases=(".lock': file exists", "another git process seems to be running"),
        error=CheckoutError,
        what="another git command is at work there",
        next_step="Wait until it has ended. If none runs, remove the .lock file that git names.",
        local_only=True,
    ),
    _Meaning(
        phrases=("host key verification failed",),
        error=CredentialError,
        what="the remote's ssh host key is not known here",
        next_step="Connect once by hand (git ls-remote) and accept the host key after checking it.",
    ),
    _Meaning(
        phrases=("authentication failed", "could not read username", "could not read password",
                 "terminal prompts disabled", "permission denied (", "invalid username or", "returned error: 401",
                 "invalid credentials", "password authentication was removed", "no supported authentication"),
        error=CredentialError,
        what="the remote did not accept this machine's credentials",
        next_step="Make `git fetch` work by hand without a question, with a credential helper or an ssh key.",
    ),
    _Meaning(
        phrases=FORBIDDEN,
        error=CredentialError,
        what="these credentials may not do this",
        next_step="Give the account or token that git uses here the right to read and write this repository.",
    ),
    _Meaning(
        phrases=("repository not found", "returned error: 404", "does not appear to be a git repository",
                 "the project you were looking for could not be found"),
        error=NotFoundError,
        what="the remote repository was not found",
        next_step="Check the remote's address (git remote -v) and that this account may see it.",
    ),
    _Meaning(
        phrases=("could not resolve host", "name resolution", "connection timed out", "operation timed out",
                 "connection refused", "connection reset", "connection closed by", "network is unreachable",
                 "no route to host", "failed to connect", "couldn't connect", "hung up unexpectedly", "early eof",
                 "rpc failed", "returned error: 5", "returned error: 429", "operation too slow", "ssl_error_syscall",
                 "gnutls_handshake", "kex_exchange_identification", "broken pipe"),
        error=TransientError,
        what="the remote could not be reached",
        next_step="Look at the network and at the remote's status page, then try again.",
    ),
    _Meaning(
        phrases=("not a git repository",),
        error=CheckoutError,
        what="there is no git repository",
        next_step="Run this inside a git checkout.",
        local_only=True,
    ),
    _Meaning(
        phrases=("' not allowed",),
        error=CheckoutError,
        what="git refuses that kind of remote address",
        next_step="Use an https, ssh or file address.",
        local_only=True,
    ),
)  # fmt: skip


def translate(verb: str, output: str, *, exit_code: int, folder: Path, secrets: Iterable[str] = ()) -> DeploymendError:
    """The error that a failed git command means; what no phrase explains is an OperationFailedError with its output."""
    everything = output.lower()
    local = "\n".join(line for line in everything.splitlines() if not line.startswith("remote:"))
    shown = redact(output, known=secrets).strip()[-_SHOWN_CHARACTERS:]
    for meaning in _MEANINGS:
        if any(phrase in (local if meaning.local_only else everything) for phrase in meaning.phrases):
            message = f"git {verb} in {folder} failed: {meaning.what}. Git says: {_telling_line(shown)}"
            return meaning.error(message, next_step=meaning.next_step)
    return OperationFailedError(
        f"git {verb} in {folder} failed with exit code {exit_code}. Git says: {_telling_line(shown)}",
        next_step="The whole output of git is in the report.",
        output=shown,
    )


def is_corruption(text: str) -> bool:
    """True when git's words mean that the repository's own files are damaged."""
    lowered = text.lower()
    return any(phrase in lowered for phrase in _CORRUPT)


def remote_words(output: str, *, secrets: Iterable[str] = ()) -> str:
    """What the remote printed, without git's `remote: ` before each line, secrets masked."""
    lines = [line.removeprefix("remote:").strip() for line in output.splitlines() if line.startswith("remote:")]
    return redact("\n".join(line for line in lines if line), known=secrets)[:_SHOWN_CHARACTERS]


def _telling_line(output: str) -> str:
    """The line that says most: the first with `fatal:` or `error:`, else the last one."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    marked = [line for line in lines if line.lower().startswith(("fatal:", "error:", "remote: error:"))]
    return (marked or lines[-1:] or ["nothing"])[0][:500]
