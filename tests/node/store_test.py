# SPDX-License-Identifier: GPL-3.0-or-later
"""`arint store` and what `arint messages` does to many: backup while running, restore and deliver from it, damage, a node that does not run."""
import json
import threading
import unittest
from http.server import BaseHTTPRequestHandler

from support import Node, arint, serve, until

YAML = """
channels:
  orders: { http: { path: /orders, methods: [POST] }, service: order, durable: true }
services:
  order:
    - send: { to: first, path: /book, into: booked }
    - send: { to: erp, path: /pay, into: paid }
    - reply: { status: 200, body: "{ 'paid': $paid.body.n }" }
outgoing:
  first: { http: { url: "http://127.0.0.1:FIRST" }, in_flight: 4 }
  erp: { http: { url: "http://127.0.0.1:ERP" }, in_flight: 4, retry: { for: 1h, initial: 50ms, max: 200ms } }
  spare: { http: { url: "http://127.0.0.1:SPARE" } }
"""


class Peer:
    """Answers each POST with a number; `status` may be set."""

    def __init__(self, test: unittest.TestCase):
        self.calls: list[tuple[str, dict]] = []
        self.status = 200
        peer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                peer.calls.append((self.headers["Idempotency-Key"], body))
                text = json.dumps({"n": len(peer.calls)}).encode()
                self.send_response(peer.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *words):
                pass

        self.port = serve(test, Handler)

    def ids(self) -> list:
        return [body["id"] for _, body in self.calls]


