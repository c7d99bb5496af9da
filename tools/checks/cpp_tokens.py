# SPDX-License-Identifier: GPL-3.0-or-later
"""C++ as tokens, enough to see brackets, blocks and words; no preprocessor, no types, no angle brackets."""
import re
from dataclasses import dataclass, field

TOKEN = re.compile(r"""
    (?P<space>\s+)
  | (?P<comment>//(?:\\\n|[^\n])*|/\*.*?\*/)
  | (?P<raw>(?:u8|[uUL])?R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)")
  | (?P<string>(?:u8|[uUL])?"(?:\\.|[^"\\\n])*")
  | (?P<number>\.?\d(?:'?[\w.]|(?<=[eEpP])[+-])*)
  | (?P<char>(?:u8|[uUL])?'(?:\\.|[^'\\\n])+')
  | (?P<word>[A-Za-z_]\w*)
  | (?P<sign>->\*?|::|&&|\|\||<<=?|[<>=!+\-*/%&|^]=|\+\+|--|\.\.\.|.)
""", re.X | re.S)
PREPROCESSOR = re.compile(r"^[ \t]*#(?:\\\n|[^\n])*", re.M)


@dataclass
class Token:
    """One word, sign or literal; a bracket holds what stands inside it."""
    text: str
    kind: str  # word, number, string, char, sign, group
    line: int
    inside: list["Token"] = field(default_factory=list)
    last_line: int = 0


def tokens(source: str) -> list[Token]:
    # A preprocessor line becomes as many empty ones, so that line numbers stay.
    source = PREPROCESSOR.sub(lambda found: "\n" * found.group(0).count("\n"), source)
    out, line = [], 1
    for found in TOKEN.finditer(source):
        kind, text = found.lastgroup, found.group(0)
        if kind == "mark":
            kind = "raw"
        if kind not in ("space", "comment"):
            out.append(Token(text, "string" if kind == "raw" else kind, line))
        line += text.count("\n")
    return out


def tree(source: str) -> list[Token]:
    """The tokens with (), [] and {} nested; a bracket that fits nowhere is left out."""
    closing = {"(": ")", "[": "]", "{": "}"}
    top: list[Token] = []
    open_groups: list[Token] = []
    for token in tokens(source):
        here = open_groups[-1].inside if open_groups else top
        if token.kind == "sign" and token.text in closing:
            group = Token(token.text, "group", token.line)
            here.append(group)
            open_groups.append(group)
        elif token.kind == "sign" and token.text in closing.values():
            if open_groups and closing[open_groups[-1].text] == token.text:
                open_groups.pop().last_line = token.line
        else:
            here.append(token)
    return top
