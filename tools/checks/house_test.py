#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each house rule on a small project of its own: it finds the planted fault, with its place, and is silent on the right one."""
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import layers  # noqa: E402
import text_rules  # noqa: E402
from cases import cases  # noqa: E402
from tree import Finding, Tree, apply_waivers  # noqa: E402

SPDX = "// SPDX-License-Identifier: GPL-3.0-or-later\n"
CMAKE = "# SPDX-License-Identifier: GPL-3.0-or-later\nset(LAYERS base runtime\n  http)\n"


class Rules(unittest.TestCase):
    def project(self, files: dict[str, str]) -> Tree:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        for path, text in {"CMakeLists.txt": CMAKE, **files}.items():
            (Path(folder.name) / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder.name) / path).write_text(text)
        return Tree(Path(folder.name), ["CMakeLists.txt", *files])

    def places(self, rule, files: dict[str, str]) -> list[str]:
        return [f"{f.path}:{f.line}:{f.rule}" for f in rule(self.project(files))]

    def test_an_include_of_a_later_layer(self):
        self.assertEqual(self.places(layers.check_includes, {
            "src/base/a.cpp": SPDX + '#include "http/b.hpp"\n',
            "src/http/b.cpp": SPDX + '#include "base/a.hpp"\n#include "http/x/y.hpp"\n',
            "src/main.cpp": SPDX + '#include "http/b.hpp"\n'}), ["src/base/a.cpp:2:layer"])

    def test_an_include_of_no_layer_or_not_from_src(self):
        self.assertEqual(self.places(layers.check_includes, {"src/base/a.cpp": '#include "boost/a.hpp"\n#include "a.hpp"\n'}),
                         ["src/base/a.cpp:1:layer", "src/base/a.cpp:2:include"])

    def test_epoll_outside_runtime(self):
        self.assertEqual(self.places(layers.check_includes, {"src/runtime/a.cpp": "#include <sys/epoll.h>\n",
                                                             "src/http/a.cpp": "#include <vector>\n#include <sys/epoll.h>\n"}),
                         ["src/http/a.cpp:2:kernel"])

    def test_folders_without_layer_page_or_line(self):
        self.assertEqual(sorted(self.places(layers.check_folders, {
            "src/README.md": "| folder | what |\n|---|---|\n| `base` | x |\n| `gone` | x |\n",
            "src/base/README.md": "x", "src/odd/a.cpp": ""})),
            ["src/README.md:1:table", "src/README.md:4:table", "src/odd:1:layer", "src/odd:1:readme"])

    def test_long_files_and_wide_folders(self):
        self.assertEqual(self.places(text_rules.check_sizes, {
            "src/base/a.cpp": "x\n" * 401, "src/base/b.cpp": "x\n" * 400,
            **{f"src/http/f{n}.cpp": "" for n in range(21)}}), ["src/base/a.cpp:401:long", "src/http:1:wide"])

    def test_licence_lines(self):
        self.assertEqual(self.places(text_rules.check_licence, {
            "src/base/a.cpp": "int a;\n", "src/base/b.cpp": SPDX, "tools/run": "#!/bin/sh\n", "tools/list.txt": "x", "Makefile": "a:\n"}),
            ["Makefile:1:spdx", "src/base/a.cpp:1:spdx", "tools/run:1:spdx"])

    def test_what_is_left_open(self):
        self.assertEqual(self.places(text_rules.check_left_open, {"src/base/a.cpp": "// TODO" "(now): x\n// TODO(perf): x\n// FIX" "ME\n"}),
                         ["src/base/a.cpp:1:open", "src/base/a.cpp:3:open"])

    def test_names_and_macros(self):
        files = {"src/base/BadName.cpp": "#pragma once\n # define X 1\n", "src/base/good_name_test.cpp": ""}
        self.assertEqual(self.places(text_rules.check_names, files), ["src/base/BadName.cpp:1:name"])
        self.assertEqual(self.places(text_rules.check_macros, files), ["src/base/BadName.cpp:2:macro"])

    def test_decisions_and_links(self):
        files = {"docs/decisions/README.md": "[a](0001-a.md) [web](https://x.example) [b](0009-b.md)\n", "docs/decisions/0001-a.md": "",
                 "docs/decisions/0002-c.md": ""}
        self.assertEqual(len(self.places(text_rules.check_decisions, files)), 2)
        self.assertEqual(self.places(text_rules.check_links, files), ["docs/decisions/README.md:1:link"])

    def test_waivers_excuse_and_may_only_shrink(self):
        tree = self.project({"tools/waivers.txt": "# list\nsrc/a.cpp long a table\nsrc/b.cpp long gone\nsrc/c.cpp long\n"})
        left = apply_waivers(tree, [Finding("src/a.cpp", 1, "long", "x"), Finding("src/a.cpp", 1, "macro", "y")])
        self.assertEqual([(f.path, f.line) for f in left], [("src/a.cpp", 1), ("tools/waivers.txt", 3), ("tools/waivers.txt", 4)])


class Counting(unittest.TestCase):
    def test_closing_words_of_each_runner(self):
        self.assertEqual(cases("[==========] 5 tests ran.\n[  PASSED  ] 3 tests.\n[  FAILED  ] 2 tests, listed below:\n"), (3, 2))
        self.assertEqual(cases("[  PASSED  ] 1 test.\n"), (1, 0))
        self.assertEqual(cases("Ran 7 tests in 0.1s\n\nOK (skipped=2)\n"), (5, 0))
        self.assertEqual(cases("Ran 7 tests in 0.1s\n\nFAILED (failures=1, errors=2)\n"), (4, 3))
        self.assertEqual(cases("case 3 failed\n12 passed, 1 failed\n"), (12, 1))
        self.assertEqual(cases("something else\n"), (0, 0))


if __name__ == "__main__":
    unittest.main()
