# SPDX-License-Identifier: GPL-3.0-or-later
"""Signed webhooks come in: the signature over id, time and body is checked, and an id is taken once."""
import base64
import gzip
import socket
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from credentials import webhook_signature  # noqa: E402
from support import Node, refusal  # noqa: E402

OLD, NEW, OTHER = (base64.b64encode(letter * 32).decode() for letter in (b"a", b"b", b"c"))
SECURITY = f"security:\n  hooks: {{ standard_webhooks: {{ key: [ '{OLD}', 'whsec_{NEW}' ], tolerance: 1m, principal: shop }} }}\n"
PROJECT = SECURITY + """channels:
  plain: { http: { path: /plain }, security: hooks, service: echo, limits: { body: 64KiB } }
  kept: { http: { path: /kept }, security: hooks, service: echo, durable: true, reply: accepted }
  keyed: { http: { path: /keyed }, security: hooks, service: now, keys: 1h }
  short: { http: { path: /short }, security: hooks, service: echo, timeout: 300ms }
services:
  echo: [ reply: { body: "{ 'who': $principal, 'got': a }" } ]
  now: [ reply: { body: "{ 'id': $uuid() }" } ]
"""


def signed(body: bytes, key: str = NEW, name: str = "m1", at: int | None = None) -> dict:
    at = int(time.time()) if at is None else at
    return {"webhook-id": name, "webhook-timestamp": str(at), "webhook-signature": webhook_signature(base64.b64decode(key), name, str(at), body),
            "Content-Type": "application/json"}


class Webhooks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.node = Node.shared(cls, yaml=PROJECT)

    def status(self, body: bytes, headers: dict, path: str = "/plain") -> int:
        return self.node.call("POST", path, body, headers).status

    def test_what_is_signed_with_any_key_is_taken_with_its_body(self):
        for key in (OLD, NEW):
            for body in (b'{"a":1}', b'{"a":"' + b"x" * 40_000 + b'"}'):
                answer = self.node.call("POST", "/plain", body, signed(body, key))
                self.assertEqual(answer.status, 200, answer.body)
                self.assertEqual(answer.json["who"], "shop")
                self.assertEqual(len(str(answer.json["got"])), 1 if len(body) < 10 else 40_000)

    def test_everything_else_is_refused(self):
        body, now = b'{"a":1}', int(time.time())
        good = signed(body)
        self.assertEqual(self.status(body, good), 200)
        wrong = [{}, signed(body, OTHER), signed(body, at=now - 120), signed(body, at=now + 120), signed(body, at=-1), {**good, "webhook-id": "m2"},
                 {**good, "webhook-timestamp": "0" + good["webhook-timestamp"]}, {**good, "webhook-timestamp": str(now + 1)},
                 {**good, "webhook-signature": ""}, {**good, "webhook-signature": good["webhook-signature"][3:]}]
        for headers in wrong:
            self.assertEqual(self.status(body, headers), 401, headers)
        self.assertEqual(self.status(b'{"a":2}', good), 401)
        for name in ("webhook-id", "webhook-timestamp", "webhook-signature"):
            self.assertEqual(self.status(body, {key: value for key, value in good.items() if key != name}), 401, name)

    def test_a_body_over_the_limit_is_refused_before_it_is_hashed(self):
        body = b'{"a":"' + b"x" * 70_000 + b'"}'
        self.assertEqual(self.status(body, signed(body)), 413)

    def test_an_id_is_taken_once_whatever_key_the_caller_writes(self):
        body = b'{"a":1}'
        first = self.node.call("POST", "/kept", body, {**signed(body, name="once"), "Idempotency-Key": "one"})
        again = self.node.call("POST", "/kept", body, {**signed(body, name="once"), "Idempotency-Key": "two"})
        self.assertEqual((first.status, again.status), (202, 202))
        self.assertEqual(first.json["id"], again.json["id"])
        self.assertEqual(self.status(b'{"a":2}', signed(b'{"a":2}', name="once"), "/kept"), 422)
        later = self.node.call("POST", "/kept", body, signed(body, name="twice"))
        self.assertNotEqual(later.json["id"], first.json["id"])

    def test_where_answers_are_kept_the_id_finds_the_answer(self):
        body = b'{"a":1}'
        first = self.node.call("POST", "/keyed", body, signed(body, name="k1"))
        again = self.node.call("POST", "/keyed", body, signed(body, name="k1"))
        self.assertEqual((first.status, again.status), (200, 200))
        self.assertEqual(first.body, again.body, "the flow, which counts the time, has run once")
        self.assertNotEqual(self.node.call("POST", "/keyed", body, signed(body, name="k2")).body, first.body)

    def test_the_signature_is_of_the_body_as_it_came(self):
        body = gzip.compress(b'{"a":"packed"}')
        answer = self.node.call("POST", "/plain", body, {**signed(body), "Content-Encoding": "gzip"})
        self.assertEqual((answer.status, answer.json["got"]), (200, "packed"))
        self.assertEqual(self.status(body, {**signed(b'{"a":"packed"}'), "Content-Encoding": "gzip"}), 401)

    def test_a_field_that_comes_twice_or_a_body_that_ends_early_is_refused(self):
        body = b'{"a":1}'
        lines = [f"{name}: {value}" for name, value in signed(body).items()]
        head = "POST /plain HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\nConnection: close\r\n{}\r\n\r\n"
        for extra, length in ((["webhook-id: m1"], len(body)), (["webhook-signature: v1,AAAA"], len(body))):
            with socket.create_connection(("127.0.0.1", self.node.port), 10) as talk:
                talk.sendall(head.format(length, "\r\n".join(lines + extra)).encode() + body)
                self.assertIn(b" 401 ", talk.recv(65536).split(b"\r\n")[0])
        with socket.create_connection(("127.0.0.1", self.node.port), 10) as talk:
            talk.sendall(head.format(len(body) + 1, "\r\n".join(lines)).encode() + body)
            talk.shutdown(socket.SHUT_WR)
            self.assertNotIn(b" 200 ", talk.recv(65536))
        chunked = head.replace("Content-Length: {}", "Transfer-Encoding: chunked{}")
        with socket.create_connection(("127.0.0.1", self.node.port), 10) as talk:
            talk.sendall(chunked.format("", "\r\n".join(lines)).encode() + b"3\r\n" + body[:3] + b"\r\n4\r\n" + body[3:] + b"\r\n0\r\n\r\n")
            self.assertIn(b" 200 ", talk.recv(65536).split(b"\r\n")[0])

    def test_a_body_that_does_not_come_ends_with_the_time_of_the_channel(self):
        body = b'{"a":1}'
        lines = "\r\n".join(f"{name}: {value}" for name, value in signed(body).items())
        with socket.create_connection(("127.0.0.1", self.node.port), 10) as talk:
            talk.sendall(f"POST /short HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n{lines}\r\n\r\n".encode() + body[:3])
            self.assertIn(b" 408 ", talk.recv(65536).split(b"\r\n")[0])

    def test_where_the_body_is_not_read_it_has_no_place(self):
        said = refusal(self, SECURITY + "outgoing:\n  o: { http: { url: 'http://127.0.0.1:1' } }\nchannels:\n  c: { http: { path: /c }, security: hooks, forward: o }\n")
        self.assertIn("needs the body", said)
        said = refusal(self, SECURITY + "  both: { all_of: [ hooks ] }\nchannels:\n  c: { http: { path: /c }, security: both, service: s }\nservices:\n  s: [ reply: { body: 1 } ]\n")
        self.assertIn("stands alone", said)


if __name__ == "__main__":
    unittest.main()
