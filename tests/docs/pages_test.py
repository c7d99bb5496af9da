# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages are true: what they name is there, their projects are checked, and their commands run.

- Every `src/...`, `docs/...`, `tests/...`, `tools/...`, `examples/...` path in backquotes or a link exists.
- In docs/life-of-a-message.md every `Name::function` and `function` in backquotes that looks like code is in the sources.
- A ```yaml block that begins with a section of arint.yaml is a project: `arint check` finds no fault. Files it names are made up.
- A ```sh block whose first line is `# runs` is run with bash from the root of the tree and must end with 0; `arint` is the one built.
  Where it has lines that begin with `#> `, these are all that it prints.
"""
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import ARINT, ROOT, arint  # noqa: E402

PAGES = sorted([*ROOT.glob("docs/**/*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("src/**/README.md")])
SECTION = re.compile(r"^(node|log|channels|services|outgoing|config|tables):")
PATH = re.compile(r"`((?:src|docs|tests|tools|examples|bench)/[\w./*-]+)`")
MADE_UP = {".json": "{}", ".jsonata": "$", ".sql": "select 1"}


def blocks(page: Path, language: str) -> list[tuple[int, str]]:
    """(line, text) of every fenced block in that language."""
    text = page.read_text()
    return [(text[:found.start()].count("\n") + 2, found.group(1))
            for found in re.finditer(rf"(?ms)^```{language}\n(.*?)^```$", text)]


class Pages(unittest.TestCase):
    def test_paths_exist(self):
        gone = [f"{page.relative_to(ROOT)}: {path}" for page in PAGES for path in PATH.findall(page.read_text())
                if "NNNN" not in path and not list(ROOT.glob(path.rstrip("/")))]
        self.assertEqual(gone, [])

    def test_the_life_of_a_message_names_what_there_is(self):
        code = "\n".join(path.read_text() for path in (ROOT / "src").rglob("*.[ch]pp"))
        page = (ROOT / "docs/life-of-a-message.md").read_text()
        named = re.findall(r"`([A-Za-z_]\w*(?:::[A-Za-z_]\w*)+)`", page)
        self.assertGreater(len(named), 20)
        missing = []
        for name in named:
            owner, function = name.split("::")[-2:]
            defined = f"{owner}::{function}" in code
            # Also a member that is defined in its class, and a name of a namespace.
            inside = re.search(rf"(?:class|struct|namespace) (?:\w+::)*{owner}\b[^;]*?\{{.*?\b{function}\b", code, re.S)
            if not defined and not inside:
                missing.append(name)
        missing += [name for name in re.findall(r"`([A-Z]\w+|[a-z]+_[a-z_]+)`", page) if not re.search(rf"\b{name}\b", code)]
        self.assertEqual(missing, [], "docs/life-of-a-message.md names what is not in src/")

    def test_projects_are_checked(self):
        checked = 0
        for page in PAGES:
            for line, text in blocks(page, "yaml"):
                first = next((one for one in text.splitlines() if one and not one.startswith("#")), "")
                if not SECTION.match(first):
                    continue
                with self.subTest(page=str(page.relative_to(ROOT)), line=line), tempfile.TemporaryDirectory(prefix="arint-page-") as folder:
                    (Path(folder) / "arint.yaml").write_text(text)
                    for name in re.findall(r"[\w-]+(?:/[\w-]+)*\.(?:jsonata|json|sql)\b", text):
                        (Path(folder) / name).parent.mkdir(parents=True, exist_ok=True)
                        (Path(folder) / name).write_text(MADE_UP[Path(name).suffix])
                    done = arint("check", folder)
                    self.assertEqual((done.returncode, done.stderr), (0, ""))
                    checked += 1
        self.assertGreater(checked, 2)

    def test_commands_run(self):
        ran = 0
        for page in PAGES:
            for line, text in blocks(page, "sh"):
                if not text.startswith("# runs\n"):
                    continue
                with self.subTest(page=str(page.relative_to(ROOT)), line=line):
                    script = f'set -euo pipefail\narint() {{ "{ARINT}" "$@"; }}\n' + text.replace("build/arint", "arint")
                    done = subprocess.run(["bash", "-c", script], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
                    self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                    printed = re.findall(r"(?m)^#> (.*)$", text)
                    self.assertIn(printed, ([], done.stdout.splitlines()))
                    ran += 1
        self.assertGreater(ran, 0)


if __name__ == "__main__":
    unittest.main()
