# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules that need no understanding of C++: sizes, licence lines, names, what may not be left open."""
import re
from collections import Counter

from tree import Finding, Tree

LONGEST_FILE = 400
WIDEST_FOLDER = 20
LONGEST_README_WORDS = 600
SOURCES = (".cpp", ".hpp", ".py", ".sh", ".js", ".mjs", ".ts")
SPDX = "SPDX-License-Identifier: GPL-3.0-or-later"
# Written in two parts, so that this file does not find itself.
LEFT_OPEN = re.compile(r"TODO\(now" r"\)|FIX" r"ME|\bXX" r"X\b")
SNAKE = re.compile(r"^[a-z0-9_]+(\.[a-z0-9_]+)*$")


def is_source(tree: Tree, path: str) -> bool:
    """Something we wrote that a machine runs: by its ending, by being a build file, or by its #! line."""
    if path.endswith(SOURCES) or path.split("/")[-1] in ("CMakeLists.txt", "Makefile"):
        return True
    if "." in path.split("/")[-1] and not path.startswith(".ci/"):
        return False
    with open(tree.root / path, "rb") as file:
        return file.read(2) == b"#!"


def check_sizes(tree: Tree) -> list[Finding]:
    findings = []
    for path in tree.files:
        if is_source(tree, path):
            length = len(tree.lines(path))
            if length > LONGEST_FILE:
                findings.append(Finding(path, length, "long", f"{length} lines; over {LONGEST_FILE}: split it by meaning"))
        if path.endswith("README.md"):
            words = len(tree.text(path).split())
            if words > LONGEST_README_WORDS:
                findings.append(Finding(path, 1, "long", f"{words} words; over {LONGEST_README_WORDS}"))
    wide = Counter(path.rsplit("/", 1)[0] for path in tree.files if path.startswith(("src/", "console/src/")))
    for folder, count in sorted(wide.items()):
        if count > WIDEST_FOLDER:
            findings.append(Finding(folder, 1, "wide", f"{count} files; over {WIDEST_FOLDER}: split it by meaning"))
    return findings


def check_licence(tree: Tree) -> list[Finding]:
    return [Finding(path, 1, "spdx", f"the first lines lack `{SPDX}`") for path in tree.files
            if is_source(tree, path) and not any(SPDX in line for line in tree.lines(path)[:3])]


def check_left_open(tree: Tree) -> list[Finding]:
    findings = []
    for path in tree.files:
        if is_source(tree, path) and path.startswith(("src/", "tools/", "bench/", "tests/", "console/", ".ci/")):
            for number, line in enumerate(tree.lines(path), 1):
                found = LEFT_OPEN.search(line)
                if found:
                    findings.append(Finding(path, number, "open", f"{found.group(0)} may not be on main"))
    return findings


def check_names(tree: Tree) -> list[Finding]:
    findings = []
    for path in tree.files:
        name = path.split("/")[-1]
        if path.startswith(("src/", "tests/")) and path.endswith(SOURCES) and not SNAKE.match(name):
            findings.append(Finding(path, 1, "name", "file names are snake_case"))
    return findings


def check_macros(tree: Tree) -> list[Finding]:
    return [Finding(path, number, "macro", "macros are not used here: a constexpr value, a template or a function does it")
            for path in tree.files if path.startswith("src/") and path.endswith((".cpp", ".hpp"))
            for number, line in enumerate(tree.lines(path), 1) if re.match(r"^\s*#\s*define\b", line)]


def check_decisions(tree: Tree) -> list[Finding]:
    """docs/decisions/README.md lists every record, and nothing else."""
    index = "docs/decisions/README.md"
    if index not in tree.files:
        return [Finding(index, 1, "decisions", "is missing: one line per decision record")]
    listed = set(re.findall(r"\d{4}-[a-z0-9-]+\.md", tree.text(index)))
    there = {path.split("/")[-1] for path in tree.files if re.match(r"docs/decisions/\d{4}-.*\.md$", path)}
    return [Finding(index, 1, "decisions", f"does not list {name}") for name in sorted(there - listed)] + \
           [Finding(index, 1, "decisions", f"lists {name}, which does not exist") for name in sorted(listed - there)]


def check_links(tree: Tree) -> list[Finding]:
    """Relative links in Markdown lead somewhere."""
    findings = []
    for path in tree.files:
        if not path.endswith(".md"):
            continue
        here = (tree.root / path).parent
        for number, line in enumerate(tree.lines(path), 1):
            for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)", line):
                if not re.match(r"^[a-z]+:", target) and not (here / target).exists():
                    findings.append(Finding(path, number, "link", f"{target} does not exist"))
    return findings


ALL = [check_sizes, check_licence, check_left_open, check_names, check_macros, check_decisions, check_links]
