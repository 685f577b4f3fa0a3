"""Rules of Remix and React Router, SvelteKit, Astro, Nuxt and Nitro, Angular, Create React App."""

from __future__ import annotations

import re

from deploymend.core.model import Category, Cause
from deploymend.core.signatures.paths import clean_path
from deploymend.core.signatures.rows import ASK, AUTO, kinds_of, line, located
from deploymend.core.signatures.signature import Family, Rank
from deploymend.core.signatures.spot import Spot

_kind, _config, _import = (kinds_of(c) for c in (Category.FRAMEWORK, Category.CONFIGURATION, Category.IMPORT))
_IMPORTER = re.compile(r"'([^']{1,300})' imported by '([^']{1,300})'")
_ASTRO_PLACE = re.compile(r"^\s{2,8}(?:\.{3,4}/|/|\.?[\w@.-]+/)\S{1,400}:\d{1,7}:\d{1,7}\s*$")
_ASTRO_ROOT = re.compile(r"^(?:\.{3,4}/[^/]{1,100}/|/(?:Users|home)/[^/]{1,100}/)")
_STATEMENT = re.compile(r"^\s*(?:!|>|\*\*\S)")
_IMPOUND = re.compile(r"importing (\S{1,300}) from (\S{1,300}?)\]")


def _server_only(spot: Spot) -> Cause:
    told = spot.find_below(_IMPORTER, 4)
    return spot.cause(
        symbol=told[1][1] if told else None,
        file=clean_path(told[1][2]) if told else None,
        evidence=[told[1].string] if told else [],
    )


def _astro_entry(spot: Spot) -> Cause:
    """The message goes on below; the content file stands under `Location:`."""
    place = spot.find_below(_ASTRO_PLACE, 12)
    file = _ASTRO_ROOT.sub("", place[1].string.strip()).rpartition(":")[0].rpartition(":")[0] if place else None
    told = [text for text in spot.block(4) if not text.strip().startswith(("Hint", "Location", "See "))]
    return spot.cause(file=file, evidence=[*told, *((place[1].string,) if place else ())])


def _astro_config(spot: Spot) -> Cause:
    return spot.cause(file="astro.config.mjs", evidence=[text for text in spot.block(8) if _STATEMENT.match(text)])


def _impound(spot: Spot) -> Cause:
    told = _IMPOUND.search(spot.text)
    return spot.cause(symbol=told[1] if told else None, file=clean_path(told[2]) if told else None)


FAMILY = Family(
    kinds=(
        _kind("remix-server-only-in-client", ASK, "Import the .server module from loaders and actions only."),
        _kind(
            "sveltekit-adapter",
            ASK,
            "Install @sveltejs/adapter-vercel and use it in svelte.config.js.",
            rank=Rank.GUESS,
        ),
        _kind("sveltekit-private-in-client", ASK, "Read private variables in server files only."),
        _kind("sveltekit-prerender-404", ASK, "Mend the link, or add the page."),
        _kind("sveltekit-invalid-export", AUTO, "Prefix the export with an underscore, or move it."),
        _kind("astro-content-schema", ASK, "Make the entry's frontmatter fit the collection's schema."),
        _kind("astro-no-adapter", ASK, "Add an adapter: `@astrojs/vercel`."),
        _kind("astro-getstaticpaths", ASK, "Export getStaticPaths() from the dynamic route, or render it on request."),
        _kind("astro-image", ASK, "Check the image's path and case, and that git tracks it."),
        _config(
            "astro-config-invalid",
            ASK,
            "Correct the option in the Astro configuration: the message lists what is allowed.",
        ),
        _import(
            "nitro-externals",
            ASK,
            "Install the named package in the project itself, or use one package manager layout.",
        ),
        _kind("nuxt-impound", ASK, "Do not import this module from server code."),
        _kind("nuxt-prerender", ASK, "Mend the routes that are listed above, or leave them out of prerendering."),
        _kind("angular-budget", ASK, "Make the bundle smaller; raise the budget in angular.json only on purpose."),
        _kind("angular-template", ASK, "Import the component, directive or module that the template uses."),
        _kind("ci-warnings-as-errors", ASK, "Mend the warnings above: with CI set they are errors."),
    ),
    signatures=(
        line("remix-server-only-in-client", r"Server-only module referenced by client", read=_server_only),
        line("sveltekit-adapter", r"Could not detect a supported production environment", file="svelte.config.js"),
        line(
            "sveltekit-private-in-client",
            r"Cannot import (?P<symbol>\$env/(?:static|dynamic)/private|[^ ]*\$lib/server[^ ]*) into "
            r"(?:client-side|code that runs in the browser)",
            read=located(),
        ),
        line(
            "sveltekit-prerender-404", r"^(?:\[\d+\] |Error: )*404 (?P<symbol>/[^ ]*) \(linked from (?P<code>[^)]+)\)"
        ),
        line("sveltekit-invalid-export", r"Invalid export '(?P<symbol>[^']+)' in (?P<file>[^ ]+)"),
        line(
            "astro-content-schema",
            r"\[(?:InvalidContentEntryDataError|InvalidContentEntryFrontmatterError)\] ",
            read=_astro_entry,
        ),
        line("astro-no-adapter", r"\[NoAdapterInstalled\w*\]", file="astro.config.mjs"),
        line("astro-getstaticpaths", r"\[GetStaticPathsRequired\]", read=_astro_entry),
        line("astro-image", r"\[ImageNotFound\]|\[LocalImageUsedWrongly\]", read=_astro_entry),
        line("astro-config-invalid", r"^\[config\] Astro found issue\(s\) with your configuration", read=_astro_config),
        line(
            "nitro-externals",
            r"Cannot resolve \"(?P<symbol>[^\"]+)\" from \"(?P<file>[^\"]+)\" and externals are not allowed",
        ),
        line("nuxt-impound", r"\[plugin impound\]", read=_impound),
        line("nuxt-prerender", r"Exiting due to prerender errors"),
        line("angular-budget", r"[Ee]xceeded maximum budget(?: for (?P<file>[^ ]+\.\w+))?\.? Budget"),
        line("angular-template", r"(?P<code>NG\d{4,6}): (?P<message>.*)$", read=located()),
        line("ci-warnings-as-errors", r"Treating warnings as errors because process\.env\.CI = true"),
    ),
)
