# SPDX-License-Identifier: GPL-3.0-or-later
"""examples/orders: an order comes in over HTTP and reaches an ERP, a database and the action log."""
import json
import sqlite3
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import ROOT, Node, free_port  # noqa: E402


def sample(name: str) -> dict:
    return json.loads((ROOT / f"examples/orders/samples/{name}.json").read_text())


class Orders(unittest.TestCase):
    def setUp(self):
        self.peers = Node(self, "examples/orders/peers")
        address = f"127.0.0.1:{self.peers.port}"
        self.node = Node(self, "examples/orders", env={"ERP": address, "APPROVALS": address})

    def rows(self):
        with sqlite3.connect(self.node.folder / "data/orders.db") as database:
            return database.execute("select id, total, status from orders order by id").fetchall()

    def test_a_good_order_is_booked_and_kept(self):
        answer = self.node.call("POST", "/orders", sample("good"))
        self.assertEqual(answer.status, 201)
        self.assertEqual(answer.json, {"order": 7, "total": 58, "status": "received", "booking": "B-7"})
        self.assertEqual(self.rows(), [(7, 58, "received")])
        sent = self.node.log_soon(2, action="sent", cid=answer.headers["x-correlation-id"])
        self.assertEqual([line["outgoing"] for line in sent], ["erp", "orders-db"])

    def test_a_bad_order_is_refused_with_every_violation(self):
        answer = self.node.call("POST", "/orders", sample("bad"))
        self.assertEqual(answer.status, 422)
        self.assertEqual({one["pointer"] for one in answer.json["violations"]}, {"/items/0/sku", "/items/0/price", "/items/0/quantity"})
        self.assertEqual(self.rows(), [])

    def test_a_big_order_waits_for_approval_and_the_erp_never_sees_it(self):
        answer = self.node.call("POST", "/orders", sample("big"))
        self.assertEqual(answer.json, {"order": 9, "total": 12000, "status": "received"})
        metrics = self.node.metrics()
        self.assertEqual(metrics['arint_outgoing_sent_total{outgoing="approvals"}'], 1)
        self.assertEqual(metrics['arint_outgoing_sent_total{outgoing="erp"}'], 0)

    def test_sql_in_a_field_stays_data(self):
        order = sample("good") | {"customer": "x'); drop table orders; --"}
        self.assertEqual(self.node.call("POST", "/orders", order).status, 201)
        self.assertEqual(len(self.rows()), 1)

    def test_the_same_order_twice_is_rejected_by_the_database(self):
        self.node.call("POST", "/orders", sample("good"))
        answer = self.node.call("POST", "/orders", sample("good"))
        self.assertEqual(answer.status, 502)
        self.assertNotIn("UNIQUE", answer.body.decode())
        self.assertEqual(self.node.log_soon(channel="orders", outcome="failed", action="failed")[0]["fault"], "rejected")


class PeersDown(unittest.TestCase):
    def test_orders_are_kept_while_the_peers_are_down(self):
        address = f"127.0.0.1:{free_port()}"
        node = Node(self, "examples/orders", env={"ERP": address, "APPROVALS": address})
        answer = node.call("POST", "/orders", sample("good"))
        self.assertEqual((answer.status, answer.json["status"]), (201, "waiting"))


if __name__ == "__main__":
    unittest.main()
