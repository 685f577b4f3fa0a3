"""The program's start, and its five endings: done, an error of a kind we know, wrong usage, interrupted, a bug.

Exit codes: 0 green or done, 1 a person is needed, 2 usage or configuration, 3 an outside service failed, 70 a bug,
130 interrupted. `--help` loads click and nothing heavy: what shows errors is imported when there is one.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

import click

from deploymend.cli.main import cli
from deploymend.errors import DeploymendError

USAGE = 2
BUG = 70
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line (by default the process's own) and return the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # What an old terminal's encoding cannot hold becomes an escape, never a traceback.
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _run(given)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (`head`) has what it wanted. Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _run(arguments: list[str]) -> int:
    try:
        result = cli.main(args=arguments, prog_name="deploymend", standalone_mode=False)
    except click.ClickException as error:
        return _usage(error, arguments)
    except DeploymendError as error:
        return _known(error, arguments)
    except (KeyboardInterrupt, click.Abort):
        sys.stderr.write("\ninterrupted; what was under way is kept\n")
        return INTERRUPTED
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - the one place where everything ends
        return _bug(error, arguments)
    # With standalone_mode off, click returns the code of `ctx.exit(code)`, or else what the command returned.
    return result if isinstance(result, int) else 0


def _usage(error: click.ClickException, arguments: list[str]) -> int:
    from deploymend.cli.errors_view import show_usage
    from deploymend.cli.output import wanted_format

    context = error.ctx if isinstance(error, click.UsageError) else None
    help_hint = f"{context.command_path} --help" if context else ""
    show_usage(error.format_message(), help_hint, output_format=wanted_format(arguments))
    return USAGE


def _known(error: DeploymendError, arguments: list[str]) -> int:
    from deploymend.cli.errors_view import show_error
    from deploymend.cli.output import wanted_format

    show_error(error, output_format=wanted_format(arguments))
    return error.exit_code


def _bug(error: Exception, arguments: list[str]) -> int:
    from deploymend.cli.errors_view import show_bug

    show_bug(error, arguments=arguments)
    return BUG


if __name__ == "__main__":
    sys.exit(main())
