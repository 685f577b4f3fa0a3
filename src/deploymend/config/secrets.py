"""Secrets, from the environment or a keyring; never from a file of the project."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from deploymend.errors import ConfigurationError, CredentialError

TOKEN_VARIABLE = "VERCEL_TOKEN"  # noqa: S105 - the variable's name, not a token
API_VARIABLE = "VERCEL_API_URL"
KEYRING_SERVICE = "deploymend"


def vercel_token(environment: Mapping[str, str], *, ask_keyring: Callable[[str], str | None] | None = None) -> str:
    """The token for Vercel. Raises CredentialError when there is none, or when it cannot be one.

    `ask_keyring` answers for a name; by default the `keyring` package does, where it is installed.
    """
    token = environment.get(TOKEN_VARIABLE) or (ask_keyring or from_keyring)(TOKEN_VARIABLE)
    if not token:
        raise CredentialError(
            "there is no Vercel token",
            next_step=f"Make one at vercel.com/account/tokens and: export {TOKEN_VARIABLE}=… "
            f"(or keep it in the keyring: keyring set {KEYRING_SERVICE} {TOKEN_VARIABLE})",
        )
    token = token.strip()
    if not token.isascii() or not token.isprintable() or " " in token:
        raise CredentialError(
            f"{TOKEN_VARIABLE} holds characters that no token has",
            next_step="Copy the token again, alone, on one line.",
        )
    return token


def from_keyring(name: str) -> str | None:
    """What the user's keyring holds under this name; None without the `keyring` package, or when it cannot be asked."""
    try:
        import keyring
    except ImportError:
        return None
    try:
        value = keyring.get_password(KEYRING_SERVICE, name)
    except Exception:  # noqa: BLE001 - back ends raise what they like, and a locked keyring must not stop the program
        return None
    return str(value) if value else None


def resolve(value: str, environment: Mapping[str, str]) -> str:
    """A setting's own text, or for `$NAME` what that variable holds. Raises ConfigurationError when it is not set."""
    if not value.startswith("$"):
        return value
    found = environment.get(value[1:], "").strip()
    if not found:
        raise ConfigurationError(
            f"the configuration names {value}, but that environment variable is not set",
            next_step=f"export {value[1:]}=…, or take {value} out of deploymend.toml.",
        )
    return found
