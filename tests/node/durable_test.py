# SPDX-License-Identifier: GPL-3.0-or-later
"""Durable channels against the real program: accepted means on disk, killed means continued, and called once with one key."""
import unittest

from peers import Peer
from support import Node, arint, free_port, until

YAML = """
channels:
  orders: { http: { path: /orders, methods: [POST] }, service: order, durable: true }
  asked:  { http: { path: /asked, methods: [POST] }, service: order, durable: true, reply: result, timeout: 5s }
  lined:  { http: { path: /lined, methods: [POST] }, service: order, durable: true, order_by: customer }
services:
  order:
    - set: { at: "$now()", dice: "$random()" }
    - send: { to: first, path: /book, into: booked }
    - send: { to: erp, path: /pay, into: paid }
    - reply: { status: 201, body: "{ 'booked': $booked.body.n, 'paid': $paid.body.n, 'dice': dice }" }
outgoing:
  first: { http: { url: "http://127.0.0.1:FIRST" } }
  erp: { http: { url: "http://127.0.0.1:ERP" }, retry: { for: 1h, initial: 50ms, max: 200ms }, breaker: { failures: 3, open_for: 300ms } }
"""


class Durable(unittest.TestCase):
    def node(self, first: int, erp: int) -> Node:
        return Node(self, yaml=YAML.replace("FIRST", str(first)).replace("ERP", str(erp)), cores=2)

    def state(self, node: Node, location: str) -> dict:
        return node.call("GET", location).json

    def done(self, node: Node, location: str) -> dict:
        return until(lambda: (found := self.state(node, location))["state"] == "done" and found, f"{location} done")

    def test_accepted_then_done_with_its_result_at_its_address(self):
        first, erp = Peer(self), Peer(self)
        node = self.node(first.port, erp.port)
        answer = node.call("POST", "/orders", {"id": 1})
        self.assertEqual(answer.status, 202, answer.body)
        found = self.done(node, answer.headers["location"])
        self.assertEqual((found["result"]["status"], found["result"]["body"]["paid"]), (201, 1))
        self.assertEqual(node.call("GET", "/.arint/messages/" + "0" * 32).status, 404)
        self.assertEqual(len(node.log_soon(action="settled", outcome="ok")), 1)
        self.assertEqual(len(node.log_soon(action="received", outcome="accepted")), 1)

    def test_the_result_when_the_caller_wants_it(self):
        first, erp = Peer(self), Peer(self)
        node = self.node(first.port, erp.port)
        answer = node.call("POST", "/asked", {"id": 1})
        self.assertEqual((answer.status, answer.json["paid"]), (201, 1))
        answer = node.call("POST", "/asked", {"id": 2}, {"Prefer": "respond-async"})
        self.assertEqual((answer.status, answer.headers["preference-applied"]), (202, "respond-async"))
        answer = node.call("POST", "/orders", {"id": 3}, {"Prefer": "wait=4"})
        self.assertEqual((answer.status, answer.headers["preference-applied"]), (201, "wait=4"))

    def test_killed_while_its_peer_is_away_it_is_delivered_once_with_one_key(self):
        first, port = Peer(self), free_port()
        node = self.node(first.port, port)
        answers = [node.call("POST", "/orders", {"id": i}) for i in range(5)]
        self.assertEqual({answer.status for answer in answers}, {202})
        until(lambda: all(self.state(node, a.headers["location"])["state"] == "retrying" for a in answers), "all retrying")
        dice = {call.json["id"]: call.json["dice"] for call in first.calls}
        node.kill()
        node.start()
        node.kill()
        erp = Peer(self, port)
        node.start()
        for answer in answers:
            self.done(node, answer.headers["location"])
        self.assertEqual(len(first.calls), 5, "a recorded call was made again")
        self.assertEqual(len(erp.calls), 5)
        self.assertEqual(len({call.key for call in first.calls + erp.calls}), 10)
        self.assertEqual({call.json["id"]: call.json["dice"] for call in erp.calls}, dice, "what is recomputed comes out the same")

    def test_the_pinned_version_goes_on_after_a_reload(self):
        first, port = Peer(self), free_port()
        node = self.node(first.port, port)
        location = node.call("POST", "/orders", {"id": 1}).headers["location"]
        until(lambda: self.state(node, location)["state"] == "retrying", "retrying")
        node.rewrite((YAML.replace("/pay", "/other").replace("status: 201", "status: 299")).replace("FIRST", str(first.port)).replace("ERP", str(port)))
        node.kill()
        node.start()
        erp = Peer(self, port)
        self.assertEqual(self.done(node, location)["result"]["status"], 201)
        location = node.call("POST", "/orders", {"id": 2}).headers["location"]
        self.assertEqual(self.done(node, location)["result"]["status"], 299)
        self.assertEqual(len(erp.calls), 2)

    def test_what_the_peer_rejects_is_dead_with_its_fault(self):
        first, erp = Peer(self), Peer(self)
        erp.status = 400
        node = self.node(first.port, erp.port)
        location = node.call("POST", "/orders", {"id": 1}).headers["location"]
        found = until(lambda: (now := self.state(node, location))["state"] == "dead" and now, "dead")
        self.assertEqual((found["fault"], found["attempts"]), ("rejected", 1))
        self.assertEqual(node.log_soon(action="settled", outcome="dead")[0]["outgoing"], "erp")

    def test_a_person_lists_resumes_replays_and_drops(self):
        first, erp = Peer(self), Peer(self)
        erp.status = 400
        node = self.node(first.port, erp.port)
        locations = [node.call("POST", "/orders", {"id": i}).headers["location"] for i in range(2)]
        for location in locations:
            until(lambda: self.state(node, location)["state"] == "dead", "dead")
        listed = arint("messages", "list", node.folder, "--state", "dead").stdout.splitlines()
        self.assertEqual(len(listed), 2, listed)
        one, two = (location.rsplit("/", 1)[1] for location in locations)
        self.assertIn("rejected", arint("messages", "show", one, "--project", node.folder).stdout)
        erp.status = 200
        self.assertEqual(arint("messages", "resume", one, "--project", node.folder).returncode, 0)
        self.done(node, locations[0])
        self.assertEqual(len(first.calls), 2, "a recorded call was made again")
        self.assertEqual(arint("messages", "replay", one, "--project", node.folder).returncode, 0)
        until(lambda: len(first.calls) == 3, "a new run")
        self.assertEqual(len({call.key for call in first.calls}), 3)
        self.assertEqual(arint("messages", "drop", two, "--project", node.folder).returncode, 0)
        self.assertEqual(self.state(node, locations[1])["state"], "dropped")
        self.assertEqual(arint("messages", "drop", two, "--project", node.folder).returncode, 2)

    def test_a_call_in_flight_at_a_crash_is_held_where_that_is_asked(self):
        first, erp = Peer(self), Peer(self)
        erp.gate.clear()
        self.addCleanup(erp.gate.set)
        node = Node(self, yaml=YAML.replace("FIRST", str(first.port)).replace("ERP", str(erp.port)).replace("retry:", "on_unknown: hold, retry:"), cores=1)
        location = node.call("POST", "/orders", {"id": 1}).headers["location"]
        until(lambda: erp.calls, "a call in flight")
        node.kill()
        node.start()
        until(lambda: self.state(node, location)["state"] == "held", "held")
        erp.gate.set()
        self.assertEqual(arint("messages", "resume", location.rsplit("/", 1)[1], "--project", node.folder).returncode, 0)
        self.done(node, location)
        self.assertEqual(len({call.key for call in erp.calls}), 1, "the repeat carries the first call's key")
        self.assertEqual((len(first.calls), len(erp.calls)), (1, 2))

    def test_more_than_the_queue_is_refused_before_it_is_taken(self):
        first, erp = Peer(self), Peer(self)
        erp.status = 400
        yaml = YAML.replace("service: order, durable: true }", "service: order, durable: true, queue: 2 }", 1)
        node = Node(self, yaml=yaml.replace("FIRST", str(first.port)).replace("ERP", str(erp.port)))
        for i in range(2):
            self.assertEqual(node.call("POST", "/orders", {"id": i}).status, 202)
        until(lambda: len(arint("messages", "list", node.folder, "--state", "dead").stdout.splitlines()) == 2, "both dead")
        answer = node.call("POST", "/orders", {"id": 3})
        self.assertEqual((answer.status, answer.headers["retry-after"]), (429, "5"))

    def test_items_branches_and_called_services_are_continued_each_under_its_own_identity(self):
        first, port = Peer(self), free_port()
        yaml = """
channels: { in: { http: { path: /in, methods: [POST] }, service: all, durable: true } }
services:
  all:
    - for_each: { in: items, do: [ call: { service: one } ] }
    - delay: 50ms
    - parallel:
        branches:
          a: [ send: { to: first, path: /a } ]
          b: [ send: { to: erp, path: /b } ]
    - call: { service: one }
  one: [ send: { to: first, path: /one } ]
outgoing:
  first: { http: { url: "http://127.0.0.1:FIRST" } }
  erp: { http: { url: "http://127.0.0.1:ERP" }, retry: { for: 1h, initial: 50ms, max: 200ms } }
"""
        node = Node(self, yaml=yaml.replace("FIRST", str(first.port)).replace("ERP", str(port)), cores=1)
        location = node.call("POST", "/in", {"items": [{"i": 1}, {"i": 2}, {"i": 3}]}).headers["location"]
        until(lambda: self.state(node, location)["state"] == "retrying", "retrying")
        self.assertEqual(len(first.calls), 4)
        node.kill()
        erp = Peer(self, port)
        node.start()
        self.done(node, location)
        self.assertEqual((len(first.calls), len(erp.calls)), (5, 1))
        self.assertEqual(len({call.key for call in first.calls}), 5)

    def test_the_same_key_is_the_same_message(self):
        first, erp = Peer(self), Peer(self)
        node = self.node(first.port, erp.port)
        one = node.call("POST", "/orders", {"id": 1}, {"Idempotency-Key": "k"})
        two = node.call("POST", "/orders", {"id": 1}, {"Idempotency-Key": "k"})
        self.assertEqual(one.headers["location"], two.headers["location"])
        self.assertEqual(node.call("POST", "/orders", {"id": 2}, {"Idempotency-Key": "k"}).status, 422)
        self.done(node, one.headers["location"])
        self.assertEqual(len(erp.calls), 1)

    def test_order_by_key(self):
        first, erp = Peer(self), Peer(self)
        node = self.node(first.port, erp.port)
        locations = [node.call("POST", "/lined", {"id": i, "customer": i % 3}).headers["location"] for i in range(30)]
        for location in locations:
            self.done(node, location)
        for customer in range(3):
            ids = [call.json["id"] for call in erp.calls if call.json["customer"] == customer]
            self.assertEqual(ids, sorted(ids))


if __name__ == "__main__":
    unittest.main()
