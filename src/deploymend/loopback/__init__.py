"""A faithful Vercel on this machine: its HTTP API, webhooks, real builds of real pushes, and faults to inject.

    loopback = Loopback(state_folder=folder, builder=RealBuilder(...))
    async with loopback.running() as server:
        await server.control.add_project(ProjectWish(name="shop", repo="/path/to/shop.git"))
        ...                                     # point a client at server.url with server.token

Where to look: `server.py` is the table of addresses; `launching.py` decides what a push leads to; `building.py` is the
life of a deployment; `one_build.py` the build and its log; `fault_table.py` what can go wrong on purpose;
docs/loopback.md the control endpoints. Anything it does not imitate is listed there too.
"""

from deploymend.loopback.control import DeploymentWish, ProjectWish
from deploymend.loopback.faults import Fault
from deploymend.loopback.job import Builder, BuildFailure, BuildJob, BuildOutcome, Emit, command_failure
from deploymend.loopback.model import ReadyState
from deploymend.loopback.running import Loopback, RunningLoopback

__all__ = [
    "BuildFailure",
    "BuildJob",
    "BuildOutcome",
    "Builder",
    "DeploymentWish",
    "Emit",
    "Fault",
    "Loopback",
    "ProjectWish",
    "ReadyState",
    "RunningLoopback",
    "command_failure",
]
