"""The tables: which plug-ins there are, by name. A new one is one short file and one line here.

Packages of others add theirs by entry points (`deploymend.fixers`: a class that takes no arguments), after ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.metadata import entry_points

from deploymend.errors import ConfigurationError
from deploymend.fixers.did_you_mean import DidYouMean
from deploymend.fixers.import_case import ImportCase
from deploymend.fixers.import_gone import ImportGone
from deploymend.fixers.import_moved import ImportMoved
from deploymend.fixers.model import Model
from deploymend.fixers.stale_lockfile import StaleLockfile
from deploymend.fixers.undeclared_package import UndeclaredPackage
from deploymend.fixers.unused import Unused
from deploymend.notifiers.apprise import AppriseNotifier
from deploymend.notifiers.console import ConsoleNotifier
from deploymend.ports import Fixer, Notifier

FIXERS: tuple[type[Fixer], ...] = (
    StaleLockfile,
    ImportCase,
    ImportMoved,
    ImportGone,
    UndeclaredPackage,
    DidYouMean,
    Unused,
    Model,
)
"""In the order they are asked before there is a record: causes before consequences, rules before the model."""


def fixers(*, model: bool = True) -> tuple[Fixer, ...]:
    """All fixers. `model` False leaves out the one that costs money."""
    rules = [*FIXERS[:-1], *_others("deploymend.fixers")]
    return tuple(fixer() for fixer in ([*rules, FIXERS[-1]] if model else rules))


def notifier(target: str, address: str, write: Callable[[str], None]) -> Notifier:
    """The channel of a configured target; `address` is what the target stands for."""
    if target == "console":
        return ConsoleNotifier(write)
    return AppriseNotifier(address, name=target.removeprefix("$"))


def _others(group: str) -> Iterator[type[Fixer]]:
    for point in entry_points(group=group):
        try:
            yield point.load()
        except ImportError as error:
            msg = f"the plug-in {point.name} ({point.value}) cannot be loaded: {error}"
            raise ConfigurationError(msg, next_step="update or uninstall the package it comes from") from error
