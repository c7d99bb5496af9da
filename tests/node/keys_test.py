# SPDX-License-Identifier: GPL-3.0-or-later
"""The idempotent receiver of channels that are not durable, and what durable channels can be told: Accept, expiry, dead ones in a line, sizes."""
import sys
import threading
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from peers import Peer  # noqa: E402
from support import Node, arint, free_port, refusal, until  # noqa: E402

YAML = """
channels:
  once: { http: { path: "/once/{id}", methods: [POST] }, service: call, keys: 1h, timeout: 10s, format: [json, xml] }
  each: { http: { path: /each, methods: [POST] }, service: call }
services:
  call:
    - route: [ { when: bad, do: [ fail: "bad it is" ] } ]
    - send: { to: peer, path: /call, into: called }
    - reply: { status: 201, headers: { X-N: "{$called.body.n}" }, body: "{ 'n': $called.body.n }" }
outgoing:
  peer: { http: { url: "http://127.0.0.1:PEER" } }
  db: { sql: { url: "postgresql://u@127.0.0.1:1/d", password: hunter2-inline } }
"""


class Keys(unittest.TestCase):
    def setUp(self):
        self.peer = Peer(self)
        self.node = Node(self, yaml=YAML.replace("PEER", str(self.peer.port)), cores=2)

    def once(self, key: str, body: dict | None = None, path: str = "/once/1", headers: dict | None = None):
        return self.node.call("POST", path, body or {"a": 1}, {"Idempotency-Key": key, **(headers or {})})

    def test_the_same_key_gives_the_same_answer_also_after_a_kill(self):
        first = self.once("k")
        self.assertEqual((first.status, first.json, first.headers["x-n"]), (201, {"n": 1}, "1"))
        again = self.once("k")
        self.node.kill()
        self.node.start()
        later = self.once("k")
        for answer in (again, later):
            self.assertEqual((answer.status, answer.body, answer.headers["x-n"]), (201, first.body, "1"))
        self.assertEqual(len(self.peer.calls), 1)

    def test_another_request_with_the_key_is_refused_and_another_key_is_another_request(self):
        self.once("k")
        self.assertEqual(self.once("k", {"a": 2}).status, 422)
        self.assertEqual(self.once("k", path="/once/2").status, 422)
        self.assertEqual(self.once("l").json, {"n": 2})
        self.node.call("POST", "/once/1", {"a": 1})
        self.node.call("POST", "/each", {"a": 1}, {"Idempotency-Key": "k"})
        self.node.call("POST", "/each", {"a": 1}, {"Idempotency-Key": "k"})
        self.assertEqual(len(self.peer.calls), 5, "without a key, and where keys are not looked at, each request is one")

    def test_one_that_comes_meanwhile_is_told_so(self):
        self.peer.gate.clear()
        answers = []
        first = threading.Thread(target=lambda: answers.append(self.once("k")))
        first.start()
        until(lambda: self.peer.calls, "the first is in progress")
        meanwhile = self.once("k")
        self.assertEqual(meanwhile.status, 409)
        self.assertGreaterEqual(int(meanwhile.headers["retry-after"]), 1)
        self.peer.gate.set()
        first.join()
        self.assertEqual((answers[0].status, self.once("k").json, len(self.peer.calls)), (201, {"n": 1}, 1))

    def test_a_claim_left_by_a_kill_never_becomes_a_second_run(self):
        self.peer.gate.clear()
        threading.Thread(target=lambda: self.assertRaises(OSError, self.once, "k"), daemon=True).start()
        until(lambda: self.peer.calls, "in progress")
        self.node.kill()
        self.node.start()
        self.peer.gate.set()
        self.assertEqual(self.once("k").status, 409)
        self.assertEqual(len(self.peer.calls), 1)

    def test_a_refusal_is_kept_and_a_failure_is_not(self):
        first = self.once("k", {"bad": True})
        self.assertEqual((first.status, self.once("k", {"bad": True}).body), (422, first.body))
        self.peer.status = 500
        self.assertEqual(self.once("l").status, 502)
        self.peer.status = 200
        self.assertEqual(self.once("l").status, 201)

    def test_the_repeat_gets_what_the_first_accepted(self):
        first = self.once("k", headers={"Accept": "application/xml"})
        self.assertEqual(first.headers["content-type"], "application/xml; charset=utf-8")
        self.assertEqual(self.once("k").body, first.body)
        self.assertEqual(self.once("m", headers={"Accept": "image/png"}).status, 406)

    def test_keys_are_for_services(self):
        said = refusal(self, 'channels: { a: { http: { path: /a }, forward: o, keys: 1h } }\noutgoing: { o: { http: { url: "http://127.0.0.1:1" } } }\n')
        self.assertIn("only a service's answer is remembered", said)


