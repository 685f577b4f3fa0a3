"""Sends messages over Apprise (github.com/caronc/apprise): Slack, Discord, Teams, mail, ntfy and many more by one
address.
"""

from __future__ import annotations

import asyncio
import logging

from deploymend.core.message import Message
from deploymend.errors import ConfigurationError, TransientError


class AppriseNotifier:
    """Implements ports.Notifier over one Apprise address, which holds credentials and is never shown.

    `name` is how the channel is called in messages and records: the name of the variable the address came from.
    """

    def __init__(self, address: str, *, name: str) -> None:
        self.name = name
        self._address = address

    async def send(self, message: Message) -> None:
        """Deliver it. Raises TransientError when the service did not take it; Apprise does not say whether it ever
        will.
        """
        await asyncio.to_thread(self._send, message)

    def _send(self, message: Message) -> None:
        import apprise

        logging.getLogger("apprise").setLevel(logging.CRITICAL)  # its log lines may hold the address
        target = apprise.Apprise()
        if not target.add(self._address):
            msg = f"the address in {self.name} is not one that Apprise understands"
            raise ConfigurationError(msg, next_step="see the list of addresses at github.com/caronc/apprise/wiki")
        rich = apprise.NotifyFormat.MARKDOWN  # turned into HTML where a service wants that
        wants_markdown = all(server.resolve_format(rich) != apprise.NotifyFormat.TEXT for server in target)
        kind = apprise.NotifyType.SUCCESS if message.kind == "success" else apprise.NotifyType.FAILURE
        sent = target.notify(
            body=message.markdown if wants_markdown else message.text,
            title=message.title,
            notify_type=kind,
            body_format=rich if wants_markdown else apprise.NotifyFormat.TEXT,
        )
        if not sent:
            msg = f"{self.name} did not take the message"
            raise TransientError(msg, next_step=f"check the address in {self.name} and that its service is up")
