"""Rules of Next.js that are neither types nor syntax. Wording of Next 13 to 16; see nextjs.org/docs/messages."""

from __future__ import annotations

import re

from deploymend.core.model import Category, Cause
from deploymend.core.signatures.paths import clean_path
from deploymend.core.signatures.rows import ASK, AUTO, PERSON, kinds_of, line, located
from deploymend.core.signatures.signature import Family, Rank
from deploymend.core.signatures.spot import Spot

_kind, _config = kinds_of(Category.FRAMEWORK), kinds_of(Category.CONFIGURATION)
_network, _resource = kinds_of(Category.INFRASTRUCTURE), kinds_of(Category.RESOURCE)
_ERROR = re.compile(r"^\s*(?:⨯ |\[)?(?:\w*Error)(?: \[[\w ]{1,60}\])?: (?!Command \")\S")
_PRERENDERING = re.compile(r"Error occurred prerendering page \"([^\"]{1,300})\"")
_NOT_VALID_FIELD = re.compile(r"\"(\w{1,100})\" is not a valid (?:Page|Route|Layout) export field")
_FONT_FAILED = re.compile(r"Failed to fetch|Google Fonts|ETIMEDOUT|ENOTFOUND")


def _prerender(spot: Spot) -> Cause:
    """A page that failed while it was rendered, with the error that is printed below it, or above."""
    nearest = spot.find_below(_ERROR, 6) or spot.find_above(_ERROR, 40)
    return spot.cause(
        message=nearest[1].string.strip() if nearest else None, evidence=[nearest[1].string] if nearest else []
    )


def _page(spot: Spot) -> Cause:
    page = spot.find_below(_PRERENDERING, 30)
    return spot.cause(
        file=spot.groups.get("file") or (page[1][1] if page else None), evidence=[page[1].string] if page else []
    )


def _export(spot: Spot) -> Cause:
    named = spot.find_below(_NOT_VALID_FIELD, 4)
    return spot.cause(symbol=named[1][1] if named else None, evidence=spot.details(6))


def _two_files(spot: Spot) -> Cause:
    return spot.cause(file=clean_path(spot.groups.get("file", "")), symbol=clean_path(spot.groups.get("symbol", "")))


def _fonts(spot: Spot) -> Cause:
    near = spot.lines[max(0, spot.index - 3) : spot.index + 8]
    return spot.cause(evidence=[text for text in near if _FONT_FAILED.search(text)][:4])


