"""The demo: a loopback Vercel, a real git remote, a real app; a broken push heals before your eyes."""

from deploymend.demo.run import run_demo
from deploymend.demo.scenarios import SCENARIOS, Scenario

__all__ = ["SCENARIOS", "Scenario", "run_demo"]
