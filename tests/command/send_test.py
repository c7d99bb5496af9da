# SPDX-License-Identifier: GPL-3.0-or-later
"""`arint send`: a message by hand to a channel of the running node."""
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import ARINT, Node, arint, owner_of  # noqa: E402

PROJECT = """
channels:
  echo: { http: { path: /echo, methods: [POST, PUT] }, format: [json, xml], service: back }
  one: { http: { path: "/one/{id}", methods: [GET] }, service: path }
  safe: { http: { path: /safe, methods: [POST] }, durable: true, service: back }
  picky: { http: { path: /picky, methods: [POST] }, limits: { body: 10B }, service: back }
services:
  back: [ reply: { status: 201, body: "{ 'got': $, 'kind': $headers.`x-kind`, 'method': $message.channel }" } ]
  path: [ reply: { status: 200, body: "{ 'id': $path.id, 'q': $query.q }" } ]
"""


class Send(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.node = Node.shared(cls, yaml=PROJECT, cores=2)

    def send(self, *words, stdin: str | None = None) -> subprocess.CompletedProcess:
        return subprocess.run([ARINT, "send", *map(str, words), "--project", self.node.folder], input=stdin, capture_output=True, text=True, timeout=60)

    def test_from_the_command_line_a_file_and_standard_input(self):
        done = self.send("echo", '{"a": 1}', "--header", "X-Kind: small")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, '{"got":{"a":1},"kind":"small","method":"echo"}\n', "status 201\n"))
        (self.node.folder / "m.xml").write_text("<a><b>1</b></a>")
        self.assertIn('"got":{"a":{"b":"1"}}', self.send("echo", "--file", self.node.folder / "m.xml", "--header", "Accept: application/json").stdout)
        self.assertIn('"got":[1,2]', self.send("echo", "--file", "-", stdin="[1,2]").stdout)
        self.assertIn('"got":[3]', self.send("echo", "[3]").stdout)

    def test_a_path_a_query_a_method(self):
        self.assertEqual(self.send("one", "--path", "/one/7", "--query", "q=x").stdout, '{"id":"7","q":"x"}\n')
        self.assertEqual(self.send("echo", "{}", "--method", "PUT").returncode, 0)

    def test_a_durable_channel_says_where_to_ask(self):
        done = self.send("safe", "{}")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stderr, r"status 202\nlocation /\.arint/messages/[0-9a-f]{32}\n")

    def test_what_goes_wrong_is_said(self):
        for words, told in ((("ecko", "{}"), "no channel \"ecko\"; did you mean echo?"), (("one",), "say which `path` is meant"), (("echo", "{"), "status 400"), (("picky", "{\"a\": 12345}"), "status 413"),
                            (("echo", "{}", "--header", "no colon"), "a header is written"), (("echo", "--file", "/nowhere"), "cannot read /nowhere"),
                            (("echo", "{}", "--path", "/a b"), "is no path")):
            with self.subTest(words=words):
                done = self.send(*words)
                self.assertNotEqual(done.returncode, 0)
                self.assertIn(told, done.stderr)

    def test_without_a_node(self):
        node = Node(owner_of(type(self)), yaml=PROJECT)
        node.stop()
        done = arint("send", "echo", "{}", "--project", node.folder)
        self.assertEqual(done.returncode, 1)
        self.assertIn("is `arint run` running", done.stderr)

    def test_it_is_counted_and_logged_like_any_other(self):
        before = self.node.metrics()['arint_channel_received_total{channel="echo"}']
        self.send("echo", '{"a": 1}')
        self.assertEqual(self.node.metrics()['arint_channel_received_total{channel="echo"}'], before + 1)
        self.assertEqual(self.node.log_soon(1, action="received", channel="echo")[0]["peer"], "unix")


if __name__ == "__main__":
    unittest.main()
