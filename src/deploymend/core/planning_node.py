"""Which Node major a platform builds with.

Source: vercel.com/docs/functions/runtimes/node-js/node-js-versions. `.nvmrc` and `.node-version` are not read there.
"""

from __future__ import annotations

from dataclasses import dataclass

from deploymend.core.node_range import jumps_majors, majors_allowed

OFFERED_MAJORS = (24, 22)
DISCONTINUED_MAJORS = (20, 18, 16, 14, 12, 10, 8)
"""20 ended on 2026-10-01, 18 on 2025-09-01, 16 on 2025-02-03: a build that asks for one is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeChoice:
    """The major, why, what the platform warns of, and its words when it would refuse to build at all."""

    major: int
    reason: str
    warnings: tuple[str, ...] = ()
    refusal: str | None = None


def choose_node(engines: str | None, configured: str | None, project_setting: str | None) -> NodeChoice:
    """`engines.node`, then vercel.json's `nodeVersion`, then the project's setting, then the newest."""
    if engines is not None:
        return _from_range(engines, 'package.json "engines"', _engines_cure, _engine_warnings(engines, project_setting))
    for source, text in (("vercel.json", configured), ("the project settings", project_setting)):
        if text:
            return _from_range(text, source, _settings_cure)
    return NodeChoice(major=OFFERED_MAJORS[0], reason=f"Node {OFFERED_MAJORS[0]}: the newest, as nothing asks for one")


def _from_range(text: str, source: str, cure: str, warnings: tuple[str, ...] = ()) -> NodeChoice:
    newest = OFFERED_MAJORS[0]
    allowed = majors_allowed(text, OFFERED_MAJORS)
    if allowed:
        reason = f'Node {allowed[0]}: the newest that {source} "{text}" allows'
        return NodeChoice(major=allowed[0], reason=reason, warnings=warnings)
    old = majors_allowed(text, DISCONTINUED_MAJORS)
    if old:
        said = f'Node.js Version "{old[0]}.x" is discontinued and must be upgraded. {cure}'
        return NodeChoice(major=old[0], reason=f'Node {old[0]}: {source} "{text}"', warnings=warnings, refusal=said)
    said = f'Found invalid or discontinued Node.js Version: "{text}". {cure}'
    return NodeChoice(major=newest, reason=f'{source} "{text}" names no Node there is', refusal=said)


_engines_cure = (
    f'Please set "engines": {{ "node": "{OFFERED_MAJORS[0]}.x" }} in your `package.json` file'
    f" to use Node.js {OFFERED_MAJORS[0]}."
)
_settings_cure = (
    f"Please set Node.js Version to {OFFERED_MAJORS[0]}.x in your Project Settings to use Node.js {OFFERED_MAJORS[0]}."
)


def _engine_warnings(engines: str, project_setting: str | None) -> tuple[str, ...]:
    warnings = []
    shown = f'"engines": {{ "node": "{engines}" }}'
    if project_setting and majors_allowed(project_setting, OFFERED_MAJORS) != majors_allowed(engines, OFFERED_MAJORS):
        warnings.append(
            f"Due to {shown} in your `package.json` file, the Node.js Version defined in your Project Settings "
            f'("{project_setting}") will not apply.'
        )
    if jumps_majors(engines):
        warnings.append(
            f"Detected {shown} in your `package.json` that will automatically upgrade "
            "when a new major Node.js Version is released."
        )
    return tuple(warnings)
