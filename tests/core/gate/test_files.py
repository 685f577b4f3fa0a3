"""Protected files, manifests, secrets, and the outside of a change."""

from collections.abc import Callable

import pytest

from deploymend.core.gate import GateFacts, judge
from deploymend.core.model import FileChange

PROTECTED = [
    ("changed-ci", ".github/workflows/ci.yml"),
    ("changed-ci", ".gitlab-ci.yml"),
    ("changed-ci", ".circleci/config.yml"),
    ("changed-ci", "CODEOWNERS"),
    ("changed-hooks", ".husky/pre-commit"),
    ("changed-hooks", "lefthook.yml"),
    ("changed-hooks", "web/.lintstagedrc.json"),
    ("changed-manager-config", ".npmrc"),
    ("changed-manager-config", "packages/a/.yarnrc.yml"),
    ("changed-manager-config", ".yarn/releases/yarn.cjs"),
    ("changed-manager-config", ".pnpmfile.cjs"),
    ("changed-env-file", ".env"),
    ("changed-env-file", "apps/web/.env.production"),
    ("changed-git-config", ".gitmodules"),
    ("changed-git-config", ".gitattributes"),
    ("changed-agent-files", ".claude/settings.json"),
    ("changed-agent-files", "AGENTS.md"),
    ("changed-policy", "deploymend.toml"),
]
NOT_PROTECTED = [
    "src/env.txt",
    ".env.example",
    ".gitignore",
    "src/github/a.txt",
    "docs/agents-overview.md",
    "husky.txt",
    "npmrc",
]

MANIFEST = '{"scripts": {"build": "vite build"}, "dependencies": {"react": "19.0.0"}}'
REFUSED = [
    ("changed-scripts", "package.json", MANIFEST, MANIFEST.replace("vite build", "vite build --debug")),
    ("changed-scripts", "package.json", MANIFEST, MANIFEST.replace('{"build"', '{"postinstall": "node a.js", "build"')),
    ("changed-scripts", "package.json", MANIFEST, '{"dependencies": {"react": "19.0.0"}}'),
    ("changed-scripts", "a/package.json", "{}", '{"lint-staged": {"*": "eslint"}}'),
    ("changed-deploy-commands", "vercel.json", "{}", '{"ignoreCommand": "exit 1"}'),
    ("changed-deploy-commands", "vercel.json", '{"buildCommand": "a"}', '{"buildCommand": "b"}'),
    ("changed-deploy-commands", "vercel.json", "{}", '{"git": {"deploymentEnabled": false}}'),
    ("changed-deploy-commands", "netlify.toml", "", '[build]\ncommand = "a"\n'),
    ("allowed-install-scripts", "package.json", "{}", '{"pnpm": {"onlyBuiltDependencies": ["strange"]}}'),
    ("allowed-install-scripts", "package.json", "{}", '{"trustedDependencies": ["strange"]}'),
    ("allowed-install-scripts", "pnpm-workspace.yaml", "", "onlyBuiltDependencies:\n  - 'strange'\n"),
    ("allowed-install-scripts", "pnpm-workspace.yaml", "", "allowBuilds:\n  strange: true\n"),
    ("allowed-install-scripts", "pnpm-workspace.yaml", "", "dangerouslyAllowAllBuilds: true\n"),
    ("secret", "a.ts", "", "const a = 'ghp_" + "a1B2" * 9 + "';"),
    ("secret", "a.ts", "", "const API_KEY = 'q8w7e6r5t4y3u2i1o0';"),
    ("secret", "config.json", "{}", '{"url": "postgres://me:hunter22@db.example/x"}'),
    ("secret", "config.yml", "", "api:\n  SECRET_KEY: q8w7e6r5t4y3u2i1\n"),
    ("secret", "key.ts", "", "const k = `-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----`;"),
    ("hidden-characters", "a.ts", "", "const a = 1; // \u202e}\n"),
    ("hidden-characters", "a.ts", "", "const a\u200bb = 1;\n"),
]
PASSES = [
    ("a dependency", "package.json", MANIFEST, MANIFEST.replace('"19.0.0"', '"19.0.0", "zod": "^4.0.0"')),
    ("an engine", "package.json", MANIFEST, MANIFEST.replace("{", '{"engines": {"node": "22.x"}, ', 1)),
    ("a new package's scripts", "packages/new/package.json", None, '{"scripts": {"build": "tsc"}}'),
    ("a well-known builder", "package.json", "{}", '{"pnpm": {"onlyBuiltDependencies": ["esbuild"]}}'),
    ("a workspace", "pnpm-workspace.yaml", "packages:\n  - a\n", "packages:\n  - a\n  - b\n"),
    ("a rewrite", "vercel.json", "{}", '{"outputDirectory": "dist", "rewrites": []}'),
    ("a redirect", "netlify.toml", "", '[[redirects]]\nfrom = "/a"\n'),
    ("a variable's name", "a.ts", "", "const API_KEY = process.env.API_KEY;"),
    ("a storage key", "a.ts", "", "const STORAGE_KEY = 'theme-preference';"),
    ("a CI variable", "notes.yml", "", "SECRET_KEY: ${{ secrets.KEY_OF_OURS }}\n"),
    ("a byte order mark", "a.ts", "const a = 1;", "\ufeffconst a = 1;"),
    ("a joined emoji", "a.ts", "", "const a = '👩\u200d💻 ümlaut';"),
    ("an old secret", "a.ts", "f('ghp_" + "a1B2" * 9 + "');", "f('ghp_" + "a1B2" * 9 + "', 1);"),
]


