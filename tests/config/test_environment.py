"""What comes from the environment: places and secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploymend.config import cache_folder, resolve, state_folder, vercel_token
from deploymend.errors import ConfigurationError, CredentialError


def nothing(_name: str) -> None:
    """A keyring that holds nothing."""


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"HOME": "/h"}, "/h/.local/state/deploymend"),
        ({"HOME": "/h", "XDG_STATE_HOME": "/s"}, "/s/deploymend"),
        ({"HOME": "/h", "XDG_STATE_HOME": "relative"}, "/h/.local/state/deploymend"),
        ({"HOME": "/h", "XDG_STATE_HOME": "/s", "DEPLOYMEND_STATE": "/own"}, "/own"),
        ({"DEPLOYMEND_STATE": "/own"}, "/own"),
    ],
)
def test_the_state_folder_follows_xdg(environment: dict[str, str], folder: str) -> None:
    """Own variable, then the standard's, then the home folder; a relative base is ignored, as the standard says."""
    assert state_folder(environment) == Path(folder)


def test_the_cache_folder_is_another_one() -> None:
    """What can be fetched again is kept apart from what cannot."""
    assert cache_folder({"HOME": "/h"}) == Path("/h/.cache/deploymend")


@pytest.mark.parametrize("environment", [{}, {"HOME": ""}, {"HOME": "relative"}])
def test_without_a_home_it_says_what_to_set(environment: dict[str, str]) -> None:
    """As in a bare service's environment."""
    with pytest.raises(ConfigurationError) as caught:
        state_folder(environment)
    assert "DEPLOYMEND_STATE" in caught.value.next_step


def test_the_token_comes_from_the_environment_then_the_keyring() -> None:
    """The environment wins; surrounding space, as copied, is dropped."""
    assert vercel_token({"VERCEL_TOKEN": " abc\n"}, ask_keyring=lambda _: "other") == "abc"
    assert vercel_token({}, ask_keyring={"VERCEL_TOKEN": "kept"}.get) == "kept"
    assert vercel_token({"VERCEL_TOKEN": ""}, ask_keyring=lambda _: "kept") == "kept"


@pytest.mark.parametrize("token", ["two words", "new\nline", "é", "a\x00b"])
def test_what_cannot_be_a_token_is_refused_and_not_shown(token: str) -> None:
    """It would end in a broken header, or in a line of someone's log."""
    with pytest.raises(CredentialError) as caught:
        vercel_token({"VERCEL_TOKEN": token}, ask_keyring=nothing)
    assert token not in caught.value.message + caught.value.next_step


def test_no_token_says_where_to_get_one() -> None:
    """The message has the page and the command."""
    with pytest.raises(CredentialError) as caught:
        vercel_token({}, ask_keyring=nothing)
    assert "export VERCEL_TOKEN" in caught.value.next_step


def test_a_named_variable_is_looked_up() -> None:
    """`$NAME` is what that variable holds; anything else is itself; an unset one is an error."""
    assert resolve("$X", {"X": " value "}) == "value"
    assert resolve("console", {}) == "console"
    for environment in ({}, {"X": "  "}):
        with pytest.raises(ConfigurationError, match=r"\$X"):
            resolve("$X", environment)
