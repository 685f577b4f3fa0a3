"""The gate as a whole: the table, what policy opens, and that it stands any input."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploymend.core.gate import RULES, GateFacts, judge
from deploymend.core.model import FileChange

FACTS = GateFacts()
PATHS = [
    *("a.ts", "a.tsx", "a.js", "a.vue", "a.svelte", "a.astro", "a.d.ts", "a.css", "a.sh", "README.md", "src/a.test.ts"),
    *("package.json", "package-lock.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock", "pnpm-workspace.yaml", ".npmrc"),
    *("tsconfig.json", "next.config.mjs", ".eslintrc", ".eslintrc.yml", "eslint.config.js", "vercel.json", "a.yml", ""),
]
WORDS = [
    *("any", "as", "unknown", "never", "import", "export", "function", "const", "if", "catch", "throw", "declare"),
    *("module", "process", "env", "exit", "it", "skip", "false", "async", "return", "=>", "?.", "!", "!==", "${", "`"),
    *("{", "}", "(", ")", "[", "]", "<", ">", "</", "/>", "'", '"', "/", "//", "/*", "*/", "\\", "\\u{", "\n", "\r\n"),
    *(":", ";", ",", ".", "=", "||", "@ts-ignore", "eslint-disable", "<script>", "</script>", "---", "- ", "  ", "0"),
    *('"dependencies": {', '"packages": {', "\0", "\ufeff", "\u202e", "\ud800", "\U000e0001", "https://", "sha512-"),
]
TEXTS = st.one_of(st.none(), st.text(max_size=200), st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join))
CHANGES = st.builds(
    FileChange,
    path=st.one_of(st.sampled_from(PATHS), st.text(max_size=20)),
    before=TEXTS,
    after=TEXTS,
    binary=st.booleans(),
    symlink=st.one_of(st.none(), st.text(max_size=20)),
    executable=st.booleans(),
)


@settings(max_examples=120, deadline=None)
@given(st.lists(CHANGES, max_size=4))
def test_stands_any_change(changes: list[FileChange]) -> None:
    """Whatever a change holds, it is judged: no input makes the gate raise, and the answer stays the same."""
    verdict = judge(changes, facts=FACTS)
    assert verdict == judge(changes, facts=FACTS)
    assert {refusal.rule for refusal in verdict.refusals} <= {rule.name for rule in RULES}


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(PATHS), TEXTS)
def test_refuses_nothing_where_nothing_changed(path: str, text: str | None) -> None:
    """A file that is the same before and after breaks no rule, whatever it holds."""
    assert judge([FileChange(path=path, before=text, after=text)], facts=FACTS).refusals == ()


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(PATHS), st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join))
def test_refuses_no_suppression_that_was_there(path: str, text: str) -> None:
    """Other line ends and indentation bring in nothing new."""
    before = text.replace("\r", "")
    after = "\n".join("  " + line for line in before.split("\n"))
    rules = {
        refusal.rule for refusal in judge([FileChange(path=path, before=before, after=after)], facts=FACTS).refusals
    }
    assert rules & {"type-check-suppressed", "any-type", "non-null-assertion", "deleted-call", "empty-catch"} == set()


def test_names_every_rule_once() -> None:
    """Names are what policies and the ledger remember: kebab-case, unique, each with a reason for people."""
    names = [rule.name for rule in RULES]
    assert len(names) == len(set(names))
    assert all(name == name.lower() and " " not in name and "_" not in name for name in names)
    assert all(rule.why and not rule.why.endswith(".") for rule in RULES)


def test_lets_policy_open_a_rule_by_name() -> None:
    """An opened rule refuses nothing and is told apart, so that the message can say so; the others stay shut."""
    change = FileChange(path="a.ts", before="", after="// @ts-ignore\nconst a: any = 1;\n")
    verdict = judge([change], facts=FACTS, opened=frozenset(("any-type",)))
    assert [refusal.rule for refusal in verdict.refusals] == ["type-check-suppressed"]
    assert [refusal.rule for refusal in verdict.opened] == ["any-type"]


def test_tells_a_few_places_of_many() -> None:
    """A file full of the same offence gives five refusals, not hundreds."""
    change = FileChange(path="a.ts", before="", after="const a: any = 1;\n" * 50)
    assert [refusal.line for refusal in judge([change], facts=FACTS).refusals] == [1, 2, 3, 4, 5]


def test_knows_the_repairs_it_must_let_pass() -> None:
    """The honest cures of the fixers break no rule."""
    honest = [
        FileChange(path="a.tsx", before="import B from './button';\n", after="import B from './Button';\n"),
        FileChange(path="b.ts", before="import { a, b } from 'c';\nb();\n", after="import { b } from 'c';\nb();\n"),
        FileChange(path="c.ts", before="a.lenght;\n", after="a.length;\n"),
        FileChange(path="package.json", before='{"dependencies": {}}', after='{"dependencies": {"clsx": "^2.1.1"}}'),
        FileChange(
            path="package-lock.json",
            before='{"packages": {"": {}}}',
            after='{"packages": {"": {}, "node_modules/clsx": {"version": "2.1.1", "integrity": "sha512-A"}}}',
        ),
    ]
    assert judge(honest, facts=FACTS).refusals == ()


@pytest.mark.parametrize("piece", ["{", "[", "(", "`${", "<a>", "/*", '{"a":', "a:\n", "\\", "'", "any!", "f("])
@pytest.mark.parametrize(
    "path", ["a.tsx", "package.json", "package-lock.json", "pnpm-lock.yaml", "tsconfig.json", ".eslintrc.yml"]
)
def test_takes_time_in_proportion(path: str, piece: str) -> None:
    """Deep nesting and torn text neither raise nor hang: what grew with the square would reach the limit of a test."""
    change = FileChange(path=path, before="", after=piece * (30_000 // len(piece)))
    assert judge([change], facts=FACTS).opened == ()


def test_documents_every_rule() -> None:
    """docs/gate.md lists the rules in the table's order, each with its reason."""
    page = (Path(__file__).parents[3] / "docs" / "gate.md").read_text(encoding="utf-8")
    listed = [line for line in page.splitlines() if line.startswith("| `")]
    assert listed == [f"| `{rule.name}` | {rule.why} |" for rule in RULES]