DURABLE = """
channels:
  result: { http: { path: /result, methods: [POST] }, service: call, durable: true, reply: result, format: [json, xml], timeout: 10s, limits: { body: 8MiB } }
  plain:  { http: { path: /plain, methods: [POST] }, service: call, durable: true, reply: result, prefer: false, timeout: 10s }
  short:  { http: { path: /short, methods: [POST] }, service: away, durable: true, expires: 1s, retention: 2h }
  line:   { http: { path: /line, methods: [POST] }, service: call, durable: true, order_by: line, on_dead: skip }
  stop:   { http: { path: /stop, methods: [POST] }, service: call, durable: true, order_by: line }
services:
  call: [ send: { to: peer, path: /call }, reply: { body: "{ 'size': $length(text) }" } ]
  away: [ send: { to: away } ]
outgoing:
  peer: { http: { url: "http://127.0.0.1:PEER" } }
  away: { http: { url: "http://127.0.0.1:AWAY" } }
  db: { sql: { url: "postgresql://u@127.0.0.1:1/d", password: hunter2-inline } }
"""


class DurableOptions(unittest.TestCase):
    def setUp(self):
        self.peer = Peer(self)
        yaml = DURABLE.replace("PEER", str(self.peer.port)).replace("AWAY", str(free_port()))
        self.node = Node(self, yaml=yaml, cores=1)

    def accept(self, path: str, body: dict) -> str:
        return self.node.call("POST", path, body).headers["location"]

    def until_state(self, location: str, state: str) -> dict:
        return until(lambda: (found := self.node.call("GET", location).json)["state"] == state and found, f"{location} {state}")

    def test_the_result_in_the_format_the_caller_accepts(self):
        answer = self.node.call("POST", "/result", {"text": "abc"}, {"Accept": "application/xml"})
        self.assertEqual((answer.status, answer.headers["content-type"]), (200, "application/xml; charset=utf-8"))
        self.assertIn(b"<size>3</size>", answer.body)
        self.assertEqual(self.node.call("POST", "/result", {"text": "abc"}).json, {"size": 3})
        refused = self.node.call("POST", "/result", {"text": "abc"}, {"Accept": "image/png"})
        self.assertEqual((refused.status, len(self.peer.calls)), (406, 2), "and it is not accepted")

    def test_prefer_counts_only_where_the_channel_lets_it(self):
        answer = self.node.call("POST", "/plain", {"text": "abc"}, {"Prefer": "respond-async"})
        self.assertEqual((answer.status, answer.json), (200, {"size": 3}))
        self.assertNotIn("preference-applied", answer.headers)

    def test_a_large_body_is_a_file_and_comes_whole_after_a_kill(self):
        text = "x" * 3_000_000
        self.peer.gate.clear()
        location = self.node.call("POST", "/result", {"text": text}, {"Prefer": "respond-async"}).headers["location"]
        until(lambda: self.peer.calls, "called")
        self.assertTrue(any(path.is_file() for path in (self.node.folder / "data/bodies").rglob("*")))
        self.node.kill()
        self.peer.gate.set()
        self.node.start()
        self.assertEqual(self.until_state(location, "done")["result"]["body"], {"size": 3_000_000})
        self.assertEqual({call.json["text"] == text for call in self.peer.calls}, {True})

    def test_what_is_not_delivered_in_time_expires(self):
        location = self.accept("/short", {"text": "a"})
        self.until_state(location, "expired")
        self.assertEqual(len(self.node.log_soon(action="settled", outcome="expired")), 1)

    def test_a_dead_message_holds_its_line_or_lets_it_go(self):
        self.peer.answer = lambda call: 400 if call.json["text"] == "bad" else 200
        for path, state in (("/line", "done"), ("/stop", "waiting")):
            dead = self.accept(path, {"line": 1, "text": "bad"})
            self.until_state(dead, "dead")
            behind = self.accept(path, {"line": 1, "text": "good"})
            self.until_state(behind, state)
            self.until_state(self.accept(path, {"line": 2, "text": "good"}), "done")
        self.assertEqual(arint("messages", "drop", dead.rsplit("/", 1)[1], "--project", self.node.folder).returncode, 0)
        self.until_state(behind, "done")

    def test_no_password_of_the_project_is_in_the_store(self):
        self.until_state(self.accept("/line", {"line": 1, "text": "a"}), "done")
        self.assertEqual(self.node.stop(), 0)
        for path in (self.node.folder / "data").rglob("*"):
            if path.is_file():
                self.assertNotIn(b"hunter2", path.read_bytes(), path)


if __name__ == "__main__":
    unittest.main()
