# SPDX-License-Identifier: GPL-3.0-or-later
"""What a flow does, seen from outside: replies, negotiation, faults and their places, forwarding, draining."""
import json
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import Node, until  # noqa: E402

PROJECT = """
channels:
  echo:   { http: { path: /echo, methods: POST }, format: [json, xml, text], service: echo }
  price:  { http: { path: "/price/{sku}", methods: GET }, service: price }
  broken: { http: { path: /broken }, service: broken }
  slow:   { http: { path: /slow }, service: slow, timeout: 300ms }
  small:  { http: { path: /small, methods: POST }, service: echo, limits: { body: 1KiB } }
  tries:  { http: { path: /tries }, service: tries }
  items:  { http: { path: /items, methods: POST }, service: items }
services:
  echo: [ delete: [secret] ]
  price:
    - set: { sku: $path.sku, list: { price: 10, currency: EUR }, net: "list.price * 2" }
  broken: [ set: { a: "1 + 'x'" } ]
  slow: [ delay: 10s ]
  tries:
    - try: [ fail: { fault: busy, message: "no room" } ]
      catch:
        - on: [busy, timeout]
          do: [ set: { caught: $fault.kind, words: $fault.error } ]
      finally: [ set: { at_last: true } ]
  items:
    - for_each: { in: items, do: [ call: { service: double, into: doubled } ], into: all }
    - map: "{ 'sum': $sum($all.doubled.n) }"
  double: [ map: "{ 'n': n * 2 }" ]
"""

FRONT = """
channels:
  through: { http: { path: "/through/{rest*}" }, forward: back }
  changed: { http: { path: /changed, methods: POST }, service: changed }
services:
  changed:
    - set: { added: 1 }
    - forward: echo
outgoing:
  back: { http: { url: "http://127.0.0.1:PORT", strip_prefix: /through } }
  echo: { http: { url: "http://127.0.0.1:PORT/echo", strip_prefix: /changed } }
"""


class Flow(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.node = Node.shared(cls, yaml=PROJECT)

    def test_the_body_is_the_answer_and_digits_stay(self):
        answer = self.node.call("POST", "/echo", '{"a":1.10,"secret":2}', {"Content-Type": "application/json"})
        self.assertEqual((answer.status, answer.body), (200, b'{"a":1.10}'))

    def test_accept_and_content_type_choose_the_format(self):
        answer = self.node.call("POST", "/echo", "<order><id>7</id></order>", {"Content-Type": "application/xml", "Accept": "application/json"})
        self.assertEqual(answer.json, {"order": {"id": "7"}})
        answer = self.node.call("POST", "/echo", '{"order":{"id":7}}', {"Content-Type": "application/json", "Accept": "application/xml, */*;q=0.1"})
        self.assertIn(b"<id>7</id>", answer.body)
        self.assertEqual(self.node.call("POST", "/echo", "{}", {"Accept": "image/png"}).status, 406)
        self.assertEqual(self.node.call("POST", "/echo", "x", {"Content-Type": "image/png"}).status, 415)

    def test_set_makes_objects_and_literals(self):
        answer = self.node.call("GET", "/price/A%2D1")
        self.assertEqual(answer.json, {"sku": "A-1", "list": {"price": 10, "currency": "EUR"}, "net": 20})

    def test_a_fault_of_the_service_says_nothing_to_the_caller_and_all_to_the_log(self):
        answer = self.node.call("GET", "/broken")
        self.assertEqual(answer.status, 500)
        self.assertEqual(set(answer.json), {"type", "title", "status", "detail", "cid"})
        line = self.node.log_soon(channel="broken", outcome="failed")[0]
        self.assertEqual(line["cid"], answer.json["cid"])
        self.assertIn("arint.yaml:", line["text"])
        self.assertIn("T2002", line["text"])
        self.assertEqual(line["step"], "set")

    def test_broken_json_is_the_callers_fault(self):
        answer = self.node.call("POST", "/echo", '{"a":', {"Content-Type": "application/json"})
        self.assertEqual(answer.status, 400)
        self.assertIn("line 1, column 6", answer.json["detail"])

    def test_the_deadline_of_the_channel_holds(self):
        answer = self.node.call("GET", "/slow")
        self.assertEqual(answer.status, 504)

    def test_a_large_body_is_refused_early(self):
        answer = self.node.call("POST", "/small", b"x" * 5000, {"Content-Type": "application/json"})
        self.assertEqual(answer.status, 413)

    def test_faults_are_caught_and_finally_is_always_run(self):
        answer = self.node.call("GET", "/tries")
        self.assertEqual(answer.json, {"caught": "busy", "words": "no room", "at_last": True})

    def test_items_are_worked_on_one_by_one(self):
        answer = self.node.call("POST", "/items", {"items": [{"n": 1}, {"n": 2}, {"n": 3}]})
        self.assertEqual(answer.json, {"sum": 12})

    def test_methods_options_and_head(self):
        self.assertEqual(self.node.call("PUT", "/echo", "{}").headers["allow"], "OPTIONS, POST")
        self.assertEqual(self.node.call("OPTIONS", "/price/x").headers["allow"], "GET, HEAD, OPTIONS")
        head = self.node.call("HEAD", "/price/x")
        self.assertEqual((head.status, head.body), (200, b""))

    def test_the_trace_of_the_caller_goes_on(self):
        trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        answer = self.node.call("GET", "/price/x", headers={"traceparent": trace})
        self.assertEqual(answer.headers["x-correlation-id"], "4bf92f3577b34da6a3ce929d0e0e4736")


class Forward(unittest.TestCase):
    def setUp(self):
        self.back = Node(self, yaml=PROJECT)
        self.node = Node(self, yaml=FRONT.replace("PORT", str(self.back.port)))

    def test_a_gateway_route_streams_both_ways(self):
        body = json.dumps({"text": "x" * 200_000}, separators=(",", ":"))
        answer = self.node.call("POST", "/through/echo", body, {"Content-Type": "application/json"})
        self.assertEqual((answer.status, len(answer.body)), (200, len(body)), answer.body[:300])
        self.assertTrue(answer.body == body.encode(), answer.body[:80])

    def test_a_changed_body_is_passed_on(self):
        answer = self.node.call("POST", "/changed", {"a": 1})
        self.assertEqual(answer.json, {"a": 1, "added": 1})

    def test_a_peer_that_is_down_is_a_502_and_counted(self):
        self.back.kill()
        answer = self.node.call("GET", "/through/price/x")
        self.assertEqual(answer.status, 502)
        name = 'arint_outgoing_faults_total{outgoing="back",fault="unreachable"}'
        until(lambda: self.node.metrics()[name] == 1, name)  # counted behind the answer


class Start(unittest.TestCase):
    def test_a_wrong_project_is_not_started_and_every_fault_told(self):
        node = Node(self, yaml="channels:\n  c: { http: { path: nope, metods: GET }, service: missing, timeout: 5 }\n", wait=False)
        out = node.process.stdout.read()
        self.assertEqual(node.process.wait(), 2)
        for place in ("arint.yaml:3:14", "metods", "methods", "missing", "timeout"):
            self.assertIn(place, out)


if __name__ == "__main__":
    unittest.main()
