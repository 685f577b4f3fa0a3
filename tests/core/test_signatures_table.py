from __future__ import annotations

from collections import Counter

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from deploymend.core.diagnosis import diagnose
from deploymend.core.matching import find_hits
from deploymend.core.model import BuildLog, Category
from deploymend.core.signatures import FAMILIES, KINDS, SIGNATURES
from deploymend.core.signatures.typescript_messages import TS_MESSAGES

# What a log shows of each kind, at its shortest: written from how the tools print, one line of a table for each shape.
SAMPLES: tuple[tuple[str, str], ...] = (
    ("module-not-found-relative", 'Could not resolve "./x" from "src/App.jsx"'),
    ("module-not-found-relative", '✘ [ERROR] Could not resolve "./x"\n\n    src/main.ts:3:7:'),
    ("module-not-found-relative", 'src/main.ts:3:7: ERROR: Could not resolve "./x"'),
    ("module-not-found-relative", "[UNRESOLVED_IMPORT] Could not resolve './x' in src/main.tsx"),
    ("module-not-found-relative", "Error: Cannot find module '/vercel/path0/scripts/x.js'"),
    ("module-not-found-alias", "./a.tsx\nModule not found: Can't resolve '@/components/x'"),
    ("module-not-found-package", "./a.tsx:4:1\nModule not found: Can't resolve 'framer-motion'"),
    ("module-not-found-package", 'Failed to resolve import "axios" from "src/a.ts". Does the file exist?'),
    (
        "module-not-found-package",
        "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'x' imported from /vercel/path0/a.mjs",
    ),
    (
        "module-not-found-package",
        "Error: Cannot find module 'autoprefixer'\nRequire stack:\n- /vercel/path0/node_modules/x/y.js",
    ),
    ("node-builtin-in-client", "./a.tsx\nModule not found: Can't resolve 'fs'"),
    ("missing-asset", "./a.tsx\nModule not found: Can't resolve '../public/logo.png'"),
    ("platform-package", "Error: Cannot find module @rollup/rollup-linux-x64-gnu. npm has a bug"),
    ("platform-package", "Error: Cannot find module '../lightningcss.linux-x64-gnu.node'"),
    ("platform-package", "npm error code EBADPLATFORM"),
    ("prisma-not-generated", "Error: Cannot find module '.prisma/client/default'"),
    (
        "prisma-version-mismatch",
        "Cannot find module '/vercel/path0/node_modules/@prisma/client/runtime/query_engine_bg.x.wasm'",
    ),
    ("could-not-load-file", "Could not load /vercel/path0/src/x (imported by src/a.ts): ENOENT: no such file"),
    ("package-subpath-not-exported", 'Missing "./x" specifier in "pkg" package'),
    ("package-subpath-not-exported", "Package path ./x is not exported from package /vercel/path0/node_modules/y"),
    ("esm-cjs-interop", "Error [ERR_REQUIRE_ESM]: require() of ES Module /x/y.js not supported."),
    ("esm-cjs-interop", "SyntaxError: Named export 'x' not found. The requested module 'y' is a CommonJS module"),
    ("rollup-entry-unresolved", 'Could not resolve entry module "index.html".'),
    ("astro-adapter-bug", '[vite]: Rollup failed to resolve import "undefined" from "@astrojs-ssr-virtual-entry".'),
    ("missing-export-webpack", "./a.ts\nAttempted import error: 'x' is not exported from 'y' (imported as 'x')."),
    ("missing-export-turbopack", "./a.ts:1:10\nExport x doesn't exist in target module"),
    (
        "missing-export-rollup",
        'src/a.jsx (4:57): "X" is not exported by "node_modules/y/z.js", imported by "src/a.jsx".',
    ),
    ("missing-export-rollup", '[MISSING_EXPORT] Error: "x" is not exported by "y".'),
    ("missing-export-rollup", '✘ [ERROR] No matching export in "y" for import "x"'),
    ("missing-export-rollup", "SyntaxError: The requested module 'y' does not provide an export named 'x'"),
    (
        "sveltekit-env-not-exported",
        'src/a.ts (1:9): "KEY" is not exported by "virtual:env/static/private", imported by "src/a.ts".',
    ),
    (
        "jsx-syntax",
        "./a.tsx\nError: \n  x Unexpected token `div`. Expected jsx identifier\n    ,-[/vercel/path0/a.tsx:20:1]",
    ),
    (
        "jsx-syntax",
        "./a.tsx:3:1\nParsing ecmascript source code failed\n  2 | x\n> 3 | y\n    | ^\n\nExpression expected",
    ),
    ("jsx-syntax", '/vercel/path0/src/a.tsx:5:2: ERROR: Unexpected closing "div" tag'),
    ("jsx-syntax", '✘ [ERROR] Unexpected "}"\n\n    src/a.ts:1:2:'),
    ("jsx-syntax", "SyntaxError: /vercel/path0/src/a.js: Unexpected token (12:3)"),
    ("jsx-syntax", "src/a.js (3:4): Unexpected token (Note that you need plugins)"),
    ("jsx-syntax", "[PARSE_ERROR] Error: Unexpected token\n   ╭─[ src/a.jsx:2:30 ]"),
    ("duplicate-declaration", "./a.tsx\nModule parse failed: Identifier 'useEffect' has already been declared (360:9)"),
    ("duplicate-declaration", "./a.tsx:1:1\nEcmascript file had an error\n\nthe name `X` is defined multiple times"),
    ("merge-conflict-marker", '/vercel/path0/src/a.tsx:5:0: ERROR: Unexpected "<<"'),
    ("merge-conflict-marker", "a.ts(1,1): error TS1185: Merge conflict marker encountered."),
    ("json-syntax", "[vite:json] src/a.json (610:0): Failed to parse JSON file, invalid JSON syntax"),
    ("json-syntax", "npm error code EJSONPARSE"),
    ("css-syntax", "[vite:css] [postcss] src/a.css:775:1: Unexpected }"),
    ("css-syntax", "./a.css:1:2\nParsing CSS source code failed\n> 1 | x\n\nUnexpected token"),
    ("css-syntax", 'SassError: expected "{".'),
    ("svelte-compile", "[plugin vite-plugin-svelte] src/a.svelte:1:2 Unexpected block"),
    ("vue-sfc", "[vue/compiler-sfc] Unexpected token (12:3)"),
    ("mdx-syntax", "[@mdx-js/rollup] Unexpected character"),
    ("astro-syntax", "[CompilerError] Unable to assign attributes"),
    ("encoding", "stream did not contain valid UTF-8"),
    (
        "eslint-no-unused-vars",
        "./a.tsx\n10:8  Error: 'Link' is defined but never used.  @typescript-eslint/no-unused-vars",
    ),
    ("eslint-no-explicit-any", "/x/a.ts\n  1:2  error  Unexpected any  @typescript-eslint/no-explicit-any"),
    ("eslint-react-hooks-v6", "/x/a.ts\n  1:2  error  Error: Calling setState synchronously within an effect"),
    ("eslint-parse", "/x/a.ts\n  1:2  error  Parsing error: Expression expected"),
    ("eslint-error", "/x/a.ts\n  1:2  error  Something else  vendor/own-rule"),
    ("eslint-config-broken", 'Failed to load config "next/core-web-vitals" to extend from.'),
    ("next-missing-suspense", '⨯ useSearchParams() should be wrapped in a suspense boundary at page "/x".'),
    (
        "next-missing-suspense",
        'Error: Missing Suspense boundary with useSearchParams\nError occurred prerendering page "/x"',
    ),
    (
        "next-missing-use-client",
        "./a.tsx\nYou're importing a component that needs `useState`. This React hook only works",
    ),
    (
        "next-missing-use-client",
        'TypeError: (0 , x.createContext) is not a function\nError occurred prerendering page "/x"',
    ),
    (
        "next-metadata-in-client",
        'You are attempting to export "metadata" from a component marked with "use client", which',
    ),
    (
        "next-invalid-page-export",
        'Page "app/x/page.tsx" does not match the required types of a Next.js Page.\n  "y" is not a valid Page export field.',
    ),
    ("next-invalid-route-export", 'Route "app/x/route.ts" does not match the required types of a Next.js Route.'),
    ("next-page-no-default-export", 'The default export is not a React Component in page: "/x"'),
    ("next-og-image-css", 'Error: Invalid value for CSS property "display". Allowed values: "flex"'),
    (
        "next-prerender-error",
        'Error occurred prerendering page "/x". Read more\nTypeError: Cannot read properties of undefined',
    ),
    (
        "next-dynamic-server-usage",
        "Dynamic server usage: Route /x couldn't be rendered statically because it used `cookies`.",
    ),
    ("next-static-export", 'Page "/x/[id]" is missing "generateStaticParams()" so it cannot be used'),
    (
        "next-middleware-and-proxy",
        'Error: Both middleware file "./src/middleware.ts" and proxy file "./src/proxy.ts" are detected.',
    ),
    (
        "next-image-unconfigured-host",
        'Invalid src prop (https://h/x) on `next/image`, hostname "h" is not configured under images',
    ),
    (
        "next-server-only-import",
        'You\'re importing a component that needs "next/headers". That only works in a Server Component',
    ),
    ("next-use-server-export", 'Only async functions are allowed to be exported in a "use server" file.'),
    ("next-parallel-pages", "You cannot have two parallel pages that resolve to the same path."),
    ("next-conflicting-app-pages", "Conflicting app and page file was found, please remove"),
    ("html-outside-document", "Error: <Html> should not be imported outside of pages/_document."),
    (
        "next-turbopack-webpack-config",
        "ERROR: This build is using Turbopack, with a `webpack` config and no `turbopack` config.",
    ),
    ("next-babel-font-conflict", '"next/font" requires SWC although Babel is being used'),
    ("next-config-invalid", "⚠ Invalid next.config options detected:"),
    ("google-font-fetch-failed", "Failed to fetch `Inter` from Google Fonts."),
    ("google-font-fetch-failed", "[AggregateError: ] { code: 'ETIMEDOUT' }"),
    ("static-page-timeout", "Static page generation for /x is still timing out after 3 attempts"),
    (
        "remix-server-only-in-client",
        "Error: Server-only module referenced by client\n\n    './x.server' imported by 'app/y.ts'",
    ),
    ("sveltekit-adapter", "Could not detect a supported production environment. See"),
    ("sveltekit-private-in-client", "Cannot import $env/static/private into client-side code"),
    ("sveltekit-prerender-404", "Error: 404 /x (linked from /y)"),
    ("sveltekit-invalid-export", "Invalid export 'x' in src/routes/+page.server.ts"),
    (
        "astro-content-schema",
        "[InvalidContentEntryDataError] blog → x data does not match collection schema.\ntitle: Required\n  Location:\n    /Users/me/proj/src/content/x.md:0:0",
    ),
    ("astro-no-adapter", "[NoAdapterInstalled] Cannot use server-rendered pages without an adapter."),
    ("astro-getstaticpaths", "[GetStaticPathsRequired] `getStaticPaths()` function is required"),
    ("astro-image", "[ImageNotFound] Could not find requested image"),
    ("astro-config-invalid", "[config] Astro found issue(s) with your configuration:\n! output: Did not match union."),
    ("nitro-externals", ' ERROR  Cannot resolve "a" from "b" and externals are not allowed!'),
    ("nuxt-impound", "RollupError: [plugin impound] This module cannot be imported. [importing a.mjs from b.mjs]"),
    ("nuxt-prerender", " ERROR  Exiting due to prerender errors."),
    ("angular-budget", "bundle initial exceeded maximum budget. Budget 5.00 MB was not met"),
    (
        "angular-template",
        "✘ [ERROR] NG8001: 'app-x' is not a known element [plugin angular-compiler]\n\n    src/app/x.html:1:2:",
    ),
    ("ci-warnings-as-errors", "Treating warnings as errors because process.env.CI = true."),
    ("tailwind-v4-postcss", "It looks like you're trying to use `tailwindcss` directly as a PostCSS plugin."),
    (
        "tailwind-unknown-utility",
        "CssSyntaxError: tailwindcss: /vercel/path0/app/a.css:1:1: Cannot apply unknown utility class `bg-x`",
    ),
    ("tailwind-unknown-utility", "The `x-y` class does not exist. If `x-y` is a custom class"),
    ("browserslist-invalid-version", 'Error: Invalid version: "15.2-15.3"'),
    ("missing-env-var", "Error: supabaseUrl is required."),
    ("missing-env-var", "Error: MY_KEY is not set"),
    ("missing-env-var", "Error: Missing required environment variable: STRIPE_SECRET_KEY"),
    ("missing-env-var", "Error: Please define the MONGODB_URI environment variable inside .env.local"),
    ("missing-env-var", "❌ Invalid environment variables:\n  DATABASE_URL: [ 'Required' ]"),
    ("missing-env-var", "Error: Missing API key. Pass it to the constructor"),
    ("missing-env-var", "TypeError: Invalid URL\n  code: 'ERR_INVALID_URL',\n  input: 'undefined'"),
    (
        "missing-env-var",
        "TypeError: boom\n> Build error occurred\n[Error: Failed to collect page data for /api/x] { type: 'Error' }",
    ),
    (
        "missing-env-var",
        "Error code: P1012\nerror: Environment variable not found: DATABASE_URL.\n  -->  prisma/schema.prisma:7",
    ),
    (
        "prisma-schema-invalid",
        'Error code: P1012\nerror: Argument "url" is missing.\n  -->  prisma/schema.prisma:5\n   |\n 4 | x',
    ),
    (
        "prisma-not-generated",
        "Error: @prisma/client did not initialize yet.\n    at x (/vercel/path0/apps/web/x.js:1:1)",
    ),
    ("prisma-client-init", "`PrismaClient` needs to be constructed with a non-empty, valid `PrismaClientOptions`"),
    ("database-unreachable", "Error: P1001: Can't reach database server at `db.example:5432`"),
    ("migrate-failed", "Error: P3009"),
    ("missing-script", 'npm error Missing script: "build"'),
    ("missing-script", " ERR_PNPM_NO_SCRIPT  Missing script: build"),
    ("missing-script", 'error Couldn\'t find a script named "build"'),
    ("missing-script", 'error: Script not found "build"'),
    ("command-not-found", "sh: line 1: vite: command not found"),
    ("command-not-found", "sh: 1: nextt: not found"),
    ("husky-in-prod", "sh: line 1: husky: command not found"),
    ("permission-denied-126", "sh: line 1: /vercel/path0/node_modules/.bin/vite: Permission denied"),
    ("output-directory-missing", 'Error: No Output Directory named "dist" found after the Build completed.'),
    ("no-framework-detected", "Error: No Next.js version detected. Make sure your package.json has"),
    ("root-directory-missing", 'The specified Root Directory "web" does not exist.'),
    ("no-package-json", "npm error enoent Could not read package.json: Error: ENOENT"),
    ("node-version-unsupported", 'Error: Node.js Version "18.x" is discontinued and must be upgraded.'),
    ("node-version-unsupported", 'You are using Node.js 18.1.0. For Next.js, Node.js version ">=20.9.0" is required.'),
    ("node-version-unsupported", "npm error code EBADENGINE"),
    ("node-openssl-unsupported", "Error: error:0308010C:digital envelope routines::unsupported"),
    ("vercel-json-runtime", "Error: Function Runtimes must have a valid version, for example `now-php@1.0.0`."),
    (
        "vercel-json-invalid",
        "The `vercel.json` schema validation failed with the following message: should NOT have additional property `x`",
    ),
    ("vercel-json-conflicts", 'The pattern "api/x.js" defined in `functions` doesn\'t match any Serverless Functions'),
    ("invalid-function-runtime", 'The following Serverless Functions contain an invalid "runtime":'),
    ("invalid-max-duration", 'Error: Builder returned invalid maxDuration value for Serverless Function "x".'),
    (
        "plan-restricted-regions",
        "Error: Deploying Serverless Functions to multiple regions is restricted to the Pro plan",
    ),
    ("function-memory", "Error: Serverless Functions are limited to 1024 mb of memory for personal accounts"),
    ("vulnerable-next-version", "Error: Vulnerable version of Next.js detected, please update immediately."),
    (
        "function-size-limit",
        'Error: The Serverless Function "x" is 1.08gb which exceeds the maximum size limit of 300mb.',
    ),
    ("function-size-limit", "Error: A Serverless Function has exceeded the unzipped maximum size of 250 MB."),
    ("edge-size-limit", 'Error: The Edge Function "middleware" size is 1.1 MB and your plan size limit is 1 MB.'),
    (
        "function-count-limit",
        "Error: No more than 12 Serverless Functions can be added to a Deployment on the Hobby plan.",
    ),
    ("build-timeout", "Error: Build step did not complete within the maximum of 45 minutes."),
    ("isr-payload", "Oversized Incremental Static Regeneration (ISR) page: x"),
    (
        "quota-exceeded",
        'Error: Resource is limited - try again in 24 hours (more than 100, code: "api-deployments-free-per-day").',
    ),
    ("vercel-internal-error", "Installing build runtime...\nError: Exited with 1"),
    ("vercel-internal-error", "We encountered an internal error. Please try again."),
    ("clone-failed", "There was a permanent problem cloning the repo."),
    ("commit-author", "Git author x must have access to the project on Vercel to create deployments."),
    ("next-edge-unsupported", 'Error: The Edge Function "middleware" is referencing unsupported modules:'),
    (
        "pnpm-outdated-lockfile",
        ' ERR_PNPM_OUTDATED_LOCKFILE  Cannot install with "frozen-lockfile" because\n\n* 1 dependencies were added: x@1',
    ),
    (
        "npm-lockfile-out-of-sync",
        "npm error `npm ci` can only install packages when your package.json and package-lock.json are in sync.\nnpm error Missing: x@1 from lock file",
    ),
    ("yarn1-frozen-lockfile", "error Your lockfile needs to be updated, but yarn was run with `--frozen-lockfile`."),
    (
        "yarn-berry-immutable",
        "➤ YN0028: │ The lockfile would have been modified by this install, which is explicitly forbidden.",
    ),
    ("bun-frozen-lockfile", "error: lockfile had changes, but lockfile is frozen"),
    ("lockfile-version-unknown", "error: Unknown lockfile version"),
    ("lockfile-broken", " ERR_PNPM_BROKEN_LOCKFILE  The lockfile is broken"),
    (
        "npm-eresolve",
        "npm error code ERESOLVE\nnpm error ERESOLVE could not resolve\nnpm error Found: a@1\nnpm error peer a@2 from b@1",
    ),
    ("npm-eresolve", "npm ERR! ERESOLVE unable to resolve dependency tree"),
    ("version-not-found", "npm error code ETARGET\nnpm error notarget No matching version found for @a/b@99."),
    (
        "package-not-found",
        "npm error code E404\nnpm error 404 Not Found - GET https://registry.example/@a%2fb - Not found\nnpm error 404  '@a/b@1' is not in this registry.",
    ),
    ("registry-outage", "npm error code E404\nnpm error 404 Not Found - GET https://registry.example/a/-/a-1.2.2.tgz"),
    ("registry-auth", "npm error code ENEEDAUTH"),
    ("integrity-mismatch", "npm error code EINTEGRITY"),
    ("workspace-protocol", 'npm error Unsupported URL Type "workspace:": workspace:*'),
    ("override-conflict", "npm error code EOVERRIDE"),
    ("pnpm-ignored-builds", "[ERR_PNPM_IGNORED_BUILDS] Ignored build scripts: esbuild@0.27.3"),
    (
        "pnpm-too-old-for-node",
        ' ERR_PNPM_META_FETCH_FAIL  GET https://registry.example/a: Value of "this" must be ERR_INVALID_THIS',
    ),
    ("pip-no-matching-version", "Installing from requirements.txt\nERROR: No matching distribution found for x==9"),
    (
        "pip-resolution-impossible",
        "ERROR: Cannot install -r /vercel/path0/requirements.txt (line 7) and b because these package versions have conflicting dependencies.\nERROR: ResolutionImpossible: for help",
    ),
    ("uv-no-solution", "  × No solution found when resolving dependencies:"),
    ("native-build-failed", "npm error path /vercel/path0/node_modules/gl\nnpm error gyp ERR! not ok"),
    ("package-manager-version", " ERR_PNPM_BAD_PM_VERSION  This project is configured to use v9 of pnpm"),
    (
        "lifecycle-script-failed",
        "npm error path /vercel/path0/node_modules/x\nnpm error command failed\nnpm error command sh -c exit 3",
    ),
    ("lifecycle-script-failed", "node_modules/sharp install: Failed"),
    ("registry-network", "npm error code ECONNRESET\nnpm error network request to https://registry.example/x failed"),
    ("registry-outage", "npm error code E503"),
    ("registry-rate-limit", "npm error code E429"),
    ("install-race-etxtbsy", "npm error Error: spawnSync /x/esbuild ETXTBSY"),
    ("external-api-at-build", "TypeError: fetch failed"),
    ("oom-sigkill", 'error: script "build" was terminated by signal SIGKILL (Forced quit)'),
    ("oom-sigkill", 'Error: Command "npm run build" exited with 137'),
    ("oom-sigkill", "Killed"),
    ("oom-heap", "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory"),
    ("disk-full", "Error: ENOSPC: no space left on device, write"),
    ("test-failed", " FAIL  src/a.test.ts > adds > two numbers"),
    ("test-failed", "  ● Calculator › adds"),
    ("script-failed", "Error: something of our own"),
    ("script-failed", "Traceback (most recent call last):"),
    (
        "next-async-params",
        "Type error: Type '{ params: { id: string; }; }' does not satisfy the constraint 'PageProps'.",
    ),
    (
        "next-async-params",
        "Type error: Type 'typeof import(\"/vercel/path0/app/api/[id]/route\")' does not satisfy the constraint 'RouteHandlerConfig<\"/x\">'.\n  Type '{ params: Promise<{ id: string; }>; }' is not assignable to type 'x'.",
    ),
    ("ts-not-assignable", "Type error: Type 'A' does not satisfy the constraint 'B'."),
    ("ts-error", "a.ts(1,1): error TS9999: Something new."),
    ("ts-syntax", "a.ts(1,1): error TS1999: Something new."),
)


