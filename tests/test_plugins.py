"""The tables of plug-ins."""

from __future__ import annotations

from deploymend.notifiers.apprise import AppriseNotifier
from deploymend.notifiers.console import ConsoleNotifier
from deploymend.plugins import FIXERS, fixers, notifier


def test_every_fixer_has_a_name_of_its_own() -> None:
    """The ledger remembers by it."""
    names = [fixer.name for fixer in fixers()]
    assert len(names) == len(set(names)) >= len(FIXERS)


def test_the_model_comes_last_and_can_be_left_out() -> None:
    """Rules cost nothing, so they go first."""
    assert fixers()[-1].name == fixers()[len(FIXERS) - 1].name
    assert not fixers()[-1].kinds
    assert [fixer.name for fixer in fixers(model=False)] == [fixer.name for fixer in fixers()[:-1]]
    assert all(fixer.kinds for fixer in fixers(model=False))


def test_a_notifier_is_named_by_its_variable() -> None:
    """Never by the address, which holds credentials."""
    assert isinstance(notifier("console", "", print), ConsoleNotifier)
    chat = notifier("$CHAT_URL", "json://user:geheim@host/", print)
    assert isinstance(chat, AppriseNotifier)
    assert chat.name == "CHAT_URL"
