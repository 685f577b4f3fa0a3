"""`deploymend loopback`: a Vercel on this machine, for trying things out."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deploymend.cli.output import screen
from deploymend.cli.screen import Styled

if TYPE_CHECKING:
    from deploymend.loopback import RunningLoopback
    from deploymend.loopback.adopt import Adopted


@click.command(short_help="A Vercel of your own on this machine, to try things on.")
@click.option("--repo", default=".", type=click.Path(path_type=Path), help="A checkout or a bare repository.")
@click.option("--port", default=0, type=click.IntRange(0, 65535), help="Where it listens; 0 takes a free port.")
@click.option("--name", help="The project's name; the folder's, when not given.")
@click.option("--state", type=click.Path(path_type=Path, file_okay=False), help="Where it keeps what it knows.")
def loopback(repo: Path, port: int, name: str | None, state: Path | None) -> None:
    """A Vercel on this machine: it builds what is pushed to a bare repository, serves it, and answers Vercel's API.
    Runs until Ctrl-C; what it knows is there again at the next start.

    \b
    Examples:
      deploymend loopback --repo ~/code/shop --port 4711
      git remote add loopback …          as it prints; then: git push loopback main

    Faults (rate limits, cut logs, blocked authors …) can be switched on: docs/loopback.md.
    """  # noqa: D301 - click's mark for paragraphs that keep their lines
    asyncio.run(_serve(repo, port=port, name=name, state=state))


async def _serve(repo: Path, *, port: int, name: str | None, state: Path | None) -> None:
    from deploymend.config.places import cache_folder, state_folder
    from deploymend.loopback import Loopback, ProjectWish
    from deploymend.loopback.adopt import adopt, checkout_root, own_folder
    from deploymend.loopback.real_build import RealBuilder

    await checkout_root(repo)  # before a state folder is made for nothing
    folder = state or state_folder(os.environ) / "loopback" / own_folder(repo)
    builder = RealBuilder(cache_folder(os.environ))
    async with Loopback(state_folder=folder.absolute(), builder=builder, port=port).running() as server:
        adopted = await adopt(repo, folder.absolute())
        wish = ProjectWish(
            name=name or adopted.name, repo=str(adopted.remote), production_branch=adopted.production_branch
        )
        await server.control.add_project(wish)
        _tell(server, wish.name, adopted, sandbox=(await builder.sandbox()).report.name)
        await _until_told_to_stop()
    screen().line("stopped; the same command goes on from here")


def _tell(server: RunningLoopback, name: str, adopted: Adopted, *, sandbox: str) -> None:
    out = screen()
    out.line(
        Styled("A Vercel on this machine", "bold"), f", for {name}. Ctrl-C stops it; nothing leaves the machine.\n"
    )
    facts = {
        "api": server.url,
        "token": server.token,
        "live": f"{server.url}/_site/{name}/",
        "remote": str(adopted.remote),
        "builds in": sandbox if sandbox != "none" else "no sandbox: build only code you trust",
    }
    for label, text in facts.items():
        out.line(Styled(f"  {label:<11}", "dim"), text)
    steps = [
        "\nPoint deploymend at it:",
        f"  export VERCEL_API_URL={server.url} VERCEL_TOKEN={server.token}",
        "  and in deploymend.toml:",
        "    [[projects]]",
        f'    name = "{name}"',
        f'    team = "{server.team}"',
        f'    repository = "{adopted.remote}"',
        "\nSend it commits:",
    ]
    if adopted.made:
        steps.append(f"  git remote add loopback {adopted.remote}")
    where = "loopback" if adopted.made else str(adopted.remote)
    steps.append(f"  git push {where} {adopted.production_branch}")
    for step in steps:
        out.line(step)
    out.stream.flush()


async def _until_told_to_stop() -> None:
    """Until Ctrl-C or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        await stop.wait()
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
