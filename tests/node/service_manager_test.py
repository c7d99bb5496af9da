# SPDX-License-Identifier: GPL-3.0-or-later
"""What a node tells systemd through NOTIFY_SOCKET: when it serves, around each reload, and when it stops."""
import os
import socket
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import Node, arint  # noqa: E402

PROJECT = "channels:\n  c: { http: { path: /c }, service: s }\nservices:\n  s: [ reply: { body: 1 } ]\n"


class ServiceManager(unittest.TestCase):
    def listen(self, address: str) -> socket.socket:
        manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(manager.close)
        manager.settimeout(20)
        manager.bind(address)
        return manager

    def told(self, manager: socket.socket) -> list[str]:
        return manager.recv(4096).decode().split("\n")

    def life(self, address: str, shown: str):
        manager = self.listen(address)
        node = Node(self, yaml=PROJECT, env={"NOTIFY_SOCKET": shown})
        self.assertEqual(self.told(manager), ["READY=1"])
        self.assertEqual(node.call("GET", "/c").status, 200)
        for wrong in (False, True):
            if wrong:
                node.rewrite(PROJECT.replace("service: s", "service: t"))
            before = time.monotonic_ns() // 1000
            self.assertEqual(arint("reload", node.folder).returncode, 2 if wrong else 0)
            first, second = self.told(manager)
            self.assertEqual(first, "RELOADING=1")
            name, _, at = second.partition("=")
            self.assertEqual(name, "MONOTONIC_USEC")
            self.assertTrue(before <= int(at) <= time.monotonic_ns() // 1000, (before, at))
            # What was served before goes on where the new project is wrong: the node is ready again in both cases.
            self.assertEqual(self.told(manager), ["READY=1"])
        self.assertEqual(node.stop(), 0)
        self.assertEqual(self.told(manager), ["STOPPING=1"])

    def test_a_life_is_told_at_a_path(self):
        with tempfile.TemporaryDirectory(prefix="arint-notify-") as folder:
            path = str(Path(folder) / "notify")
            self.life(path, path)

    def test_a_life_is_told_at_an_abstract_address(self):
        name = f"arint-notify-{os.getpid()}"
        self.life("\0" + name, "@" + name)

    def test_a_manager_that_is_gone_or_an_address_that_is_none_stops_nothing(self):
        for address in ("/nonexistent/notify", "@" + "x" * 200, "relative", ""):
            node = Node(self, yaml=PROJECT, env={"NOTIFY_SOCKET": address})
            self.assertEqual(node.call("GET", "/c").status, 200)
            self.assertEqual(node.stop(), 0)


if __name__ == "__main__":
    unittest.main()
