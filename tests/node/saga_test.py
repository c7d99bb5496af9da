# SPDX-License-Identifier: GPL-3.0-or-later
"""Compensation: what a service did is undone when it fails for good, the last first, once, and over kills."""
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from peers import Peer  # noqa: E402
from support import Node, arint, free_port, until  # noqa: E402

YAML = """
channels:
  in:    { http: { path: /in, methods: [POST] }, service: trip, durable: true }
  call:  { http: { path: /call, methods: [POST] }, service: caller, durable: true }
  items: { http: { path: /items, methods: [POST] }, service: items, durable: true }
services:
  trip:
    - send: { to: peer, path: /hotel, into: hotel }
      compensate: [ send: { to: undo, path: /no-hotel, body: "{ 'n': $hotel.body.n, 'id': id, 'why': $fault.kind }" } ]
    - set: { id: "'changed'" }
    - send: { to: peer, path: /car, into: car }
      compensate: [ send: { to: undo, path: /no-car, body: "{ 'n': $car.body.n, 'id': id }" } ]
    - send: { to: flight, path: /flight }
  caller:
    - try: [ call: trip ]
      catch: [ { on: rejected, do: [ set: { caught: $fault.error } ] } ]
    - call: good
    - fail: "and then it fails"
  good:
    - send: { to: peer, path: /good }
      compensate: [ send: { to: undo, path: /no-good } ]
  items:
    - for_each:
        in: list
        do:
          - send: { to: peer, path: /item, into: made }
            compensate: [ send: { to: undo, path: /no-item, body: "{ 'item': name, 'index': $index, 'n': $made.body.n }" } ]
    - fail: "after all items"
outgoing:
  peer: { http: { url: "http://127.0.0.1:PEER" } }
  undo: { http: { url: "http://127.0.0.1:UNDO" }, retry: { for: 1h, initial: 50ms, max: 200ms } }
  flight: { http: { url: "http://127.0.0.1:FLIGHT" }, retry: { for: 1h, initial: 50ms, max: 200ms } }
"""


class Saga(unittest.TestCase):
    def start(self, undo: int = 0) -> None:
        self.peer, self.flight = Peer(self), Peer(self)
        self.undo = None if undo else Peer(self)
        self.flight.status = 422
        yaml = YAML.replace("PEER", str(self.peer.port)).replace("UNDO", str(undo or self.undo.port)).replace("FLIGHT", str(self.flight.port))
        self.node = Node(self, yaml=yaml, cores=1)

    def accept(self, path: str, body: dict) -> str:
        return self.node.call("POST", path, body).headers["location"]

    def until_state(self, location: str, state: str) -> dict:
        return until(lambda: (found := self.node.call("GET", location).json)["state"] == state and found, f"{location} {state}")

    def messages(self, verb: str, location: str):
        return arint("messages", verb, location.rsplit("/", 1)[1], "--project", self.node.folder)

    def test_the_last_is_undone_first_with_what_each_step_left(self):
        self.start()
        location = self.accept("/in", {"id": 5})
        self.assertEqual(self.until_state(location, "dead")["fault"], "rejected")
        self.assertEqual([call.path for call in self.undo.calls], ["/no-car", "/no-hotel"])
        self.assertEqual([call.json for call in self.undo.calls], [{"n": 2, "id": "changed"}, {"n": 1, "id": 5, "why": "rejected"}])
        self.assertIn("2 steps before it", self.messages("show", location).stdout)

    def test_nothing_is_undone_when_all_goes_well(self):
        self.start()
        self.flight.status = 200
        self.until_state(self.accept("/in", {"id": 5}), "done")
        self.assertEqual(self.undo.calls, [])

    def test_killed_while_it_is_undone_each_step_is_undone_once(self):
        port = free_port()
        self.start(undo=port)
        location = self.accept("/in", {"id": 5})
        until(lambda: self.flight.calls, "it failed")
        self.until_state(location, "retrying")
        self.node.kill()
        self.flight.status = 200  # it would go well now, but it is being undone
        undo = Peer(self, port, answer=lambda call: 503 if call.path == "/no-hotel" and len(undo.at("/no-hotel")) == 1 else 200)
        self.node.start()
        until(lambda: undo.at("/no-hotel"), "the second compensation was tried")
        self.node.kill()
        self.node.start()
        self.until_state(location, "dead")
        self.assertEqual(len(undo.at("/no-car")), 1, "a recorded compensation was made again")
        self.assertEqual(len({call.key for call in undo.at("/no-hotel")}), 1, "repeats carry the same key")
        self.assertEqual((len(self.peer.calls), len(self.flight.calls)), (2, 1), "nothing goes forward any more")

    def test_what_was_undone_stays_undone_when_a_person_resumes_it_and_a_replay_begins_anew(self):
        self.start()
        location = self.accept("/in", {"id": 5})
        self.until_state(location, "dead")
        self.flight.status = 200
        self.assertEqual(self.messages("resume", location).returncode, 0)
        until(lambda: len(self.node.log(action="settled", outcome="dead")) == 2, "dead again")
        self.assertEqual((len(self.peer.calls), len(self.flight.calls), len(self.undo.calls)), (2, 1, 2))
        self.assertEqual(self.messages("replay", location).returncode, 0)
        self.until_state(location, "done")
        self.assertEqual((len(self.peer.calls), len(self.flight.calls), len(self.undo.calls)), (4, 2, 2))

    def test_a_compensation_that_fails_is_tried_again_when_a_person_resumes_it(self):
        self.start()
        self.undo.status = 400
        location = self.accept("/in", {"id": 5})
        self.until_state(location, "dead")
        self.assertEqual([call.path for call in self.undo.calls], ["/no-car"], "what came before it is not undone past it")
        self.undo.status = 200
        self.messages("resume", location)
        until(lambda: len(self.undo.calls) == 3, "undone")
        self.assertEqual([call.path for call in self.undo.calls], ["/no-car", "/no-car", "/no-hotel"])
        self.assertEqual(len(self.flight.calls), 1)

    def test_an_unknown_outcome_is_undone_too(self):
        self.start()
        yaml = (self.node.folder / "arint.yaml").read_text()
        slow = yaml.replace(f'peer: {{ http: {{ url: "http://127.0.0.1:{self.peer.port}" }} }}',
                                                                                      f'peer: {{ http: {{ url: "http://127.0.0.1:{self.peer.port}" }}, timeout: 300ms, retry: {{ attempts: 1 }} }}')
        self.node.rewrite(slow)
        self.node.kill()
        self.node.start()
        self.peer.gate.clear()
        location = self.accept("/in", {"id": 5})
        self.assertEqual(self.until_state(location, "dead")["fault"], "timeout")
        self.peer.gate.set()
        self.assertEqual([call.path for call in self.undo.calls], ["/no-hotel"])

    def test_a_called_service_is_undone_where_it_fails_and_what_it_did_well_belongs_to_its_caller(self):
        self.start()
        self.until_state(self.accept("/call", {"id": 5}), "dead")
        self.assertEqual([call.path for call in self.undo.calls], ["/no-car", "/no-hotel", "/no-good"])

    def test_items_are_undone_with_their_own_variables(self):
        self.start()
        self.until_state(self.accept("/items", {"list": [{"name": f"a{i}"} for i in range(3)]}), "dead")
        self.assertEqual([call.json for call in self.undo.calls], [{"item": f"a{i}", "index": i, "n": i + 1} for i in (2, 1, 0)])


if __name__ == "__main__":
    unittest.main()
