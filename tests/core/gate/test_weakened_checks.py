"""Configuration that makes a check look at less or complain of less."""

from collections.abc import Callable

import pytest

STRICT = (
    '{\n  // checked\n  "compilerOptions": { "strict": true, "noUnusedLocals": true, },\n  "include": ["src"],\n}\n'
)

REFUSED = [
    ("loosened-compiler-options", "tsconfig.json", STRICT, STRICT.replace('"strict": true', '"strict": false')),
    ("loosened-compiler-options", "tsconfig.app.json", STRICT, STRICT.replace('"noUnusedLocals": true', "")),
    ("loosened-compiler-options", "tsconfig.json", STRICT, STRICT.replace("true, }", 'true, "skipLibCheck": true }')),
    ("loosened-compiler-options", "jsconfig.json", None, '{"compilerOptions": {"strict": false}}'),
    ("loosened-lint-rules", ".eslintrc.json", '{"rules": {"a/b": "error"}}', '{"rules": {"a/b": "off"}}'),
    ("loosened-lint-rules", ".eslintrc.json", '{"rules": {"a": ["error"]}}', '{"rules": {"a": ["warn", {}]}}'),
    ("loosened-lint-rules", ".eslintrc.json", '{"rules": {"a": 2}}', '{"rules": {}}'),
    ("loosened-lint-rules", ".eslintrc", '{"rules": {}}', '{"rules": {"a": 0}}'),
    ("loosened-lint-rules", ".eslintrc.yml", "rules:\n  a: error\n", "rules:\n  a: off\n"),
    ("loosened-lint-rules", ".eslintrc", "rules:\n  a: error\n", "rules:\n  a: off\n"),
    ("loosened-lint-rules", "eslint.config.mjs", "export default [];", "export default [{ rules: { 'a': 'off' } }];"),
    ("loosened-lint-rules", "biome.json", "{}", '{"linter": {"enabled": false}}'),
    ("loosened-lint-rules", "package.json", "{}", '{"eslintConfig": {"rules": {"no-undef": "off"}}}'),
    (
        "ignored-build-errors",
        "next.config.js",
        "module.exports = {}",
        "module.exports = {typescript: {ignoreBuildErrors: true}}",
    ),
    (
        "ignored-build-errors",
        "next.config.ts",
        "export default {}",
        "const c = {}; c.eslint.ignoreDuringBuilds = flag; export default c",
    ),
    ("ignored-build-errors", "next.config.ts", "export default {}", "export default f({['ignoreBuildErrors']: !0})"),
    ("ignored-build-errors", "lib/shared.mjs", "", "export const t = { ignore\\u0042uildErrors: true };"),
    ("ignored-build-errors", "svelte.config.js", "", "export default {kit: {prerender: {handleHttpError: 'warn'}}}"),
    ("ignored-build-errors", "nuxt.config.ts", "", "export default {typescript: {typeCheck: false}}"),
    ("ignored-build-errors", "angular.json", '{"maximumError": "1mb"}', '{"maximumError": "9mb"}'),
    (
        "ignored-build-errors",
        "vite.config.ts",
        "",
        "export default {build: {rollupOptions: {onwarn() {}, onwarn: skip}}}",
    ),
    ("narrowed-checks", "tsconfig.json", STRICT, STRICT.replace('["src"],', '["src"], "exclude": ["src/old"],')),
    ("narrowed-checks", "tsconfig.json", '{"include": ["src", "app"]}', '{"include": ["src"]}'),
    ("narrowed-checks", "tsconfig.json", '{"extends": "./strict.json"}', '{"extends": "./loose.json"}'),
    ("narrowed-checks", "eslint.config.mjs", "export default [];", "export default [{ ignores: ['src/**'] }];"),
    ("narrowed-checks", "vitest.config.ts", "", "export default {test: {exclude: ['src/a.test.ts']}}"),
    ("narrowed-checks", ".eslintignore", "dist\n", "dist\nsrc\n"),
    ("hidden-missing-module", "vite.config.ts", "", "export default {build: {rollupOptions: {external: ['lost']}}}"),
    ("deleted-check-config", ".eslintrc.json", "{}", None),
    ("deleted-check-config", "packages/a/tsconfig.json", "{}", None),
]

PASSES = [
    ("a path alias", "tsconfig.json", STRICT, STRICT.replace("true, }", 'true, "paths": {"@/*": ["./*"]} }')),
    ("a family member under strict", "tsconfig.json", '{"strict": true, "noImplicitAny": true}', '{"strict": true}'),
    (
        "generated folders",
        "tsconfig.json",
        STRICT,
        STRICT.replace('["src"],', '["src"], "exclude": ["node_modules", "dist/x"],'),
    ),
    ("a stricter option", "tsconfig.json", '{"strict": false}', '{"strict": true}'),
    (
        "an unchanged loose option",
        "tsconfig.json",
        '{"skipLibCheck": true}',
        '{"skipLibCheck": true, "target": "es2022"}',
    ),
    (
        "the same words elsewhere",
        "data/options.json",
        "{}",
        '{"strict": false, "exclude": ["x"], "rules": {"a": "off"}}',
    ),
    ("a stricter rule", ".eslintrc.json", '{"rules": {"a": "warn"}}', '{"rules": {"a": "error"}}'),
    ("a rule off as before", ".eslintrc.json", '{"rules": {"a": "off"}}', '{"rules": {"b": "error", "a": "off"}}'),
    ("a rule no longer off", ".eslintrc.json", '{"rules": {"a": "off"}}', '{"rules": {}}'),
    ("errors not ignored", "next.config.js", "x = {}", "x = {typescript: {ignoreBuildErrors: false}}"),
    (
        "ignored before",
        "next.config.js",
        "x = {typescript: {ignoreBuildErrors: true}}",
        "x = {typescript: {ignoreBuildErrors: true}, images: {}}",
    ),
    ("the word in a string", "docs.ts", "", "const help = 'never set ignoreBuildErrors: true';"),
    ("an ignore comment", ".eslintignore", "dist\n", "dist\n# generated\n\n!src\n"),
    ("another build option", "vite.config.ts", "", "export default {build: {outDir: 'out'}, base: cond ? a : b}"),
    ("a torn file mended", "tsconfig.json", STRICT.replace("}", "", 1), STRICT),
    ("another configuration file gone", "postcss.config.js", "module.exports = {}", None),
]


@pytest.mark.parametrize(("rule", "path", "before", "after"), REFUSED)
def test_refuses_a_weaker_check(
    broken: Callable[..., set[str]], rule: str, path: str, before: str | None, after: str | None
) -> None:
    """A setting that lets more pass than before is refused, in any format."""
    assert rule in broken((path, before, after))


@pytest.mark.parametrize(("path", "before", "after"), [case[1:] for case in PASSES], ids=[case[0] for case in PASSES])
def test_lets_pass_other_settings(
    broken: Callable[..., set[str]], path: str, before: str | None, after: str | None
) -> None:
    """Settings that check as much or more, and the same words where they set nothing, are no refusal."""
    assert broken((path, before, after)) == set()


def test_refuses_a_file_that_leaves_type_checking(broken: Callable[..., set[str]]) -> None:
    """Renaming a typed file to an untyped one of the same name is refused; renaming it within its kind is not."""
    text = "export const a = 1;\n"
    assert "left-type-checking" in broken(("src/a.tsx", text, None), ("src/a.jsx", None, text))
    assert broken(("src/a.ts", text, None), ("src/a.tsx", None, text)) == set()
    assert broken(("src/a.ts", text, None), ("src/b.js", None, text)) == set()
