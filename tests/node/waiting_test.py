# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages that wait for an event: for long, over restarts, and with a deadline; events that come first; and steps that fit no channel."""
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from peers import Peer  # noqa: E402
from support import Node, arint, refusal, until  # noqa: E402

YAML = """
channels:
  in:    { http: { path: /in, methods: [POST] }, service: wait, durable: true }
  both:  { http: { path: /both, methods: [POST] }, service: both, durable: true }
  late:  { http: { path: /late, methods: [POST] }, service: late, durable: true }
  flow:  { http: { path: /flow, methods: [POST] }, service: flow, durable: true }
  event: { http: { path: "/events/{key}", methods: [POST] }, service: give }
  later: { http: { path: "/later/{key}", methods: [POST] }, service: give, durable: true }
services:
  wait:
    - send: { to: peer, path: /before }
    - set: { dice: "$random()" }
    - wait_for: { event: answer, key: id, for: 1h, into: got }
    - send: { to: peer, path: /after, body: "{ 'got': $got, 'dice': dice, 'more': $random() }" }
    - reply: { body: $got }
  both:
    - parallel:
        branches:
          a: [ wait_for: { event: answer, key: a, for: 1h, into: x } ]
          b: [ wait_for: { event: answer, key: b, for: 1h, into: x } ]
        into: both
    - reply: { body: "{ 'a': $both.a.x.n, 'b': $both.b.x.n }" }
  late:
    - try:
        - wait_for: { event: answer, key: id, for: 300ms }
      catch: [ { on: timeout, do: [ set: { caught: $fault.kind } ] } ]
    - wait_for: { event: answer, key: id, for: 300ms, into: got, on_timeout: [ set: { instead: true } ] }
    - reply: { body: "{ 'caught': caught, 'instead': instead, 'got': $exists($got) }" }
  flow:
    - try:
        - send: { to: peer, path: /rejects }
      catch: [ { on: rejected, do: [ set: { caught: $fault.status } ] } ]
      finally: [ send: { to: peer, path: /finally } ]
    - for_each:
        in: items
        do:
          - parallel:
              branches:
                a: [ call: { service: ask, body: "{ 'item': name, 'branch': 'a' }", into: said } ]
                b: [ call: { service: ask, body: "{ 'item': name, 'branch': 'b' }", into: said } ]
              into: asked
          - wait_for: { event: answer, key: name, for: 1h, into: got }
        into: all
    - reply: { body: "{ 'caught': caught, 'all': [$all.{ 'a': asked.a.said.n, 'b': asked.b.said.n, 'got': got.n }] }" }
  ask:
    - send: { to: peer, path: /ask, into: answer }
    - set: { n: "item & branch & $string($answer.status)" }
  give:
    - emit: { event: answer, key: $path.key }
outgoing:
  peer: { http: { url: "http://127.0.0.1:PEER" } }
"""


