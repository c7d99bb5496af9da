# SPDX-License-Identifier: GPL-3.0-or-later
"""g++ 12.2 destroys some temporaries twice when their full expression contains co_await. This finds the expressions.

The rule: in a full expression with co_await there is no brace-built aggregate, no initializer list and no capturing lambda. Name it
first, then move it. And a capturing lambda is never itself a coroutine: its captures die with the lambda, not with the coroutine.
Types are not known here, so every `Name{...}` counts as an aggregate: `milliseconds(5)` passes where `milliseconds{5}` does not.
Blocks longer than LONGEST_FUNCTION are found on the way, since this is where functions are seen.
"""
from cpp_tokens import Token, tree as token_tree
from tree import Finding, Tree

LONGEST_FUNCTION = 100
CONTROL = ("if", "while", "for", "switch", "catch")
SCOPES = ("namespace", "class", "struct", "union", "enum")
AFTER_SIGNATURE = ("const", "noexcept", "override", "final", "mutable", "constexpr", "try", "&", "&&")
COROUTINE = ("co_await", "co_return", "co_yield")


class Scanner:
    def __init__(self, path: str, source: str):
        self.path = path
        self.findings: list[Finding] = []
        self.block(token_tree(source))

    def report(self, line: int, sentence: str, rule: str = "co_await") -> None:
        self.findings.append(Finding(self.path, line, rule, sentence))

    # --- full expressions ---

    def block(self, items: list[Token]) -> bool:
        """The statements between two braces. True when one of them, lambdas not counted, makes the function a coroutine."""
        coroutine = False
        statement: list[tuple[str, int]] = []  # what the current full expression holds: ("await" | what is forbidden, line)

        def end() -> None:
            nonlocal statement
            self.judge(statement)
            statement = []

        begin = index = 0
        while index < len(items):
            token = items[index]
            if token.kind == "sign" and (token.text == ";" or token.text == ":" and self.is_label(items, begin, index)):
                end()
                begin = index + 1
            elif self.is_lambda(items, index):
                index = self.lambda_(items, index, statement)
            elif token.kind == "group" and token.text == "{" and self.is_block(items, begin, index):
                end()
                here = self.block(token.inside)
                self.measure(items, begin, index)
                scope = any(word.text in SCOPES for word in items[begin:index])
                coroutine |= here and not scope
                begin = index + 1
            elif token.kind == "group":
                # The condition of if, while, for, switch is a full expression of its own.
                previous = items[index - 1].text if index > begin else ""
                control = token.text == "(" and (previous in CONTROL or (previous == "constexpr" and index - 2 >= begin))
                if control:
                    end()
                coroutine |= self.group(items, begin, index, statement)
                if control:
                    if previous != "catch" and any(what == "await" for what, _ in statement):
                        self.report(token.line, f"co_await in the condition of {previous}: name its result first (g++ 12 never starts "
                                                "such a coroutine when its body has no variable)")
                    end()
                    begin = index + 1
            else:
                coroutine |= token.text in COROUTINE
                if token.text == "co_await":
                    statement.append(("await", token.line))
            index += 1
        end()
        return coroutine

    def group(self, items: list[Token], begin: int, index: int, statement: list[tuple[str, int]]) -> bool:
        """A bracket inside an expression: its content belongs to the same full expression, save where `;` ends one (for, if)."""
        token = items[index]
        coroutine = False
        if token.text == "{":
            previous = items[index - 1] if index > begin else None
            named = previous is not None and (previous.kind == "word" and previous.text not in ("return", "co_return", "co_await", "co_yield")
                                              or previous.text == ">")
            if not (previous is None):
                statement.append((f"{previous.text}{{...}}" if named and previous.kind == "word" else "{...}", token.line))
        inner = 0
        while inner < len(token.inside):
            part = token.inside[inner]
            if part.text == ";" and part.kind == "sign":
                self.judge(statement)
                statement.clear()
            elif self.is_lambda(token.inside, inner):
                inner = self.lambda_(token.inside, inner, statement)
            elif part.kind == "group":
                if part.text == "{" and inner == 0:
                    statement.append(("{...}", part.line))
                    coroutine |= self.group([Token("", "sign", part.line), part], 1, 1, statement)
                else:
                    coroutine |= self.group(token.inside, 0, inner, statement)
            else:
                coroutine |= part.text in COROUTINE
                if part.text == "co_await":
                    statement.append(("await", part.line))
            inner += 1
        return coroutine

    def judge(self, statement: list[tuple[str, int]]) -> None:
        if any(what == "await" for what, _ in statement):
            for what, line in statement:
                if what != "await":
                    self.report(line, f"{what} in a full expression with co_await: name it first, then std::move it (g++ 12 bug)")

    @staticmethod
    def is_label(items: list[Token], begin: int, index: int) -> bool:
        """`case x:`, `default:`, `public:`, `again:`; not `a ? b : c`, `class A : B` or `A() : a_(1)`."""
        return items[begin].text == "case" or index == begin + 1 and items[begin].kind == "word"

    # --- lambdas ---

    @staticmethod
    def is_lambda(items: list[Token], index: int) -> bool:
        token = items[index]
        if token.kind != "group" or token.text != "[":
            return False
        if token.inside and token.inside[0].kind == "group" and token.inside[0].text == "[":
            return False  # [[attribute]]
        previous = items[index - 1] if index > 0 else None
        if previous is None:
            return True
        if previous.kind == "word":
            return previous.text in ("return", "co_return", "co_await", "co_yield", "case")
        return not (previous.kind == "string" or previous.kind == "group" and previous.text in "([")

    def lambda_(self, items: list[Token], index: int, statement: list[tuple[str, int]]) -> int:
        """Reads a lambda from its captures; gives the place of its last token. Its body has full expressions of its own."""
        captures = items[index]
        body = index + 1
        while body < len(items) and not (items[body].kind == "group" and items[body].text == "{"):
            if items[body].text in (";", ",") and items[body].kind == "sign" and items[index + 1].text != "<":
                return index  # not a lambda after all, such as a structured binding: auto [a, b] = ...
            if items[body].text == "=":
                return index
            body += 1
        if body == len(items):
            return index
        coroutine = self.block(items[body].inside)
        if captures.inside:
            statement.append(("a capturing lambda", captures.line))
            if coroutine and not self.path.endswith("_test.cpp"):
                self.report(captures.line, "a lambda with captures is a coroutine: its captures die before it does; "
                                           "make it a function that takes them by value")
        return body

    # --- which brace opens a block ---

    @staticmethod
    def is_block(items: list[Token], begin: int, index: int) -> bool:
        if index == begin:
            return True  # a bare block
        previous = items[index - 1]
        head = items[begin:index]
        if previous.kind == "group":
            if previous.text == "(":
                return True  # function, if, for, constructor with initialisers
            if previous.text == "{":
                return True  # constructor body after a_{1}
            return False  # array[3]{...}
        if previous.text in ("else", "do", "try") or previous.text in AFTER_SIGNATURE or previous.kind == "string":
            return True
        words = [token.text for token in head if token.kind == "word"]
        assigned = any(token.text == "=" for token in head)
        if any(word in SCOPES for word in words) and not assigned and not any(t.text == "(" for t in head):
            return True
        # Trailing return type: auto f() -> Task<void> {
        for place, token in enumerate(head):
            if token.text == "->" and place > 0 and (head[place - 1].text in ("(", *AFTER_SIGNATURE)) and not assigned:
                return True
        return False

    def measure(self, items: list[Token], begin: int, index: int) -> None:
        token = items[index]
        scope = any(word.text in SCOPES for word in items[begin:index]) or index == begin
        length = token.last_line - token.line + 1
        if not scope and length > LONGEST_FUNCTION and not self.path.endswith("_test.cpp"):
            self.report(token.line, f"a function of {length} lines; over {LONGEST_FUNCTION}: split it by meaning", "function")


def check_co_await(tree: Tree) -> list[Finding]:
    findings = []
    for path in tree.files:
        if path.startswith(("src/", "tests/")) and path.endswith((".cpp", ".hpp")):
            findings += Scanner(path, tree.text(path)).findings
    return findings
