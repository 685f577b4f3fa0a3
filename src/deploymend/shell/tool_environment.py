"""What package clients outside the sandbox get of this machine's environment: how to reach the network, no secrets.

Only fixed, trusted programs get it (pip, uv, npm installing a tool in a folder of ours), never a project's code.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

_NAMES = frozenset(
    (
        *("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "USER", "LOGNAME"),
        *("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"),
        *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy", "all_proxy"),
        *("SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
    )
)
_PREFIXES = ("PIP_", "UV_", "npm_config_", "NPM_CONFIG_")


def tool_environment(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """The part of the environment that a trusted package client needs. None: this process's own."""
    source = os.environ if environment is None else environment
    return {name: value for name, value in source.items() if name in _NAMES or name.startswith(_PREFIXES)}
