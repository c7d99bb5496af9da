# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/reference is what the declarations say, and what a running node shows."""
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import ARINT, ROOT, Node  # noqa: E402

COMMITTED = ROOT / "docs/reference"


class Reference(unittest.TestCase):
    def test_the_pages_are_current(self):
        with tempfile.TemporaryDirectory(prefix="arint-docs-") as folder:
            subprocess.run([ARINT, "docs", folder], check=True, timeout=60)
            now = {path.name: path.read_text() for path in Path(folder).iterdir()}
        committed = {path.name: path.read_text() for path in COMMITTED.iterdir()}
        self.assertEqual(sorted(now), sorted(committed), "run `make docs`")
        for name, text in now.items():
            self.assertEqual(committed[name], text, f"docs/reference/{name} is old: run `make docs`")

    def test_without_a_folder_all_pages_are_printed(self):
        printed = subprocess.run([ARINT, "docs"], check=True, stdout=subprocess.PIPE, text=True, timeout=60).stdout
        for path in COMMITTED.iterdir():
            self.assertIn(path.read_text(), printed)

    def test_the_page_of_metrics_names_what_a_node_serves(self):
        node = Node(self, yaml='channels: { a: { http: { path: /a }, limits: { rate: { requests: 9 } }, service: s }, t: { timer: { every: 24h }, service: s } }\nservices: { s: [ send: o ] }\n'
                               'outgoing: { o: { http: { url: "http://127.0.0.1:1" } } }\n')
        served = re.findall(r"(?m)^# TYPE (\S+) (\S+)", node.call("GET", "/metrics", port=node.admin).body.decode())
        listed = re.findall(r"(?m)^\| `(\w+)` \| (\w+) \|", (COMMITTED / "metrics.md").read_text())
        self.assertEqual(sorted(served), sorted(listed))


if __name__ == "__main__":
    unittest.main()
