# SPDX-License-Identifier: GPL-3.0-or-later
"""Help, completion and man page: all of them know every command and option."""
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import ROOT, arint  # noqa: E402


def commands() -> list[str]:
    return re.findall(r"(?m)^\| \[`arint ([^`]+)`\]", (ROOT / "docs/reference/commands.md").read_text())


class Help(unittest.TestCase):
    def test_each_command_explains_itself(self):
        self.assertGreater(len(commands()), 15)
        for command in commands():
            with self.subTest(command=command):
                done = arint(*command.split(), "--help")
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertIn("--help", done.stdout)
        top = arint("--help").stdout
        for command in {command.split()[0] for command in commands()}:
            self.assertRegex(top, rf"(?m)^  {command} ")
        self.assertIn("arint new first", top)

    def test_a_wrong_call_says_what_and_where_help_is(self):
        for words in (["rnu"], ["run", "--wacth"], ["new"], []):
            done = arint(*words)
            self.assertEqual((done.returncode, done.stdout), (2, ""), words)
            self.assertIn("--help", done.stderr)

    def test_the_man_page_has_every_command(self):
        page = arint("man").stdout
        for command in commands():
            self.assertIn("\n.SS arint " + command.replace("-", "\\-"), page)
        for line in page.splitlines():
            self.assertNotRegex(line, r"^\.(?!TH|SH|SS|TP|B |I |\\\")", "a line that roff takes for a request")


class Completion(unittest.TestCase):
    def complete(self, *words: str) -> list[str]:
        script = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _arint; printf "%s\\n" "${COMPREPLY[@]}"'
        with tempfile.TemporaryDirectory(prefix="arint-complete-") as folder:
            (Path(folder) / "arint.bash").write_text(arint("completion").stdout)
            (Path(folder) / "orders.json").write_text("")
            done = subprocess.run(["bash", "-c", script, "bash", "./arint.bash", "arint", *words], cwd=folder, capture_output=True, text=True, timeout=20)
        self.assertEqual(done.stderr, "")
        return done.stdout.split()

    def test_commands_options_and_files(self):
        self.assertEqual(self.complete("te"), ["test"])
        self.assertIn("run", self.complete(""))
        self.assertEqual(self.complete("messages", "re"), ["resume", "replay"])
        self.assertEqual(self.complete("test", "--fi"), ["--filter"])
        self.assertEqual(self.complete("log", "tail", "--outc"), ["--outcome"])
        self.assertEqual(self.complete("send", "orders", "--file", "ord"), ["orders.json"])


if __name__ == "__main__":
    unittest.main()
