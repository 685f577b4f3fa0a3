"""JavaScript, TypeScript and JSX cut into tokens, with their places; comments kept, white space left out.

Never raises and takes time in proportion to the text: broken code gives tokens up to its end. The hard questions of
the language (is `/` a division, is `<` a tag) are answered by the token before, as ECMA-262 12.9 lets most tools do;
a closing name that never follows tells a generic from a tag.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a token is. A template literal is one token when it has no `${}`, else one for each part of its text."""

    WORD = "word"
    NUMBER = "number"
    STRING = "string"
    TEMPLATE = "template"
    REGEX = "regex"
    PUNCTUATION = "punctuation"
    COMMENT = "comment"
    JSX_TEXT = "jsx_text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """The text from `start` to `stop - 1` (code points, from 0)."""

    kind: Kind
    text: str
    start: int
    stop: int


# The stdlib engine, not re2: re2 encodes the whole text anew at each match. Every pattern here is linear: one class
# repeated, possessive where two could share a character.
_SPACE = re.compile(r"[\s\ufeff]+")
_COMMENT = re.compile(r"//[^\n\r\u2028\u2029]*|/\*(?:[^*]|\*(?!/))*+(?:\*/)?|#![^\n\r]*")
_WORD = re.compile(r"#?(?:[^\W\d]|[$\\])(?:\w|[$\\\u200c\u200d])*")
_JSX_WORD = re.compile(r"(?:[^\W\d]|\$)(?:\w|[$:.-])*")
_NUMBER = re.compile(r"\.?\d(?:[\w.]|(?<=[eE])[+-])*")
_STRING = re.compile(r"\"(?:[^\"\\\n\r]|\\[\s\S])*+\"?|'(?:[^'\\\n\r]|\\[\s\S])*+'?")
_JSX_STRING = re.compile(r"\"[^\"]*\"?|'[^']*'?")
_REGEX = re.compile(r"/(?![*/])(?:[^\\/\[\n\r]|\\[^\n\r]|\[(?:[^\]\\\n\r]|\\[^\n\r])*+\])++/\w*")
_LINE = re.compile(r"[^\n\r]*")
_TEMPLATE = re.compile(r"(?:[^`\\$]|\\[\s\S]|\$(?!\{))*+(?:`|\$\{|\Z)")
_JSX_TEXT = re.compile(r"[^<{]+")
_PUNCTUATION = re.compile(r"=>|\.\.\.|\?\.(?!\d)|\?\?=?|\+\+|--|&&=?|\|\|=?|\*\*=?|[=!]==?|[-+*/%&|^<>]=|.", re.DOTALL)
_TAG_START = re.compile(r"<(?:(?P<name>(?:[^\W\d]|\$)(?:\w|[$:.-])*)|(?=\s*>))")
_TAG_END = re.compile(r"</\s*([\w$:.-]*)")

# Words after which an expression begins, so that `/` starts a regular expression and `<` a tag.
_BEFORE_EXPRESSION = frozenset(
    ("return", "typeof", "case", "do", "else", "in", "instanceof", "new", "void", "delete", "throw", "await")
) | {"yield", "of", "default", "extends"}
_OPERAND_ENDS = frozenset((")", "]", "}", "++", "--"))
# Words whose round brackets hold a head: what follows `if (x)` is a statement, and may begin with a regular expression.
_HEADS = frozenset(("if", "while", "for", "with"))
# What `{` follows when it opens a block; after anything else it opens an object, which is an operand.
_BEFORE_BLOCK = frozenset((")", ";", "{", "}", "=>", ":", "else", "do", "try", "finally"))


def tokenize(text: str, *, jsx: bool = True) -> tuple[Token, ...]:
    """The tokens of a module's text in order. `jsx` False reads `<T>x` as TypeScript's old cast, as in `.ts` files."""
    return tuple(_Lexer(text, jsx=jsx).run())


class _Lexer:
    """One pass. `modes` is the stack of what encloses the place.

    `{` block, `{=` object, `${` template, `<` tag, `>` children, `jsx{` code in a tag or among children.
    """

    def __init__(self, text: str, *, jsx: bool) -> None:
        self.text = text
        self.at = 0
        self.tokens: list[Token] = []
        self.modes: list[str] = []
        self.last: Token | None = None
        self.angles = 0
        self.heads: list[bool] = []
        self.after_statement = False
        self.no_regex_before = 0
        self.closers = {m.group(1): m.start() for m in _TAG_END.finditer(text)} if jsx else {}
        self.jsx = jsx

    def run(self) -> list[Token]:
        """All tokens."""
        while self.at < len(self.text):
            mode = self.modes[-1] if self.modes else ""
            if mode == ">":
                self._children()
            elif space := _SPACE.match(self.text, self.at):
                self.at = space.end()
            elif mode in ("<", "</"):
                self._tag(closing=mode == "</")
            else:
                self._code()
        return self.tokens

    def _emit(self, kind: Kind, pattern: re.Pattern[str]) -> bool:
        found = pattern.match(self.text, self.at)
        if found is None or found.end() == self.at:
            return False
        token = Token(kind=kind, text=found.group(), start=self.at, stop=found.end())
        self.tokens.append(token)
        self.at = token.stop
        if kind is not Kind.COMMENT:
            self.last = token
        return True

    def _code(self) -> None:
        char = self.text[self.at]
        if self._comment(char):
            return
        if char in "\"'":
            self._emit(Kind.STRING, _STRING)
        elif char == "`":
            self._template(self.at, self.at + 1)
        elif char == "}" and self.modes and self.modes[-1] == "${":
            self.modes.pop()
            self._template(self.at, self.at + 1)
        elif char == "<" and self.jsx and self._tag_starts_here():
            self._open_tag()
        elif (
            (char == "/" and self._regex())
            or self._emit(Kind.WORD, _WORD)
            or ((char.isdigit() or char == ".") and self._emit(Kind.NUMBER, _NUMBER))
        ):
            return
        else:
            before = self.last
            self._emit(Kind.PUNCTUATION, _PUNCTUATION)
            self._bracket(char, before)

    def _regex(self) -> bool:
        if self.at < self.no_regex_before or not self._expression_may_start():
            return False
        if self._emit(Kind.REGEX, _REGEX):
            return True
        # One try a line: a hostile line of slashes must not be read again from each of them.
        self.no_regex_before = _LINE.match(self.text, self.at).end()  # type: ignore[union-attr] # it matches anywhere
        return False

    def _comment(self, char: str) -> bool:
        starts = char == "/" or (char == "#" and self.at == 0)
        return starts and self._emit(Kind.COMMENT, _COMMENT)

    def _bracket(self, char: str, before: Token | None) -> None:
        """Keep track of what is open, and of whether a closing bracket ends a value or a statement's part."""
        if char == "(":
            self.heads.append(before is not None and before.text in _HEADS)
        elif char == ")":
            self.after_statement = self.heads.pop() if self.heads else False
        elif char == "{":
            self.modes.append("{" if before is None or before.text in _BEFORE_BLOCK else "{=")
        elif char == "}" and self.modes and self.modes[-1] in ("{", "{=", "jsx{"):
            self.after_statement = self.modes.pop() == "{"

    def _template(self, start: int, inside: int) -> None:
        found = _TEMPLATE.match(self.text, inside)
        stop = found.end() if found else len(self.text)
        self.last = Token(kind=Kind.TEMPLATE, text=self.text[start:stop], start=start, stop=stop)
        self.tokens.append(self.last)
        self.at = stop
        if self.last.text.endswith("${"):
            self.modes.append("${")

    def _expression_may_start(self) -> bool:
        last = self.last
        if last is None:
            return True
        if last.kind is Kind.WORD:
            return last.text in _BEFORE_EXPRESSION
        if last.kind is Kind.TEMPLATE:
            return last.text.endswith("${")
        if last.text in (")", "}") and self.after_statement:
            return True
        return last.kind is Kind.PUNCTUATION and last.text not in _OPERAND_ENDS

    def _tag_starts_here(self) -> bool:
        found = _TAG_START.match(self.text, self.at)
        if found is None or not self._expression_may_start():
            return False
        name = found.group("name") or ""
        rest = self.text[found.end() : found.end() + 40].lstrip()
        bound = rest.startswith("extends") and rest[len("extends") :].lstrip()[:1] not in ("=", "/", ">")
        if rest[:1] in (",", "=") or bound or name == "const":
            return False  # a generic arrow function: <T,>(x: T) => …, <T extends object>(x: T) => …
        return not rest.startswith(">") or self.closers.get(name, -1) > self.at

    def _open_tag(self) -> None:
        self._emit(Kind.PUNCTUATION, _PUNCTUATION)
        self.modes.append("<")
        self.angles = 0

    def _tag(self, *, closing: bool) -> None:
        char = self.text[self.at]
        if self._comment(char):
            return
        if char in "\"'":
            self._emit(Kind.STRING, _JSX_STRING)
        elif self._emit(Kind.WORD, _JSX_WORD):
            return
        else:
            self._emit(Kind.PUNCTUATION, _PUNCTUATION)
            self._tag_punctuation(char, closing=closing)

    def _tag_punctuation(self, char: str, *, closing: bool) -> None:
        if char == "{":
            self.modes.append("jsx{")
        elif char == "<":
            self.angles += 1  # type arguments: <Select<Option> …>
        elif char == ">" and self.angles:
            self.angles -= 1
        elif char == "/" and self.text.startswith(">", self.at):
            self._emit(Kind.PUNCTUATION, _PUNCTUATION)
            self._close(levels=1)
        elif char == ">":
            if closing:
                self._close(levels=2)
            else:
                self.modes[-1] = ">"

    def _close(self, *, levels: int) -> None:
        del self.modes[-levels:]
        self.angles = 0
        # A whole element is an operand: what follows it is an operator.
        stop = self.at
        self.last = Token(kind=Kind.STRING, text="", start=stop, stop=stop)

    def _children(self) -> None:
        if self._emit(Kind.JSX_TEXT, _JSX_TEXT):
            return
        char = self.text[self.at]
        self._emit(Kind.PUNCTUATION, _PUNCTUATION)
        if char == "{":
            self.modes.append("jsx{")
            return
        self.angles = 0
        closing = self.text.startswith("/", self.at)
        if closing:
            self._emit(Kind.PUNCTUATION, _PUNCTUATION)
        self.modes.append("</" if closing else "<")
