"""Command lines and code that hide failure."""

from collections.abc import Callable

import pytest

REFUSED = [
    ("forced-install", "package.json", '{"name": "a"}', '{"name": "npm install --force"}'),
    ("forced-install", "package.json", '{"name": "a"}', '{"name": "npm ci --legacy\\u002dpeer-deps"}'),
    ("forced-install", "Dockerfile", "RUN npm ci\n", "RUN npm ci --legacy-peer-deps\n"),
    ("forced-install", "Dockerfile", "RUN npm ci\n", "RUN npm install -f && npm test\n"),
    ("forced-install", ".npmrc", "", "legacy-peer-deps=true\n"),
    ("forced-install", ".npmrc", "", "force = true\n"),
    ("forced-install", ".npmrc", "", "strict-ssl=false\n"),
    ("forced-install", ".yarnrc.yml", "", "checksumBehavior: update\n"),
    ("forced-install", "pnpm-workspace.yaml", "", "strictPeerDependencies: false\n"),
    ("forced-install", "install.sh", "pnpm i\n", "pnpm i --no-frozen-lockfile\n"),
    ("forced-install", "vercel.json", "{}", '{"installCommand": "npm install --force"}'),
    ("forced-install", "build.mjs", "", "execSync('npm ci --force');"),
    ("forced-install", "ci.sh", "git push\n", "git push --no-verify\n"),
    ("swallowed-failure", "build.sh", "tsc\n", "tsc || true\n"),
    ("swallowed-failure", "build.sh", "tsc\n", "tsc || :\n"),
    ("swallowed-failure", "build.sh", "tsc\n", "tsc; exit 0\n"),
    ("swallowed-failure", "build.sh", "tsc\n", "set +e\ntsc\n"),
    ("swallowed-failure", "build.sh", "tsc\n", "tsc\r\nexit 0\r\n"),
    ("swallowed-failure", "steps.yml", "- run: tsc\n", "- run: tsc\n  continue-on-error: true\n"),
    ("swallowed-failure", "steps.json", "{}", '{"continue-on-error": true}'),
    ("swallowed-failure", "steps.yml", "job:\n", "job:\n  allow_failure: true\n"),
    ("swallowed-failure", "build.mjs", "", "execSync(`npx tsc || true`);"),
    ("weakened-command", "build.sh", "next build\n", "next build --no-lint\n"),
    ("weakened-command", "build.sh", "npm run build\n", "CI=false npm run build\n"),
    ("weakened-command", "build.sh", "eslint .\n", "eslint . --max-warnings 99\n"),
    ("weakened-command", "build.sh", "vitest run\n", "vitest run --passWithNoTests\n"),
    ("empty-catch", "a.ts", "f();", "try { f(); } catch {}"),
    ("empty-catch", "a.ts", "f();", "try { f(); } catch (error) {\n  // ignored\n}"),
    ("empty-catch", "a.ts", "await f();", "await f().catch(() => {});"),
    ("empty-catch", "a.ts", "await f();", "await f().catch((error: Error) => undefined);"),
    ("forced-success", "a.js", "f();", "f();\nprocess.exit(0);"),
    ("forced-success", "a.js", "f();", "f();\nprocess.exitCode = 0;"),
    ("forced-success", "a.js", "f();", "process.on('uncaughtException', () => g());\nf();"),
]

PASSES = [
    ("documentation", "README.md", "", "Never run `npm install --force` or `tsc || true`."),
    ("a longer flag", "test.sh", "jest\n", "jest --forceExit\n"),
    ("a safer flag", "push.sh", "git push\n", "git push --force-with-lease\n"),
    ("an operator", "a.ts", "f(a);", "f(a || true);"),
    ("a text", "a.ts", "", "const a = 'use --force to go on';"),
    ("a fallback", "build.sh", "a\n", "a || exit 1\n"),
    ("a flag that was there", "build.sh", "tsc || true\n", "cd web && tsc || true\n"),
    ("no warnings allowed", "build.sh", "eslint .\n", "eslint . --max-warnings 0\n"),
    ("stopping at once", "build.sh", "tsc\n", "set -e\ntsc\n"),
    ("a catch that tells", "a.ts", "f();", "try { f(); } catch (error) { report(error); }"),
    ("a catch that answers", "a.ts", "await f();", "await f().catch((error) => report(error));"),
    ("a method named catch", "a.ts", "", "const net = { catch: 1 }; net.catch;"),
    ("a failing exit", "a.js", "f();", "f();\nprocess.exit(1);"),
    ("a word in a list", "a.js", "", "const events = ['uncaughtException', 'exit'];"),
    ("overrides", "package.json", "{}", '{"overrides": {"react": "19.0.0"}}'),
]


@pytest.mark.parametrize(("rule", "path", "before", "after"), REFUSED)
def test_refuses_to_hide_a_failure(
    broken: Callable[..., set[str]], rule: str, path: str, before: str, after: str
) -> None:
    """Commands by force, swallowed failures and errors thrown away are refused wherever commands or code stand."""
    assert rule in broken((path, before, after))


@pytest.mark.parametrize(("path", "before", "after"), [case[1:] for case in PASSES], ids=[case[0] for case in PASSES])
def test_lets_pass_what_hides_nothing(broken: Callable[..., set[str]], path: str, before: str, after: str) -> None:
    """Likenesses, prose, and what was there before are no refusal."""
    assert broken((path, before, after)) == set()
