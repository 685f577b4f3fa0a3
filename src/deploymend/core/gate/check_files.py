"""Which files configure a check, and the settings that loosen one.

Names as the tools document them: typescriptlang.org/tsconfig, eslint.org, biomejs.dev, oxc.rs, stylelint.io,
nextjs.org, vite.dev, svelte.dev/docs/kit, angular.dev, jestjs.io, vitest.dev.
"""

from __future__ import annotations

import re2

COMPILER_CONFIG = re2.compile(r"^(?:ts|js)config(?:\.[\w.-]+)?\.json$")
LINT_CONFIG = re2.compile(
    r"^(?:\.eslintrc(?:\.\w+)?|eslint\.config\.\w+|biome\.jsonc?|\.?oxlintrc\.json|oxlint\.\w+|tslint\.json"
    r"|\.stylelintrc(?:\.\w+)?|stylelint\.config\.\w+)$"
)
TEST_CONFIG = re2.compile(r"^(?:jest|vitest|playwright|cypress)\.(?:config|workspace)\.\w+$")
BUILD_CONFIG = re2.compile(
    r"^(?:(?:next|vite|nuxt|svelte|astro|rollup|rolldown|webpack|remix|react-router|tsup|craco|vue|rspack|rsbuild"
    r"|app|esbuild|angular)\.config\.\w+|angular\.json|project\.json|package\.json)$"
)
LINT_IGNORE_FILE = re2.compile(r"^\.(?:eslint|stylelint|oxlint|tslint)ignore$")

# Compiler options that check something: off, or gone, is looser. `strict` stands for the family after it.
STRICT_FAMILY = frozenset(
    """
    noImplicitAny strictNullChecks strictFunctionTypes strictBindCallApply strictPropertyInitialization
    noImplicitThis useUnknownInCatchVariables alwaysStrict strictBuiltinIteratorReturn
    """.split()  # noqa: SIM905 - reads better as text
)
STRICT_OPTIONS = STRICT_FAMILY | frozenset(
    """
    strict noUnusedLocals noUnusedParameters exactOptionalPropertyTypes noImplicitReturns
    noFallthroughCasesInSwitch noUncheckedIndexedAccess noImplicitOverride noPropertyAccessFromIndexSignature
    noUncheckedSideEffectImports forceConsistentCasingInFileNames noEmitOnError checkJs isolatedDeclarations
    erasableSyntaxOnly verbatimModuleSyntax strictTemplates strictInjectionParameters strictInputAccessModifiers
    fullTemplateTypeCheck
    """.split()  # noqa: SIM905 - reads better as text
)
# Compiler options that switch a check off.
LOOSE_OPTIONS = frozenset(
    """
    skipLibCheck skipDefaultLibCheck noCheck allowUnreachableCode allowUnusedLabels suppressImplicitAnyIndexErrors
    suppressExcessPropertyErrors noStrictGenericChecks noResolve keyofStringsOnly
    """.split()  # noqa: SIM905 - reads better as text
)
# Settings that let a build pass in spite of errors, in any code or configuration: the values that are fine.
IGNORING_ANYWHERE = {"ignoreBuildErrors": ("false",), "ignoreDuringBuilds": ("false",)}
# The same in a build's or a test's configuration; an empty tuple means that no value is fine.
IGNORING_IN_CONFIG: dict[str, tuple[str, ...]] = {
    "typeCheck": ("true", "build"),
    "transpileOnly": ("false",),
    "missingSuspenseWithCSRBailout": ("true",),
    "failOnError": ("true",),
    "failOnWarning": ("true",),
    "failOnErrors": ("true",),
    "handleHttpError": ("fail",),
    "handleMissingId": ("fail",),
    "handleUnseenRoutes": ("fail",),
    "handleEntryGeneratorMismatch": ("fail",),
    "passWithNoTests": ("false",),
    "dangerouslyIgnoreUnhandledErrors": ("false",),
    "onwarn": (),
    "onLog": (),
    "ignoreWarnings": (),
    "maximumError": (),
    "maximumWarning": (),
}
# Lists of what a check leaves out: longer is looser.
EXCLUDING = frozenset(
    """
    exclude ignores ignorePatterns ignore ignoreFiles ignored testPathIgnorePatterns coveragePathIgnorePatterns
    testIgnore modulePathIgnorePatterns
    """.split()  # noqa: SIM905 - reads better as text
)
# Lists of what a check looks at, or of what it builds on: shorter is looser.
INCLUDING = frozenset(("include", "files", "extends", "references", "path", "includes"))
# Folders that hold generated files: leaving them out loosens nothing.
GENERATED = frozenset(
    (
        "node_modules",
        "dist",
        "build",
        "out",
        "coverage",
        ".next",
        ".nuxt",
        ".output",
        ".svelte-kit",
        ".vercel",
        ".astro",
    )
)
# Modules left out of a bundle are missing in the browser: Rollup's and Vite's `external`, webpack's `externals`.
EXTERNAL = frozenset(("external", "externals"))
