# SPDX-License-Identifier: GPL-3.0-or-later
"""Slow callers: slowhttptest holds connections by slow heads, slow bodies and slow reading; others are served meanwhile, and the slow ones are cut."""
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import Node, until  # noqa: E402

YAML = """
channels:
  echo: { http: { path: /echo, methods: [GET, POST] }, service: echo, limits: { body: 8MiB } }
  read: { http: { path: /read, methods: [POST] }, format: form, service: read, limits: { body: 8MiB } }
  long: { http: { path: /long }, service: long }
services:
  read: [ set: { seen: true } ]
  echo: [ reply: { body: "{ 'fine': true }" } ]
  long: [ reply: { body: "$join([1..200000].'0123456789')", as: text } ]
"""
CONNECTIONS = 300
KINDS = {
    "heads": ["-H", "-i", "3", "-u", "/echo"],
    "bodies": ["-B", "-i", "2", "-s", "100000", "-u", "/read", "-t", "POST"],
    "reading": ["-X", "-w", "16", "-y", "32", "-n", "2", "-z", "16", "-k", "1", "-u", "/long"],
}


class Slow(unittest.TestCase):
    def attack(self, kind: str, seconds: int) -> tuple[str, list[float]]:
        """What slowhttptest says, and how long others waited for each answer while it ran."""
        node = Node(self, yaml=YAML, cores=2)
        words = [word if not word.startswith("/") else f"http://127.0.0.1:{node.port}{word}" for word in KINDS[kind]]
        waits, ended = [], threading.Event()

        def others() -> None:
            while not ended.is_set():
                began = time.monotonic()
                answer = node.call("POST", "/echo", {"a": 1})
                self.assertEqual(answer.status, 200)
                waits.append(time.monotonic() - began)
                ended.wait(0.02)
        other = threading.Thread(target=others)
        other.start()
        try:
            with tempfile.TemporaryDirectory(prefix="arint-slow-") as folder:
                ran = subprocess.run(["slowhttptest", "-c", str(CONNECTIONS), "-r", str(CONNECTIONS), "-l", str(seconds), "-p", "3", *words], capture_output=True, text=True, timeout=seconds + 60, cwd=folder)
        finally:
            ended.set()
            other.join()
        self.assertEqual(node.call("GET", "/echo").json, {"fine": True})
        return ran.stdout + ran.stderr, waits

    def check(self, kind: str, seconds: int) -> None:
        said, waits = self.attack(kind, seconds)
        # It noticed itself that the service stayed available, and nobody else waited long.
        self.assertIn("YES", said, said[-2000:])
        self.assertNotRegex(said, r"service available:\s+\S*NO")
        self.assertGreater(len(waits), 50)
        self.assertLess(sorted(waits)[len(waits) * 99 // 100], 1.0)

    def test_slow_heads(self):
        self.check("heads", 14)

    def test_slow_bodies(self):
        self.check("bodies", 14)

    def test_slow_reading(self):
        self.check("reading", 14)


class Cut(unittest.TestCase):
    """How a slow caller ends: what a request may take is written in src/http/server/server.hpp."""

    def drip(self, node: Node, first: bytes, piece: bytes, every: float) -> tuple[bytes, float]:
        """Sends `piece` again and again until the node answers or closes; the answer, and after how many seconds it came."""
        with socket.create_connection(("127.0.0.1", node.port), 60) as caller:
            began = time.monotonic()
            caller.sendall(first)
            caller.settimeout(every)
            while time.monotonic() - began < 60:
                try:
                    return caller.recv(65536), time.monotonic() - began
                except TimeoutError:
                    caller.sendall(piece)
                except ConnectionResetError:
                    return b"", time.monotonic() - began
        raise AssertionError("not cut within a minute")

    def test_a_head_that_drips_is_cut_after_ten_seconds(self):
        node = Node(self, yaml=YAML)
        answer, after = self.drip(node, b"GET /echo HTTP/1.1\r\nHost: a\r\n", b"X: y\r\n", 0.5)
        self.assertTrue(answer.startswith(b"HTTP/1.1 408 "), answer)
        self.assertTrue(9.9 < after < 30, after)

    def test_a_body_below_the_least_rate_is_cut(self):
        node = Node(self, yaml=YAML.replace("reply: { body: \"{ 'fine': true }\" }", "set: { seen: true }"))
        head = b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        for framing, piece in ((b"Content-Length: 100000\r\n\r\n", b" "), (b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n")):
            with self.subTest(framing):
                answer, after = self.drip(node, head + framing, piece, 0.1)
                self.assertTrue(answer.startswith(b"HTTP/1.1 408 "), answer)
                self.assertTrue(5 < after < 30, after)
                until(lambda: node.log(channel="echo", status=408), "its line in the log")


if __name__ == "__main__":
    unittest.main()
