from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploymend.core.buildlog import parse_log
from deploymend.core.model import Step

ERROR = "src/a.ts(1,2): error TS2304: Cannot find name 'x'."

VERCEL = f"""Running build in Washington, D.C., USA (East) – iad1
Build machine configuration: 2 cores, 8 GB
Cloning github.com/a/b (Branch: main, Commit: 01e1395)
Cloning completed: 1.358s
Running "vercel build"
Vercel CLI 53.2.0
Running "install" command: `bun install`...
added 3 packages in 8s
Detected Next.js version: 15.5.3
Running "npm run build"

> app@1.0.0 build
> next build

{ERROR}
Error: Command "npm run build" exited with 1

Exiting build container"""


@pytest.mark.parametrize(
    "prefix",
    [
        "[12:34:56.789] ",
        "12:34:56.789 ",
        "12:34:56.789 | ",
        "12:34:56.789  \t",
        "12:34:56.789\t",
        "2026-02-20T22:39:50.537Z  ",
        "2026-02-20T22:39:50.5371234Z ",
        "8:51:00 AM: ",
        "06:37:49 PM ",
        "Building: ",
        "#14 13.00 ",
        "build\tRun npm run build\t2026-02-20T22:39:50.5371234Z ",
        "2026-02-20T22:39:50.537Z [INFO]: ",
        "12:34:56.789 [now-builder-debug] ",
        "> [debug] [2026-06-19T13:04:14.064Z] ",
    ],
)
def test_prefix_is_stripped(prefix: str) -> None:
    """Whatever a platform or a terminal puts before a line, the tool's own words are left, indentation included."""
    log = parse_log(f"{prefix}{ERROR}\n{prefix}  detail")
    assert log.lines == (ERROR, "  detail")


@pytest.mark.parametrize("line", ["> next build", "[config] Astro found", "14 modules", "12:5  Error: x  no-x", "a: b"])
def test_words_of_a_tool_are_no_prefix(line: str) -> None:
    """Lines that only look like a prefix stay as they are."""
    assert parse_log(f"first\n{line}\nlast").lines[1] == line


@pytest.mark.parametrize(
    ("start", "prefix"),
    [
        ("web:build: cache miss, executing 250107f6a2394001", "web:build: "),
        ("@scope/pkg:build: cache hit, replaying output", "@scope/pkg:build: "),
        ("web:build: > web@1.0.0 build", "web:build: "),
        ("apps/web build$ next build", "apps/web build: "),
    ],
)
def test_task_name_is_stripped(start: str, prefix: str) -> None:
    """A task runner's prefix goes once the log shows that it is one."""
    assert ERROR in parse_log(f"{start}\n{prefix}{ERROR}\n{prefix}more").lines


def test_task_shape_without_evidence_stays() -> None:
    """`name:word: ` alone is no task: it may be the message."""
    assert parse_log("postcss:plugin: bad\npostcss:plugin: worse\n: > x").lines[0] == "postcss:plugin: bad"


def test_quoted_log() -> None:
    """The quote marks of an issue go; npm's own banner lines in an unquoted log stay."""
    quoted = "\n".join(f"> {line}" for line in VERCEL.splitlines())
    assert parse_log(quoted).lines == parse_log(VERCEL).lines


def test_timestamps_on_lines_of_their_own() -> None:
    """A page that prints the time above each line leaves no gaps behind."""
    paged = "\n".join(f"12:34:56.789\n{line}" for line in ("./a.tsx:1:2", "Type error: x", "more"))
    assert parse_log(paged).lines == ("./a.tsx:1:2", "Type error: x", "more")


def test_blank_lines_of_a_timestamped_log_stay() -> None:
    """A timestamp with nothing after it is a blank line when other lines have text after theirs."""
    assert parse_log("12:34:56.789 a\n12:34:56.790\n12:34:56.791 b").lines == ("a", "", "b")


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_encodings(codec: str) -> None:
    """Logs are read in the encodings shells write, with and without a byte order mark."""
    assert parse_log(VERCEL.replace("–", "-").encode(codec)).lines == parse_log(VERCEL.replace("–", "-")).lines


def test_half_utf16() -> None:
    """A UTF-8 file that PowerShell appended UTF-16 to is still readable."""
    assert parse_log(b"start of a long enough utf-8 log\n" * 4 + ERROR.encode("utf-16-le")).lines[-1] == ERROR


@pytest.mark.parametrize("end", ["\r\n", "\r\r\n", "\r"])
def test_line_ends(end: str) -> None:
    """CRLF, doubled CR and the lone CR of progress bars end a line."""
    assert parse_log(f"a{end}b").lines == ("a", "b")


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\x1b[", "\x1b]"])
def test_nothing_but_line_ends_is_read_at_once(end: str) -> None:
    """A log of one repeated character takes no more time than any other: this one would take minutes if it did."""
    assert len(parse_log(end * 500_000).lines) <= 1


