"""The build log, read until it is whole."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from deploymend.core.log_events import log_from_events, parse_events
from deploymend.core.model import BuildLog
from deploymend.platforms.vercel.api import Api, deployment_segment

GAPS_SECONDS = (0.5, 0.5, 1.0, *(2.0,) * 8)
"""Between two reads, 18 s in all: soon at first, as the end is mostly only a moment late and the last line shows it."""
REST_CLOSED_SECONDS = 2.0
REST_OPEN_SECONDS = 4.0
"""How long a log must stay the same when that last line does not come."""

_LAST_LINE = "Exiting build container"
_CLOSING_STARTS = ("Error: ", "Deployment completed", "Build cache uploaded", "Skipping cache upload")
_NEAR_SIZE_LIMIT = 3_900_000
_CLOSING_WINDOW = 40
"""Lines at the end among which a closing line counts: a report of the build system may follow it."""

_QUERY: dict[str, str | int] = {"direction": "forward", "follow": 0, "limit": -1, "builds": 1}
"""All events at once: without `limit=-1` the answer is cut (vercel.com/docs/rest-api, get deployment events)."""


async def read_log(api: Api, deployment_id: str, *, pause: Callable[[float], Awaitable[None]]) -> BuildLog:
    """The log of a deployment. Vercel can say ERROR before the last lines are there, so it is read again until
    its last line is there or it has stayed the same: for two seconds when it looks closed, for four when not.

    Empty when nothing was built. `complete` is False when it still changed after 18 seconds, and when Vercel cut it at
    its size limit.
    """
    path = f"/v3/deployments/{deployment_segment(deployment_id)}/events"
    log = await _read_once(api, path)
    same_seconds = 0.0
    for gap_seconds in GAPS_SECONDS:
        if _settled(log, same_seconds):
            break
        await pause(gap_seconds)
        newer = await _read_once(api, path)
        same_seconds = same_seconds + gap_seconds if newer.lines == log.lines else 0.0
        log = newer
    return replace(log, complete=_settled(log, same_seconds) and (_closed(log) or not _at_size_limit(log)))


async def _read_once(api: Api, path: str) -> BuildLog:
    return log_from_events(parse_events(await api.get_text(path, _QUERY)))


def _settled(log: BuildLog, same_seconds: float) -> bool:
    if log.lines and log.lines[-1].strip() == _LAST_LINE:
        return True
    return same_seconds >= (REST_CLOSED_SECONDS if _closed(log) else REST_OPEN_SECONDS)


def _closed(log: BuildLog) -> bool:
    return any(line.startswith(_CLOSING_STARTS) for line in log.lines[-_CLOSING_WINDOW:])


def _at_size_limit(log: BuildLog) -> bool:
    """True for a log near the 4 MB that Vercel keeps (vercel.com/docs/deployments/logs)."""
    return sum(len(line) + 1 for line in log.lines) > _NEAR_SIZE_LIMIT
