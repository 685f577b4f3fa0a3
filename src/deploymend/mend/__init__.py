"""Mending: from a diagnosis to a proved repair, committed but on no branch. The core of `fix` and of every attempt."""

from deploymend.mend.mender import GatePolicy, Mender, Order

__all__ = ["GatePolicy", "Mender", "Order"]
