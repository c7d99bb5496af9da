# SPDX-License-Identifier: GPL-3.0-or-later
"""examples/webhooks: signed webhooks come in once, and go out signed."""
import base64
import json
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from credentials import webhook_signature, webhook_signature_of  # noqa: E402
from peers import Peer  # noqa: E402
from support import Node, arint, until  # noqa: E402

THEIRS, OURS = b"p" * 32, b"o" * 32


class Webhooks(unittest.TestCase):
    def setUp(self):
        self.erp, self.partner = Peer(self, answer=lambda call: 201), Peer(self)
        env = {"ERP": f"127.0.0.1:{self.erp.port}", "PARTNER": f"127.0.0.1:{self.partner.port}",
               "PROVIDER_KEY": "whsec_" + base64.b64encode(THEIRS).decode(), "OUR_KEY": "whsec_" + base64.b64encode(OURS).decode()}
        self.node = Node(self, "examples/webhooks", env=env)

    def hook(self, name: str, message: dict, key: bytes = THEIRS):
        body, at = json.dumps(message).encode(), str(int(time.time()))
        return self.node.call("POST", "/hooks/provider", body, {"Content-Type": "application/json", "webhook-id": name, "webhook-timestamp": at,
                                                                "webhook-signature": webhook_signature(key, name, at, body)})

    def test_it_is_taken_once_booked_and_passed_on_with_a_signature(self):
        captured = {"type": "payment.captured", "data": {"id": "p7", "amount": 25, "tell": f"http://127.0.0.1:{self.partner.port}/hooks/payments"}}
        first, again = self.hook("m1", captured), self.hook("m1", captured)
        self.assertEqual((first.status, again.status), (202, 202), first.body)
        self.assertEqual(first.json["id"], again.json["id"])
        self.assertEqual(self.hook("m1", {**captured, "data": {"id": "p8"}}).status, 422)
        self.assertEqual(self.hook("m2", captured, OURS).status, 401)
        call = until(lambda: self.partner.calls and self.partner.calls[0], "the partner is called")
        self.assertEqual(call.json, {"type": "payment.captured", "payment": "p7"})
        self.assertEqual(call.headers["webhook-signature"], webhook_signature_of(OURS, call))
        until(lambda: self.node.metrics()["arint_store_unresolved"] == 0, "nothing waits")
        self.assertEqual([call.json for call in self.erp.calls], [{"payment": "p7", "amount": 25}])

    def test_its_own_tests_pass(self):
        ran = arint("test", "examples/webhooks")
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)


if __name__ == "__main__":
    unittest.main()
