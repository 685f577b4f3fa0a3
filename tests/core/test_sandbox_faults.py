"""A failure of the sandbox is never called a failure of the code, nor the other way round."""

from __future__ import annotations

import pytest

from deploymend.core.model import Category, Diagnosis, Remedy
from deploymend.core.sandbox_faults import missing_variable, sandbox_fault


def _diagnosis(category: Category = Category.UNKNOWN) -> Diagnosis:
    return Diagnosis(category=category, kind="x", action=Remedy.REQUIRES_ANALYSIS, retryable=False, summary="")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("next/font: error: Failed to fetch `Geist` from Google Fonts. If you are offline", "fonts"),
        ("Error: getaddrinfo EAI_AGAIN api.example.com", "closed"),
        ("connect ECONNREFUSED 10.0.0.7:443", "closed"),
        ("connect ENETUNREACH 1.2.3.4:443", "closed"),
        ("TypeError: fetch failed\n  cause: getaddrinfo ENOTFOUND cms.example.com", "closed"),
        ("request to https://binaries.prisma.sh/all_commits failed", "closed"),
        (" WARN  GET https://registry.example/ms.tgz error (ETIMEOUT). Will retry in 10 seconds.", "closed"),
        ('FetchError: … reason: A "socket" was not created for HTTP request before 60001ms', "closed"),
        ("ENOSPC: no space left on device, write", "room"),
    ],
)
def test_a_closed_network_is_recognised(text: str, says: str) -> None:
    """Each with words a person understands."""
    assert says in (sandbox_fault(text, _diagnosis(), installing=False) or "")


def test_fonts_come_before_what_the_bundler_makes_of_them() -> None:
    """Turbopack reports the missing font as a missing module; it is still the network."""
    text = "Module not found: Can't resolve '@vercel/turbopack-next/internal/font/google/font'"
    assert sandbox_fault(text, _diagnosis(Category.IMPORT), installing=False) is not None


@pytest.mark.parametrize("category", [Category.TYPESCRIPT, Category.IMPORT, Category.SYNTAX, Category.LINT])
def test_an_error_of_the_code_stays_one(category: Category) -> None:
    """A build may complain of the network and go on, and then fail for its code."""
    text = "warn: TypeError: fetch failed\nsrc/a.ts(1,1): error TS2304: Cannot find name 'x'."
    assert sandbox_fault(text, _diagnosis(category), installing=False) is None


@pytest.mark.parametrize(
    "text",
    [
        'Error: Command "npm run build" exited with 1',
        "TypeError: fetch failed\n  [cause]: Error: connect ECONNREFUSED 127.0.0.1:5432",
        "connect ECONNREFUSED ::1:3000",
        " ERR_PNPM_FETCH_404  GET https://registry.example/no-such-package: Not Found - 404",
        "",
    ],
)
def test_other_failures_are_the_projects(text: str) -> None:
    """A server that should run on the build machine itself is missing on the platform too."""
    assert sandbox_fault(text, _diagnosis(), installing=False) is None


def test_a_refused_host_is_named() -> None:
    """Only when the log speaks of it or of the network: a refused statistics host does not excuse a conflict."""
    refused = ("downloads.example.com:443",)
    named = sandbox_fault(
        "fetch https://downloads.example.com/x failed", _diagnosis(), refused=refused, installing=True
    )
    assert "downloads.example.com" in (named or "")
    general = sandbox_fault("npm error network request failed", _diagnosis(), refused=refused, installing=True)
    assert "downloads.example.com" in (general or "")
    assert sandbox_fault("npm error code ERESOLVE", _diagnosis(), refused=refused, installing=True) is None


def test_a_login_is_missing_only_while_installing() -> None:
    """The sandbox holds no credentials, so a registry's refusal is ours."""
    text = "npm error code E401\nnpm error Unable to authenticate"
    assert "login" in (sandbox_fault(text, _diagnosis(), installing=True) or "")
    assert sandbox_fault(text, _diagnosis(), installing=False) is None


def test_a_variable_of_the_platform_is_named() -> None:
    """As a whole word only."""
    assert "DATABASE_URL" in (missing_variable("Missing DATABASE_URL in the environment", ["DATABASE_URL"]) or "")
    assert missing_variable("Missing MY_DATABASE_URL_2", ["DATABASE_URL"]) is None
    assert missing_variable("anything", []) is None