@pytest.mark.parametrize(("kind", "text"), SAMPLES)
def test_kind_of_sample(kind: str, text: str) -> None:
    """Each shape is told as the kind it is, in the kind's category, with the matched line as evidence."""
    diagnosis = diagnose(BuildLog(lines=tuple(text.split("\n"))))
    assert diagnosis.kind == kind
    assert diagnosis.category is KINDS[kind].category
    assert diagnosis.causes[0].evidence[0] in text.split("\n")


def test_every_kind_is_reached() -> None:
    """Each kind of the table has a sample here, or is a message of the compiler, a rule of ESLint, or a re-evaluation."""
    from_tables = {row.kind for row in TS_MESSAGES} | {kind for kind in KINDS if kind.startswith("eslint-")}
    assert set(KINDS) - {kind for kind, _ in SAMPLES} - from_tables == {"no-cause-in-log"}


def test_table_is_consistent() -> None:
    """Slugs are unique, every signature names a kind, every pattern is re2, no group is unknown."""
    slugs = Counter(kind.slug for family in FAMILIES for kind in family.kinds)
    assert [slug for slug, count in slugs.items() if count > 1] == []
    assert [signature.kind for signature in SIGNATURES if signature.kind not in KINDS] == []
    known = {"file", "line", "column", "column0", "symbol", "suggestion", "code", "message"}
    assert {name for signature in SIGNATURES for name in re2.compile(signature.pattern).groupindex} <= known
    assert all(kind.category is not Category.UNKNOWN and kind.advice for kind in KINDS.values())


@pytest.mark.parametrize("row", TS_MESSAGES, ids=lambda row: row.kind + str(row.codes[0]))
def test_compiler_messages_name_known_kinds(row: object) -> None:
    """Every row of the compiler's messages has a kind of the table and a pattern that compiles."""
    assert row.kind in KINDS  # type: ignore[attr-defined]
    assert re2.compile(row.pattern)  # type: ignore[attr-defined]


PIECES = st.sampled_from(
    [line for _, text in SAMPLES for line in text.split("\n")] + ["", "  12 | x", "    at x (y:1:2)"]
)


@given(
    st.lists(
        st.one_of(PIECES, st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), max_size=80)),
        max_size=20,
    )
)
@settings(max_examples=300, deadline=None)
def test_any_mixture_is_read(lines: list[str]) -> None:
    """Any mixture of shapes and noise gives causes of known kinds, whose evidence is lines of the log."""
    for hit in find_hits(lines):
        assert hit.cause.kind in KINDS
        assert set(hit.cause.evidence) <= set(lines)
