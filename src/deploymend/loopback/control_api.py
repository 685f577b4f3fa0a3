"""The control endpoints, under `/_loopback/`. They need the same token: what they start runs code on this machine."""

from __future__ import annotations

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from deploymend.loopback import wire
from deploymend.loopback.account import Account
from deploymend.loopback.control import Control, DeploymentWish, ProjectWish
from deploymend.loopback.fault_table import FAULT_KINDS
from deploymend.loopback.faults import Fault, FaultBook
from deploymend.loopback.refusal import not_found
from deploymend.loopback.request_body import parsed


class ControlApi:
    """Documented in docs/loopback.md."""

    def __init__(self, account: Account, control: Control, faults: FaultBook) -> None:
        self._account = account
        self._control = control
        self._faults = faults

    async def list_faults(self, _: Request) -> Response:
        """`GET /_loopback/faults`: those that wait, and the table of all kinds."""
        waiting = [asdict(fault) for fault in self._faults.waiting()]
        return JSONResponse({"faults": waiting, "kinds": [asdict(kind) for kind in FAULT_KINDS]})

    async def add_fault(self, request: Request) -> Response:
        """`POST /_loopback/faults`: a name, and where and how often it strikes."""
        return JSONResponse(asdict(self._faults.add(await parsed(request, Fault))), 201)

    async def clear_faults(self, _: Request) -> Response:
        """`DELETE /_loopback/faults`: forget all."""
        return JSONResponse({"cleared": self._faults.clear()})

    async def clear_fault(self, request: Request) -> Response:
        """`DELETE /_loopback/faults/{id}`."""
        if not self._faults.clear(request.path_params["fault"]):
            raise not_found("Fault")
        return JSONResponse({"cleared": 1})

    async def add_project(self, request: Request) -> Response:
        """`POST /_loopback/projects`: see `ProjectWish`."""
        project = await self._control.add_project(await parsed(request, ProjectWish))
        return JSONResponse(wire.project_view(self._account, self._account.projects[project.id]), 201)

    async def add_deployment(self, request: Request) -> Response:
        """`POST /_loopback/deployments`: see `DeploymentWish`."""
        deployment = self._control.add_deployment(await parsed(request, DeploymentWish))
        return JSONResponse(wire.single(self._account, deployment), 201)

    async def pushed(self, _: Request) -> Response:
        """`POST /_loopback/pushed`: look at the refs now; the deployments that this made."""
        launched = await self._control.look_now()
        return JSONResponse({"deployments": [wire.list_item(self._account, each) for each in launched]})