class Waiting(unittest.TestCase):
    def setUp(self):
        self.peer = Peer(self)
        self.node = Node(self, yaml=YAML.replace("PEER", str(self.peer.port)), cores=2)

    def accept(self, path: str, body: dict) -> str:
        answer = self.node.call("POST", path, body)
        self.assertEqual(answer.status, 202, answer.body)
        return answer.headers["location"]

    def until_state(self, location: str, state: str) -> dict:
        return until(lambda: (found := self.node.call("GET", location).json)["state"] == state and found, f"{location} {state}")

    def waits(self, location: str) -> None:
        """It is in the store, and on no core."""
        self.until_state(location, "waiting")

    def test_an_event_wakes_the_message_after_a_kill(self):
        location = self.accept("/in", {"id": "k1"})
        until(lambda: self.peer.at("/before"), "the call before")
        self.waits(location)
        self.node.kill()
        self.node.start()
        self.waits(location)
        self.assertIn(self.node.call("POST", "/events/k1", {"n": 7}).status, (200, 204))
        self.assertEqual(self.until_state(location, "done")["result"]["body"], {"n": 7})
        self.assertEqual([call.path for call in self.peer.calls], ["/before", "/after"])
        self.assertEqual(self.peer.calls[1].json["got"], {"n": 7})

    def test_an_event_that_comes_first_is_kept_over_a_kill_and_taken_once(self):
        self.node.call("POST", "/events/k2", {"n": 1})
        self.node.kill()
        self.node.start()
        first = self.accept("/in", {"id": "k2"})
        self.assertEqual(self.until_state(first, "done")["result"]["body"], {"n": 1})
        second = self.accept("/in", {"id": "k2"})
        until(lambda: len(self.peer.at("/before")) == 2, "the second one began")
        self.waits(second)
        self.node.call("POST", "/events/k2", {"n": 2})
        self.assertEqual(self.until_state(second, "done")["result"]["body"], {"n": 2})

    def test_events_of_a_durable_channel_and_numbers_as_keys(self):
        location = self.accept("/in", {"id": 77})
        self.accept("/later/77", {"n": 3})
        self.assertEqual(self.until_state(location, "done")["result"]["body"], {"n": 3})

    def test_branches_wait_side_by_side(self):
        for first, second in (("a1", "b1"), ("b2", "a2")):
            location = self.accept("/both", {"a": "a" + first[1], "b": "b" + first[1]})
            self.waits(location)
            self.node.call("POST", f"/events/{first}", {"n": first})
            self.node.call("POST", f"/events/{second}", {"n": second})
            self.assertEqual(self.until_state(location, "done")["result"]["body"], {"a": "a" + first[1], "b": "b" + first[1]})

    def test_faults_that_are_caught_items_branches_and_called_services_come_out_the_same_after_each_kill(self):
        self.peer.answer = lambda call: 400 if call.path == "/rejects" else 200
        location = self.accept("/flow", {"items": [{"name": "i1"}, {"name": "i2"}]})
        for item, asked in (("i1", 2), ("i2", 4)):
            until(lambda: len(self.peer.at("/ask")) == asked, "its branches")
            self.waits(location)
            self.node.kill()
            self.node.start()
            self.node.call("POST", f"/events/{item}", {"n": item})
        self.assertEqual(self.until_state(location, "done")["result"]["body"],
                         {"caught": 400, "all": [{"a": f"{i}a200", "b": f"{i}b200", "got": i} for i in ("i1", "i2")]})
        self.assertEqual({path: len(self.peer.at(path)) for path in ("/rejects", "/finally", "/ask")}, {"/rejects": 1, "/finally": 1, "/ask": 4})

    def test_a_deadline_is_a_fault_or_what_on_timeout_says(self):
        location = self.accept("/late", {"id": "never"})
        self.assertEqual(self.until_state(location, "done")["result"]["body"], {"caught": "timeout", "instead": True, "got": False})

    def test_many_wait_and_cost_no_run(self):
        locations = [self.accept("/in", {"id": f"m{i}"}) for i in range(60)]
        until(lambda: len(self.peer.at("/before")) == 60, "all began")
        for location in locations:
            self.waits(location)
        listed = arint("messages", "list", self.node.folder, "--state", "waiting").stdout.splitlines()
        self.assertEqual(len(listed), 60)
        for i in range(60):
            self.node.call("POST", f"/events/m{i}", {"n": i})
        for i, location in enumerate(locations):
            self.assertEqual(self.until_state(location, "done")["result"]["body"], {"n": i})

    def test_what_is_dropped_while_it_waits_takes_no_event(self):
        location = self.accept("/in", {"id": "d"})
        self.waits(location)
        self.assertEqual(arint("messages", "drop", location.rsplit("/", 1)[1], "--project", self.node.folder).returncode, 0)
        self.node.call("POST", "/events/d", {"n": 1})
        self.assertEqual(self.until_state(self.accept("/in", {"id": "d"}), "done")["result"]["body"], {"n": 1})


class Check(unittest.TestCase):
    def test_steps_that_need_an_accepted_message_or_a_caller_who_waits(self):
        said = refusal(self, """
channels:
  durable: { http: { path: /d }, service: outer, durable: true }
  waits:   { http: { path: /w }, service: inner }
services:
  outer: [ call: inner ]
  inner:
    - forward: { to: o }
    - wait_for: { event: e, key: "'k'", for: 1s }
    - send: { to: o }
      compensate: [ send: { to: o } ]
outgoing: { o: { http: { url: "http://127.0.0.1:1" } } }
""")
        self.assertIn('8:7: services.inner[0].forward: channel durable leads here, and is durable: nobody waits there whom "forward" could pass an answer to', said)
        self.assertIn('9:7: services.inner[1].wait_for: channel waits leads here, and is not durable: "wait_for" needs a message that is accepted', said)
        self.assertIn('channel waits leads here, and is not durable: "compensate" needs', said)

    def test_what_compensate_and_wait_for_cannot_be(self):
        said = refusal(self, """
channels: { a: { http: { path: /a }, service: s, durable: true } }
services:
  s:
    - compensate: [ log: x ]
    - send: { to: o }
      compensate: log
    - wait_for: { event: No Name, key: "1", for: 1s }
outgoing: { o: { http: { url: "http://127.0.0.1:1" } } }
""")
        for words in ("compensate undoes the step it stands beside", "compensate is a list of steps", '"No Name" is no name of an event'):
            self.assertIn(words, said)


if __name__ == "__main__":
    unittest.main()