class Store(unittest.TestCase):
    def setUp(self):
        self.first, self.erp, self.spare = Peer(self), Peer(self), Peer(self)

    def yaml(self) -> str:
        return YAML.replace("FIRST", str(self.first.port)).replace("ERP", str(self.erp.port)).replace("SPARE", str(self.spare.port))

    def node(self) -> Node:
        return Node(self, yaml=self.yaml(), cores=2)

    def order(self, node: Node, number: int) -> str:
        answer = node.call("POST", "/orders", {"id": number})
        self.assertEqual(answer.status, 202, answer.body)
        return answer.headers["location"].rsplit("/", 1)[1]

    def becomes(self, node: Node, message: str, state: str) -> dict:
        return until(lambda: (now := node.call("GET", "/.arint/messages/" + message).json)["state"] == state and now, f"{message} {state}", 30)

    def said(self, *words, code: int = 0) -> str:
        done = arint(*words)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def test_a_backup_of_a_running_node_is_restored_and_delivered_from(self):
        node = self.node()
        self.erp.status = 503
        waiting = [self.order(node, i) for i in range(20)]
        until(lambda: set(range(20)) <= set(self.first.ids()), "each has come to the first peer", 30)
        for message in waiting:
            until(lambda: node.call("GET", "/.arint/messages/" + message).json["state"] in ("waiting", "retrying"), "it waits, with that recorded", 30)
        over = threading.Event()

        def pour() -> None:
            number = 1000
            while not over.is_set():
                self.order(node, number := number + 1)

        traffic = threading.Thread(target=pour)
        traffic.start()
        backup = node.folder / "backup"
        said = self.said("store", "backup", backup, "--project", node.folder)
        over.set()
        traffic.join()
        self.assertIn("arint store restore", said)
        self.assertIn("is there already", self.said("store", "backup", backup, "--project", node.folder, code=2))
        self.assertIn("nothing is wrong", self.said("store", "check", "--project", node.folder))
        self.assertIn("unresolved", self.said("store", "status", "--project", node.folder))
        self.assertIn("another process has it open", self.said("store", "restore", backup, "--project", node.folder, code=1))
        node.kill()
        other = self.node()
        self.assertEqual(other.stop(), 0)
        self.said("store", "restore", backup, "--project", other.folder)
        self.erp.status = 200
        self.erp.calls.clear()
        before = len(self.first.calls)
        other.start()
        for message in waiting:
            self.becomes(other, message, "done")
        self.assertLessEqual(set(range(20)), set(self.erp.ids()))
        self.assertFalse(set(range(20)) & set(self.first.ids()[before:]), "a recorded call was made again from the backup")

    def test_a_store_of_a_node_that_does_not_run(self):
        node = self.node()
        self.erp.status = 400
        one, two, three = (self.order(node, i) for i in range(3))
        for message in (one, two, three):
            self.becomes(node, message, "dead")
        self.assertEqual(node.stop(), 0)
        self.assertEqual(len(self.said("messages", "list", node.folder, "--state", "dead").splitlines()), 3)
        self.assertIn("rejected", self.said("messages", "show", one, "--project", node.folder))
        self.assertIn("drop", self.said("messages", "drop", three, "--project", node.folder))
        self.said("messages", "replay", two, "--project", node.folder)
        self.assertIn("nothing is wrong", self.said("store", "check", "--project", node.folder))
        self.assertIn("were given back", self.said("store", "compact", "--project", node.folder))
        self.said("store", "backup", node.folder / "cold", "--project", node.folder)
        self.erp.status = 200
        node.start()
        self.becomes(node, two, "done")
        self.assertEqual(node.call("GET", "/.arint/messages/" + one).json["state"], "dead")
        self.assertEqual(node.call("GET", "/.arint/messages/" + three).json["state"], "dropped")
        self.assertTrue(node.log(action="settled", outcome="dropped"))
        self.assertEqual(node.verify().returncode, 0)

    def test_many_are_replayed_by_what_they_have_in_common(self):
        node = self.node()
        self.erp.status = 400
        messages = [self.order(node, i) for i in range(120)]
        for message in messages:
            self.becomes(node, message, "dead")
        self.erp.status = 200
        said = self.said("messages", "replay", "--state", "dead", "--fault", "rejected", "--outgoing", "erp", "--text", '"id": 7}', "--project", node.folder)
        self.assertIn("replay: 1 messages, 0 refused", said)
        self.becomes(node, messages[7], "done")
        self.assertIn("0 messages", self.said("messages", "drop", "--state", "dead", "--to", "2020-01-01T00:00:00Z", "--project", node.folder))
        self.assertIn("drop: 0 messages", self.said("messages", "drop", "--cid", "0" * 31 + "1", "--project", node.folder))
        self.said("messages", "replay", "--fault", "nonsense", "--project", node.folder, code=2)
        self.said("messages", "replay", "--project", node.folder, code=2)
        said = self.said("messages", "replay", "--state", "dead", "--channel", "orders", "--service", "order", "--from", "2020-01-01T00:00:00Z", "--project", node.folder)
        self.assertIn("replay: 119 messages, 0 refused", said)
        for message in messages:
            self.becomes(node, message, "done")

    def test_an_edited_message_runs_with_its_new_body_and_new_keys(self):
        node = self.node()
        self.erp.status = 400
        message = self.order(node, 1)
        self.becomes(node, message, "dead")
        self.erp.status = 200
        (node.folder / "body.json").write_text('{"id": 111}')
        self.said("messages", "edit", message, "--body", node.folder / "body.json", "--project", node.folder)
        self.becomes(node, message, "done")
        self.assertEqual(self.first.ids(), [1, 111])
        self.assertEqual(self.erp.ids()[-1], 111)
        self.assertEqual(len({key for key, _ in self.first.calls}), 2)
        self.assertIn("another body", self.said("messages", "show", message, "--project", node.folder))

    def test_a_replay_from_a_step_keeps_what_stands_before_it(self):
        node = self.node()
        self.erp.status = 400
        message = self.order(node, 1)
        self.becomes(node, message, "dead")
        self.erp.status = 200
        said = self.said("messages", "replay", message, "--from-step", "nowhere", "--project", node.folder, code=2)
        self.assertIn("has no step", said)
        step = said.rsplit("it has: ", 1)[1].split(", ")[1].split()[0]
        self.said("messages", "replay", message, "--from-step", step, "--project", node.folder)
        self.becomes(node, message, "done")
        self.assertEqual(len(self.first.calls), 1, "a step before the one asked for was called again")
        self.assertEqual(len({key for key, _ in self.erp.calls}), 2)

    def test_a_replay_into_another_outgoing(self):
        node = self.node()
        self.erp.status = 400
        one, two = self.order(node, 1), self.order(node, 2)
        for message in (one, two):
            self.becomes(node, message, "dead")
        asked = len(self.erp.calls)
        self.said("messages", "replay", one, "--into", "erp=spare", "--project", node.folder)
        self.becomes(node, one, "done")
        self.assertEqual((self.spare.ids(), len(self.erp.calls)), ([1], asked))
        self.said("messages", "replay", two, "--into", "erp", "--project", node.folder, code=2)
        self.said("messages", "replay", two, "--into", "erp=nobody", "--project", node.folder)
        held = self.becomes(node, two, "held")
        self.assertEqual(held["state"], "held")
        self.assertIn("nobody", self.said("messages", "show", two, "--project", node.folder))


if __name__ == "__main__":
    unittest.main()
