"""Files that say what runs, where, and by whose leave: for a person to change, never for a repair."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import re2

from deploymend.core.gate.rule import Rule
from deploymend.core.gate.scene import Hit, Scene

# The first that matches a path decides. Folders and names as each tool's documentation gives them.
_CI = (
    r"(?i)(?:^|/)\.(?:github|gitlab|circleci|buildkite|woodpecker|forgejo|gitea|azuredevops|drone|semaphore)/"
    r"|(?:^|/)(?:\.gitlab-ci\.ya?ml|\.travis\.ya?ml|\.drone\.ya?ml|\.woodpecker\.ya?ml|\.cirrus\.ya?ml|appveyor\.ya?ml"
    r"|azure-pipelines[\w.-]*\.ya?ml|bitbucket-pipelines\.ya?ml|cloudbuild\.ya?ml|buildspec\.ya?ml|codemagic\.ya?ml"
    r"|jenkinsfile|codeowners|renovate\.json5?|dependabot\.ya?ml)$|(?:^|/)\.ci/"
)
_HOOKS = (
    r"(?i)(?:^|/)\.(?:husky|lefthook|githooks|git-hooks|hooks)/|(?:^|/)\.?lefthook(?:-local)?\.(?:ya?ml|toml|json)$"
    r"|(?:^|/)(?:\.pre-commit-config\.ya?ml|\.lintstagedrc(?:\.\w+)?|lint-staged\.config\.\w+|\.huskyrc(?:\.\w+)?"
    r"|\.simple-git-hooks\.\w+|simple-git-hooks\.\w+|commitlint\.config\.\w+|\.commitlintrc(?:\.\w+)?)$"
)
_MANAGER = r"(?i)(?:^|/)(?:\.npmrc|\.yarnrc(?:\.ya?ml)?|\.pnpmrc|\.?pnpmfile\.[cm]?js|\.?bunfig\.toml)$|(?:^|/)\.yarn/"
_ENVIRONMENT = r"(?i)(?:^|/)\.(?:env|envrc|dev\.vars)(?:\.[\w.-]+)?$|(?:^|/)\.secrets?$"
_EXAMPLE = r"(?i)\.(?:example|sample|template|dist)$"
_GIT = r"(?i)(?:^|/)(?:\.gitmodules|\.gitattributes|\.gitconfig|\.mailmap)$"
_AGENTS = (
    r"(?i)(?:^|/)\.(?:claude|cursor|windsurf|aider|codex|gemini|continue|roo|kiro)/|(?:^|/)\.vscode/(?:tasks|settings|launch|mcp)\.json$"
    r"|(?:^|/)(?:claude(?:\.local)?\.md|agents\.md|gemini\.md|\.cursorrules|\.windsurfrules|\.mcp\.json|\.clinerules|copilot-instructions\.md)$"
)
_POLICY = r"(?i)(?:^|/)\.?deploymend(?:\.toml$|/)"


def _touching(pattern: str, *, but: str = r"\z.") -> Callable[[Scene], Iterator[Hit]]:
    """A finder of every change to a file whose path matches."""
    named, exempt = re2.compile(pattern), re2.compile(but)

    def find(scene: Scene) -> Iterator[Hit]:
        for change in scene.changes:
            if named.search(change.path) and not exempt.search(change.path):
                verb = (
                    "created" if change.file.before is None else "deleted" if change.file.after is None else "changed"
                )
                yield Hit(path=change.path, detail=verb)

    return find


PROTECTED_FILES = (
    Rule(name="changed-ci", why="says what runs in CI and who must review", find=_touching(_CI)),
    Rule(name="changed-hooks", why="says what runs when somebody commits", find=_touching(_HOOKS)),
    Rule(
        name="changed-manager-config", why="says where packages come from and what is checked", find=_touching(_MANAGER)
    ),
    Rule(name="changed-env-file", why="holds the environment's values", find=_touching(_ENVIRONMENT, but=_EXAMPLE)),
    Rule(name="changed-git-config", why="says what git runs and fetches", find=_touching(_GIT)),
    Rule(name="changed-agent-files", why="says what editors and agents run or believe", find=_touching(_AGENTS)),
    Rule(name="changed-policy", why="says what deploymend itself may do", find=_touching(_POLICY)),
)
