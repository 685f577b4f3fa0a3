from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploymend.core.buildlog import parse_log
from deploymend.core.diagnosis import diagnose
from deploymend.core.diagnosis_json import diagnosis_to_json
from deploymend.core.model import BuildLog, Category, Deployment, DeploymentState, Diagnosis, Remedy, Step

DEPLOYMENT = Deployment(
    id="dpl_1", project="p", state=DeploymentState.ERROR, created_at=datetime(2026, 1, 1, tzinfo=UTC)
)


def read(text: str) -> Diagnosis:
    """The diagnosis of a log given as text."""
    return diagnose(parse_log(text))


def test_next_type_error_has_every_field() -> None:
    """A type error of `next build`, in Vercel's log: place, name, proposal, number, command, step and versions."""
    diagnosis = read("""Running build in Washington, D.C., USA (East) – iad1
Running "vercel build"
Vercel CLI 50.1.3
Installing dependencies...
Detected Next.js version: 16.1.0
Running "npm run build"

./app/api/x/route.ts:30:36
Type error: Cannot find name 'DashboardData'. Did you mean 'DashboardStats'?

  29 |
> 30 |   const [data] = useState<DashboardData>()
     |                            ^
Next.js build worker exited with code: 1 and signal: null
Error: Command "npm run build" exited with 1""")
    cause = diagnosis.causes[0]
    assert (cause.kind, cause.category, cause.code) == ("ts-did-you-mean", Category.TYPESCRIPT, "TS2552")
    assert (cause.file, cause.line, cause.column) == ("app/api/x/route.ts", 30, 36)
    assert (cause.symbol, cause.suggestion) == ("DashboardData", "DashboardStats")
    assert cause.evidence[0].startswith("Type error: Cannot find name")
    assert "> 30 |   const [data] = useState<DashboardData>()" in cause.evidence
    assert (diagnosis.action, diagnosis.retryable, diagnosis.step) == (Remedy.AUTO_FIXABLE, False, Step.BUILD)
    assert (diagnosis.command, diagnosis.exit_code) == ("npm run build", "1")
    assert diagnosis.versions == (("next", "16.1.0"), ("vercel-cli", "50.1.3"))
    assert diagnosis.summary == (
        "app/api/x/route.ts:30:36: Cannot find name 'DashboardData'. Did you mean 'DashboardStats'?"
    )
    assert diagnosis.fingerprint.startswith("ts-did-you-mean:")
    assert diagnosis.advice


def test_every_problem_of_a_list_is_told_unused_names_last() -> None:
    """The compiler lists all; what is unused may only be so because of the rest."""
    diagnosis = read("""> tsc -b && vite build
src/a.ts(1,5): error TS6133: 'x' is declared but its value is never read.
src/b.ts(2,5): error TS2322: Type 'A' is not assignable to type 'B'.
  Types of property 'id' are incompatible.
src/b.ts(2,5): error TS2322: Type 'A' is not assignable to type 'B'.""")
    assert [(cause.kind, cause.file) for cause in diagnosis.causes] == [
        ("ts-not-assignable", "src/b.ts"),
        ("ts-unused", "src/a.ts"),
    ]
    assert diagnosis.action is Remedy.REQUIRES_ANALYSIS
    assert diagnosis.causes[0].evidence[1] == "  Types of property 'id' are incompatible."


@pytest.mark.parametrize(
    ("text", "file"),
    [
        ("(site)/layout.tsx(38,5): error TS2304: Cannot find name 'x'.", "(site)/layout.tsx"),
        ("src/x.tsx:12:34 - error TS2304: Cannot find name 'x'.", "src/x.tsx"),
        ("/vercel/path1/src/x.astro:1:2 - error ts(2304): Cannot find name 'x'.", "src/x.astro"),
        (
            "✘ [ERROR] TS2304: Cannot find name 'x'. [plugin angular-compiler]\n\n    src/app/x.ts:12:34:",
            "src/app/x.ts",
        ),
        ("ERROR in ./src/App.tsx:12:5\nTS2304: Cannot find name 'x'.", "src/App.tsx"),
        ("..\\web\\src\\x.ts(1,2): error TS2304: Cannot find name 'x'.", "../web/src/x.ts"),
    ],
)
def test_compiler_shapes(text: str, file: str) -> None:
    """Every shape compilers print gives the cleaned file."""
    cause = read(text).causes[0]
    assert (cause.kind, cause.file, cause.symbol) == ("ts-cannot-find-name", file, "x")


def test_errors_in_generated_types_belong_to_the_real_file() -> None:
    """What Next checks in `.next/types` is wrong in the file that it imports."""
    cause = read(""".next/types/validator.ts:396:31
Type error: Type 'typeof import("/vercel/path0/app/x/page")' does not satisfy the constraint 'AppPageConfig<"/x">'.
  Property 'default' is missing in type 'typeof import("/vercel/path0/app/x/page")'""").causes[0]
    assert (cause.kind, cause.file, cause.line) == ("next-page-no-default-export", "app/x/page", None)


