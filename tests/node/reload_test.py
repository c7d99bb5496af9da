# SPDX-License-Identifier: GPL-3.0-or-later
"""A running node reads its project again: callers notice nothing, what is in progress ends as it began, and a wrong project changes nothing."""
import http.client
import os
import signal
import socket
import sys
import threading
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import SANITIZED, Node, arint, free_port, until  # noqa: E402


def project(version: int, more: str = "", service: str = "") -> str:
    return (f'channels:\n  c: {{ http: {{ path: /c }}, service: s }}\n  m: {{ http: {{ path: /m }}, service: mapped }}\n{more}'
            f"services:\n  s: [ reply: {{ body: {version} }} ]\n  mapped: [ map: {{ file: maps/m.jsonata }} ]\n{service}")


class Reload(unittest.TestCase):
    def start(self, yaml: str, **options) -> Node:
        return Node(self, yaml=yaml, files={"maps/m.jsonata": "'first'"}, **options)

    def reload(self, node: Node):
        return arint("reload", node.folder)

    def test_a_hundred_reloads_under_load_lose_and_refuse_nothing(self):
        rounds = 20 if SANITIZED else 100
        node = self.start(project(0), cores=2)
        ended, problems, seen, calls = threading.Event(), [], set(), [0]

        def keep_asking(kept: bool):
            connection = None
            while not ended.is_set():
                try:
                    if connection and not kept:
                        connection.close()
                    if connection is None or not kept:
                        connection = http.client.HTTPConnection("127.0.0.1", node.port, timeout=20)
                    connection.request("GET", "/c")
                    answer = connection.getresponse()
                    body = answer.read()
                    seen.add(int(body))
                    calls[0] += 1
                    if answer.status != 200 or (kept and answer.headers.get("connection") == "close"):
                        problems.append((answer.status, body, dict(answer.headers)))
                except Exception as problem:  # noqa: BLE001 - whatever it is, it must not be
                    problems.append(problem)
                    connection = None
            connection.close()
        callers = [threading.Thread(target=keep_asking, args=(kept,)) for kept in (True, True, False, False)]
        for caller in callers:
            caller.start()
        for version in range(1, rounds + 1):
            node.rewrite(project(version))
            done = self.reload(node)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(int(node.call("GET", "/c").body), version)
        ended.set()
        for caller in callers:
            caller.join()
        self.assertEqual(problems, [])
        self.assertGreater(len(seen), rounds // 4)
        # Numbers of a part that stays go on, and nothing was counted as a fault.
        metrics = node.metrics()
        self.assertEqual(metrics['arint_channel_received_total{channel="c"}'], calls[0] + rounds)
        self.assertEqual(sum(value for name, value in metrics.items() if name.startswith("arint_channel_faults_total")), 0)
        self.assertEqual(len(node.log_soon(rounds, action="configured", outcome="ok")), rounds)
        self.assertEqual(node.stop(), 0)
        self.assertEqual(node.verify().returncode, 0)

    def test_a_wrong_project_changes_nothing_and_every_fault_is_told(self):
        node = self.start(project(1))
        node.rewrite(project(2).replace("service: s }", "service: sss }").replace("path: /m", "pth: /m"))
        done = self.reload(node)
        self.assertEqual(done.returncode, 2, done.stdout)
        for words in ("arint.yaml:3:", '"sss"', '"pth"'):
            self.assertIn(words, done.stderr)
        self.assertEqual(int(node.call("GET", "/c").body), 1)
        self.assertEqual(node.log_soon(action="configured", outcome="failed")[0]["fault"], "rejected")

    def test_an_address_that_is_taken_changes_nothing(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            node = self.start(project(1), cores=2)
            node.rewrite(project(2, f'  n: {{ http: {{ path: /n, listen: "127.0.0.1:{other.getsockname()[1]}" }}, service: s }}\n'))
            done = self.reload(node)
        self.assertEqual(done.returncode, 2, done.stdout)
        self.assertIn("Address already in use", done.stderr)
        self.assertEqual(int(node.call("GET", "/c").body), 1)

    def test_channels_and_addresses_come_and_go(self):
        port = free_port()
        node = self.start(project(1), cores=2)
        node.rewrite(project(2, f'  n: {{ http: {{ path: /n, listen: "127.0.0.1:{port}" }}, service: s }}\n'))
        self.assertEqual(self.reload(node).returncode, 0)
        self.assertEqual(int(node.call("GET", "/n", port=port).body), 2)
        node.rewrite(project(3).replace("path: /c", "path: /d"))
        done = self.reload(node)
        self.assertIn("2 channels", done.stdout)
        self.assertEqual((node.call("GET", "/c").status, node.call("GET", "/d").status), (404, 200))
        until(lambda: self.refused(port), "nobody listens at the address that was taken out")

    def refused(self, port: int) -> bool:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            return True
        return False

    def test_what_is_in_progress_ends_as_it_began_and_its_connection_goes_on_as_new(self):
        with socket.create_server(("127.0.0.1", 0)) as peer:
            slow = (f'  slow: [ send: {{ to: p }}, reply: {{ body: "\'old\'" }} ]\noutgoing:\n  p: {{ http: {{ url: "http://127.0.0.1:{peer.getsockname()[1]}" }} }}\n')
            node = self.start(project(1, "  slow: { http: { path: /slow }, service: slow }\n", slow))
            caller = http.client.HTTPConnection("127.0.0.1", node.port, timeout=20)
            caller.request("GET", "/slow")
            asked, _ = peer.accept()
            with asked:
                node.rewrite(project(2, "  slow: { http: { path: /slow }, service: slow }\n", "  slow: [ reply: { body: \"'new'\" } ]\n"))
                self.assertEqual(self.reload(node).returncode, 0)
                self.assertEqual(node.call("GET", "/slow").json, "new")
                asked.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
                self.assertEqual(caller.getresponse().read(), b'"old"')
            caller.request("GET", "/slow")
            self.assertEqual(caller.getresponse().read(), b'"new"')
            caller.close()

    def test_what_outlives_the_drain_of_its_version_is_cut(self):
        node = self.start(project(1, "  slow: { http: { path: /slow }, service: slow, timeout: 2m }\n", "  slow: [ log: begun, delay: 1m ]\n"))
        cut = []
        caller = threading.Thread(target=lambda: cut.append(self.assertRaises(Exception, node.call, "GET", "/slow", timeout=60)))
        caller.start()
        node.log_soon(service="slow", text="begun")
        node.rewrite(project(2))
        self.assertEqual(self.reload(node).returncode, 0)
        caller.join()  # drain_timeout is 2 s here
        self.assertEqual(node.log_soon(channel="slow", outcome="failed")[0]["fault"], "cancelled")
        self.assertEqual(node.stop(), 0)

    def test_a_signal_reloads_and_what_needs_a_restart_is_told(self):
        node = self.start(project(1))
        (node.folder / "maps/m.jsonata").write_text("'second'")
        os.kill(node.process.pid, signal.SIGHUP)
        until(lambda: node.call("GET", "/m").json == "second", "the new map answers")
        node.rewrite(project(2), cores=1)
        self.assertIn("needs a restart: node.cores", self.reload(node).stdout)

    def test_watch_reloads_when_a_file_changes(self):
        node = self.start(project(1), options=["--watch"])
        (node.folder / "maps/m.jsonata").write_text("'second'")
        until(lambda: node.call("GET", "/m").json == "second", "the new map answers")
        (node.folder / "maps/m.jsonata").write_text("'third")  # wrong, and told
        node.log_soon(action="configured", outcome="failed")
        self.assertEqual(node.call("GET", "/m").json, "second")
        (node.folder / "conf.d").mkdir()
        (node.folder / "maps/m.jsonata").write_text("'third'")
        (node.folder / "conf.d/more.yaml").write_text("channels:\n  x: { http: { path: /x }, service: s }\n")
        until(lambda: node.call("GET", "/x").status == 200, "the channel of a new file answers")
        self.assertEqual(node.call("GET", "/m").json, "third")

    def test_without_a_node_the_command_says_so(self):
        node = self.start(project(1))
        self.assertEqual(oct((node.folder / "data/arint.sock").stat().st_mode & 0o777), "0o600")
        self.assertEqual(node.stop(), 0)
        self.assertFalse((node.folder / "data/arint.sock").exists())
        done = self.reload(node)
        self.assertEqual(done.returncode, 1)
        self.assertIn("no node answers at", done.stderr)


if __name__ == "__main__":
    unittest.main()
