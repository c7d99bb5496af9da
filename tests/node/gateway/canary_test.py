# SPDX-License-Identifier: GPL-3.0-or-later
"""A canary: a part of what a channel forwards goes to another outgoing, by share, by the request's head, and sticky."""
import http.server
import sys
import threading
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from support import Node, refusal  # noqa: E402

YAML = """
channels:
  half: {{ http: {{ path: /half }}, forward: old, canary: {{ to: new, percent: 50 }} }}
  sticky: {{ http: {{ path: /sticky }}, forward: old, canary: {{ to: new, percent: 30, sticky: X-User }} }}
  chosen: {{ http: {{ path: "/chosen/{{name}}" }}, forward: old, canary: {{ to: new, when: "$headers.`x-canary` = 'yes' or $path.name = 'new'" }} }}
outgoing:
  old: {{ http: {{ url: "http://127.0.0.1:{old}" }} }}
  new: {{ http: {{ url: "http://127.0.0.1:{new}" }} }}
"""


def peer(test: unittest.TestCase, word: bytes) -> int:
    class Peer(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", str(len(word)))
            self.end_headers()
            self.wfile.write(word)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Peer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    test.addCleanup(server.server_close)
    test.addCleanup(server.shutdown)
    return server.server_port


class Canary(unittest.TestCase):
    def test_the_split(self):
        node = Node(self, yaml=YAML.format(old=peer(self, b"old"), new=peer(self, b"new")), cores=2)
        got = [node.call("GET", "/half").body for _ in range(100)]
        self.assertTrue(15 < got.count(b"new") < 85, got.count(b"new"))  # 7 standard deviations
        by_user = {user: {node.call("GET", "/sticky", headers={"X-User": f"user{user}"}).body for _ in range(3)} for user in range(60)}
        self.assertTrue(all(len(sides) == 1 for sides in by_user.values()))
        # The same at each run: the value's hash decides.
        self.assertTrue(5 <= sum(b"new" in sides for sides in by_user.values()) <= 35)
        self.assertEqual(node.call("GET", "/chosen/a").body, b"old")
        self.assertEqual(node.call("GET", "/chosen/new").body, b"new")
        self.assertEqual(node.call("GET", "/chosen/a", headers={"X-Canary": "yes"}).body, b"new")
        self.assertEqual({line["outgoing"] for line in node.log_soon(3, channel="chosen")}, {"old", "new"})

    def test_check_refuses_what_cannot_work(self):
        for options, word in [("forward: old, canary: { to: gone, percent: 5 }", "gone"), ("forward: old, canary: { to: old }", "write percent or when"),
                              ("service: s, canary: { to: old, percent: 5 }", "stands beside forward"), ("forward: old, canary: { to: db, percent: 5 }", "speaks HTTP"),
                              ("forward: old, canary: { to: old, percent: 101 }", "out of range"), ("forward: old, canary: { to: old, when: id = 1 }", "reads the body")]:
            with self.subTest(options=options):
                self.assertIn(word, refusal(self, f"channels: {{ a: {{ http: {{ path: /a }}, {options} }} }}\nservices: {{ s: [ reply: {{ status: 200 }} ] }}\n"
                                                  "outgoing: { old: { http: { url: 'http://127.0.0.1:1' } }, db: { sql: { url: 'sqlite:x.db' } } }\n"))


if __name__ == "__main__":
    unittest.main()
