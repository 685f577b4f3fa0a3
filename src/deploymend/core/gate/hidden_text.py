"""Characters that a reader cannot see and a compiler obeys (CVE-2021-42574, "Trojan Source")."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from deploymend.core.gate.rule import Rule
from deploymend.core.gate.scene import Spot, appeared
from deploymend.core.gate.source import Language, Source

# Bidirectional controls, zero-width signs, soft hyphen, tag characters. The joiners U+200C and U+200D are left out:
# emoji and several scripts need them.
_HIDDEN = re2.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")


def _hidden(source: Source) -> Iterator[Spot]:
    if source.language is Language.LOCK or source.text.isascii():
        return
    for line, text in enumerate(source.lines, 1):
        # A byte order mark at the start of a file is only that.
        for match in _HIDDEN.finditer(text.removeprefix("\ufeff") if line == 1 else text):
            yield Spot(key=f"U+{ord(match.group()):04X}", line=line)


HIDDEN_TEXT = (
    Rule(name="hidden-characters", why="writes what a reader cannot see", find=lambda scene: appeared(scene, _hidden)),
)
