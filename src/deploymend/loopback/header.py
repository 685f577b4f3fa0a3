"""The lines that Vercel itself prints around a build's output, in the order of its real logs."""

from __future__ import annotations

from deploymend.loopback.job import BuildFailure
from deploymend.loopback.model import Commit, Project

CLI_VERSION = "53.2.0"

OUT_OF_MEMORY_REPORT = (
    "▲ Build system report",
    "▲ To always completely log this report, add VERCEL_BUILD_SYSTEM_REPORT=1 as an Environment Variable.",
    '• At least one "Out of Memory" ("OOM") event was detected during the build.',
    "• This occurs when processes or applications running during the build completely fill up the available memory.",
)


def before_clone(project: Project, commit: Commit) -> tuple[str, ...]:
    """The machine and what is cloned."""
    where = f"github.com/{project.organization}/{project.repository_name}"
    return (
        "Running build in Washington, D.C., USA (East) – iad1",
        "Build machine configuration: 2 cores, 8 GB",
        f"Cloning {where} (Branch: {commit.ref}, Commit: {commit.sha[:7]})",
    )


def cache_line(*, restored_from: str | None, use_cache: bool) -> str:
    """What is known of the build cache. `restored_from` is the id of the deployment that left it."""
    if not use_cache:
        return "Skipping build cache, deployment was triggered without cache."
    if restored_from is None:
        return "Previous build caches not available."
    return f"Restored build cache from previous deployment ({restored_from.removeprefix('dpl_')})"


def clone_line(seconds: float) -> str:
    """`Cloning completed: 434.000ms`."""
    return f"Cloning completed: {duration(seconds)}"


def start_lines() -> tuple[str, ...]:
    """The hand-over to the build command."""
    return ('Running "vercel build"', f"Vercel CLI {CLI_VERSION}")


def success_tail(build_seconds: float) -> tuple[str, ...]:
    """What follows a build that passed."""
    return (
        f"Build Completed in /vercel/output [{build_seconds:.0f}s]",
        "Deploying outputs...",
        "Deployment completed",
        "Creating build cache...",
    )


def failure_tail(failure: BuildFailure) -> tuple[str, ...]:
    """What follows a build that failed. The first line carries `level: error`."""
    link = (f"Learn More: {failure.link}",) if failure.link else ()
    report = OUT_OF_MEMORY_REPORT if failure.out_of_memory else ()
    return (f"Error: {failure.message}", *link, *report, "", "Exiting build container")


def duration(seconds: float) -> str:
    """`434.000ms` below a second, else `1.358s`."""
    return f"{seconds * 1000:.3f}ms" if seconds < 1 else f"{seconds:.3f}s"
