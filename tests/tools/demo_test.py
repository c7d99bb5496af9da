# SPDX-License-Identifier: GPL-3.0-or-later
"""tools/demo, as a newcomer runs it. It takes the default addresses, so it is skipped where somebody else has them."""
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import BUILD, ROOT  # noqa: E402

PORTS = (8080, 8090, 8181, 8191)


def taken() -> list[int]:
    def answers(port: int) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0
    return [port for port in PORTS if answers(port)]


class Demo(unittest.TestCase):
    def setUp(self):
        if BUILD != ROOT / "build":
            self.skipTest(f"tools/demo shows build/arint, and this is a test of {BUILD}")
        if taken():
            self.skipTest(f"somebody listens on {taken()}, which tools/demo needs")

    def test_once_shows_everything_and_leaves_nothing_behind(self):
        began = time.monotonic()
        done = subprocess.run([ROOT / "tools/demo", "--once"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=100)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertLess(time.monotonic() - began, 50)
        for shown in ("-> 201 Created", '"booking":"B-7"', "-> 422 Unprocessable Content", "/items/0/price", "12000  received",
                      "sent to approvals", '"action":"received"', "ok: 1 files"):
            self.assertIn(shown, done.stdout)
        self.assertEqual(taken(), [])

    def test_it_stays_up_until_ctrl_c(self):
        # A shell that was started with SIGINT ignored cannot catch it, and ctest may be run so.
        demo = subprocess.Popen([ROOT / "tools/demo"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        self.addCleanup(demo.stdout.close)
        self.addCleanup(demo.wait)
        self.addCleanup(demo.terminate)
        for line in demo.stdout:
            if line.startswith("Lines of the action log, as they come"):
                break
        ready = http.client.HTTPConnection("127.0.0.1", 8090, timeout=10)
        ready.request("GET", "/health/ready")
        self.assertEqual(ready.getresponse().status, 200)
        ready.close()
        os.kill(demo.pid, signal.SIGINT)
        self.assertEqual(demo.wait(timeout=30), 0)
        self.assertEqual(taken(), [])

    def test_a_taken_port_is_named(self):
        with socket.create_server(("127.0.0.1", 8191)):
            done = subprocess.run([ROOT / "tools/demo", "--once"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=100)
        self.assertEqual(done.returncode, 1)
        self.assertIn("127.0.0.1:8191 is taken by another program", done.stderr)


if __name__ == "__main__":
    unittest.main()
