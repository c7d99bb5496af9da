#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the co_await lint must find, and what it must leave alone."""
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from co_await import Scanner  # noqa: E402


def findings(source: str, path: str = "src/a/a.cpp", rule: str = "co_await") -> list[int]:
    """The lines complained about."""
    return sorted(f.line for f in Scanner(path, source).findings if f.rule == rule)


def body(statements: str) -> str:
    return "Task<void> f(int n) {\n" + statements + "\n}\n"


class Finds(unittest.TestCase):
    def check(self, statements: str, *lines: int):
        self.assertEqual(findings(body(statements)), [line + 1 for line in lines], statements)

    def test_an_aggregate_as_an_argument(self):
        self.check("co_await send(Message{a, b});", 1)

    def test_designated_initialisers(self):
        self.check("auto r = co_await subscribe({.queue = q});", 1)

    def test_an_initialiser_list(self):
        self.check('co_await run({"a", "b"});', 1)

    def test_an_aggregate_that_holds_the_co_await(self):
        self.check("use(Pair{co_await g(), 1});", 1)

    def test_an_aggregate_beside_the_co_await(self):
        self.check("use(Pair{1, 2}, co_await g());", 1)

    def test_a_named_object_built_with_braces_from_a_co_await(self):
        self.check("Pair p{co_await g(), 1};", 1)

    def test_a_capturing_lambda(self):
        self.check("co_await offload([k] { return k; });", 1)
        self.check("co_await offload([this](int a) mutable -> int { return a; });", 1)

    def test_each_line_of_a_long_expression(self):
        self.check("co_await call(\n  One{1},\n  Two{2});", 2, 3)

    def test_both_arms_of_a_conditional(self):
        self.check("auto x = ok ? co_await g() : P{1};", 1)

    def test_in_a_condition(self):
        self.check("if (auto r = co_await f(P{1}); !r) co_return;", 1)
        self.check("while (co_await f(P{1})) n();", 1, 1)

    def test_an_await_that_is_a_condition(self):
        # Without a variable in the body g++ 12 lays the frame out wrongly and the coroutine never starts.
        self.check("if (!(co_await f()).ok()) co_return;", 1)
        self.check("for (;;) { if (!co_await f()) break; }", 1)
        self.check("do n(); while (co_await f());", 1)
        self.check("switch (co_await f()) { default: n(); }", 1)

    def test_leaves_a_named_result_alone(self):
        self.check("const bool on = co_await f();\nif (on) co_return;")
        self.check("if (const bool on = co_await f(); on) co_return;")

    def test_in_a_return(self):
        self.check("co_return Answer{co_await f()};", 1)

    def test_inside_the_body_of_a_lambda(self):
        self.check("auto go = []() -> Task<void> { co_await f(P{1}); };", 1)

    def test_behind_a_template_argument_list(self):
        self.check("co_await f(std::vector<int>{1, 2});", 1)

    def test_in_a_member_of_a_class_with_a_base(self):
        source = "class A : public B {\n public:\n  int n{1};\n  Task<void> f() {\n    co_await g(P{1});\n  }\n};\n"
        self.assertEqual(findings(source), [5])

    def test_a_capturing_lambda_that_is_a_coroutine(self):
        source = body("auto go = [n]() -> Task<void> { co_await f(n); };")
        self.assertEqual(findings(source), [2])
        self.assertEqual(findings(source, "src/a/a_test.cpp"), [], "tests keep theirs alive")

    def test_a_function_that_is_too_long(self):
        self.assertEqual(findings(body("g();\n" * 120), rule="function"), [1])
        self.assertEqual(findings("namespace a {\n" + body("g();\n" * 20) * 9 + "}\n", rule="function"), [])


class LeavesAlone(unittest.TestCase):
    def check(self, statements: str):
        self.assertEqual(findings(body(statements)), [], statements)

    def test_a_named_object_that_is_moved(self):
        self.check("Message m{a, b};\nco_await send(std::move(m));")

    def test_parentheses(self):
        self.check("co_await sleep(milliseconds(5)); co_return Error(Fault::timeout, text);")

    def test_a_brace_without_co_await(self):
        self.check("co_return Error{Fault::timeout, text};")
        self.check("auto r = co_await f();\nif (!r) co_return Error{Fault::bug, \"x\"};")

    def test_blocks(self):
        self.check("if (n) { co_await f(); } else { co_await g(); }")
        self.check("for (int i = 0; i < 3; ++i) { co_await f(i); }")
        self.check("for (const Item& item : items) { co_await f(item); }")
        self.check("switch (n) { case 1: { co_await f(); break; } default: co_await g(); }")
        self.check("try { co_await f(); } catch (const E& e) { g(E{1}); }")
        self.check("do { co_await f(); } while (n);")

    def test_a_condition_with_braces_before_a_statement_with_co_await(self):
        self.check("if (x == Point{1, 2}) co_await f();")

    def test_a_lambda_without_captures(self):
        self.check("co_await offload([] { return 1; });")

    def test_a_lambda_whose_body_waits_passed_to_what_does_not(self):
        self.check("run([](int a) -> Task<void> { co_await f(a); });")

    def test_a_subscript(self):
        self.check("co_await f(table[k]); auto [a, b] = g(); co_await h(a);")

    def test_comments_strings_and_directives(self):
        self.check('// co_await f(P{1});\nauto s = "co_await f({1})"; /* co_await f({1}) */ co_await g(s);')
        self.check('auto s = R"x(co_await f({1}))x";\nco_await g(s);')
        self.check("#define F co_await f({1})\nco_await g();")

    def test_constructors_with_initialisers(self):
        self.assertEqual(findings("A::A(int n) : a_{n}, b_(n) { g(); }\nTask<void> f() { co_await g(); }\n"), [])
        self.assertEqual(findings("struct A : B {\n  A() : n{1} {}\n  Task<void> f() const noexcept { co_await g(); }\n};\n"), [])

    def test_declarations_around_a_coroutine(self):
        self.assertEqual(findings("constexpr int table[2]{1, 2};\nstatic const P p = {1};\nauto f() -> Task<void> { co_await g(); }\n"), [])
        self.assertEqual(findings("template <class T> requires Good<T>\nTask<void> f(T t) { co_await g(t); }\n"), [])
        self.assertEqual(findings("extern \"C\" { void g(); }\nnamespace a::b { Task<void> f() { co_await g(); } }\n"), [])


if __name__ == "__main__":
    unittest.main()
