# SPDX-License-Identifier: GPL-3.0-or-later
"""examples/nightly-report: by hand, so that nobody waits for the night; the nights are in its own tests."""
import sqlite3
import sys
import unittest
from datetime import datetime, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import Node, arint  # noqa: E402

DESK = """
channels: { messages: { http: { path: /messages, methods: [POST] }, service: note } }
services: { note: [ log: { text: "{text}" } ] }
"""


class NightlyReport(unittest.TestCase):
    def test_the_report_of_today(self):
        desk = Node(self, yaml=DESK)
        node = Node(self, "examples/nightly-report", env={"DESK": f"127.0.0.1:{desk.port}"})
        (node.folder / "reports").mkdir()
        self.assertEqual(arint("send", "nightly", "--project", node.folder).returncode, 0)
        today = datetime.now(timezone.utc).strftime("%Y-%m-%d")
        with sqlite3.connect(node.folder / "sales.db") as database:
            database.executemany("insert into sales values (?, ?, ?, ?)", [(today, "CUP-1", 12, 3.5), (today, "TEA-9", 2, 8), ("2020-01-01", "OLD", 1, 1)])
        self.assertEqual(arint("send", "nightly", '{ "due": "%sT00:00:00Z" }' % today, "--project", node.folder).returncode, 0)
        self.assertEqual((node.folder / f"reports/{today}.csv").read_text().split(), ["sku,sold,total", "CUP-1,12,42", "TEA-9,2,16"])
        self.assertIn(f"Sold on {today}: 58", [line["text"] for line in desk.log_soon(2, action="logged")])


if __name__ == "__main__":
    unittest.main()