@pytest.mark.parametrize(("rule", "path"), PROTECTED)
def test_refuses_to_touch_protected_files(broken: Callable[..., set[str]], rule: str, path: str) -> None:
    """Creating, changing and deleting them is refused, also in a folder of a monorepo."""
    for before, after in ((None, "a\n"), ("a\n", "b\n"), ("a\n", None)):
        assert broken((path, before, after)) == {rule}


@pytest.mark.parametrize("path", NOT_PROTECTED)
def test_knows_what_is_not_protected(broken: Callable[..., set[str]], path: str) -> None:
    """Names that only resemble a protected one may change; so may an example of an env file."""
    assert broken((path, "a\n", "b\n")) == set()


@pytest.mark.parametrize(("rule", "path", "before", "after"), REFUSED)
def test_refuses_commands_secrets_and_hidden_text(
    broken: Callable[..., set[str]], rule: str, path: str, before: str, after: str
) -> None:
    """What runs commands, gives a secret away or hides from a reader is refused."""
    assert rule in broken((path, before, after))


@pytest.mark.parametrize(("path", "before", "after"), [case[1:] for case in PASSES], ids=[case[0] for case in PASSES])
def test_lets_harmless_settings_pass(
    broken: Callable[..., set[str]], path: str, before: str | None, after: str
) -> None:
    """Dependencies of known name, other settings, and names of secrets are no refusal."""
    assert broken((path, before, after)) == set()


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("binary-file", FileChange(path="a.bin", before=None, after=None, binary=True)),
        ("binary-file", FileChange(path="a.txt", before="a", after="a\0b")),
        ("executable-file", FileChange(path="a.sh", before="a\n", after="a\n", executable=True)),
        ("symlink-outside", FileChange(path="a/b", before=None, after=None, symlink="../../etc/x")),
        ("symlink-outside", FileChange(path="a", before=None, after=None, symlink="/etc/x")),
        ("symlink-outside", FileChange(path="a", before=None, after=None, symlink=".git/config")),
        ("path-outside", FileChange(path="../a", before=None, after="a")),
        ("path-outside", FileChange(path="/a", before=None, after="a")),
        ("path-outside", FileChange(path="a/../.GIT/hooks/x", before=None, after="a")),
        ("path-outside", FileChange(path="a\\..\\..\\b", before=None, after="a")),
        ("path-outside", FileChange(path="C:/a", before=None, after="a")),
        ("changed-test", FileChange(path="e2e/a.png", before=None, after=None, binary=True)),
        ("changed-snapshot", FileChange(path="__snapshots__/a.png", before=None, after=None, binary=True)),
    ],
)
def test_refuses_by_the_kind_of_file(rule: str, change: FileChange) -> None:
    """Binary files, programs, and what leads out of the tree are refused."""
    assert rule in {refusal.rule for refusal in judge([change], facts=GateFacts()).refusals}


def test_lets_a_symlink_inside_the_tree_pass() -> None:
    """A link to a file of the repository is an ordinary change."""
    change = FileChange(path="a/b", before=None, after=None, symlink="../c")
    assert judge([change], facts=GateFacts()).refusals == ()


def test_refuses_more_than_a_repair_should_touch(broken: Callable[..., set[str]]) -> None:
    """Files and lines have limits; long lines count more; lockfiles are counted apart."""
    files = [(f"src/a{number}.ts", None, "const a = 1;\n") for number in range(21)]
    assert broken(*files) == {"too-many-files"}
    assert broken(*files[:20]) == set()
    assert broken(("a.css", None, "a {}\n" * 401)) == {"too-many-lines"}
    assert broken(("a.css", None, "a {}\n" * 390)) == set()
    assert broken(("a.css", None, "a" * 90_000)) == {"too-many-lines"}
    assert broken(("package-lock.json", None, '{"a": 1,\n' * 5_000)) == set()
    assert broken(("package-lock.json", None, '{"a": 1,\n' * 20_001)) == {"too-many-lines"}


def test_limits_are_the_caller_s() -> None:
    """GateFacts carries the limits."""
    change = FileChange(path="a.css", before=None, after="a {}\nb {}\n")
    refused = judge([change], facts=GateFacts(max_files=0, max_changed_lines=1)).refusals
    assert [refusal.rule for refusal in refused] == ["too-many-files", "too-many-lines"]
