"""Tells a failure that is this machine's own (no network in the sandbox, a refused host) from one of the code.

A failure that is ours is never repaired and never called a failing build.
"""

from __future__ import annotations

from collections.abc import Collection

import re2

from deploymend.core.model import Category, Diagnosis

_CODE = frozenset((Category.TYPESCRIPT, Category.IMPORT, Category.SYNTAX, Category.LINT, Category.FRAMEWORK))
_FONTS = re2.compile(
    r"Failed to fetch .{1,200} from Google Fonts|fonts\.(?:googleapis|gstatic)\.com|internal/font/google/font"
)
_NETWORK = re2.compile(
    r"\bEAI_AGAIN\b|\bENETUNREACH\b|\bEHOSTUNREACH\b|getaddrinfo ENOTFOUND|Could not resolve host"
    r"|Network is unreachable|Temporary failure in name resolution|ERR_INTERNET_DISCONNECTED|ERR_NAME_NOT_RESOLVED"
    r"|ERR_SOCKET_TIMEOUT|\bETIMED?OUT\b|\bECONNRESET\b|UND_ERR_CONNECT_TIMEOUT|TypeError: fetch failed"
    r"|tunneling socket could not be established|CONNECT tunnel failed|is not a registry of this project"
    r"|npm error network|ERR_PNPM_FETCH_(?:5\d\d|429)|There appears to be trouble with your network connection"
    r"|A \"socket\" was not created for HTTP request"
    r"|binaries\.prisma\.sh|RequestError: "
)
_REFUSED_ADDRESS = re2.compile(r"connect ECONNREFUSED (\d{1,3}(?:\.\d{1,3}){3}|\[?[0-9a-f:]+\]?):\d+")
_LOOPBACK = ("127.", "::1", "[::1]", "0.0.0.0")  # noqa: S104 - compared with, not listened on
_LOGIN = re2.compile(r"npm error code E40[13]\b|ERR_PNPM_FETCH_40[13]|YN0041|Invalid authentication")
_ROOM = re2.compile(r"ENOSPC: no space left on device|No space left on device|ENOSPC, write")


def sandbox_fault(text: str, diagnosis: Diagnosis, *, refused: Collection[str] = (), installing: bool) -> str | None:
    """Why this failure says nothing about the code, for people; None when it does.

    `refused`: the hosts the install step asked for and did not get.
    """
    if _FONTS.search(text):
        return "The build fetches fonts from Google, which the sandbox does not reach; the platform does."
    if diagnosis.category in _CODE:
        return None
    named = [place for place in refused if place.rpartition(":")[0] in text]
    if named or (refused and _NETWORK.search(text)):
        hosts = ", ".join(place.removesuffix(":443") for place in (named or list(refused))[:5])
        return f"The sandbox refused the network to {hosts}: no registry of this project's configuration."
    if installing and _LOGIN.search(text):
        return "The registry wants a login; the sandbox holds no credentials."
    if _ROOM.search(text):
        return "The sandbox ran out of room."
    if _NETWORK.search(text) or _foreign_refusal(text):
        if _only_loopback(text):
            return None
        place = "The registry could not be reached" if installing else "The build uses the network, which is closed"
        return f"{place} in the sandbox here."
    return None


def missing_variable(text: str, names: Collection[str]) -> str | None:
    """Why the failure may be only local: the log names a variable whose value the platform has and we do not."""
    found = [name for name in names if re2.search(rf"\b{re2.escape(name)}\b", text)]
    if not found:
        return None
    return f"{', '.join(found[:5])} is set on the platform and has no value here."


def _foreign_refusal(text: str) -> bool:
    return any(not address.startswith(_LOOPBACK) for address in _REFUSED_ADDRESS.findall(text))


def _only_loopback(text: str) -> bool:
    """`fetch failed` because of a server that should run on the build machine itself: the same on the platform."""
    addresses = _REFUSED_ADDRESS.findall(text)
    return bool(addresses) and all(address.startswith(_LOOPBACK) for address in addresses)
