# SPDX-License-Identifier: GPL-3.0-or-later
"""Rate limits of a channel: by address, header and expression, exact over cores, kept over a reload."""
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from support import Node, arint, refusal  # noqa: E402

YAML = """
channels:
  address: { http: { path: /address }, limits: { rate: { requests: 3, per: 1h } }, service: ok }
  header: { http: { path: /header, cors: { origins: ["*"] } }, limits: { rate: { requests: 2, per: 1h, by_header: X-Api-Key } }, service: ok }
  tenant: { http: { path: "/tenant/{tenant}" }, limits: { rate: { requests: 4, per: 2h, burst: 1, by: $path.tenant } }, service: ok }
  free: { http: { path: /free }, service: ok }
services: { ok: [ reply: { status: 200 } ] }
"""


class Rates(unittest.TestCase):
    def statuses(self, node: Node, path: str, count: int, headers: dict | None = None) -> list[int]:
        return [node.call("GET", path, headers=headers).status for _ in range(count)]

    def test_callers_are_limited_each_for_himself(self):
        node = Node(self, yaml=YAML, cores=2)
        # Every call is a connection of its own: the kernel deals them out to both cores, and the limit is that of the node.
        self.assertEqual(self.statuses(node, "/address", 5), [200] * 3 + [429] * 2)
        self.assertEqual(self.statuses(node, "/header", 3, {"X-Api-Key": "a"}), [200, 200, 429])
        self.assertEqual(self.statuses(node, "/header", 3, {"X-Api-Key": "b"}), [200, 200, 429])
        self.assertEqual(self.statuses(node, "/header", 3), [200, 200, 429])  # by address
        self.assertEqual(self.statuses(node, "/header", 2, {"X-Api-Key": "127.0.0.1"}), [200, 200])  # a name is no address
        self.assertEqual(self.statuses(node, "/tenant/x", 2) + self.statuses(node, "/tenant/y", 2), [200, 429, 200, 429])
        self.assertEqual(set(self.statuses(node, "/free", 20)), {200})
        metrics = node.metrics()
        self.assertEqual(metrics['arint_channel_rate_limited_total{channel="address"}'], 2)
        self.assertEqual(metrics['arint_channel_rate_limited_total{channel="header"}'], 3)

    def test_the_refusal_says_when_to_come_back(self):
        node = Node(self, yaml=YAML, cores=1)
        self.statuses(node, "/tenant/x", 1)
        answer = node.call("GET", "/tenant/x")
        self.assertEqual(answer.status, 429)
        self.assertTrue(1790 <= int(answer.headers["retry-after"]) <= 1800, answer.headers["retry-after"])
        self.assertEqual(answer.json["title"], "Too Many Requests")
        line = node.log_soon(channel="tenant", outcome="refused")[0]
        self.assertEqual((line["action"], line["status"], line["fault"], line["cid"]), ("received", 429, "busy", answer.headers["x-correlation-id"]))
        self.assertIn("limits.rate", line["text"])
        # A page must be able to read it.
        self.statuses(node, "/header", 2)
        refused = node.call("GET", "/header", headers={"Origin": "https://a.example"})
        self.assertEqual((refused.status, refused.headers["access-control-allow-origin"]), (429, "*"))

    def test_a_reload_forgives_nothing_unless_the_rate_changed(self):
        node = Node(self, yaml=YAML, cores=2)
        self.statuses(node, "/address", 3)
        node.rewrite(YAML.replace("path: /free", "path: /freer"))
        self.assertEqual(arint("reload", node.folder).returncode, 0)
        self.assertEqual(self.statuses(node, "/freer", 1) + self.statuses(node, "/address", 1), [200, 429])
        node.rewrite(YAML.replace("requests: 3", "requests: 5"))
        self.assertEqual(arint("reload", node.folder).returncode, 0)
        self.assertEqual(self.statuses(node, "/address", 6), [200] * 5 + [429])

    def test_check_refuses_what_cannot_work(self):
        for rate, word in [("{ requests: 1, by_header: X, by: $path.x }", "one of them tells callers apart"), ("{ requests: 1, by: id }", "reads the body"),
                           ("{ requests: 0 }", "out of range"), ("{ requests: 1, by_header: 'a b' }", "is no name of a header"), ("{ per: 1s }", "requests")]:
            with self.subTest(rate=rate):
                self.assertIn(word, refusal(self, f"channels: {{ a: {{ http: {{ path: /a }}, limits: {{ rate: {rate} }}, service: s }} }}\n"
                                                  "services: { s: [ reply: { status: 200 } ] }\n"))


if __name__ == "__main__":
    unittest.main()
