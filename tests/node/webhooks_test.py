# SPDX-License-Identifier: GPL-3.0-or-later
"""Signed webhooks come in: the signature over id, time and body is checked, and an id is taken once."""
import base64
import hashlib
import hmac
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import Node, refusal  # noqa: E402

OLD, NEW, OTHER = (base64.b64encode(letter * 32).decode() for letter in (b"a", b"b", b"c"))
SECURITY = f"security:\n  hooks: {{ standard_webhooks: {{ key: [ '{OLD}', 'whsec_{NEW}' ], tolerance: 1m, principal: shop }} }}\n"
PROJECT = SECURITY + """channels:
  plain: { http: { path: /plain }, security: hooks, service: echo, limits: { body: 64KiB } }
  kept: { http: { path: /kept }, security: hooks, service: echo, durable: true, reply: accepted }
services:
  echo: [ reply: { body: "{ 'who': $principal, 'got': a }" } ]
"""


def signed(body: bytes, key: str = NEW, name: str = "m1", at: int | None = None) -> dict:
    at = int(time.time()) if at is None else at
    digest = hmac.new(base64.b64decode(key), f"{name}.{at}.".encode() + body, hashlib.sha256).digest()
    return {"webhook-id": name, "webhook-timestamp": str(at), "webhook-signature": "v1," + base64.b64encode(digest).decode(), "Content-Type": "application/json"}


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
        self.assertEqual(self.node.metrics()['arint_delivery_accepted_total{channel="kept"}'], 1)

    def test_where_the_body_is_not_read_it_has_no_place(self):
        said = refusal(self, SECURITY + "outgoing:\n  o: { http: { url: 'http://127.0.0.1:1' } }\nchannels:\n  c: { http: { path: /c }, security: hooks, forward: o }\n")
        self.assertIn("needs the body", said)
        said = refusal(self, SECURITY + "  both: { all_of: [ hooks ] }\nchannels:\n  c: { http: { path: /c }, security: both, service: s }\nservices:\n  s: [ reply: { body: 1 } ]\n")
        self.assertIn("stands alone", said)


if __name__ == "__main__":
    unittest.main()
