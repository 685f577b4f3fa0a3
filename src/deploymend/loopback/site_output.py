"""From a finished build to the files that a deployment serves."""

from __future__ import annotations

import shutil
from pathlib import Path

from deploymend.core.plan import BuildPlan
from deploymend.loopback.job import BuildFailure

_NOT_SERVED = shutil.ignore_patterns(".git", "node_modules", ".env*")
_NO_OUTPUT = (
    'No Output Directory named "{name}" found after the Build completed. Configure the Output Directory in your '
    "Project Settings. Alternatively, configure vercel.json#outputDirectory."
)
_NO_NEXT = (
    'The Next.js output directory ".next" was not found at "/vercel/path0/.next". This can be caused by one of the '
    "following issues:"
)
_NEXT_PARTS = (
    (".next/server/pages", "."),
    (".next/server/app", "."),
    (".next/static", "_next/static"),
    ("public", "."),
)
"""Where Next.js leaves what can be served as it is, and where its pages look for it."""


def collect_site(plan: BuildPlan, checkout: Path, site: Path) -> BuildFailure | None:
    """Copy the output to `site`. What is missing, or lies outside the checkout, is a failure in Vercel's words.

    Of a Next.js build the prerendered pages, static files and `public` are served; its functions are not run.
    """
    if checkout.is_symlink():
        return BuildFailure(message="The build replaced its own checkout.", code="UNEXPECTED_ERROR")
    if plan.framework == "nextjs" and not plan.output_directory:
        return _collect_next(checkout, plan.directory, site)
    name = plan.output_directory or ("public" if (checkout / plan.directory / "public").is_dir() else ".")
    output = _folder(checkout, f"{plan.directory}/{name}")
    if output is None:
        return BuildFailure(message=_NO_OUTPUT.format(name=name), code="STATIC_BUILD_NO_OUT_DIR")
    if not any(output.iterdir()):
        return BuildFailure(message=f'The Output Directory "{name}" is empty.', code="STATIC_BUILD_EMPTY_OUT_DIR")
    shutil.copytree(output, site, symlinks=True, ignore=_NOT_SERVED)
    return None


def _collect_next(checkout: Path, root: str, site: Path) -> BuildFailure | None:
    built, exported = _folder(checkout, f"{root}/.next"), _folder(checkout, f"{root}/out")
    if exported and not (built and (built / "BUILD_ID").exists()):
        shutil.copytree(exported, site, symlinks=True)
        return None
    if built is None:
        return BuildFailure(message=_NO_NEXT, code="NEXT_OUTPUT_DIR_MISSING")
    site.mkdir(parents=True)
    for source, target in _NEXT_PARTS:
        if part := _folder(checkout, f"{root}/{source}"):
            shutil.copytree(part, site / target, symlinks=True, dirs_exist_ok=True)
    return None


def _folder(checkout: Path, name: str) -> Path | None:
    """A folder of the checkout; None when it is missing, or when `..` or a link leads out of the checkout."""
    folder = (checkout / name.lstrip("/")).resolve()
    return folder if folder.is_dir() and folder.is_relative_to(checkout.resolve()) else None
