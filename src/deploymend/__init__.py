"""deploymend keeps deployments green: it reads a failed build's log, repairs the code, proves the repair and pushes it.

Nothing happens at import. Plug-in authors need `deploymend.ports` (what to implement), `deploymend.core.model` (the
values that cross a port) and `deploymend.testing` (the contract suites and fakes).
"""

__version__ = "0.1.0"
