# SPDX-License-Identifier: GPL-3.0-or-later
"""examples/orders: an order is on disk before its sender is answered, and reaches an ERP, a database, a callback and the action log."""
import json
import sqlite3
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from peers import Peer  # noqa: E402
from support import ROOT, Node, free_port, until  # noqa: E402

WAIT = {"Prefer": "wait=10"}  # the sender wants the result


def sample(name: str) -> dict:
    return json.loads((ROOT / f"examples/orders/samples/{name}.json").read_text())


class Orders(unittest.TestCase):
    def setUp(self):
        self.peers = Node(self, "examples/orders/peers")
        self.partner = Peer(self)
        address = f"127.0.0.1:{self.peers.port}"
        self.node = Node(self, "examples/orders", env={"ERP": address, "APPROVALS": address, "PARTNER": f"127.0.0.1:{self.partner.port}"})

    def rows(self):
        with sqlite3.connect(self.node.folder / "data/orders.db") as database:
            return database.execute("select id, total, status from orders order by id").fetchall()

    def test_a_good_order_is_accepted_booked_and_kept(self):
        answer = self.node.call("POST", "/orders", sample("good"))
        self.assertEqual(answer.status, 202)
        found = until(lambda: (now := self.node.call("GET", answer.headers["location"]).json)["state"] == "done" and now, "done")
        self.assertEqual(found["result"]["body"], {"order": 7, "total": 58, "status": "received", "booking": "B-7"})
        self.assertEqual(self.rows(), [(7, 58, "received")])
        sent = self.node.log_soon(2, action="sent", cid=answer.headers["x-correlation-id"])
        self.assertEqual([line["outgoing"] for line in sent], ["erp", "orders-db"])

    def test_a_sender_who_waits_gets_the_result(self):
        answer = self.node.call("POST", "/orders", sample("good"), WAIT)
        self.assertEqual((answer.status, answer.json["booking"]), (201, "B-7"))

    def test_a_bad_order_is_refused_with_every_violation(self):
        answer = self.node.call("POST", "/orders", sample("bad"), WAIT)
        self.assertEqual(answer.status, 422)
        self.assertEqual({one["pointer"] for one in answer.json["violations"]}, {"/items/0/sku", "/items/0/price", "/items/0/quantity"})
        self.assertEqual(self.rows(), [])

    def test_a_big_order_waits_for_approval_and_the_erp_never_sees_it(self):
        answer = self.node.call("POST", "/orders", sample("big"), WAIT)
        self.assertEqual(answer.json, {"order": 9, "total": 12000, "status": "received"})
        metrics = self.node.metrics()
        self.assertEqual(metrics['arint_outgoing_sent_total{outgoing="approvals"}'], 1)
        self.assertEqual(metrics['arint_outgoing_sent_total{outgoing="erp"}'], 0)

    def test_a_partner_who_says_where_is_called_back(self):
        order = sample("good") | {"callback_url": f"http://127.0.0.1:{self.partner.port}/hooks/7"}
        self.assertEqual(self.node.call("POST", "/orders", order, WAIT).status, 201)
        self.assertEqual([call.json for call in self.partner.calls], [{"order": 7, "status": "received"}])
        self.assertIn("webhook-signature", self.partner.calls[0].headers)

    def test_sql_in_a_field_stays_data(self):
        order = sample("good") | {"customer": "x'); drop table orders; --"}
        self.assertEqual(self.node.call("POST", "/orders", order, WAIT).status, 201)
        self.assertEqual(len(self.rows()), 1)

    def test_the_same_order_twice_is_rejected_by_the_database(self):
        self.node.call("POST", "/orders", sample("good"), WAIT)
        answer = self.node.call("POST", "/orders", sample("good"), WAIT)
        self.assertEqual(answer.status, 502)
        self.assertNotIn("UNIQUE", answer.body.decode())
        self.assertEqual(self.node.log_soon(action="settled", outcome="dead")[0]["fault"], "rejected")


class PeersDown(unittest.TestCase):
    def test_orders_are_kept_while_the_peers_are_down_and_delivered_when_they_are_back(self):
        port = free_port()
        node = Node(self, "examples/orders", env={"ERP": f"127.0.0.1:{port}", "APPROVALS": f"127.0.0.1:{port}"})
        answer = node.call("POST", "/orders", sample("good"))
        self.assertEqual(answer.status, 202)
        until(lambda: node.call("GET", answer.headers["location"]).json["state"] == "retrying", "retrying")
        node.kill()
        Node(self, "examples/orders/peers", port=port)
        node.start()
        until(lambda: node.call("GET", answer.headers["location"]).json["state"] == "done", "done")


if __name__ == "__main__":
    unittest.main()
