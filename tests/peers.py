# SPDX-License-Identifier: GPL-3.0-or-later
"""Peers of a node that keep what they are sent, for tests."""
import contextlib
import json
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Call:
    """One POST: its path, headers (lower-case names), body as bytes, and as `json` when it is that."""

    def __init__(self, path: str, headers, body: bytes):
        self.path, self.body = path, body
        self.headers = {name.lower(): value for name, value in headers.items()}
        with contextlib.suppress(ValueError):
            self.json = json.loads(body)

    @property
    def key(self) -> str:
        return self.headers.get("idempotency-key")


class Peer:
    """Answers each POST with `status` (or what `answer(call)` says: a status, or (status, headers)) and { n: its number }."""

    def __init__(self, test: unittest.TestCase, port: int = 0, answer=None):
        self.calls: list[Call] = []
        self.status = 200
        self.answer = answer
        self.gate = threading.Event()  # answers are held back while it is not set
        self.gate.set()
        peer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                call = Call(self.path, self.headers, self.rfile.read(int(self.headers["Content-Length"])))
                peer.calls.append(call)
                number = len(peer.calls)
                peer.gate.wait(20)
                said = peer.answer(call) if peer.answer else peer.status
                status, headers = said if isinstance(said, tuple) else (said, {})
                text = json.dumps({"n": number}).encode()
                with contextlib.suppress(OSError):  # the node may have been killed
                    self.send_response(status)
                    for name, value in {"Content-Type": "application/json", **headers}.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(text)))
                    self.end_headers()
                    self.wfile.write(text)

            def log_message(self, *words):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        test.addCleanup(self.close)

    def close(self) -> None:
        self.gate.set()
        self.server.shutdown()
        self.server.server_close()

    def at(self, path: str) -> list[Call]:
        return [call for call in self.calls if call.path == path]
