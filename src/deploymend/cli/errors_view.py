"""How a bad ending is shown: a line and a next step for what people can mend, a report to paste for our bugs."""

from __future__ import annotations

import os
import platform
import re
import tempfile
import traceback
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from deploymend import __version__
from deploymend.cli.output import error_screen, write_json
from deploymend.cli.screen import Screen, Styled
from deploymend.core.redact import redact
from deploymend.errors import DeploymendError

SECRET_NAMES = re.compile(
    r"(TOKEN|SECRET|PASSWORD|PASSWD|KEY|CREDENTIAL|DSN)S?$|(TOKEN|SECRET|PASSWORD)_|DATABASE_URL", re.IGNORECASE
)


def show_error(error: DeploymendError, *, output_format: str) -> None:
    """Message and next step on stderr; with a format for programs also as `{"error": …}` on stdout."""
    known = known_secrets(os.environ)
    message, next_step = redact(error.message, known), redact(error.next_step, known)
    _show(error_screen(), message, next_step)
    if output_format in {"json", "jsonl"}:
        write_json(error_document(error))


def error_document(error: DeploymendError) -> dict[str, object]:
    """What programs get: `{"error": {"kind", "message", "next_step", "exit_code"}}`, secrets masked."""
    known = known_secrets(os.environ)
    return {
        "error": {
            "kind": type(error).__name__,
            "message": redact(error.message, known),
            "next_step": redact(error.next_step, known),
            "exit_code": error.exit_code,
        }
    }


def show_usage(message: str, next_step: str, *, output_format: str) -> None:
    """A command line that cannot be understood."""
    _show(error_screen(), message, next_step)
    if output_format in {"json", "jsonl"}:
        write_json({"error": {"kind": "UsageError", "message": message, "next_step": next_step, "exit_code": 2}})


def show_bug(error: BaseException, *, arguments: Sequence[str], now: datetime | None = None) -> Path | None:
    """Write a report that can be pasted into an issue, and say where it is. None when it could not be written."""
    moment = now or datetime.now(UTC)
    text = bug_report(error, arguments=arguments, now=moment, environment=os.environ)
    path = _write_report(f"deploymend-report-{moment:%Y%m%dT%H%M%SZ}.md", text)
    words = redact(f"{type(error).__name__}: {error}", known_secrets(os.environ))
    where = f"The report is in {path}: please attach it to an issue." if path else "The report could not be written."
    _show(error_screen(), f"a bug in deploymend: {words}", f"{where} Secrets are masked; read it before you send it.")
    return path


def bug_report(error: BaseException, *, arguments: Sequence[str], now: datetime, environment: Mapping[str, str]) -> str:
    """Versions, the command and the traceback as Markdown; secrets masked, the home folder shortened."""
    trace = "".join(traceback.format_exception(error))
    facts = (
        f"- deploymend {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
        f"- at {now.isoformat(timespec='seconds')}\n"
        f"- command: `deploymend {' '.join(arguments)}`\n"
    )
    text = f"# deploymend stopped on a bug\n\n{facts}\n```\n{trace.replace('```', '` ` `')}```\n"
    if home := environment.get("HOME", "").rstrip("/"):
        text = text.replace(home, "~")
    return redact(text, known_secrets(environment))


def known_secrets(environment: Mapping[str, str]) -> Iterable[str]:
    """The values of variables that hold secrets by their name: masked wherever they turn up."""
    return tuple(value for name, value in environment.items() if SECRET_NAMES.search(name) and not _is_a_file(value))


def _is_a_file(value: str) -> bool:
    # SSH_AUTH_SOCK and KEY_FILE name a place, and masking a folder's name would make messages useless.
    return value.startswith("/")


def _show(screen: Screen, message: str, next_step: str) -> None:
    first, *rest = message.splitlines() or [""]
    screen.line(Styled("error:", "problem"), f" {first}")
    for line in rest:
        screen.line(f"       {line}")
    if next_step:
        screen.line(f"  next: {next_step}")


def _write_report(name: str, text: str) -> Path | None:
    for folder in (Path.cwd(), Path(tempfile.gettempdir())):
        path = folder / name
        try:
            path.write_text(text, encoding="utf-8", errors="backslashreplace")
        except OSError:
            continue
        return path
    return None
