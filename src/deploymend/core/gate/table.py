"""The rules of the gate, all of them, in the order their refusals are told. A new rule is one entry in its family."""

from __future__ import annotations

from deploymend.core.gate.commands import COMMANDS
from deploymend.core.gate.deleted_effects import DELETED_EFFECTS
from deploymend.core.gate.hidden_text import HIDDEN_TEXT
from deploymend.core.gate.integrity import INTEGRITY
from deploymend.core.gate.kept_tests import KEPT_TESTS
from deploymend.core.gate.manifests import MANIFESTS
from deploymend.core.gate.new_packages import NEW_PACKAGES
from deploymend.core.gate.placeholders import PLACEHOLDERS
from deploymend.core.gate.protected_files import PROTECTED_FILES
from deploymend.core.gate.rule import Rule
from deploymend.core.gate.secrets import SECRETS
from deploymend.core.gate.shape import SHAPE
from deploymend.core.gate.suppressions import SUPPRESSIONS
from deploymend.core.gate.swallowed_errors import SWALLOWED_ERRORS
from deploymend.core.gate.type_escapes import TYPE_ESCAPES
from deploymend.core.gate.weakened_checks import WEAKENED_CHECKS

RULES: tuple[Rule, ...] = (
    *SUPPRESSIONS,
    *TYPE_ESCAPES,
    *WEAKENED_CHECKS,
    *COMMANDS,
    *SWALLOWED_ERRORS,
    *KEPT_TESTS,
    *PLACEHOLDERS,
    *DELETED_EFFECTS,
    *PROTECTED_FILES,
    *MANIFESTS,
    *SECRETS,
    *NEW_PACKAGES,
    *INTEGRITY,
    *SHAPE,
    *HIDDEN_TEXT,
)
