"""Every error deploymend raises, grouped by whose problem it is; each group has one consequence.

    DeploymendError
    ├── YourError                  exit 2   a setting, an argument or the state of a checkout: the user can mend it
    │   ├── ConfigurationError              a bad or missing setting
    │   ├── CheckoutError                   not a checkout, dirty, detached, no lockfile …
    │   ├── CredentialError                 a token is missing, wrong or may not do this
    │   └── BusyError                       another deploymend already works on the same state
    ├── ServiceError               exit 3   an outside service said no, or kept failing after the retries
    │   ├── NotFoundError                   it does not know what we asked for
    │   ├── QuotaError                      it will not do more for now: a person or time must help, never a retry
    │   └── TransientError                  it may work next time (network, 429, 5xx): retried at the door
    ├── BuildEnvironmentError      exit 3   this machine cannot do the work: no disk, no Node, no sandbox
    ├── OperationFailedError       exit 1   a tool we ran on the project said no (package manager, git): evidence
    └── InterruptedByUser          exit 130 Ctrl-C
    anything else                  exit 70  a bug of ours: a report ready to paste

A message says what happened and to what; `next_step` says what to do about it.
"""

from __future__ import annotations


class DeploymendError(Exception):
    """What every error of ours is: a message for a person, a next step, and the exit code it ends the program with."""

    exit_code = 70

    def __init__(self, message: str, *, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step


class YourError(DeploymendError):
    """The user can mend it: a setting, an argument, the state of a checkout."""

    exit_code = 2


class ConfigurationError(YourError):
    """A setting is missing, unknown or does not make sense."""


class CheckoutError(YourError):
    """The checkout is not in a state to work from: no repository, dirty, detached, no lockfile."""


class CredentialError(YourError):
    """A token or a right is missing or wrong."""


class BusyError(YourError):
    """Another deploymend already works on the same state."""


class ServiceError(DeploymendError):
    """An outside service failed, after the retries its kind of failure deserves."""

    exit_code = 3


class NotFoundError(ServiceError):
    """The service does not know what was asked for (404, 410)."""


class QuotaError(ServiceError):
    """A quota or a payment stands in the way. Repeating does not help: a person or time must."""


class TransientError(ServiceError):
    """A failure that may pass by itself: network, rate limit, 5xx. Doors retry it; what reaches a caller was
    retried.
    """

    def __init__(self, message: str, *, next_step: str = "", retry_after_seconds: float | None = None) -> None:
        super().__init__(message, next_step=next_step)
        self.retry_after_seconds = retry_after_seconds


class BuildEnvironmentError(DeploymendError):
    """This machine cannot do the work: disk full, no Node that fits, no package manager, sandbox refused."""

    exit_code = 3


class OperationFailedError(DeploymendError):
    """A tool we ran on the project failed. `output` is what it printed, secrets masked, at most 20,000 characters."""

    exit_code = 1

    def __init__(self, message: str, *, next_step: str = "", output: str = "") -> None:
        super().__init__(message, next_step=next_step)
        self.output = output


class InterruptedByUser(DeploymendError):  # noqa: N818 - not a failure: the user's own wish
    """Ctrl-C. What was under way is kept and goes on at the next start."""

    exit_code = 130
