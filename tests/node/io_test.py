#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which back end the event loops stand on: what is said of it, and a node in a sandbox that forbids io_uring."""
import ctypes
import os
import struct
import subprocess
import unittest

from support import ARINT, Node

PROJECT = "channels: { ping: { http: { path: /ping }, service: pong } }\nservices: { pong: [ reply: { status: 200, body: \"{ 'ping': 'pong' }\" } ] }\n"


def forbid_io_uring() -> None:
    """In the child before exec: a seccomp filter that answers io_uring_setup with EPERM, as sandboxes of containers do."""
    load, equal, answer = 0x20, 0x15, 0x06
    io_uring_setup, allow, refuse = 425, 0x7fff0000, 0x00050000 | 1
    program = b"".join(struct.pack("=HBBI", *line) for line in [(load, 0, 0, 0), (equal, 0, 1, io_uring_setup), (answer, 0, 0, refuse), (answer, 0, 0, allow)])
    room = ctypes.create_string_buffer(program, len(program))

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("lines", ctypes.c_void_p)]
    libc = ctypes.CDLL(None, use_errno=True)
    no_new_privileges, set_seccomp, filter_mode = 38, 22, 2
    if libc.prctl(no_new_privileges, 1, 0, 0, 0) or libc.prctl(set_seccomp, filter_mode, ctypes.byref(Program(4, ctypes.addressof(room))), 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


def event_loop(env: dict | None = None, **options) -> str:
    """The line of `arint version`."""
    said = subprocess.run([ARINT, "version"], env={**os.environ, "ARINT_IO": "", **(env or {})}, stdout=subprocess.PIPE, text=True, check=True, timeout=20,
                          **options).stdout
    return next(line for line in said.splitlines() if line.startswith("event loop: "))


class Io(unittest.TestCase):
    def test_version_tells_the_event_loop(self):
        self.assertEqual(event_loop(), "event loop: epoll")
        self.assertRegex(event_loop({"ARINT_IO": "io_uring"}), r"^event loop: (io_uring|epoll, since .+)$")

    def test_where_io_uring_is_forbidden_it_is_epoll_and_that_is_said(self):
        said = "event loop: epoll, since io_uring_setup failed: Operation not permitted (kernel.io_uring_disabled, or the sandbox of a container)"
        self.assertEqual(event_loop({"ARINT_IO": "io_uring"}, preexec_fn=forbid_io_uring), said)

    def test_a_node_serves_on_either_and_tells_which(self):
        ring = event_loop({"ARINT_IO": "io_uring"}).split()[2].rstrip(",")
        wanted = {"epoll": "epoll", "io_uring": ring, "auto": "epoll"}
        for io, got in wanted.items():
            with self.subTest(io=io):
                node = Node(self, yaml=PROJECT, io=io, env={**os.environ, "ARINT_IO": ""})
                self.assertTrue(node.first.endswith(f" on {got}\n"), node.first)
                answer = node.call("POST", "/ping", {})
                self.assertEqual((answer.status, answer.json), (200, {"ping": "pong"}))
                self.assertEqual(node.stop(), 0)


if __name__ == "__main__":
    unittest.main()
