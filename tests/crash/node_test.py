# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole node killed with -9 under load: what was answered 2xx is delivered, recorded calls are not made again, repeats carry the first
call's key and are no more than the calls that were in flight. ARINT_CRASH_NODE_ROUNDS: how many kills."""
import http.client
import http.server
import json
import os
import random
import threading
import unittest

from support import Node, until

ROUNDS = int(os.environ.get("ARINT_CRASH_NODE_ROUNDS", "3"))
CALLERS, IN_FLIGHT = 8, 16
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


def faults_of(accepted: set[str], calls: list[tuple[str, str, str]], kills: int) -> list[str]:
    """What is wrong with a history: ids answered 2xx, and calls as (path, id, key) in the order they came."""
    out = []
    keys: dict[tuple[str, str], list[str]] = {}
    seconds = set()
    for path, message, key in calls:
        keys.setdefault((path, message), []).append(key)
        if path == "/second":
            seconds.add(message)
        elif message in seconds:
            out.append(f"{message}: the first call was recorded before the second, and made again")
    out += [f"{message}: accepted and not delivered" for message in accepted if ("/second", message) not in keys or ("/first", message) not in keys]
    out += [f"{call}: repeated with another key" for call, used in keys.items() if len(set(used)) > 1]
    repeats = sum(len(used) - 1 for used in keys.values())
    if repeats > kills * IN_FLIGHT:
        out.append(f"{repeats} repeats after {kills} kills with at most {IN_FLIGHT} calls in flight")
    return out


class NodeKilled(unittest.TestCase):
    def test_nothing_accepted_is_lost(self):
        calls: list[tuple[str, str, str]] = []

        class Peer(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                calls.append((self.path, body["id"], self.headers["Idempotency-Key"]))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *words):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                pass  # the node was killed

        server = Server(("127.0.0.1", 0), Peer)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        node = Node(self, yaml=YAML.replace("PORT", str(server.server_address[1])), cores=2)
        accepted: set[str] = set()
        ended = threading.Event()

        def caller(name: int) -> None:
            count = 0
            while not ended.is_set():
                count += 1
                message = f"{name}-{count}"
                try:
                    if node.call("POST", "/in", {"id": message}, timeout=5).status == 202:
                        accepted.add(message)
                except (OSError, http.client.HTTPException):
                    ended.wait(0.02)  # killed: its answer is unknown

        callers = [threading.Thread(target=caller, args=(i,), daemon=True) for i in range(CALLERS)]
        for each in callers:
            each.start()
        chance = random.Random(6)
        for _ in range(ROUNDS):
            before, more = len(accepted), chance.randrange(20, 120)
            until(lambda: len(accepted) >= before + more, "messages are accepted", 30)
            node.kill()
            node.start()
        ended.set()
        for each in callers:
            each.join(10)
        until(lambda: {m for p, m, _ in list(calls) if p == "/second"} >= accepted, "all that was accepted is delivered", 60)
        found = faults_of(accepted, list(calls), ROUNDS)
        repeats = len(calls) - len(set(calls))
        print(f"node: {ROUNDS} kills, {len(accepted)} accepted, all delivered, {repeats} calls repeated, {len(found)} faults")
        self.assertEqual(found, [])
        # Controls: a history with one delivery taken out, and one with a recorded call made again, must be caught.
        one = next(iter(accepted))
        self.assertTrue(faults_of(accepted, [call for call in calls if call[1] != one], ROUNDS))
        self.assertTrue(faults_of(accepted, [*calls, next(call for call in calls if call[0] == "/first" and call[1] == one)], ROUNDS))


if __name__ == "__main__":
    unittest.main()
