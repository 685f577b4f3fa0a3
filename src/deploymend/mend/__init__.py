"""Mending: from a diagnosis to a proved repair, committed but on no branch. The core of `fix` and of every attempt."""

from deploymend.mend.mender import Builders, GatePolicy, Mender, Order

__all__ = ["Builders", "GatePolicy", "Mender", "Order"]
