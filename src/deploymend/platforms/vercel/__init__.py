"""Vercel: its REST API behind the `Platform` port, and its webhooks.

Start at `platform.py`. The facts come from Vercel's public documentation (vercel.com/docs/rest-api), its generated
SDK (`@vercel/sdk` on npm) and its command line (github.com/vercel/vercel), which runs against the same API.
"""

from deploymend.platforms.vercel.api import API_URL, connect
from deploymend.platforms.vercel.platform import Vercel
from deploymend.platforms.vercel.webhooks import WebhookEvent, parse_webhook, verify_signature

__all__ = ["API_URL", "Vercel", "WebhookEvent", "connect", "parse_webhook", "verify_signature"]
