# SPDX-License-Identifier: GPL-3.0-or-later
"""examples/aggregate: three systems asked at once; a slow one gives a partial answer."""
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import Node, free_port  # noqa: E402


class Aggregate(unittest.TestCase):
    def setUp(self):
        peers = Node(self, "examples/aggregate/peers")
        address = f"127.0.0.1:{peers.port}"
        self.peers = peers
        self.node = Node(self, "examples/aggregate", env={"CRM": address, "BILLING": address, "SUPPORT": address})

    def test_all_answer(self):
        answer = self.node.call("GET", "/customers/7")
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.headers["x-complete"], "yes")
        self.assertEqual(answer.json, {"id": "7", "name": "Customer 7", "balance": 125.5, "tickets": 2, "missing": []})

    def test_a_slow_system_gives_a_partial_answer(self):
        answer = self.node.call("GET", "/customers/13")
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.headers["x-complete"], "no")
        self.assertEqual(answer.json["missing"], [{"system": "support", "why": "timeout"}])
        self.assertEqual(answer.json["balance"], 125.5)

    def test_systems_that_are_down_are_named(self):
        self.peers.kill()
        answer = self.node.call("GET", "/customers/7")
        self.assertEqual(answer.status, 200)
        self.assertEqual({one["system"] for one in answer.json["missing"]}, {"crm", "billing", "support"})

    def test_a_path_parameter_cannot_become_a_path(self):
        answer = self.node.call("GET", "/customers/a%3Fb%20c")
        self.assertEqual(answer.json["name"], "Customer a?b c")


class OneOfThree(unittest.TestCase):
    def test_a_peer_that_never_listened(self):
        node = Node(self, "examples/aggregate", env={name: f"127.0.0.1:{free_port()}" for name in ("CRM", "BILLING", "SUPPORT")})
        self.assertEqual(node.call("GET", "/customers/7").json["missing"][0]["why"], "unreachable")
        self.assertEqual(node.stop(), 0)


if __name__ == "__main__":
    unittest.main()
