# SPDX-License-Identifier: GPL-3.0-or-later
"""examples/file-to-api: rows of files that come into a folder become calls to an API, and its answers files."""
import json
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import Node, until  # noqa: E402

SHOP = """
channels: { orders: { http: { path: /orders, methods: [POST] }, service: order } }
services: { order: [ reply: { status: 201, body: "{ 'order': sku & '/' & quantity }" } ] }
"""


class FileToApi(unittest.TestCase):
    def test_rows_become_calls_and_receipts(self):
        shop = Node(self, yaml=SHOP)
        node = Node(self, "examples/file-to-api", wait=False, env={"SHOP": f"127.0.0.1:{shop.port}"})
        node.process.wait(timeout=20)  # the folders are not there yet
        for folder in ("in", "out"):
            (node.folder / folder).mkdir()
        node.process.stdout.close()
        node.start()
        (node.folder / "in/.monday").write_text("sku,quantity\nCUP-1,12\nTEA-9,2\n")
        (node.folder / "in/.monday").rename(node.folder / "in/monday.csv")
        until(lambda: (node.folder / "in/done/monday.csv").exists(), "the file is done")
        receipts = {path.name: json.loads(path.read_text()) for path in (node.folder / "out/monday").iterdir()}
        self.assertEqual(receipts, {"1.json": {"sku": "CUP-1", "order": "CUP-1/12"}, "2.json": {"sku": "TEA-9", "order": "TEA-9/2"}})
        (node.folder / "in/bad.csv").write_text("sku,quantity\nCUP-1,1\ncup,0\n")
        until(lambda: (node.folder / "in/failed/bad.csv.reason.txt").exists(), "the bad file failed")
        self.assertIn("record 2", (node.folder / "in/failed/bad.csv.reason.txt").read_text())


if __name__ == "__main__":
    unittest.main()
