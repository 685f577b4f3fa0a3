"""The table of commands, and the group that loads a command only when it is asked for.

`deploymend --help` imports click and nothing heavy: the one-line helps stand here, not in the commands' files.
"""

from __future__ import annotations

import difflib
from importlib import import_module

import click

from deploymend import __version__

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("deploymend.cli.demo:demo", "See a broken deployment heal itself, on this machine, without an account."),
    "fix": ("deploymend.cli.fix:fix", "Build this checkout as the platform would; if red: repair, prove, commit."),
    "diagnose": ("deploymend.cli.diagnose:diagnose", "Explain why a build failed, from its log."),
    "init": ("deploymend.cli.init:init", "Write deploymend.toml from what is here."),
    "doctor": ("deploymend.cli.doctor:doctor", "Check the set-up; each finding with its cure."),
    "sync": ("deploymend.cli.sync:sync", "Commit and push what is here, follow it to green, repair silently."),
    "watch": ("deploymend.cli.watch:watch", "Keep all configured projects green."),
    "incidents": ("deploymend.cli.incidents:incidents", "What happened: the list, or one whole story."),
    "loopback": ("deploymend.cli.loopback:loopback", "A Vercel of your own on this machine, to try things on."),
}
"""Name: where its click command is, and what it is for. In the order of the help."""


class LazyGroup(click.Group):
    """Commands from a table; importing one is put off until it runs or its own help is shown."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        """The command itself. Raises click's UsageError when there is no such name."""
        if cmd_name not in COMMANDS:
            near = difflib.get_close_matches(cmd_name, COMMANDS, n=1)
            meant = f"; did you mean {near[0]}?" if near else ""
            raise click.UsageError(f"there is no command {cmd_name!r}{meant}", ctx)
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        try:
            command = getattr(import_module(module), attribute)
        except ModuleNotFoundError as error:
            if error.name != module:
                raise
            raise click.UsageError(f"`{cmd_name}` is not part of this installation") from None
        if not isinstance(command, click.Command):
            raise TypeError(f"{COMMANDS[cmd_name][0]} is not a click command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        """The list in the help, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="deploymend")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Keeps deployments green: reads the failed build's log, repairs the code, proves the repair, pushes it.

    \b
    Without an account:
      deploymend demo                    a broken push heals before your eyes
      deploymend fix                     build this checkout, repair what is broken
      deploymend diagnose build.log      what went wrong, and what to do
    \b
    With one:
      deploymend init, then doctor       set up, and see that it works
      deploymend watch                   the silent loop

    Exit codes: 0 green or done, 1 a person is needed, 2 usage or configuration, 3 an outside service failed,
    70 a bug of ours, 130 interrupted.
    """  # noqa: D301 - click wants the backspace itself, for paragraphs that keep their lines
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
