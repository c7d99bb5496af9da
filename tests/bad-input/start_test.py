# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting and ending when something is wrong: each refusal says what, where and what to do; a killed node's log is whole again."""
import os
import signal
import socket
import sys
import tempfile
import threading
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import Node, arint, until  # noqa: E402

PROJECT = """
channels:
  echo: { http: { path: /echo, methods: POST }, service: echo }
  slow: { http: { path: /slow }, service: slow }
services:
  echo: [ set: { seen: true } ]
  slow: [ log: begun, delay: 1s, reply: { body: "'done'" } ]
"""


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=20).close()
    except (ConnectionRefusedError, ConnectionResetError):
        return False
    return True


class Refused(unittest.TestCase):
    def refused(self, node: Node, *words: str) -> None:
        out, _ = node.process.communicate(timeout=30)
        self.assertEqual(node.process.returncode, 1, out)
        for word in ("cannot start: ", *words):
            self.assertIn(word, out)

    def test_a_folder_that_is_not_there_is_none_or_is_a_file(self):
        with tempfile.TemporaryDirectory(prefix="arint-start-") as folder:
            Path(folder, "file").touch()
            for where, words in ((folder + "/nowhere", "is not there"), (folder + "/file", "is a file; name the folder"),
                                 (folder, "a project is a folder that holds arint.yaml")):
                for verb in ("run", "check"):
                    done = arint(verb, where)
                    self.assertEqual(done.returncode, 2, done.stderr)
                    self.assertIn("arint.yaml: ", done.stderr)
                    self.assertIn(words, done.stderr)

    def test_two_nodes_on_one_data_folder(self):
        first = Node(self, yaml=PROJECT)
        second = Node(self, yaml=PROJECT, wait=False, data=first.folder / "data")
        self.refused(second, "another process writes the action log", str(first.folder / "data"), "folder of its own")
        self.assertEqual(first.call("POST", "/echo", {}).status, 200)

    def test_a_port_that_is_taken_also_by_another_arint(self):
        first = Node(self, yaml=PROJECT)
        for port, admin in ((first.port, None), (None, first.admin), (first.admin, None)):
            second = Node(self, yaml=PROJECT, wait=False, port=port, admin=admin)
            self.refused(second, f"cannot listen on 127.0.0.1:{port or admin}", "in use", "choose another address")
        with socket.create_server(("127.0.0.1", 0)) as other:
            third = Node(self, yaml=PROJECT, wait=False, port=other.getsockname()[1])
            self.refused(third, "in use")
        self.assertEqual(first.call("POST", "/echo", {}).status, 200)
        self.assertEqual(first.stop(), 0)

    def test_an_address_that_is_not_ours(self):
        node = Node(self, yaml=PROJECT.replace("path: /echo", 'listen: "192.0.2.1:8080", path: /echo'), wait=False)
        self.refused(node, "cannot listen on 192.0.2.1:8080", "Cannot assign requested address")

    def test_a_data_folder_that_cannot_be_made(self):
        node = Node(self, yaml=PROJECT, wait=False, data="/dev/null/data")
        self.refused(node, "cannot make the folder /dev/null/data", "node.data")


class UnixPath(unittest.TestCase):
    def test_a_path_is_served_with_several_cores_and_not_twice(self):
        with tempfile.TemporaryDirectory(prefix="arint-unix-") as folder:
            yaml = PROJECT.replace("path: /echo", f'listen: "unix:{folder}/s", path: /echo')
            node = Node(self, yaml=yaml, cores=2)
            with socket.socket(socket.AF_UNIX) as caller:
                caller.connect(folder + "/s")
                caller.sendall(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}")
                self.assertTrue(caller.recv(1000).startswith(b"HTTP/1.1 200 "))
            second = Node(self, yaml=yaml, cores=2, wait=False)
            out, _ = second.process.communicate(timeout=30)
            self.assertEqual(second.process.returncode, 1)
            self.assertIn(f"cannot listen on unix:{folder}/s: Address already in use", out)
            self.assertEqual(node.stop(), 0)


class Ends(unittest.TestCase):
    def test_sigterm_lets_a_slow_request_end_and_takes_no_new_one(self):
        with socket.create_server(("127.0.0.1", 0)) as peer:
            node = Node(self, yaml=PROJECT.replace("delay: 1s", "send: { to: peer }") +
                        f'outgoing: {{ peer: {{ http: {{ url: "http://127.0.0.1:{peer.getsockname()[1]}" }} }} }}\n')
            got = []
            call = threading.Thread(target=lambda: got.append(node.call("GET", "/slow")))
            call.start()
            asked, _ = peer.accept()  # it runs, and waits for the peer
            with asked:
                node.process.terminate()
                until(lambda: not listens(node.port), "the node takes no new connection")
                asked.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
                self.assertEqual(node.stop(), 0)
        call.join()
        self.assertEqual((got[0].status, got[0].json), (200, "done"))
        self.assertEqual(got[0].headers.get("connection"), "close")
        with self.assertRaises(ConnectionRefusedError):
            node.call("POST", "/echo", {})
        self.assertEqual(node.verify().returncode, 0)

    def test_what_outlives_the_drain_is_cut(self):
        node = Node(self, yaml=PROJECT.replace("delay: 1s", "delay: 60s").replace("path: /slow }", "path: /slow }, timeout: 2m"))
        call = threading.Thread(target=lambda: self.assertRaises(Exception, node.call, "GET", "/slow"))
        call.start()
        node.log_soon(service="slow")
        self.assertEqual(node.stop(), 0)
        call.join()
        self.assertEqual(node.log(channel="slow", outcome="failed")[0]["fault"], "cancelled")

    def test_a_killed_node_cuts_the_torn_block_and_goes_on(self):
        node = Node(self, yaml=PROJECT)
        for _ in range(5):
            node.call("POST", "/echo", {})
        node.log_soon(5, channel="echo")
        os.kill(node.process.pid, signal.SIGKILL)
        node.process.wait()
        node.process.stdout.close()
        # What a write that the crash cut short leaves behind.
        torn = b'{"time":"2026-01-01T00:00:00.000Z","action":"received","channel":"echo","outc'
        with open(node.folder / "data/actions.log", "ab") as log:
            log.write(torn)
        node.start()
        restarted = node.log_soon(action="restarted")[0]
        self.assertIn(f"{len(torn)} bytes", restarted["text"])
        self.assertEqual(node.call("POST", "/echo", {}).status, 200)
        self.assertEqual(node.stop(), 0)
        self.assertEqual(len(node.log(channel="echo", outcome="ok")), 6)
        done = node.verify()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
