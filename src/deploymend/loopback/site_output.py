"""From a finished build to the files that a deployment serves."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from deploymend.core.plan import BuildPlan
from deploymend.loopback.job import BuildFailure

_NOT_SERVED = shutil.ignore_patterns(".git", "node_modules", ".env*")
_NO_OUTPUT = (
    'No Output Directory named "{name}" found after the Build completed. Configure the Output Directory in your '
    "Project Settings. Alternatively, configure vercel.json#outputDirectory."
)


def collect_site(plan: BuildPlan, checkout: Path, site: Path) -> BuildFailure | None:
    """Move the output to `site`. What is missing is a failure, in Vercel's words.

    Of a Next.js build the prerendered pages, static files and `public` are served; its functions are not run.
    """
    root = checkout / plan.directory
    if plan.framework == "nextjs" and not plan.output_directory:
        return _collect_next(root, site)
    name = plan.output_directory or ("public" if (root / "public").is_dir() else ".")
    output = (root / name).resolve()
    if not output.is_dir() or not output.is_relative_to(checkout.resolve()):
        return BuildFailure(message=_NO_OUTPUT.format(name=name), code="STATIC_BUILD_NO_OUT_DIR")
    if not any(output.iterdir()):
        return BuildFailure(message=f'The Output Directory "{name}" is empty.', code="STATIC_BUILD_EMPTY_OUT_DIR")
    shutil.copytree(output, site, symlinks=True, ignore=_NOT_SERVED)
    return None


def _collect_next(root: Path, site: Path) -> BuildFailure | None:
    built = root / ".next"
    if (root / "out").is_dir() and not (built / "BUILD_ID").exists():
        shutil.copytree(root / "out", site, symlinks=True)
        return None
    if not built.is_dir():
        message = (
            'The Next.js output directory ".next" was not found at "/vercel/path0/.next". This can be caused by one of '
            "the following issues:"
        )
        return BuildFailure(message=message, code="NEXT_OUTPUT_DIR_MISSING")
    site.mkdir(parents=True)
    for source, target in _next_parts(root):
        if source.is_dir():
            shutil.copytree(source, site / target, symlinks=True, dirs_exist_ok=True)
    return None


def _next_parts(root: Path) -> Iterator[tuple[Path, str]]:
    yield root / ".next" / "server" / "pages", ""
    yield root / ".next" / "server" / "app", ""
    yield root / ".next" / "static", "_next/static"
    yield root / "public", ""