FAMILY = Family(
    kinds=(
        _kind("next-missing-suspense", AUTO, "Wrap the component that calls useSearchParams() in <Suspense>."),
        _kind("next-missing-use-client", AUTO, "Put 'use client' on the first line of the component's file."),
        _kind("next-metadata-in-client", ASK, "Move the metadata to a server component: a layout next to the page."),
        _kind("next-invalid-page-export", AUTO, "A page may export only Next's own names: move the other one."),
        _kind(
            "next-invalid-route-export",
            AUTO,
            "A route may export only handlers and Next's own names: move the other one.",
        ),
        _kind(
            "next-prerender-error",
            ASK,
            "Mend what the page does while it is rendered at build time.",
            rank=Rank.SYMPTOM,
        ),
        _kind(
            "next-dynamic-server-usage",
            ASK,
            "Render the route on request, or do not read cookies, headers or search parameters in it.",
            rank=Rank.GUESS,
        ),
        _kind("next-static-export", ASK, "Add generateStaticParams(), or drop `output: export`."),
        _kind("next-middleware-and-proxy", ASK, "Keep proxy and delete middleware, once it does the same."),
        _kind("next-image-unconfigured-host", ASK, "Add the host to images.remotePatterns."),
        _kind("next-server-only-import", ASK, "Keep server-only imports out of client components."),
        _kind("next-use-server-export", ASK, "Make every export of a 'use server' file an async function."),
        _kind("next-og-image-css", ASK, "Use a CSS value that the image renderer knows."),
        _kind("next-parallel-pages", ASK, "Give one of the two pages another path."),
        _kind("next-conflicting-app-pages", ASK, "Delete one of the two: app/ or pages/."),
        _kind("html-outside-document", ASK, "Unset a non-standard NODE_ENV; import <Html> in pages/_document only."),
        _config(
            "next-turbopack-webpack-config",
            ASK,
            "Build with `next build --webpack`, or move the configuration to `turbopack`.",
        ),
        _config("next-babel-font-conflict", ASK, "Delete the Babel configuration, or do not use next/font."),
        _config("next-config-invalid", ASK, "Mend next.config as the message says.", rank=Rank.GUESS),
        _network(
            "google-font-fetch-failed",
            PERSON,
            "Deploy again; to be independent of Google, keep the font in the project (next/font/local).",
            retryable=True,
        ),
        _resource("static-page-timeout", PERSON, "Make the page faster, or render it on request."),
    ),
    signatures=(
        line(
            "next-missing-suspense",
            r"(?P<symbol>useSearchParams)\(\) should be wrapped in a suspense boundary at page \"(?P<file>[^\"]+)\"",
        ),
        line("next-missing-suspense", r"Missing Suspense boundary with (?P<symbol>\w+)", read=_page),
        line(
            "next-missing-use-client",
            r"You're importing a (?:component|module) that (?:needs|depends on) "
            r"`?(?P<symbol>use\w+|createContext|Component)`?[ .]",
            read=located(),
        ),
        line("next-missing-use-client", r"This React [Hh]ook only works in a [Cc]lient [Cc]omponent", read=located()),
        line(
            "next-missing-use-client",
            r"TypeError: .*(?P<symbol>createContext|useState|useEffect|useContext)\)? is not a function",
            read=_page,
        ),
        line(
            "next-metadata-in-client",
            r"You are attempting to export \"(?P<symbol>(?:generateM|m)etadata)\" from a component marked with "
            r"\"use client\"",
            read=located(),
        ),
        line(
            "next-invalid-page-export",
            r"Page \"(?P<file>[^\"]+)\" does not match the required types of a Next\.js Page",
            read=_export,
        ),
        line(
            "next-invalid-route-export",
            r"Route \"(?P<file>[^\"]+)\" does not match the required types of a Next\.js Route",
            read=_export,
        ),
        line(
            "next-page-no-default-export",
            r"The default export is not a React Component in (?:page: )?\"?(?P<file>[^\" ]+)",
        ),
        line("next-og-image-css", r"Invalid value for CSS property \"(?P<symbol>[^\"]+)\"", rank=Rank.CAUSE),
        line("next-prerender-error", r"Error occurred prerendering page \"(?P<file>[^\"]+)\"", read=_prerender),
        line(
            "next-dynamic-server-usage", r"Dynamic server usage: Route (?P<file>[^ ]+) couldn't be rendered statically"
        ),
        line("next-static-export", r"Page \"(?P<file>[^\"]+)\" is missing \"generateStaticParams\(\)\""),
        line(
            "next-middleware-and-proxy",
            r"Both middleware file \"(?P<file>[^\"]+)\" and proxy file \"(?P<symbol>[^\"]+)\" are detected",
            read=_two_files,
        ),
        line(
            "next-image-unconfigured-host",
            r"Invalid src prop .* hostname \"(?P<symbol>[^\"]+)\" is not configured under images",
        ),
        line(
            "next-server-only-import",
            r"You're importing a (?:component|module) that (?:needs|depends on) "
            r"\"?(?P<symbol>next/headers|server-only)\"?",
            read=located(),
        ),
        line(
            "next-use-server-export",
            r"Only async functions are allowed to be exported in a \"use server\" file",
            read=located(),
        ),
        line("next-parallel-pages", r"You cannot have two parallel pages that resolve to the same path"),
        line("next-conflicting-app-pages", r"Conflicting app and page files? (?:was|were) found"),
        line("html-outside-document", r"<Html> should not be imported outside of pages/_document", read=_page),
        line("next-turbopack-webpack-config", r"This build is using Turbopack, with a `webpack` config"),
        line("next-babel-font-conflict", r"\"next/font\" requires SWC although Babel is being used"),
        line("next-config-invalid", r"Invalid next\.config options detected", file="next.config.js"),
        line("google-font-fetch-failed", r"Failed to fetch `?(?P<symbol>[\w ]+)`? from Google Fonts", read=_fonts),
        line(
            "google-font-fetch-failed",
            r"^\[AggregateError: \] \{ code: 'E(?:TIMEDOUT|CONNREFUSED|NOTFOUND)' \}",
            read=_fonts,
            rank=Rank.SYMPTOM,
        ),
        line("static-page-timeout", r"Static page generation for (?P<file>[^ ]+) is still timing out after"),
    ),
)
