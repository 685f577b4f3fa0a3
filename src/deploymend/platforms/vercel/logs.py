"""The build log, read until it is whole."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from deploymend.core.log_events import log_from_events, parse_events
from deploymend.core.model import BuildLog
from deploymend.platforms.vercel.api import Api, deployment_segment

MOST_READS = 10
GAP_SECONDS = 2.0

_LAST_LINE = "Exiting build container"
_CLOSING_STARTS = ("Error: ", "Deployment completed", "Build cache uploaded", "Skipping cache upload")
_NEAR_SIZE_LIMIT = 3_900_000
_CLOSING_WINDOW = 40
"""Lines at the end among which a closing line counts: a report of the build system may follow it."""

_QUERY: dict[str, str | int] = {"direction": "forward", "follow": 0, "limit": -1, "builds": 1}
"""All events at once: without `limit=-1` the answer is cut (vercel.com/docs/rest-api, get deployment events)."""


async def read_log(api: Api, deployment_id: str, *, pause: Callable[[float], Awaitable[None]]) -> BuildLog:
    """The log of a deployment. Vercel can say ERROR before the last lines are there, so it is read again every two
    seconds until its last line is there or it stays the same: once more when it looks closed, twice more when not.

    Empty when nothing was built. `complete` is False when it still changed after ten reads, and when Vercel cut it at
    its size limit.
    """
    path = f"/v3/deployments/{deployment_segment(deployment_id)}/events"
    log = await _read_once(api, path)
    same_reads = 1
    for _ in range(MOST_READS - 1):
        if _settled(log, same_reads):
            break
        await pause(GAP_SECONDS)
        newer = await _read_once(api, path)
        same_reads = same_reads + 1 if newer.lines == log.lines else 1
        log = newer
    return replace(log, complete=_settled(log, same_reads) and (_closed(log) or not _at_size_limit(log)))


async def _read_once(api: Api, path: str) -> BuildLog:
    return log_from_events(parse_events(await api.get_text(path, _QUERY)))


def _settled(log: BuildLog, same_reads: int) -> bool:
    if log.lines and log.lines[-1].strip() == _LAST_LINE:
        return True
    return same_reads >= (2 if _closed(log) else 3)


def _closed(log: BuildLog) -> bool:
    return any(line.startswith(_CLOSING_STARTS) for line in log.lines[-_CLOSING_WINDOW:])


def _at_size_limit(log: BuildLog) -> bool:
    """True for a log near the 4 MB that Vercel keeps (vercel.com/docs/deployments/logs)."""
    return sum(len(line) + 1 for line in log.lines) > _NEAR_SIZE_LIMIT
