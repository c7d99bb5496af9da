# SPDX-License-Identifier: GPL-3.0-or-later
"""Compression of answers and of requests, with zlib, zstd and brotli as their own tools read and write them."""
import gzip
import http.server
import json
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from support import Node, owner_of, serve  # noqa: E402

TEXT = json.dumps({"lines": [f"line {i * 7919 % 1009} of some text" for i in range(400)]}).encode()
YAML = """
channels:
  echo: {{ http: {{ path: /echo, compression: {{}} }}, service: echo, limits: {{ body: 2MiB }} }}
  plain: {{ http: {{ path: /plain }}, service: echo }}
  peer: {{ http: {{ path: "/peer/{{rest*}}", compression: {{ codings: [gzip] }} }}, forward: peer }}
services: {{ echo: [ reply: {{ body: $ }} ] }}
outgoing: {{ peer: {{ http: {{ url: "http://127.0.0.1:{port}", strip_prefix: /peer }} }} }}
"""


class Peer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(200)
        kind = self.path[1:]
        self.send_header("Content-Type", "image/png" if kind == "image" else "application/json; charset=utf-8")
        self.send_header("ETag", '"abc"')
        self.send_header("Accept-Ranges", "bytes")
        if kind == "final":
            self.send_header("Cache-Control", "public, no-transform")
        if kind == "chunked":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for at in range(0, len(TEXT), 1000):
                piece = TEXT[at:at + 1000]
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.write(b"0\r\n\r\n")
            return
        self.send_header("Content-Length", str(len(TEXT)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(TEXT)

    do_HEAD = do_GET

    def log_message(self, *_):
        pass


def tool(*words: str, given: bytes) -> bytes:
    return subprocess.run(words, input=given, capture_output=True, check=True, timeout=30).stdout


UNPACK = {"gzip": gzip.decompress, "zstd": lambda data: tool("zstd", "-dcq", given=data), "br": lambda data: tool("brotli", "-dc", given=data)}
PACK = {"gzip": gzip.compress, "zstd": lambda data: tool("zstd", "-cq", given=data), "br": lambda data: tool("brotli", "-c", given=data)}
JSON = {"Content-Type": "application/json"}


class Compression(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.node = Node.shared(cls, yaml=YAML.format(port=serve(owner_of(cls), Peer)))

    def test_answers_of_a_service(self):
        for accept, coding in [("gzip", "gzip"), ("zstd", "zstd"), ("br", "br"), ("gzip, br, zstd", "zstd"), ("gzip;q=0.9, br;q=0.5", "gzip"), ("deflate", None),
                               ("gzip;q=0", None)]:
            with self.subTest(accept=accept):
                answer = self.node.call("POST", "/echo", TEXT, {**JSON, "Accept-Encoding": accept})
                self.assertEqual((answer.status, answer.headers.get("content-encoding"), answer.headers["vary"]), (200, coding, "Accept-Encoding"))
                self.assertEqual(json.loads(UNPACK[coding](answer.body) if coding else answer.body), json.loads(TEXT))
                self.assertEqual(len(answer.body) < len(TEXT) // 3, coding is not None)

    def test_short_answers_and_those_of_other_channels_go_as_they_are(self):
        self.assertNotIn("content-encoding", self.node.call("POST", "/echo", b'{"a":1}', {**JSON, "Accept-Encoding": "gzip"}).headers)
        self.assertNotIn("content-encoding", self.node.call("POST", "/plain", TEXT, {**JSON, "Accept-Encoding": "gzip"}).headers)

    def test_forwarded_answers_with_a_length_and_without(self):
        for kind in ("sized", "chunked"):
            answer = self.node.call("GET", f"/peer/{kind}", headers={"Accept-Encoding": "gzip"})
            self.assertEqual((answer.headers["content-encoding"], answer.headers["etag"]), ("gzip", 'W/"abc"'), kind)
            self.assertNotIn("accept-ranges", answer.headers)
            self.assertEqual(gzip.decompress(answer.body), TEXT)
            asked_plain = self.node.call("GET", f"/peer/{kind}")
            self.assertEqual((asked_plain.body, asked_plain.headers["etag"], asked_plain.headers["vary"]), (TEXT, '"abc"', "Accept-Encoding"))
        for kind in ("image", "final"):
            answer = self.node.call("GET", f"/peer/{kind}", headers={"Accept-Encoding": "gzip"})
            self.assertEqual((answer.body, "content-encoding" in answer.headers), (TEXT, False))
        head = self.node.call("HEAD", "/peer/sized", headers={"Accept-Encoding": "gzip"})
        self.assertEqual((head.headers["content-encoding"], head.body, "content-length" in head.headers), ("gzip", b"", False))

    def test_compressed_requests_are_read(self):
        for coding, pack in PACK.items():
            with self.subTest(coding=coding):
                answer = self.node.call("POST", "/plain", pack(TEXT), {**JSON, "Content-Encoding": coding})
                self.assertEqual((answer.status, answer.json), (200, json.loads(TEXT)))
        unknown = self.node.call("POST", "/plain", TEXT, {**JSON, "Content-Encoding": "compress"})
        self.assertEqual((unknown.status, unknown.headers["accept-encoding"]), (415, "zstd, br, gzip"))
        self.assertEqual(self.node.call("POST", "/plain", gzip.compress(TEXT)[:-20], {**JSON, "Content-Encoding": "gzip"}).status, 400)
        self.assertEqual(self.node.call("POST", "/plain", TEXT, {**JSON, "Content-Encoding": "gzip"}).status, 400)

    def test_bombs_are_refused_and_cost_no_memory(self):
        bomb = gzip.compress(b" " * 300_000_000, 9)
        self.node.call("POST", "/echo", TEXT, JSON)
        with self.node.growing_less_than(32 << 20):
            self.assertEqual(self.node.call("POST", "/plain", bomb, {**JSON, "Content-Encoding": "gzip"}).status, 413)
            self.assertEqual(self.node.call("POST", "/echo", bomb, {**JSON, "Content-Encoding": "gzip"}).status, 413)


if __name__ == "__main__":
    unittest.main()
