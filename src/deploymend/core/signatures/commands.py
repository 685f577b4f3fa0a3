"""Commands and scripts that are not there, may not run, or leave nothing where the platform looks for output."""

from __future__ import annotations

from deploymend.core.model import Category
from deploymend.core.signatures.rows import ASK, AUTO, PERSON, kinds_of, line
from deploymend.core.signatures.signature import Family

_kind = kinds_of(Category.CONFIGURATION)

FAMILY = Family(
    kinds=(
        _kind(
            "missing-script",
            ASK,
            "Add the script to package.json, or change the build command in the project's settings.",
        ),
        _kind(
            "command-not-found",
            ASK,
            "Add the tool to package.json; if it is in devDependencies, do not omit those (NODE_ENV, --omit=dev).",
        ),
        _kind("permission-denied-126", AUTO, "Take node_modules out of git and ignore it."),
        _kind("husky-in-prod", AUTO, "Let `prepare` pass where husky is not installed: `husky || true`."),
        _kind("output-directory-missing", ASK, "Set the output directory to the one the build writes."),
        _kind(
            "no-framework-detected",
            PERSON,
            "Check the Root Directory in the project's settings, and that the framework is in its package.json.",
        ),
        _kind("root-directory-missing", PERSON, "Correct the Root Directory in the project's settings."),
        _kind(
            "no-package-json", PERSON, "Check the Root Directory in the project's settings: no package.json is there."
        ),
    ),
    signatures=(
        line("missing-script", r"^npm (?:error|ERR!) [Mm]issing script: \"?(?P<symbol>[^\"]+)", file="package.json"),
        line(
            "missing-script",
            r"ERR_PNPM_NO_SCRIPT[ \x{2009}]+Missing script: \"?(?P<symbol>[^\" ]+)",
            file="package.json",
        ),
        line(
            "missing-script",
            r"Couldn't find a script named \"(?P<symbol>[^\"]+)\"|^error Command \"(?P<code>[^\"]+)\" not found",
            file="package.json",
        ),
        line("missing-script", r"^error: Script not found \"(?P<symbol>[^\"]+)\"", file="package.json"),
        line("missing-script", r"Missing required \"(?P<symbol>(?:vercel-)?build)\" script", file="package.json"),
        line("husky-in-prod", r"(?:^|: )husky: (?:command )?not found", file="package.json"),
        line(
            "command-not-found",
            r"^(?:\S*/)?(?:ba|z|da)?sh:(?: line)? ?\d*:? ?(?P<symbol>[^ :]+): (?:command )?not found",
            file="package.json",
        ),
        line(
            "command-not-found",
            r"^sh: command not found: (?P<symbol>\S+)|^'(?P<code>[^']+)' is not recognized as an internal or "
            r"external command",
            file="package.json",
        ),
        line(
            "command-not-found",
            r"ERR_PNPM_RECURSIVE_EXEC_FIRST_FAIL.*Command \"(?P<symbol>[^\"]+)\" not found|^error: command not "
            r"found: (?P<code>\S+)",
            file="package.json",
        ),
        line(
            "permission-denied-126",
            r"^(?:\S*/)?(?:ba|z|da)?sh:(?: line)? ?\d*:? ?\S*node_modules/\.bin/(?P<symbol>[^ :]+): Permission denied",
            file=".gitignore",
        ),
        line(
            "output-directory-missing",
            r"^(?:Error: )?No Output Directory named \"(?P<symbol>[^\"]+)\" found after the Build completed",
            file="vercel.json",
        ),
        line(
            "output-directory-missing",
            r"^(?:Error: )?The Output Directory \"(?P<symbol>[^\"]+)\" is empty|^Error: The file "
            r"\"(?P<code>[^\"]*routes-manifest\.json)\" couldn't be found",
            file="vercel.json",
        ),
        line(
            "no-framework-detected",
            r"^(?:Error: |Warning: )?No (?P<symbol>[\w.]+) version (?:could be )?detected",
            file="package.json",
        ),
        line("root-directory-missing", r"The specified Root Directory \"(?P<symbol>[^\"]+)\" does not exist"),
        line(
            "no-package-json",
            r"^npm (?:error|ERR!) (?:enoent )?.*(?:Could not read package\.json|no such file or directory, open "
            r"'[^']*package\.json')|ERR_PNPM_NO_PKG_MANIFEST",
            file="package.json",
        ),
    ),
)