@pytest.mark.parametrize(
    ("before", "kind"), [("", "prisma-not-generated"), ("✔ Generated Prisma Client (v7)", "missing-export-ts")]
)
def test_prisma_client_export(before: str, kind: str) -> None:
    """A missing export of Prisma's client means that it was not generated, unless the log shows that it was."""
    diagnosis = read(
        f"{before}\n./prisma/seed.ts:2:10\nType error: Module '\"@prisma/client\"' has no exported member 'Rol'."
    )
    assert diagnosis.kind == kind


def test_route_that_could_not_be_loaded_completes_its_cause() -> None:
    """The library's complaint is the cause; Next's line adds the route, and is no cause of its own."""
    diagnosis = read("""   Collecting page data ...
Error: supabaseKey is required.
    at new rm (.next/server/chunks/722.js:37:47551)
> Build error occurred
[Error: Failed to collect page data for /api/agent] { type: 'Error' }
Error: Command "npm run build" exited with 1""")
    assert [(cause.kind, cause.symbol, cause.file) for cause in diagnosis.causes] == [
        ("missing-env-var", "supabaseKey", "/api/agent")
    ]
    assert diagnosis.action is Remedy.REQUIRES_INTERVENTION


def test_two_symptoms_far_from_any_cause_stand_for_themselves() -> None:
    """A page that failed far below an unrelated cause is told beside it."""
    filler = "line\n" * 100
    diagnosis = read(
        f"src/a.ts(1,2): error TS2304: Cannot find name 'x'.\n{filler}Error occurred prerendering page \"/y\"."
    )
    assert [cause.kind for cause in diagnosis.causes] == ["ts-cannot-find-name", "next-prerender-error"]


@pytest.mark.parametrize(
    "decoy",
    [
        "npm warn ERESOLVE overriding peer dependency",
        "npm warn deprecated x@1: use y",
        "12:5  Warning: 'x' is defined but never used.  no-unused-vars",
        "npm error code ENOWORKSPACES",
        "⚠ Found lockfile missing swc dependencies, run next locally to automatically patch",
        "⚠ Invalid next.config options detected:",
        "Attempted import error: 'x' is not exported from 'y' (imported as 'x').",
        "Retrying 1/3...",
        "error: API request failed",
        "⚠ Compiled with warnings\n\n./a.ts\nModule not found: Can't resolve 'encoding'\n\n ✓ Compiled successfully",
        "Warning: Failed to fetch one or more git submodules",
    ],
)
def test_decoys_are_never_chosen(decoy: str) -> None:
    """What most logs complain of is no cause next to a real one."""
    diagnosis = read(f"{decoy}\n./a.ts:1:2\nType error: Cannot find name 'x'.\n{decoy}")
    assert [cause.kind for cause in diagnosis.causes] == ["ts-cannot-find-name"]


def test_complaints_before_the_output_was_written_do_not_count() -> None:
    """A build that wrote its output and was then refused was not stopped by what it printed before."""
    diagnosis = read("""[sentry-vite-plugin] Error: exit code 1
Error: something
Build Completed in /vercel/output [6m]
Deploying outputs...
Error: The Serverless Function "x" is 1.08gb which exceeds the maximum size limit of 300mb.""")
    assert [cause.kind for cause in diagnosis.causes] == ["function-size-limit"]


def test_transient_failure_is_retryable() -> None:
    """Only when every cause may pass is trying again worth it."""
    network = "npm error code ECONNRESET\nnpm error network request to https://registry.example/x failed"
    assert read(network).retryable
    assert not read(f"{network}\nsrc/a.ts(1,2): error TS2304: Cannot find name 'x'.").retryable


@pytest.mark.parametrize(
    ("text", "command", "code", "step"),
    [
        ('Error: Command "npm install" exited with 1', "npm install", "1", Step.INSTALL),
        ('Error: Command "pnpm build" exited with SIGKILL', "pnpm build", "SIGKILL", Step.BUILD),
        (" ELIFECYCLE  Command failed with exit code 2.", None, "2", None),
        ('error: script "build" exited with code 1', "build", "1", Step.BUILD),
        ("error Command failed with exit code 1.", None, "1", None),
        ("npm error command sh -c next build", "next build", None, Step.BUILD),
        ("web#build: command (/x) /bin/bun run build exited (1)", "/bin/bun run build", "1", Step.BUILD),
    ],
)
def test_envelope(text: str, command: str | None, code: str | None, step: Step | None) -> None:
    """The line that only says that a command failed gives command, status and part of the build."""
    diagnosis = read(text)
    assert (diagnosis.command, diagnosis.exit_code, diagnosis.step) == (command, code, step)


def test_log_without_a_cause_says_so() -> None:
    """A silent failure is a failing script without a cause; its last lines are in the report."""
    diagnosis = read('   Running TypeScript ...\nError: Command "npm run build" exited with 1')
    assert (diagnosis.category, diagnosis.kind, diagnosis.causes) == (Category.SCRIPT, "no-cause-in-log", ())
    assert diagnosis.summary == 'The log ends without a cause: Error: Command "npm run build" exited with 1'
    assert "Running TypeScript" in diagnosis.distilled


