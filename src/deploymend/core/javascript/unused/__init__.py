"""Taking out what a compiler or linter says is unused: imports, locals, destructured names, functions and types.

A finding is placed first (place.py), then all findings of one import or pattern are cut out together (cut.py).
"""

from deploymend.core.javascript.unused.cut import cut
from deploymend.core.javascript.unused.place import Finding, Part, place

__all__ = ["Finding", "Part", "cut", "place"]
