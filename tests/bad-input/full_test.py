# SPDX-License-Identifier: GPL-3.0-or-later
"""The disk of the action log is full (a limit on the file's size, lifted again later), and thousands who connect and say nothing."""
import resource
import socket
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import SANITIZED, Node, until  # noqa: E402

PROJECT = """
log: { when_full: WHAT }
channels:
  echo: { http: { path: /echo, methods: POST }, service: echo }
  many: { http: { path: /many, methods: POST }, service: many }
services:
  echo: [ set: { seen: true } ]
  many: [ for_each: { in: "[1..10000]", do: [ log: "item {$index} {$pad('', 1000, 'x')}" ] } ]
"""
KIB, MIB = 1 << 10, 1 << 20


class LogFull(unittest.TestCase):
    def limit_file(self, node: Node, size: int) -> None:
        resource.prlimit(node.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def fill(self, node: Node) -> None:
        """From now on not even 1 KiB more can be written."""
        node.call("POST", "/echo", {})
        node.log_soon(channel="echo")
        self.limit_file(node, (node.folder / "data/actions.log").stat().st_size + KIB)

    def ready(self, node: Node) -> int:
        return node.call("GET", "/health/ready", port=node.admin).status

    def verified(self, node: Node) -> None:
        self.assertEqual(node.stop(), 0)
        done = node.verify()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_refuse_answers_503_until_there_is_room_and_loses_nothing(self):
        node = Node(self, yaml=PROJECT.replace("WHAT", "refuse"))
        self.fill(node)
        statuses = []

        def refused() -> bool:
            answer = node.call("POST", "/echo", {})
            statuses.append(answer.status)
            return answer.status == 503
        until(refused, "an answer 503")
        answer = node.call("POST", "/echo", {})
        self.assertEqual((answer.status, answer.headers["retry-after"]), (503, "1"))
        self.assertEqual(self.ready(node), 503)
        self.assertEqual(node.metrics()["arint_log_accepting"], 0)
        self.assertGreater(node.metrics()["arint_log_write_errors_total"], 0)
        self.limit_file(node, resource.RLIM_INFINITY)
        until(lambda: self.ready(node) == 200, "the node is ready")
        self.assertEqual(node.call("POST", "/echo", {}).status, 200)
        node.log_soon(2 + statuses.count(200), channel="echo", outcome="ok")
        self.assertEqual(node.metrics()["arint_log_dropped_lines_total"], 0)
        self.verified(node)

    def test_drop_goes_on_within_its_buffer_counts_and_tells(self):
        node = Node(self, yaml=PROJECT.replace("WHAT", "drop"), cores=1)
        self.fill(node)
        # 16 MiB of lines may wait for the disk; what comes then is dropped.
        with node.growing_less_than(40 * MIB):
            while node.metrics()["arint_log_dropped_lines_total"] == 0:
                self.assertEqual(node.call("POST", "/many", {}).status, 200)
        self.assertEqual(self.ready(node), 200)
        self.assertEqual(node.call("POST", "/echo", {}).status, 200)
        self.limit_file(node, resource.RLIM_INFINITY)
        told = node.log_soon(action="logged", outcome="dropped")[0]
        self.assertRegex(told["text"], r"^\d+ lines were dropped before this one: they could not be written and found no room$")
        self.verified(node)


class Idle(unittest.TestCase):
    COUNT = 10_000

    def connect(self, node: Node, count: int, first: bytes = b"") -> list[socket.socket]:
        out = []
        for _ in range(count):
            caller = socket.socket()
            self.addCleanup(caller.close)
            caller.connect(("127.0.0.1", node.port))
            if first:
                caller.sendall(first)
            out.append(caller)
        return out

    def setUp(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard < self.COUNT + 1000:
            self.skipTest(f"only {hard} descriptors are allowed here")
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        # The usual soft limit: the node raises it by itself.
        self.node = Node(self, yaml=PROJECT.replace("WHAT", "refuse"), limits={resource.RLIMIT_NOFILE: (1024, hard)})

    def test_ten_thousand_idle_connections_are_held_in_little_memory_and_new_requests_answered(self):
        self.node.call("POST", "/echo", {})
        before = self.node.memory()
        waiting = self.connect(self.node, self.COUNT)
        self.assertEqual(self.node.call("POST", "/echo", {"a": 1}).status, 200)
        for caller in waiting[::1000]:  # they are not forgotten
            caller.sendall(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}")
            self.assertTrue(caller.recv(1000).startswith(b"HTTP/1.1 200 "))
        each = (self.node.memory() - before) / self.COUNT
        print(f"{each:.0f} bytes of memory for each of {self.COUNT} idle connections")
        if not SANITIZED:
            self.assertLess(each, 2 * KIB)

    def test_half_heads_hold_a_buffer_each_and_no_more(self):
        before = self.node.memory()
        count = 1000
        waiting = self.connect(self.node, count, b"POST /echo HTTP/1.1\r\nHost: a\r\nX-Slow: ")
        self.assertEqual(self.node.call("POST", "/echo", {"a": 1}).status, 200)
        each = (self.node.memory() - before) / count
        print(f"{each:.0f} bytes of memory for each of {count} half heads")
        if not SANITIZED:
            self.assertLess(each, 32 * KIB)
        for caller in waiting:
            caller.close()
        self.assertEqual(self.node.call("POST", "/echo", {"a": 1}).status, 200)


if __name__ == "__main__":
    unittest.main()
