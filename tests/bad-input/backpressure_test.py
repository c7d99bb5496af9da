# SPDX-License-Identifier: GPL-3.0-or-later
"""A gateway between a fast side and one that does not read: the fast side is held, the node's memory stays, and nothing is lost."""
import hashlib
import select
import socket
import sys
import threading
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import Node  # noqa: E402

MIB = 1 << 20
SIZE = 96 * MIB  # far more than the socket buffers of two connections hold
PIECE = bytes(range(256)) * 256


def whole() -> "hashlib._Hash":
    digest = hashlib.sha256()
    for _ in range(SIZE // len(PIECE)):
        digest.update(PIECE)
    return digest


def send_until_held(to: socket.socket, size: int) -> int:
    """Sends until nothing can be sent for a second, or all is; gives how much was."""
    sent = 0
    while sent < size and select.select([], [to], [], 1)[1]:
        sent += to.send(PIECE[sent % len(PIECE):], socket.MSG_DONTWAIT)
    return sent


def send_rest(to: socket.socket, sent: int, size: int) -> None:
    while sent < size:
        sent += to.send(PIECE[sent % len(PIECE):])


def head_of(reader) -> dict[bytes, bytes]:
    reader.readline()
    out = {}
    while (line := reader.readline()) not in (b"\r\n", b""):
        name, value = line.split(b":", 1)
        out[name.lower()] = value.strip()
    return out


class BackPressure(unittest.TestCase):
    def setUp(self):
        self.peer = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(self.peer.close)
        self.peer.settimeout(20)
        port = self.peer.getsockname()[1]
        self.node = Node(self, cores=1, yaml=(
            "channels:\n  c: { http: { path: \"/{rest*}\", methods: [GET, POST] }, forward: peer, timeout: 2m, limits: { body: 1GiB } }\n"
            f'outgoing:\n  peer: {{ http: {{ url: "http://127.0.0.1:{port}", response: 1GiB }}, timeout: 2m }}\n'))
        self.caller = socket.create_connection(("127.0.0.1", self.node.port), timeout=60)
        self.addCleanup(self.caller.close)

    def served(self) -> socket.socket:
        out, _ = self.peer.accept()
        self.addCleanup(out.close)
        out.settimeout(60)
        return out

    def test_a_caller_that_does_not_read_holds_the_peer(self):
        self.caller.sendall(b"GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
        with self.served() as peer:
            head_of(peer.makefile("rb"))
            with self.node.growing_less_than(4 * MIB):
                peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % SIZE)
                sent = send_until_held(peer, SIZE)
                self.assertLess(sent, SIZE)
                rest = threading.Thread(target=send_rest, args=(peer, sent, SIZE))
                rest.start()
                answer = self.caller.makefile("rb")
                self.assertEqual(head_of(answer)[b"content-length"], b"%d" % SIZE)
                digest = hashlib.sha256()
                left = SIZE
                while left and (piece := answer.read(min(left, MIB))):
                    digest.update(piece)
                    left -= len(piece)
                rest.join()
            self.assertEqual((left, digest.hexdigest()), (0, whole().hexdigest()))

    def test_a_peer_that_does_not_read_holds_the_caller(self):
        with self.node.growing_less_than(4 * MIB):
            self.caller.sendall(b"POST /big HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % SIZE)
            sent = send_until_held(self.caller, SIZE)
            self.assertLess(sent, SIZE)
            rest = threading.Thread(target=send_rest, args=(self.caller, sent, SIZE))
            rest.start()
            with self.served() as peer:
                request = peer.makefile("rb")
                self.assertEqual(head_of(request)[b"content-length"], b"%d" % SIZE)
                digest = hashlib.sha256()
                left = SIZE
                while left and (piece := request.read(min(left, MIB))):
                    digest.update(piece)
                    left -= len(piece)
                rest.join()
                peer.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
                self.assertTrue(self.caller.recv(100).startswith(b"HTTP/1.1 204"))
            self.assertEqual((left, digest.hexdigest()), (0, whole().hexdigest()))

    def test_a_caller_that_leaves_ends_the_call_to_the_peer(self):
        self.caller.sendall(b"GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
        with self.served() as peer:
            head_of(peer.makefile("rb"))
            peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % SIZE)
            send_until_held(peer, SIZE)
            self.caller.close()
            with self.assertRaises((ConnectionResetError, BrokenPipeError)):
                send_rest(peer, 0, SIZE)


if __name__ == "__main__":
    unittest.main()
