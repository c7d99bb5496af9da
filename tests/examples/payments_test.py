# SPDX-License-Identifier: GPL-3.0-or-later
"""examples/payments: a durable payment with approval, refund as compensation, and a signed callback."""
import base64
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from credentials import webhook_signature_of  # noqa: E402
from peers import Call, Peer  # noqa: E402
from support import Node, arint, free_port, until  # noqa: E402

KEY = base64.b64encode(b"k" * 32).decode()


def signed(call: Call) -> bool:
    return call.headers["webhook-signature"] == webhook_signature_of(b"k" * 32, call)


class Payments(unittest.TestCase):
    def start(self, time_to_decide: str = "48h", shop: Peer | None = None, shop_port: int = 0) -> Node:
        self.bank = Peer(self, answer=lambda call: 422 if call.json.get("account") == "empty" else 201)
        self.shop = shop or (None if shop_port else Peer(self))
        address = f"127.0.0.1:{shop_port or self.shop.port}"
        self.hook = f"http://{address}/hooks/7"
        self.node = Node(self, "examples/payments", cores=1, env={"BANK": f"127.0.0.1:{self.bank.port}", "SHOP": address, "WEBHOOK_KEY": "whsec_" + KEY,
                                                                  "TIME_TO_DECIDE": time_to_decide})
        return self.node

    def pay(self, amount: float, headers: dict | None = None, **more):
        return self.node.call("POST", "/payments", {"id": "p7", "account": "anna", "amount": amount, "callback_url": self.hook, **more}, headers)

    def state(self, answer) -> dict:
        return self.node.call("GET", answer.headers["location"]).json

    def until_state(self, answer, state: str) -> dict:
        return until(lambda: (found := self.state(answer))["state"] == state and found, f"{state}; now {self.state(answer)}")

    def test_a_small_payment_is_charged_and_called_back_with_a_signature(self):
        self.start()
        answer = self.pay(20)
        self.assertEqual(answer.status, 202, answer.body)
        self.assertEqual(self.until_state(answer, "done")["result"]["body"], {"payment": "p7", "status": "paid"})
        self.assertEqual([call.path for call in self.bank.calls], ["/bank/charges"])
        self.assertEqual([call.json for call in self.shop.calls], [{"payment": "p7", "status": "paid"}])
        self.assertTrue(signed(self.shop.calls[0]))

    def test_a_large_one_waits_for_a_person_over_restarts(self):
        self.start()
        answer = self.pay(2500)
        self.until_state(answer, "waiting")
        until(lambda: self.bank.calls, "charged")
        self.node.kill()
        self.node.start()
        self.assertEqual(self.state(answer)["state"], "waiting")
        self.assertEqual(self.node.call("POST", "/payments/p7/decision", {"approved": True, "by": "otto"}).status, 202)
        self.assertEqual(self.until_state(answer, "done")["result"]["body"]["status"], "paid")
        self.assertEqual(len(self.bank.calls), 1, "charged once")

    def test_a_decision_that_comes_first_is_kept(self):
        self.start()
        self.node.call("POST", "/payments/p7/decision", {"approved": True, "by": "otto"})
        self.assertEqual(self.until_state(self.pay(2500), "done")["result"]["body"]["status"], "paid")

    def test_what_is_not_approved_is_refunded_and_the_shop_hears_why(self):
        self.start()
        answer = self.pay(2500)
        self.node.call("POST", "/payments/p7/decision", {"approved": False, "by": "otto"})
        self.assertEqual(self.until_state(answer, "done")["result"]["body"]["status"], "refused")
        self.assertEqual([call.path for call in self.bank.calls], ["/bank/charges", "/bank/refunds"])
        self.assertEqual((self.shop.calls[0].json["status"], "otto" in self.shop.calls[0].json["why"]), ("refused", True))
        self.assertTrue(signed(self.shop.calls[0]))

    def test_nobody_decides(self):
        self.start(time_to_decide="1s")
        self.assertEqual(self.until_state(self.pay(2500), "done")["result"]["body"]["status"], "refused")
        self.assertEqual([call.path for call in self.bank.calls], ["/bank/charges", "/bank/refunds"])

    def test_what_the_bank_refuses_needs_no_refund(self):
        self.start()
        self.assertEqual(self.until_state(self.pay(20, account="empty"), "done")["result"]["body"]["status"], "refused")
        self.assertEqual([call.path for call in self.bank.calls], ["/bank/charges"])

    def test_a_retry_by_the_shop_is_answered_from_the_record(self):
        self.start()
        first = self.pay(20, {"Idempotency-Key": "order-7"})
        self.until_state(first, "done")
        again = self.pay(20, {"Idempotency-Key": "order-7"})
        self.assertEqual((again.status, again.headers["location"]), (202, first.headers["location"]))
        self.assertEqual(self.pay(21, {"Idempotency-Key": "order-7"}).status, 422)
        self.assertEqual((len(self.bank.calls), len(self.shop.calls)), (1, 1))

    def test_killed_while_the_shop_is_away_it_is_called_back_with_the_same_id(self):
        port = free_port()
        self.start(shop_port=port)
        answer = self.pay(20)
        self.until_state(answer, "retrying")
        self.node.kill()
        shop = Peer(self, port)
        self.node.start()
        self.until_state(answer, "done")
        self.assertEqual((len(self.bank.calls), len(shop.calls)), (1, 1))
        shown = arint("messages", "show", answer.headers["location"].rsplit("/", 1)[1], "--project", self.node.folder).stdout
        self.assertIn("unreachable", shown, "attempts are kept")

    def test_the_shop_may_not_send_us_elsewhere(self):
        self.start()
        answer = self.pay(20, callback_url="http://127.0.0.1:1/hooks/7")
        found = self.until_state(answer, "dead")
        self.assertEqual(found["fault"], "rejected")


if __name__ == "__main__":
    unittest.main()