@pytest.mark.parametrize(
    ("log", "summary"),
    [
        (BuildLog(lines=()), "There is no log, and the platform gave no reason."),
        (BuildLog(lines=("hello",)), "The log names no cause."),
        (BuildLog(lines=("hello",), complete=False), "The log names no cause. Its end is missing."),
    ],
)
def test_nothing_to_tell(log: BuildLog, summary: str) -> None:
    """Without anything that failed, nothing is known, and it says so."""
    diagnosis = diagnose(log)
    assert (diagnosis.category, diagnosis.summary) == (Category.UNKNOWN, summary)


def test_bare_errors_are_told_when_there_is_nothing_better() -> None:
    """Error lines nobody knows make one cause with all of them as evidence."""
    diagnosis = read("step one\nError: the moon is wrong\nFooError: and so is the sun")
    assert (diagnosis.kind, diagnosis.causes[0].evidence) == (
        "script-failed",
        ("Error: the moon is wrong", "FooError: and so is the sun"),
    )


def test_platform_message_stands_in_for_a_log() -> None:
    """When nothing was built the platform's own message is read."""
    deployment = replace(DEPLOYMENT, error_message='The specified Root Directory "web" does not exist.')
    assert diagnose(BuildLog(lines=()), deployment=deployment).kind == "root-directory-missing"


def test_platform_knows_of_memory() -> None:
    """The platform's word for memory is the cause when the log has none, and a further one otherwise."""
    deployment = replace(DEPLOYMENT, out_of_memory=True)
    alone = diagnose(BuildLog(lines=("Error: boom",)), deployment=deployment)
    beside = diagnose(parse_log("a.ts(1,2): error TS2304: Cannot find name 'x'."), deployment=deployment)
    known = diagnose(parse_log('Error: Command "x" exited with 137'), deployment=deployment)
    assert [cause.kind for cause in alone.causes] == ["oom-sigkill"]
    assert [cause.kind for cause in beside.causes] == ["ts-cannot-find-name", "oom-sigkill"]
    assert len(known.causes) == 1


def test_blocked_deployment_is_for_a_person() -> None:
    """A blocked deployment tells why, in the platform's words."""
    deployment = replace(DEPLOYMENT, state=DeploymentState.BLOCKED, block_reason="The author is not a member.")
    diagnosis = diagnose(BuildLog(lines=()), deployment=deployment)
    assert (diagnosis.kind, diagnosis.summary) == ("commit-author", "The author is not a member.")
    assert diagnosis.action is Remedy.REQUIRES_INTERVENTION


def test_platform_with_nothing_to_add() -> None:
    """A deployment without further word changes nothing."""
    log = parse_log("a.ts(1,2): error TS2304: Cannot find name 'x'.")
    assert diagnose(log, deployment=DEPLOYMENT) == diagnose(log)


def test_huge_list_is_bounded_and_quick() -> None:
    """A log with very many errors keeps two thousand causes and a short report."""
    lines = tuple(f"src/a{i}.ts(1,{i + 1}): error TS2304: Cannot find name 'x{i}'." for i in range(5000))
    diagnosis = diagnose(BuildLog(lines=lines))
    assert len(diagnosis.causes) == 2000
    assert len(diagnosis.distilled) <= 5250
    assert "(more causes were left out)" in diagnosis.distilled


def test_long_message_is_shortened_in_the_summary() -> None:
    """A summary fits a line of a message."""
    diagnosis = read(f"a.ts(1,2): error TS2322: Type '{'x' * 3000}' is not assignable to type 'y'.")
    assert len(diagnosis.summary) < 400
    assert diagnosis.summary.startswith("a.ts:1:2: Type 'xxx")
    assert "more characters)" in diagnosis.distilled


def test_secrets_are_masked() -> None:
    """No secret of the log is in the report or the summary."""
    diagnosis = read("Error: cannot connect with MY_TOKEN=hunter2hunter2")
    assert "hunter2" not in diagnosis.distilled + diagnosis.summary


def test_json_contract() -> None:
    """The JSON has the promised keys and can be written."""
    data = json.loads(json.dumps(diagnosis_to_json(read("a.ts(1,2): error TS2304: Cannot find name 'x'."))))
    assert {"category", "kind", "action", "retryable", "summary", "causes", "distilled"} <= set(data)
    assert {"category", "kind", "message", "file", "line", "column", "symbol", "evidence"} <= set(data["causes"][0])
    assert data["step"] is None


@given(st.one_of(st.text(max_size=300), st.binary(max_size=300)))
@settings(max_examples=300, deadline=None)
def test_always_an_answer(anything: str | bytes) -> None:
    """Any input gets the same answer twice, with a report of bounded size."""
    log = parse_log(anything)
    diagnosis = diagnose(log)
    assert diagnose(log) == diagnosis
    assert 0 < len(diagnosis.distilled) <= 5250


def test_text_that_utf8_cannot_hold() -> None:
    """Half a surrogate pair in a log built by hand does no harm."""
    assert diagnose(BuildLog(lines=("\ud800 Error: x",))).kind == "no-cause-in-log"
