"""Telling over real channels: the console, and Apprise over HTTP to a receiver on this machine."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Iterator
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs

import pytest

from deploymend.errors import ConfigurationError, TransientError
from deploymend.notifiers.apprise import AppriseNotifier
from deploymend.notifiers.console import ConsoleNotifier
from deploymend.ports import Notifier
from deploymend.testing.contracts.notifier import NotifierContract, NotifierStage
from deploymend.testing.samples import sample_message

# Apprise imports it, through a library for mail, on Pythons that still have it.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

SECRET = "geheim123"  # noqa: S105 - the tests look for it in messages


class Receiver:
    """An HTTP server that keeps what is posted to it and answers `status`."""

    def __init__(self) -> None:
        self.status = 200
        self.posted: list[tuple[str, bytes]] = []
        kept = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                kept.posted.append((self.headers["Content-Type"], body))
                self.send_response(kept.status)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
                """Silence."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = Thread(target=self.server.serve_forever)
        self.thread.start()

    @property
    def at(self) -> str:
        """User, password, host and port, as an address holds them."""
        return f"user:{SECRET}@127.0.0.1:{self.server.server_port}"

    def texts(self) -> list[str]:
        """The message field of each post: JSON, or a form."""
        return [_text(kind, body.decode("utf-8")) for kind, body in self.posted]

    def close(self) -> None:
        """Stop serving."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def _text(kind: str, body: str) -> str:
    header = EmailMessage()
    header["Content-Type"] = kind
    if header.get_content_type() == "application/json":
        return str(json.loads(body)["message"])
    return parse_qs(body)["message"][0]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A fresh one, that is up."""
    made = Receiver()
    yield made
    made.close()


class _AppriseStage:
    secret = SECRET

    def __init__(self, receiver: Receiver, scheme: str) -> None:
        self._receiver = receiver
        self.notifier: Notifier = AppriseNotifier(f"{scheme}://{receiver.at}/", name="CHAT_URL")

    def arrived(self) -> list[str]:
        return self._receiver.texts()


class _ConsoleStage:
    secret = ""

    def __init__(self) -> None:
        self._printed: list[str] = []
        self.notifier: Notifier = ConsoleNotifier(self._printed.append)

    def arrived(self) -> list[str]:
        return self._printed


class TestConsole(NotifierContract):
    """The suite, over the console."""

    @pytest.fixture
    def stage(self) -> NotifierStage:
        return _ConsoleStage()


class TestApprise(NotifierContract):
    """The suite, over Apprise's two plainest channels."""

    @pytest.fixture(params=["json", "form"])
    def stage(self, receiver: Receiver, request: pytest.FixtureRequest) -> NotifierStage:
        return _AppriseStage(receiver, request.param)


@pytest.mark.parametrize("scheme", ["json", "form"])
async def test_a_channel_gets_the_markdown_unless_its_address_asks_for_text(receiver: Receiver, scheme: str) -> None:
    """Line by line, nothing escaped."""
    message = sample_message()
    await AppriseNotifier(f"{scheme}://{receiver.at}/", name="CHAT_URL").send(message)
    await AppriseNotifier(f"{scheme}://{receiver.at}/?format=text", name="CHAT_URL").send(message)
    assert receiver.texts() == [message.markdown, message.text]


async def test_title_and_kind_stand_beside_the_text(receiver: Receiver) -> None:
    """A service may colour by them."""
    for kind in ("failure", "success"):
        await AppriseNotifier(f"json://{receiver.at}/", name="CHAT_URL").send(sample_message(kind=kind))
    posted = [json.loads(body) for _, body in receiver.posted]
    assert [(one["title"], one["type"]) for one in posted] == [
        ("shop: deployment failed", "failure"),
        ("shop: deployment failed", "success"),
    ]


@pytest.mark.parametrize("status", [400, 401, 429, 500, 503])
async def test_a_service_that_refuses_may_take_it_later(receiver: Receiver, status: int) -> None:
    """Apprise does not say why; the address is shown nowhere."""
    receiver.status = status
    with pytest.raises(TransientError, match="CHAT_URL did not take the message") as caught:
        await AppriseNotifier(f"json://{receiver.at}/", name="CHAT_URL").send(sample_message())
    assert caught.value.next_step
    assert SECRET not in f"{caught.value.message} {caught.value.next_step} {caught.value.__cause__!r}"
    receiver.status = 200
    await AppriseNotifier(f"json://{receiver.at}/", name="CHAT_URL").send(sample_message())
    assert len(receiver.posted) == 2


async def test_a_service_that_is_not_there(caplog: pytest.LogCaptureFixture) -> None:
    """Nobody listens."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(TransientError):
        await AppriseNotifier(f"json://user:{SECRET}@127.0.0.1:{port}/", name="CHAT_URL").send(sample_message())
    assert SECRET not in caplog.text


@pytest.mark.parametrize("address", [f"nosuch://{SECRET}", f"json://:{SECRET}", SECRET, "", f"slack://{SECRET}"])
async def test_an_address_that_makes_no_sense(
    address: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """It is told by the name of its variable; the address itself is shown nowhere, in no log, on no stream."""
    logging.getLogger("apprise").setLevel(logging.NOTSET)
    with pytest.raises(ConfigurationError, match="address in CHAT_URL is not one") as caught:
        await AppriseNotifier(address, name="CHAT_URL").send(sample_message())
    assert "apprise" in caught.value.next_step
    assert SECRET not in f"{caught.value.message} {caught.value.next_step}"
    assert SECRET not in caplog.text
    assert SECRET not in "".join(capfd.readouterr())


async def test_the_console_prints_the_plain_text() -> None:
    """Once, as it is."""
    printed: list[str] = []
    notifier = ConsoleNotifier(printed.append)
    await notifier.send(sample_message())
    assert printed == [sample_message().text]
    assert notifier.name == "console"
