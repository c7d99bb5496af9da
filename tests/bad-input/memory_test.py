# SPDX-License-Identifier: GPL-3.0-or-later
"""node.memory: who comes when it is used up is told to come later, what is in progress goes on, and when it is free again everybody is served."""
import socket
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import SANITIZED, Node, until  # noqa: E402

MIB = 1 << 20
YAML = """
channels:
  hello: { http: { path: /hello }, service: hello }
  large: { http: { path: /large, methods: [POST] }, service: large, limits: { body: 64MiB, memory: 512MiB } }
services:
  hello: [ reply: { body: "'fine'" } ]
  large: [ reply: { body: "$length(text)" } ]
"""


@unittest.skipIf(SANITIZED, "a sanitizer's memory is not the program's own")
class Memory(unittest.TestCase):
    def test_a_long_body_holds_nothing_when_it_is_done(self):
        node = Node(self, cores=1, yaml=YAML)
        before = node.memory()
        for _ in range(3):
            self.assertEqual(node.call("POST", "/large", b'{"text": "' + b"x" * (40 * MIB) + b'"}', {"Content-Type": "application/json"}, timeout=60).status, 200)
        until(lambda: node.memory() < before + 72 * MIB, "its memory is given back, but for what the allocator keeps")

    def test_nobody_is_taken_in_beyond_the_budget_and_all_are_again_below_it(self):
        node = Node(self, cores=2, yaml=YAML)
        yaml = (node.folder / "arint.yaml").read_text()
        node.stop()
        (node.folder / "arint.yaml").write_text(yaml.replace("node: {", "node: { memory: 96MiB,", 1))
        node.start()
        self.assertEqual(node.call("GET", "/hello").status, 200)
        body = b'{"text": "' + b"x" * (48 * MIB) + b'"}'
        held = []
        for _ in range(2):
            caller = socket.create_connection(("127.0.0.1", node.port), 60)
            self.addCleanup(caller.close)
            caller.sendall(b"POST /large HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body[:MIB])
            held.append(caller)
        until(lambda: node.metrics()['arint_channel_in_flight{channel="large"}'] == 2, "both are in progress")
        for caller in held:
            caller.sendall(body[MIB:-MIB])
        refused = until(lambda: (answer := node.call("GET", "/hello")).status == 503 and answer, "callers are turned away")
        self.assertEqual((refused.headers["connection"], refused.headers["retry-after"]), ("close", "1"))
        self.assertEqual(node.metrics()["arint_memory_pressure"], 2)
        line = node.log_soon(channel="hello", outcome="refused")[0]
        self.assertEqual((line["status"], line["fault"]), (503, "busy"))
        self.assertIn("node.memory", line["text"])
        held.pop().close()
        # What was in progress ends well.
        held[0].sendall(body[-MIB:])
        self.assertTrue(held[0].recv(65536).startswith(b"HTTP/1.1 200 "))
        held[0].close()
        until(lambda: node.call("GET", "/hello").status == 200, "callers are taken in again")
        self.assertEqual(node.metrics()["arint_memory_pressure"], 0)


if __name__ == "__main__":
    unittest.main()
