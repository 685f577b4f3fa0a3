"""Settings read out of configuration files, JSON, YAML and JavaScript alike, as paths with values.

    {"compilerOptions": {"strict": false}}                    compilerOptions.strict = false
    export default withMDX({ typescript: { ignoreBuildErrors: !0 } })     typescript.ignoreBuildErrors = true
    config.eslint.ignoreDuringBuilds = flag                   ignoreDuringBuilds = flag
    "exclude": ["src/old"]                                    exclude[] = src/old

Reading the tokens rather than parsing each format means that comments, trailing commas, wrapping calls and torn files
do not matter, and that a setting is seen wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from deploymend.core.gate.source import Language, Source
from deploymend.core.gate.tokens import Code, Kind, Token
from deploymend.core.locks.blocks import Block, read_blocks

_LONGEST_VALUE = 12
_LONGEST_PATH = 200
_PLAIN_VALUES = {"!0": "true", "!1": "false"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One value in its place. `value` is a literal's content, or the expression's tokens joined by blanks."""

    path: str
    value: str
    line: int

    @property
    def key(self) -> str:
        """The last part of the path, without `[]`."""
        return self.path.removesuffix("[]").rpartition(".")[2]


def read_settings(source: Source) -> tuple[Setting, ...]:
    """Every setting of a file, in order. Files that are neither code, JSON nor YAML have none."""
    if source.language is Language.YAML or (source.name == ".eslintrc" and not source.code.tokens):
        return tuple(_from_blocks(read_blocks(source.text), ""))
    return tuple(_from_code(source.code))


def _from_code(code: Code) -> Iterator[Setting]:
    prefixes: list[str] = []
    key = ""
    for index, token in code.windows():
        if token.sign("{", "[", "("):
            prefixes.append(_path(prefixes, key) + ("[]" if token.value == "[" else ""))
            key = ""
        elif token.sign("}", "]", ")"):
            del prefixes[-1:]
            key = ""
        elif _is_key(code, index):
            key = token.value
            yield from _value(code, index + _key_width(code, index), _path(prefixes, key))
        elif _is_item(code, index):
            yield Setting(path=_path(prefixes, ""), value=token.value, line=token.line)
        elif token.sign(","):
            key = ""
        elif token.sign("=") and code.at(index - 1).word() and code.at(index - 2).sign("."):
            key = code.at(index - 1).value
            yield from _value(code, index + 1, key)


def _path(prefixes: list[str], key: str) -> str:
    return _joined(prefixes[-1] if prefixes else "", key)


def _joined(prefix: str, key: str) -> str:
    """The end of a path is enough to know a setting by; whole ones would take n squared room in a nested file."""
    return (f"{prefix}.{key}" if prefix and key else prefix or key)[-_LONGEST_PATH:]


def _is_key(code: Code, index: int) -> bool:
    """A name in an object: after `{` or `,`, and before `:`. `["a"]: 1` is one too."""
    token = code.at(index)
    if token.kind not in (Kind.WORD, Kind.STRING, Kind.NUMBER):
        return False
    if code.at(index - 1).sign("[") and code.at(index + 1).sign("]"):
        return code.at(index + 2).sign(":")
    return code.at(index + 1).sign(":") and code.at(index - 1).sign("{", ",", "")


def _key_width(code: Code, index: int) -> int:
    return 3 if code.at(index + 1).sign("]") else 2


def _is_item(code: Code, index: int) -> bool:
    """A plain value that stands alone in a list."""
    plain = code.at(index).kind in (Kind.WORD, Kind.STRING, Kind.NUMBER)
    return plain and code.at(index - 1).sign("[", ",") and code.at(index + 1).sign("]", ",")


def _value(code: Code, index: int, path: str) -> Iterator[Setting]:
    """The value that starts there, unless it is an object or a list: their parts are settings of their own."""
    first = code.at(index)
    if first.sign("{", "["):
        return
    parts: list[str] = []
    while len(parts) < _LONGEST_VALUE and not _ends_value(code.at(index)):
        parts.append(code.at(index).value)
        index += 1
    joined = " ".join(parts)
    yield Setting(path=path, value=_PLAIN_VALUES.get(joined.replace(" ", ""), joined), line=first.line)


def _ends_value(token: Token) -> bool:
    return token.sign(",", "}", "]", ")", ";", "") or token.sign("{")


def _from_blocks(block: Block, prefix: str) -> Iterator[Setting]:
    waiting = [(block, prefix)]
    while waiting:
        current, path = waiting.pop()
        for key, value in current.items():
            place = _joined(path, key)
            if isinstance(value, dict):
                waiting.append((value, place))
            else:
                yield _block_setting(path, place, key, value)


def _block_setting(path: str, place: str, key: str, value: str) -> Setting:
    item = key.startswith("- ")
    return Setting(path=f"{path}[]" if item else place, value=key[2:].strip("\"' ") if item else value, line=1)
