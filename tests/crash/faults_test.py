# SPDX-License-Identifier: GPL-3.0-or-later
"""What a machine, a disk, a clock and a peer do to a node under load. ARINT_CRASH_FULL=1: as long and as much as the issue asks."""
import re
import signal
import struct
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from history import CALLERS, FULL, YAML, Load, Peer, faults_of, files_of, node_for, told
from support import SANITIZED, Node, arint, until


class Shim:
    """shim.c, compiled, and the file it is told by."""

    def __init__(self, test: unittest.TestCase):
        folder = tempfile.TemporaryDirectory(prefix="arint-shim-")
        test.addCleanup(folder.cleanup)
        self.file, library = Path(folder.name) / "said", Path(folder.name) / "shim.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, Path(__file__).with_name("shim.c"), "-ldl"], check=True)
        self.file.write_bytes(bytes(32))
        self.env = {"LD_PRELOAD": str(library), "ARINT_SHIM": str(self.file)}

    def say(self, which: int, value: int) -> None:
        with open(self.file, "r+b") as file:
            file.seek(8 * which)
            file.write(struct.pack("<q", value))

    def said(self, which: int) -> int:
        return struct.unpack_from("<q", self.file.read_bytes(), 8 * which)[0]


class Faults(unittest.TestCase):
    def settle(self, name: str, node: Node, load: Load, peer: Peer, rounds: int = 1, kills: int = 0, unsure: int = 0) -> None:
        """All that was accepted is delivered, and the history is right."""
        load.end()
        until(lambda: peer.delivered() >= load.accepted, "all that was accepted is delivered", 120)
        until(lambda: node.metrics()["arint_store_unresolved"] == 0, "nothing waits", 60)
        found = faults_of(load.accepted, list(peer.calls), kills, unsure=unsure)
        told(name, rounds, load.accepted, peer, set(), found)
        self.assertEqual(found, [])
        self.assertGreater(len(load.accepted), 10)

    def test_stopped_for_a_while(self):
        peer = Peer(self)
        node = node_for(self, peer)
        load = Load(node)
        load.more(30)
        node.process.send_signal(signal.SIGSTOP)
        time.sleep(30 if FULL else 0.5)  # the fault itself, not a wait for something
        node.process.send_signal(signal.SIGCONT)
        load.more(30)
        self.settle("stopped for 30 s" if FULL else "stopped for 0.5 s", node, load, peer, unsure=64)

    @unittest.skipIf(SANITIZED, "the shim comes before the sanitizer")
    def test_the_clock_jumps_an_hour_either_way(self):
        peer, shim = Peer(self), Shim(self)
        node = node_for(self, peer, env=shim.env)
        load = Load(node)
        load.more(30)
        for offset in (3600, -3600, 0):
            shim.say(0, offset)
            load.more(30)
        self.settle("the clock jumped an hour either way", node, load, peer, rounds=3)

    def test_the_target_answers_200_and_dies_before_the_last_byte(self):
        peer = Peer(self)
        cut: list[str] = []

        def answer(handler, path, message):
            if len(peer.calls) % 7:
                return False
            cut.append(message)
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{\"n\":")
            handler.close_connection = True
            return True

        peer.answer = answer
        node = node_for(self, peer)
        load = Load(node)
        load.more(100)
        load.end()
        until(lambda: peer.delivered() >= load.accepted, "delivered", 60)
        peer.answer = lambda *_: False
        self.settle("the target died before the last byte", node, load, peer, unsure=len(cut))
        self.assertGreater(len(cut), 5)

    def test_the_target_answers_twice(self):
        peer = Peer(self)

        def answer(handler, path, message):
            handler.wfile.write(b"HTTP/1.1 204 No Content\r\n\r\n" * (1 + (len(peer.calls) % 5 == 0)))
            return True

        peer.answer = answer
        node = node_for(self, peer)
        load = Load(node)
        load.more(100)
        # An answer nobody asked for ends the connection; a call that was just being sent on it is made again.
        self.settle("the target answered twice", node, load, peer, unsure=len(peer.calls))

    def test_the_configuration_changes_between_crash_and_restart(self):
        peer = Peer(self)
        node = node_for(self, peer)
        load = Load(node)
        yaml = YAML.replace("PORT", str(peer.port))
        for round_number in range(3):
            load.more(40)
            node.kill()
            node.rewrite(yaml.replace("services:", f"config: {{ round: {round_number} }}\nservices:"), cores=2)
            node.start()
        load.more(20)
        self.settle("the configuration changed", node, load, peer, rounds=3, kills=3)

    def test_dead_letters_are_replayed_while_traffic_runs(self):
        peer, many = Peer(self), 10_000 if FULL else 300
        rejecting = {"yes": True}

        def answer(handler, path, message):
            if not (rejecting["yes"] and message.startswith("d")):
                return False
            handler.send_response(400)
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return True

        peer.answer = answer
        node = node_for(self, peer)
        dead = Load(node, "d")
        dead.more(many, 300)
        dead.end()
        until(lambda: node.metrics()['arint_messages_left_total{channel="in",state="dead"}'] >= len(dead.accepted), "all are dead", 120)
        load = Load(node)
        load.more(20)
        rejecting["yes"] = False
        peer.calls = [call for call in peer.calls if not call[1].startswith("d")]  # of their first runs, which had other keys
        done = arint("messages", "replay", "--state", "dead", "--project", node.folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f"replay: {len(dead.accepted)} messages, 0 refused", done.stdout)
        load.more(20)
        load.accepted |= dead.accepted
        self.settle(f"{len(dead.accepted)} dead letters replayed under traffic", node, load, peer)

    @unittest.skipIf(SANITIZED, "the shim comes before the sanitizer")
    def test_a_sync_that_fails_once_ends_accepting_until_a_restart(self):
        peer, shim = Peer(self), Shim(self)
        node = node_for(self, peer, env=shim.env)
        load = Load(node)
        load.more(30)
        shim.say(1, 1)
        until(lambda: shim.said(3) == 1, "a sync has failed")
        until(lambda: node.metrics()["arint_store_accepting"] == 0, "the store takes nothing more")
        refused = len(load.refused)
        until(lambda: len(load.refused) >= refused + 2 * CALLERS, "every caller has been refused since")
        accepted = set(load.accepted)
        for i in range(20):
            self.assertGreaterEqual(node.call("POST", "/in", {"id": f"after-{i}"}).status, 500)
        said = arint("store", "status", "--project", node.folder).stdout
        self.assertIn("until the node is restarted", said)
        self.assertEqual(load.accepted, accepted, "2xx after a sync that failed")
        node.kill()
        node.start()
        load.more(30)
        self.settle("a sync failed once", node, load, peer, kills=1)

    @unittest.skipIf(SANITIZED, "the shim comes before the sanitizer")
    def test_a_full_disk_refuses_and_goes_on_when_there_is_room(self):
        peer, shim = Peer(self), Shim(self)
        node = node_for(self, peer, env=shim.env)
        load = Load(node)
        load.more(30)
        shim.say(2, 1)
        refused = len(load.refused)
        until(lambda: len(load.refused) > refused + 20, "callers are refused")
        self.assertTrue(all(status in (429, 503) for status in load.refused), load.refused)
        shim.say(2, 0)
        load.more(30)
        self.settle("the disk was full", node, load, peer)

    def test_a_corrupt_page_is_refused_with_the_way_out(self):
        peer = Peer(self)
        node = node_for(self, peer)
        load = Load(node)
        load.more(100)
        backup = node.folder / "backup"
        self.assertEqual(arint("store", "backup", backup, "--project", node.folder).returncode, 0)
        load.end()
        self.assertEqual(node.stop(), 0)
        file = files_of(node) / "store.db"
        with open(file, "r+b") as database:
            database.write(b"\xff" * 4096)
        checked = arint("store", "check", "--project", node.folder)
        self.assertEqual(checked.returncode, 1)
        node.start(wait=False)
        said = node.process.stdout.read()
        self.assertEqual(node.process.wait(20), 1, said)
        for part in ("store.db", "arint store check", "arint store restore"):
            self.assertIn(part, said)
        restored = arint("store", "restore", backup, "--project", node.folder)
        self.assertEqual(restored.returncode, 0, restored.stderr)
        node.kill()
        node.start()
        until(lambda: node.metrics()["arint_store_unresolved"] == 0, "what the backup holds is delivered")

    def test_each_2xx_is_written_after_the_sync_that_covers_it(self):
        peer = Peer(self)
        node = node_for(self, peer)
        with tempfile.TemporaryDirectory(prefix="arint-strace-") as folder:
            trace = Path(folder) / "trace"
            tracer = subprocess.Popen(["strace", "-f", "-ttt", "-xx", "-y", "-s", "4096", "-e", "trace=pwrite64,fdatasync,fsync,sendmsg,sendto,write,writev",
                                       "-o", trace, "-p", str(node.process.pid)], stderr=subprocess.PIPE, text=True)
            self.addCleanup(tracer.kill)
            self.assertIn("attached", tracer.stderr.readline())
            ids = [node.call("POST", "/in", {"id": f"s{i}"}).headers["location"].rsplit("/", 1)[1] for i in range(10)]
            until(lambda: len(peer.delivered()) >= 10, "delivered")
            tracer.send_signal(signal.SIGINT)
            tracer.wait(20)
            tracer.stderr.close()
            lines = trace.read_text().splitlines()
        for message in ids:
            self.assertTrue(covered(lines, message), f"message {message}")
        self.assertFalse(covered([line for line in lines if "fdatasync" not in line], ids[0]), "the check would not see a missing sync")


def hexed(raw: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in raw)


def covered(lines: list[str], message: str) -> bool:
    """Whether the answer that names `message` is sent after the end of a sync of the file that it was written to."""
    raw = bytes.fromhex(message)
    stored = hexed(raw[:8][::-1] + raw[8:][::-1])  # as it lies in memory
    answered = hexed(message.encode())
    file = None
    synced = False
    begun: dict[str, bool] = {}
    for line in lines:
        thread = line.split()[0]
        if file is None and "pwrite64(" in line and stored in line:
            file = re.search(r"pwrite64\((\d+)", line)[1]
        elif file and re.search(rf"(fdatasync|fsync)\({file}\D", line):
            begun[thread] = True
            synced |= line.rstrip().endswith("= 0")
        elif file and begun.get(thread) and re.search(r"<\.\.\. (fdatasync|fsync) resumed", line):
            synced |= line.rstrip().endswith("= 0")
        elif answered in line and re.search(r"(sendmsg|sendto|writev|write)\(", line) and hexed(b"HTTP/1.1 20") in line:
            return synced
    return False


if __name__ == "__main__":
    unittest.main()