def test_terminal_codes_go() -> None:
    """Colours, links and cursor moves go, also when a paste lost their escape character; durations stay."""
    text = "\x1b[31mx\x1b[0m \x1b]8;;http://h\x1b\\link\x1b]8;;\x07 [31my[0m Build Completed in /out [6m]\x1b[2K\x07"
    assert parse_log(text).lines == ("x link y Build Completed in /out [6m]",)


@pytest.mark.parametrize(("seen", "meant"), [("Γ£ô", "✓"), ("Γû▓", "▲"), ("Ô£û", "✖"), ("â€“", "–")])
def test_mojibake_is_repaired(seen: str, meant: str) -> None:
    """Ticks and arrows that an old code page garbled are themselves again."""
    assert parse_log(f"{seen} done").lines == (f"{meant} done",)


def test_mojibake_that_is_none_stays() -> None:
    """Greek stays Greek."""
    assert parse_log("Γειά σου").lines == ("Γειά σου",)


def test_powershell_wrapping_is_undone() -> None:
    """Lines that PowerShell broke inside words and between them are whole again."""
    log = parse_log(
        "node.exe : Failed to compile. \n"
        "At line:1 char:1\n"
        '+ & "node.exe" build and ...\n'
        "+ ~~~~~~~~~~~~~~~~~~~~~~~~\n"
        "    + CategoryInfo : NotSpeci\n"
        " \n"
        "Type error: 'dailyLimit' is s\n"
        "pecified more than once, so \n"
        "this will be overwritten.\n"
        "\n"
        "next\n"
    )
    assert "Type error: 'dailyLimit' is specified more than once, so this will be overwritten." in log.lines
    assert log.lines[-1] == "next"


def test_debug_entries_are_joined() -> None:
    """`vercel --debug` wraps each line in a spinner note, which may break anywhere."""
    log = parse_log(
        "> [debug] [2026-06-19T13:04:37.046Z] Spinner invoked ([vite]: failed to resolve \n"
        '"x" from "y".) with a 0ms delay\n'
        "[client-debug] 2026-06-19T13:04:38.998Z Yielding a 'error' event\n"
        "> [debug] [2026-06-19T13:04:37.047Z] Spinner invoked (half an entry\n"
        "> [debug] [2026-06-19T13:04:37.048Z] Error: x"
    )
    assert log.lines[0] == '[vite]: failed to resolve "x" from "y".'
    assert log.lines[-1] == "Error: x"


def test_sections() -> None:
    """The parts of Vercel's log, with the commands it names, without gaps."""
    sections = parse_log(VERCEL).sections
    assert [(section.step, section.command) for section in sections] == [
        (Step.CLONE, None),
        (Step.INSTALL, "bun install"),
        (Step.BUILD, "npm run build"),
    ]
    assert [section.stop for section in sections[:-1]] == [section.start for section in sections[1:]]


def test_sections_of_a_build_that_wrote_output() -> None:
    """What comes after the output was written is a part of its own; install scripts belong to the install."""
    log = parse_log("> app@1.0.0 postinstall\n> x\n> app@1.0.0 build\nBuild Completed in /vercel/output [36s]\n")
    assert [section.step for section in log.sections] == [Step.INSTALL, Step.BUILD, Step.OUTPUT]


def test_no_milestone_no_sections() -> None:
    """A log without milestones has no sections."""
    assert parse_log("hello").sections == ()


@pytest.mark.parametrize("again", [VERCEL, "> app@1.0.0 build\n> next build\nfine"])
def test_last_build_counts(again: str) -> None:
    """Of several builds in one log only the last one is left."""
    log = parse_log(f"{VERCEL}\n{again}")
    assert log.lines == parse_log(again).lines


def test_same_script_twice_in_a_good_build_stays() -> None:
    """A script that runs twice in one build does not start a new one unless the first run failed."""
    assert len(parse_log("> a@1.0.0 gen\nfine\n> a@1.0.0 gen\nfine").lines) == 4


def test_completeness() -> None:
    """A platform's log without its last line is not complete; a local one has no such line."""
    assert parse_log(VERCEL).complete
    assert not parse_log(VERCEL[:400]).complete
    assert parse_log("> next build\nfoo").complete
    assert parse_log("Running build in X\nError: Builder returned invalid maxDuration").complete


@pytest.mark.parametrize("nothing", ["", b"", "\n\n", b"\xff\xfe", "\x00"])
def test_nothing(nothing: str | bytes) -> None:
    """An empty log has no lines."""
    assert parse_log(nothing).lines == ()


@given(st.one_of(st.text(max_size=400), st.binary(max_size=400)))
@settings(max_examples=300, deadline=None)
def test_never_raises(anything: str | bytes) -> None:
    """Any text and any bytes give a log, whose lines hold no line ends."""
    assert all("\n" not in line and "\r" not in line for line in parse_log(anything).lines)


@given(st.lists(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60), min_size=1, max_size=12))
@settings(max_examples=200, deadline=None)
def test_parsing_twice_changes_little(lines: list[str]) -> None:
    """Cleaning is about what surrounds the words: no new line appears."""
    assert len(parse_log("\n".join(lines)).lines) <= len(lines)
