# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of docs/guide: all ```sh blocks of a page are one script, which runs in an empty folder and must end well."""
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import ARINT, ROOT, free_port  # noqa: E402


class Guide(unittest.TestCase):
    def run_page(self, name: str) -> str:
        page = (ROOT / "docs/guide" / name).read_text()
        blocks = re.findall(r"(?ms)^```sh\n(.*?)^```$", page)
        # Ports of our own: other tests run at the same time. After `arint new` the project is told of them.
        port, admin = free_port(), free_port()
        script = "\n".join(blocks).replace("127.0.0.1:8080", f"127.0.0.1:{port}").replace("127.0.0.1:8090", f"127.0.0.1:{admin}")
        script = re.sub(r"(?m)^(arint new (\w+))$", rf'\1\nsed -i "1i node: {{ listen: \\"127.0.0.1:{port}\\", admin: \\"127.0.0.1:{admin}\\" }}" \2/arint.yaml', script)
        with tempfile.TemporaryDirectory(prefix="arint-guide-") as folder:
            (Path(folder) / "bin").mkdir()
            (Path(folder) / "bin/arint").symlink_to(ARINT)
            environment = {**os.environ, "PATH": f"{folder}/bin:{os.environ['PATH']}"}
            begin = "set -euo pipefail\ntrap 'for child in $(jobs -p); do kill $child; done' EXIT\n"
            done = subprocess.run(["bash", "-c", begin + script], cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def test_the_tutorial(self):
        said = self.run_page("tutorial.md")
        for words in ("3 passed, 0 failed", "2 passed, 1 failed", '-     "greeting": "Hello, Ada!"', '"greeting":"Good morning, Ada!"', "the guest book is away: Grace is not in it", "not reloaded",
                      "reloaded: ", '"greeting":"Good evening, Ada!"', "4 passed, 0 failed", 'arint_outgoing_faults_total{outgoing="guest-book",fault="unreachable"} 2'):
            self.assertIn(words, said)


if __name__ == "__main__":
    unittest.main()
