# SPDX-License-Identifier: GPL-3.0-or-later
"""Channels with `repeat`: a call starts a service that goes on in the background, for its time, over a reload, until it is over."""
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import Node, arint, until  # noqa: E402

PROJECT = """
channels:
  watch: { http: { path: "/orders/{id}/watch", methods: [POST] }, service: look, repeat: { every: 30s, for: 5m, until: "status = 'shipped'" } }
  few: { http: { path: /few, methods: [POST] }, service: look, repeat: { every: 1m, times: 3, most: 1 } }
services:
  look:
    - send: { to: shop, method: GET, path: "/orders/{$path.id}", query: { who: "{who}" }, into: order }
    - set: { status: $order.body.status }
outgoing: { shop: { http: { url: "http://127.0.0.1:1" } } }
"""
TESTS = """
- name: at once, every half minute, until it is shipped
  peers: { shop: [ { body: { status: packed }, times: 3 }, { body: { status: shipped } } ] }
  steps:
    - send: { channel: watch, path: /orders/7/watch, body: { who: me } }
      reply: { status: 202, body: { state: repeating } }
      expect: { shop: [ { path: /orders/7, query: who=me } ] }
    - { after: 29s, expect: { shop: [] } }
    - { after: 2s, expect: { shop: [ { path: /orders/7, query: who=me } ] } }
    - { after: 1h, expect: { shop: [ {}, {} ] } }
- name: for its time, whatever goes wrong
  peers: { shop: timeout 2 times }
  send: { channel: watch, path: /orders/8/watch, body: { who: me } }
  reply: 202
  after: 1h
  # At 0 and 60 s for 30 s each, which leaves out 30 and 90; then from 120 to 270 s.
  expect: { shop: [ {}, {}, {}, {}, {}, {}, {}, {} ] }
- name: so often, and not more of them than may be
  steps:
    - { send: { channel: few, body: {} }, reply: 202 }
    - { send: { channel: few, body: {} }, reply: { status: 429, headers: { retry-after: "60" } } }
    - { after: 10m, expect: { shop: [ {}, {}, {} ] } }
    - { send: { channel: few, body: {} }, reply: 202 }
- name: what the channel refuses starts nothing
  send: { channel: few, body: {}, headers: { Content-Type: image/png } }
  reply: 415
  expect: { shop: [] }
"""


class Repeat(unittest.TestCase):
    def test_on_a_simulated_clock(self):
        with tempfile.TemporaryDirectory(prefix="arint-repeat-") as folder:
            (Path(folder) / "arint.yaml").write_text(PROJECT)
            (Path(folder) / "a.test.yaml").write_text(TESTS)
            done = arint("test", folder)
            self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)

    def test_a_reload_hands_it_on_and_a_stop_does_not_wait_for_it(self):
        yaml = ('channels: {{ c: {{ http: {{ path: /c }}, service: s, repeat: {{ every: 50ms, for: 1h }} }} }}\n'
                'services: {{ s: [ log: "version {} of {{id}}" ] }}\n')
        node = Node(self, yaml=yaml.format(1), cores=2)
        for i in range(4):
            self.assertEqual(node.call("POST", "/c", {"id": i}).status, 202)
        node.log_soon(8, action="logged", channel="c")
        node.rewrite(yaml.format(2))
        self.assertEqual(arint("reload", node.folder).returncode, 0)

        def all_by_the_new_one() -> bool:
            texts = {line["text"] for line in node.log(action="logged", channel="c")}
            return all(f"version 2 of {i}" in texts for i in range(4))
        until(all_by_the_new_one, "all four go on")
        seen = len(node.log(action="logged", text="version 1 of 0"))
        node.log_soon(seen + 5, action="logged", text="version 2 of 0")
        self.assertEqual(len(node.log(action="logged", text="version 1 of 0")), seen)
        self.assertEqual(node.stop(), 0)

    def test_without_an_end_it_is_refused(self):
        with tempfile.TemporaryDirectory(prefix="arint-repeat-") as folder:
            (Path(folder) / "arint.yaml").write_text('channels: { c: { http: { path: /c }, service: s, repeat: { every: 1s } }, d: { http: { path: /d }, durable: true, service: s, repeat: { every: 1s, times: 2 } } }\n'
                                                     "services: { s: [ log: x ] }\n")
            done = arint("check", folder)
            self.assertEqual(done.returncode, 2)
            self.assertIn("nothing ends it", done.stderr)
            self.assertIn("not durable", done.stderr)


if __name__ == "__main__":
    unittest.main()
