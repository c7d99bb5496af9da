# SPDX-License-Identifier: GPL-3.0-or-later
"""What a hostile or broken caller sends over HTTP: a clear refusal each time, memory bounded, and the next caller is served."""
import socket
import sys
import threading
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import Node, exchange  # noqa: E402

PROJECT = """
channels:
  echo: { http: { path: /echo, methods: POST }, service: echo, limits: { body: 1MiB } }
services:
  echo: [ set: { seen: true } ]
"""
MIB = 1 << 20
# What one caller may cost beside what the node needs anyhow: body limit, its copies while a buffer grows, buffers of the kernel.
MOST_GROWTH = 8 * MIB

# What is sent, the status, and the words of the answer that tell what is wrong.
REFUSED = [
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(128)), 400, b"control character"),
    (b"\x00" * 4096, 400, b"control character"),
    (b"SSH-2.0-OpenSSH_9.2p1 Debian\r\n\r\n", 400, b"method, one space, target, one space, version"),
    (b"<order/>\r\n\r\n", 400, b"method, one space, target, one space, version"),
    (b"GET /echo\r\n\r\n", 400, b"method, one space, target, one space, version"),
    (b"GET /echo HTTP/2.0\r\nHost: a\r\n\r\n", 505, b"Only HTTP/1.1 and HTTP/1.0"),
    (b"GET /echo HTTP/1.1\nHost: a\n\n", 400, b"CR LF"),
    (b"GET /echo HTTP/1.1\r\n\r\n", 400, b"no Host field"),
    (b"BREW /echo HTTP/1.1\r\nHost: a\r\n\r\n", 400, b"not a registered HTTP method"),
    (b"GET /\xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n", 400, b"percent-encoded"),
    (b"GET /%ff HTTP/1.1\r\nHost: a\r\n\r\n", 400, b"UTF-8"),
    (b"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400, b"two hexadecimal digits"),
    (b"GET /%2e%2e/etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n", 400, b"dot segment"),
    (b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, b"stand together"),
    (b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400, b"chunk size"),
    (b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n", 400, b"chunk size"),
    # Header floods: one long line, one long field, many fields, one endless name.
    (b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414, b"first line is too long"),
    (b"GET /echo HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 100_000 + b"\r\n\r\n", 431, b"too long"),
    (b"GET /echo HTTP/1.1\r\nHost: a\r\n" + b"".join(b"X%d: y\r\n" % i for i in range(1000)) + b"\r\n", 431, b"too many header fields"),
    (b"GET /echo HTTP/1.1\r\nHost: a\r\n" + b"a" * 200_000, 431, b"too long"),
]


class Hostile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.node = Node.shared(cls, yaml=PROJECT)
        cls.node.call("POST", "/echo", {"a": 1})

    def setUp(self):
        self.growth = self.node.growing_less_than(MOST_GROWTH)
        self.growth.__enter__()

    def tearDown(self):
        # Whatever came, the node lives, has not grown, and serves the next one.
        self.assertEqual(self.node.call("POST", "/echo", {"a": 1}).json, {"a": 1, "seen": True})
        self.growth.__exit__(None, None, None)

    def test_what_is_no_request_is_refused_with_the_reason_and_the_connection_closed(self):
        for sent, status, words in REFUSED:
            with self.subTest(sent=sent[:40]):
                answer = exchange(self.node.port, sent)
                self.assertTrue(answer.startswith(b"HTTP/1.1 %d " % status), answer[:300])
                self.assertIn(b"application/problem+json", answer)
                self.assertIn(words, answer)
                self.assertIn(b'"cid":"', answer)

    def test_half_requests_are_dropped_when_the_caller_leaves(self):
        whole = b'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n{"a": 1}'
        for cut in range(1, len(whole)):
            with socket.create_connection(("127.0.0.1", self.node.port)) as caller:
                caller.sendall(whole[:cut])
        for cut in (0, 40, len(whole) - 1):
            # Half-closed, so that the node may say what is missing.
            answer = exchange(self.node.port, whole[:cut])
            self.assertEqual(answer.split(b" ")[1] if answer else b"", b"400" if cut == len(whole) - 1 else b"", answer)
        self.assertIn(b"shorter than announced", answer)

    def test_a_gibibyte_with_a_length_is_refused_before_it_comes(self):
        self.flood(b"Content-Length: 1073741824", b"x" * MIB, 1024)

    def test_a_gibibyte_in_chunks_is_refused_when_the_limit_is_passed(self):
        self.flood(b"Transfer-Encoding: chunked", b"100000\r\n" + b"x" * MIB + b"\r\n", 1024)

    def test_a_flood_that_claims_to_be_an_answer_to_100_continue(self):
        answer = exchange(self.node.port, b"POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1073741824\r\n\r\n")
        self.assertTrue(answer.startswith(b"HTTP/1.1 413 "), answer)

    def flood(self, framing: bytes, piece: bytes, count: int):
        """Sends until the node has had enough, and reads at the same time, so that a reset cannot overtake the answer."""
        with socket.create_connection(("127.0.0.1", self.node.port), timeout=20) as caller:
            caller.sendall(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n" + framing + b"\r\n\r\n")

            def send() -> None:
                try:
                    for _ in range(count):
                        caller.sendall(piece)
                except OSError:
                    pass  # cut: that is the node's right
            sender = threading.Thread(target=send)
            sender.start()
            answer = caller.recv(65536)
            sender.join()
        self.assertTrue(answer.startswith(b"HTTP/1.1 413 "), answer[:300])
        self.assertIn(b"larger than this channel takes", answer)
        self.assertIn(b"Connection: close", answer)
        line = self.node.log_soon(channel="echo", outcome="failed", status=413)[-1]
        self.assertIn("1048576", line["text"])


if __name__ == "__main__":
    unittest.main()
