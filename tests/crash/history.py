# SPDX-License-Identifier: GPL-3.0-or-later
"""A node under load that something happens to, and the checker of what came of it.

History: what was answered 2xx, and every call that reached the peer. Whatever happens, what was answered 2xx is delivered or in a named
state, a recorded call is not made again, and repeats carry the first call's key and are no more than the calls in flight at the kills."""
import http.client
import http.server
import json
import os
import threading
import unittest
from pathlib import Path

from support import BUILD, Node, until

CALLERS, IN_FLIGHT = 8, 16
FULL = os.environ.get("ARINT_CRASH_FULL") == "1"
YAML = f"""
channels:
  in: {{ http: {{ path: /in, methods: [POST] }}, service: two, durable: true }}
services:
  two:
    - send: {{ to: peer, path: /first, into: first }}
    - send: {{ to: peer, path: /second }}
outgoing:
  peer: {{ http: {{ url: "http://127.0.0.1:PORT" }}, in_flight: {IN_FLIGHT}, retry: {{ for: 1h, initial: 20ms, max: 100ms }} }}
"""


def faults_of(accepted: set[str], calls: list[tuple[str, str, str]], kills: int, elsewhere: set[str] = frozenset(), unsure: int = 0) -> list[str]:
    """What is wrong with a history: ids answered 2xx, and calls as (path, id, key) in the order they came. `elsewhere`: ids in a named state
    that is not done; `unsure`: calls whose answers the peer itself cut off, each of which may be made again."""
    out = []
    keys: dict[tuple[str, str], list[str]] = {}
    seconds = set()
    for path, message, key in calls:
        keys.setdefault((path, message), []).append(key)
        if path == "/second":
            seconds.add(message)
        elif message in seconds:
            out.append(f"{message}: the first call was recorded before the second, and made again")
    out += [f"{message}: accepted and not delivered" for message in accepted - elsewhere if ("/second", message) not in keys or ("/first", message) not in keys]
    out += [f"{call}: repeated with another key" for call, used in keys.items() if len(set(used)) > 1]
    repeats = sum(len(used) - 1 for used in keys.values())
    if repeats > kills * IN_FLIGHT + unsure:
        out.append(f"{repeats} repeats after {kills} kills with at most {IN_FLIGHT} calls in flight and {unsure} answers cut off")
    return out


class Peer:
    """Keeps what is called. `answer(handler, path, id)` may answer in its own way, and then says True."""

    def __init__(self, test: unittest.TestCase):
        self.calls: list[tuple[str, str, str]] = []
        self.answer = lambda handler, path, message: False
        peer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                peer.calls.append((self.path, body["id"], self.headers["Idempotency-Key"]))
                if not peer.answer(self, self.path, body["id"]):
                    self.send_response(204)
                    self.end_headers()

            def log_message(self, *words):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                pass  # the node was killed

        server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        test.addCleanup(server.server_close)
        test.addCleanup(server.shutdown)
        self.port = server.server_address[1]

    def delivered(self) -> set[str]:
        calls = list(self.calls)
        return {message for path, message, _ in calls if path == "/second"} & {message for path, message, _ in calls if path == "/first"}


class Load:
    """Callers that POST one message after the other until `end`; `accepted` are the ids answered 2xx, `refused` counts other answers."""

    def __init__(self, node: Node, name: str = "m", callers: int = CALLERS):
        self.accepted: set[str] = set()
        self.refused: list[int] = []
        self.ended = threading.Event()
        self.node, self.name = node, name
        self.threads = [threading.Thread(target=self._call, args=(i,), daemon=True) for i in range(callers)]
        for each in self.threads:
            each.start()

    def _call(self, caller: int) -> None:
        count = 0
        while not self.ended.is_set():
            count += 1
            message = f"{self.name}{caller}-{count}"
            try:
                status = self.node.call("POST", "/in", {"id": message}, timeout=5).status
                if 200 <= status < 300:
                    self.accepted.add(message)
                else:
                    self.refused.append(status)
                    self.ended.wait(0.02)
            except (OSError, http.client.HTTPException):
                self.ended.wait(0.02)  # killed: its answer is unknown

    def more(self, count: int, seconds: float = 30) -> None:
        """Waits until so many more are accepted."""
        wanted = len(self.accepted) + count
        until(lambda: len(self.accepted) >= wanted, f"{count} more messages are accepted", seconds)

    def end(self) -> None:
        self.ended.set()
        for each in self.threads:
            each.join(10)


def told(name: str, rounds: int, accepted: set[str], peer: Peer, elsewhere: set[str], faults: list[str]) -> None:
    """The line that tests/crash/sum.py adds up."""
    lost = sum("not delivered" in each for each in faults)
    again = sum("made again" in each or "another key" in each for each in faults)
    print(f"CRASH {name}: rounds {rounds}, accepted {len(accepted)}, delivered {len(accepted & peer.delivered())}, in other states {len(elsewhere)}, "
          f"lost {lost}, recorded steps repeated {again}", flush=True)


def control(name: str, caught: bool) -> None:
    print(f"CONTROL {name}: {'caught' if caught else 'NOT CAUGHT'}", flush=True)


def node_for(test: unittest.TestCase, peer: Peer, **options) -> Node:
    return Node(test, yaml=YAML.replace("PORT", str(peer.port)), cores=2, **options)


def crash_node(test: unittest.TestCase, peer: Peer, **settings: str) -> Node:
    """A node of the program `arint_crash`, whose store is as the settings of tests/crash/node_main.cpp say."""
    return node_for(test, peer, env={f"ARINT_CRASH_{name.upper()}": value for name, value in settings.items()}, program=BUILD / "arint_crash")


def files_of(node: Node) -> Path:
    return node.folder / "data"
