"""Prisma: its client not generated, its schema refused, its migrations stuck, its database out of reach."""

from __future__ import annotations

import re

from deploymend.core.model import Category, Cause
from deploymend.core.signatures.paths import clean_path
from deploymend.core.signatures.rows import ASK, AUTO, PERSON, kinds_of, line
from deploymend.core.signatures.signature import Family
from deploymend.core.signatures.spot import Spot, number

_config, _network, _script = (kinds_of(c) for c in (Category.CONFIGURATION, Category.INFRASTRUCTURE, Category.SCRIPT))
_DETAIL = re.compile(r"^error: (?!script )(.+)")
_PLACE = re.compile(r"-->\s+(\S{1,300}?):(\d{1,7})\s*$")
_MISSING = re.compile(r"Environment variable not found: (\w{1,100})")
_WORKSPACE = re.compile(r"/vercel/path\d+/((?:apps|packages|services)/[^/\s)]{1,100})")


def _schema(spot: Spot) -> Cause:
    """The first error of the schema, with its place; a variable that is not set is no error of the schema."""
    told = spot.find_below(_DETAIL, 6)
    place = spot.find_below(_PLACE, 10)
    missing = _MISSING.search(told[1].string) if told else None
    return spot.cause(
        kind="missing-env-var" if missing else "prisma-schema-invalid",
        message=told[1][1] if told else None,
        symbol=missing[1] if missing else None,
        code=spot.groups.get("code"),
        file=clean_path(place[1][1]) if place else None,
        line=number(place[1][2]) if place else None,
        evidence=[found[1].string for found in (told, place) if found]
        + list(spot.frame(place[0] + 1) if place else ()),
    )


def _client(spot: Spot) -> Cause:
    stack = spot.find_below(_WORKSPACE, 12)
    return spot.cause(file=stack[1][1] if stack else None, evidence=[stack[1].string] if stack else [])


FAMILY = Family(
    kinds=(
        _config(
            "prisma-not-generated",
            AUTO,
            "Run `prisma generate` before the build, in `postinstall` or in the build script.",
        ),
        _config("prisma-schema-invalid", ASK, "Mend the schema (or prisma.config.ts) as the message says."),
        _config("prisma-client-init", ASK, "Prisma 7 needs a driver adapter: pass `adapter` to PrismaClient."),
        _network(
            "database-unreachable",
            PERSON,
            "Check that the database runs and that its address can be reached from the build.",
            retryable=True,
        ),
        _script(
            "migrate-failed",
            PERSON,
            "Resolve the failed migration by hand (`prisma migrate resolve`); never reset the database.",
        ),
    ),
    signatures=(
        line("prisma-not-generated", r"@prisma/client did not initialize yet", read=_client),
        line(
            "prisma-not-generated",
            r"Prisma has detected that this project was built on Vercel, which caches dependencies",
            read=_client,
        ),
        line("prisma-schema-invalid", r"^Error code: (?P<code>P1012)", read=_schema),
        line("prisma-client-init", r"`PrismaClient` needs to be constructed with a non-empty, valid"),
        line(
            "database-unreachable",
            r"Can't reach database server at|^Error: P100[12]\b|Timed out trying to acquire a postgres advisory lock",
        ),
        line("migrate-failed", r"^Error: (?P<code>P30(?:09|18|05|06))|^migrate found failed migrations"),
    ),
)
