"""What deployments serve: the built files, at the deployment's address and at its aliases, and a page with its log.

Everything is on one host, so a deployment lives under `/_site/<name>/`. Browsers also reach it as
`http://<name>.localhost:PORT/`, where addresses that begin with `/` work as on the real platform.
"""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from deploymend.loopback.account import Account
from deploymend.loopback.model import Deployment, ReadyState

_DOMAIN = ".localhost"


class Site:
    """Finds the files of a name."""

    def __init__(self, account: Account) -> None:
        self._account = account

    async def serve(self, request: Request) -> Response:
        """`GET /_site/<name>/<path>`."""
        return self.answer(request.path_params["name"], request.path_params["path"])

    async def redirect(self, request: Request) -> Response:
        """`GET /_site/<name>`: to the same with a slash, so that relative links work."""
        return RedirectResponse(f"/_site/{request.path_params['name']}/", 308)

    def answer(self, name: str, path: str) -> Response:
        """A file, `index.html` of a folder, `<path>.html`, the site's own 404 page, or Vercel's words for it."""
        deployment = self.serving(name)
        if deployment is None:
            return PlainTextResponse("The deployment could not be found on Vercel.\n\nDEPLOYMENT_NOT_FOUND\n", 404)
        root = self._account.store.folder / "sites" / deployment.id
        for candidate in (path, f"{path.rstrip('/')}/index.html".lstrip("/"), f"{path}.html"):
            file = _inside(root, candidate)
            if file:
                return FileResponse(file)
        own_page = _inside(root, "404.html")
        if own_page:
            return FileResponse(own_page, 404)
        return PlainTextResponse("The page could not be found\n\nNOT_FOUND\n", 404)

    def serving(self, name: str) -> Deployment | None:
        """The deployment behind a name: its own, a project's (production), or a branch alias's (its newest)."""
        project = self._account.project(name)
        if project:
            return self._account.deployments.get(project.production_id or "")
        own = self._account.deployment(name)
        if own:
            return own if own.state is ReadyState.READY else None
        live = [each for each in self._account.newest_first() if name in each.aliases and each.alias_assigned_ms]
        return live[0] if live else None

    async def page(self, request: Request) -> Response:
        """`GET /<team>/<project>/<id>`: the deployment's page, as plain text: its state and its log."""
        deployment = self._account.deployment(f"dpl_{request.path_params['short']}")
        if deployment is None or request.path_params["team"] != self._account.owner.team_slug:
            return PlainTextResponse("NOT_FOUND\n", 404)
        lines = [event.text for event in self._account.log(deployment.id).all()]
        head = f"{deployment.id}  {deployment.state}  {deployment.commit.ref}  {deployment.commit.sha}"
        return PlainTextResponse("\n".join([head, deployment.error_message or "", *lines, ""]))


class SiteDoor:
    """ASGI middleware: requests for `<name>.localhost` are for the site, all others go on."""

    def __init__(self, app: ASGIApp, *, site: Site) -> None:
        self._app = app
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        name = _site_name(scope)
        app = self._site.answer(name, scope["path"].lstrip("/")) if name else self._app
        await app(scope, receive, send)


def _site_name(scope: Scope) -> str | None:
    headers = dict(scope["headers"]) if scope["type"] == "http" else {}
    host = headers.get(b"host", b"").decode("latin-1").split(":", 1)[0]
    return host.removesuffix(_DOMAIN) if host.endswith(_DOMAIN) else None


def _inside(root: Path, path: str) -> Path | None:
    """A file below the root, links followed; None for folders, and for what a link or `..` leads outside to."""
    try:
        file = (root / path.lstrip("/")).resolve()
        return file if file.is_file() and file.is_relative_to(root.resolve()) else None
    except (OSError, ValueError):
        return None
