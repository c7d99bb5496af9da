# SPDX-License-Identifier: GPL-3.0-or-later
"""An outgoing with several addresses: who gets the calls, who is left alone and when he is used again, and what log and metrics say."""
import collections
import contextlib
import http.server
import socket
import socketserver
import sys
import threading
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import Node, arint, free_port, until  # noqa: E402


class Peer:
    """Answers with its name; counts what it is asked. `status` and `health` can be changed, `release` lets held requests go."""

    def __init__(self, test: unittest.TestCase, name: str, at: tuple[str, int] | str | None = None, held: bool = False):
        self.name, self.status, self.health = name, 200, 200
        self.asked, self.checked = 0, 0
        self.release, self.connections = threading.Event(), []
        if not held:
            self.release.set()
        peer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                super().setup()
                peer.connections.append(self.connection)

            def do_GET(self):
                if self.path == "/health":
                    peer.checked += 1
                    status = peer.health
                else:
                    peer.asked += 1
                    peer.release.wait(20)
                    status = peer.status
                body = peer.name.encode()
                self.send_response(status)
                self.send_header("Content-Type", "text/plain")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def address_string(self):
                return "caller"

            def log_message(self, *words):
                pass

        class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
            daemon_threads = True
            address_family = socket.AF_UNIX if isinstance(at, str) else socket.AF_INET6 if at and ":" in at[0] else socket.AF_INET

            def server_bind(self):
                socketserver.TCPServer.server_bind(self)

            def handle_error(self, *words):
                pass

        self.server = Server(at or ("127.0.0.1", 0), Handler)
        self.address = f"unix:{at}" if isinstance(at, str) else "{}:{}".format(f"[{at[0]}]" if at and ":" in at[0] else "127.0.0.1", self.server.server_address[1])
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        test.addCleanup(self.stop)

    def stop(self):
        self.release.set()
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            for connection in self.connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            self.server = None


def project(addresses: list[str], more: str = "", url: str = "http://erp.invalid") -> str:
    return f"""
channels:
  gateway: {{ http: {{ path: "/through/{{rest*}}" }}, forward: erp }}
  flow: {{ http: {{ path: "/flow/{{key}}" }}, service: ask }}
services:
  ask: [ send: {{ to: erp, method: GET, path: /x, into: got }}, reply: {{ body: $got.body }} ]
outgoing:
  erp: {{ http: {{ url: "{url}", addresses: [{", ".join(f'"{one}"' for one in addresses)}], {more} }}, breaker: {{ failures: 0 }} }}
"""


class Upstreams(unittest.TestCase):
    def peers(self, count: int, **options) -> list[Peer]:
        return [Peer(self, f"peer-{i}", **options) for i in range(count)]

    def start(self, peers: list[Peer], more: str = "") -> Node:
        return Node(self, yaml=project([peer.address for peer in peers], more), cores=1)

    def ask(self, node: Node, times: int, path: str = "/through/x", **options) -> collections.Counter:
        answers = [node.call("GET", path, **options) for _ in range(times)]
        return collections.Counter(answer.body.decode().strip('"') if answer.status == 200 else answer.status for answer in answers)

    def test_each_has_its_turn_and_log_and_metrics_say_who_it_was(self):
        peers = self.peers(3)
        node = self.start(peers)
        self.assertEqual(self.ask(node, 30), {"peer-0": 10, "peer-1": 10, "peer-2": 10})
        self.assertEqual(sum(self.ask(node, 3, "/flow/a").values()), 3)
        lines = node.log_soon(30, action="received", channel="gateway")
        self.assertEqual({line["address"] for line in lines}, {peer.address for peer in peers})
        sent = node.log_soon(3, action="sent", outgoing="erp")
        self.assertEqual({line["address"] for line in sent}, {peer.address for peer in peers})
        metrics = node.metrics()
        for peer in peers:
            labels = f'{{outgoing="erp",address="{peer.address}"}}'
            self.assertEqual(metrics["arint_outgoing_address_calls_total" + labels], 11)
            self.assertEqual(metrics["arint_outgoing_address_up" + labels], 1)
            self.assertEqual(metrics["arint_outgoing_address_in_flight" + labels], 0)

    def test_who_is_gone_is_not_noticed_by_callers(self):
        peers = self.peers(3)
        node = self.start(peers)
        self.ask(node, 6)
        peers[1].stop()
        self.assertEqual(set(self.ask(node, 30)), {"peer-0", "peer-2"})
        down = f'arint_outgoing_address_up{{outgoing="erp",address="{peers[1].address}"}}'
        self.assertEqual(node.metrics()[down], 0)

    def test_who_answers_badly_is_ejected_up_to_the_cap_and_used_again(self):
        peers = self.peers(3)
        node = self.start(peers, "eject: { failures: 2, for: 400ms, at_most: 34 }")
        peers[0].status = peers[1].status = 503
        self.ask(node, 12)
        asked = [peer.asked for peer in peers]
        answers = self.ask(node, 6)
        ejected = [i for i in range(3) if peers[i].asked == asked[i]]
        self.assertEqual(len(ejected), 1, "one of three is 34 percent")
        self.assertEqual(answers[503], 3, "the other that fails is still used")
        peers[0].status = peers[1].status = 200
        until(lambda: set(self.ask(node, 6)) == {"peer-0", "peer-1", "peer-2"}, "all are used again")

    def test_a_key_stays_with_its_address(self):
        peers = self.peers(4)
        node = self.start(peers, "balance: { by: consistent_hash, key: '$headers.`x-customer`' }")
        homes = {}
        for customer in range(16):
            for path in ("/through/x", "/flow/a"):
                answers = self.ask(node, 3, path, headers={"X-Customer": str(customer)})
                self.assertEqual(len(answers), 1, answers)
                homes.setdefault(customer, set()).update(answers)
        self.assertTrue(all(len(home) == 1 for home in homes.values()), homes)
        self.assertGreater(len({next(iter(home)) for home in homes.values()}), 1)

    def test_least_requests_goes_past_who_is_busy(self):
        peers = [Peer(self, "slow", held=True), Peer(self, "quick")]
        node = self.start(peers, "balance: { by: least_requests }")
        waits = [threading.Thread(target=self.ask, args=(node, 1)) for _ in range(2)]
        for wait in waits:
            wait.start()
            until(lambda: peers[0].asked, "one of the first two goes to the slow one") if wait is waits[1] else None
        for wait in waits:
            if not peers[0].release.is_set():
                self.assertEqual(self.ask(node, 5)["quick"], 5)
            peers[0].release.set()
            wait.join()

    def test_checks_take_an_address_out_before_callers_meet_it(self):
        peers = self.peers(2)
        node = self.start(peers, "health: { path: /health, every: 50ms, down_after: 2, up_after: 2 }")
        until(lambda: all(peer.checked for peer in peers), "both are asked")
        up = [f'arint_outgoing_address_up{{outgoing="erp",address="{peer.address}"}}' for peer in peers]
        peers[0].health = 500
        until(lambda: node.metrics()[up[0]] == 0, "the check takes it out")
        self.assertEqual(self.ask(node, 10), {"peer-1": 10})
        peers[0].health = 204
        until(lambda: node.metrics()[up[0]] == 1, "the check takes it in again")
        self.assertEqual(self.ask(node, 10), {"peer-0": 5, "peer-1": 5})

    def test_a_second_request_answers_when_the_first_takes_long(self):
        peers = [Peer(self, "slow", held=True), Peer(self, "quick")]
        node = self.start(peers, "hedge: { after: 20ms, at_most: 100 }")
        self.assertEqual(self.ask(node, 4, "/flow/a"), {"quick": 4})
        self.assertGreater(peers[0].asked, 0)
        sent = node.log_soon(4, action="sent", outgoing="erp")
        self.assertEqual({line["address"] for line in sent}, {peers[1].address})

    def test_a_socket_file_and_both_families(self):
        v6 = Peer(self, "six", ("::1", 0))
        four = Peer(self, "four")
        node = Node(self, yaml=project([], ""), cores=1, wait=False)
        node.kill()
        local = Peer(self, "local", str(node.folder / "peer.sock"))
        node.rewrite(project([v6.address, four.address, local.address]), cores=1)
        node.start()
        self.assertEqual(self.ask(node, 9), {"six": 3, "four": 3, "local": 3})
        self.assertEqual({line["address"] for line in node.log_soon(9, channel="gateway")}, {v6.address, four.address, local.address})

    def test_a_name_of_both_families_is_called_where_somebody_listens(self):
        four = Peer(self, "four")
        node = Node(self, yaml=project([], url=f"http://localhost:{four.server.server_address[1]}").replace("addresses: [], ", ""), cores=1)
        self.assertEqual(self.ask(node, 5), {"four": 5})

    def test_nobody_is_there(self):
        node = Node(self, yaml=project([f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"]), cores=1)
        self.assertEqual(self.ask(node, 2), {502: 2})

    def test_check_says_what_is_wrong(self):
        for options, sentence in [('addresses: ["10.0.0.1:http"]', "is no address to connect to"),
                                  ("balance: { by: consistent_hash }", "needs a `key`"),
                                  ("balance: { key: $path.x }", "is for consistent_hash"),
                                  ("health: { path: health }", "begins with /"),
                                  ("hedge: {}", "after")]:
            with self.subTest(options):
                node = Node(self, yaml=f'outgoing: {{ erp: {{ http: {{ url: "http://erp", {options} }} }} }}\n', wait=False)
                node.kill()
                checked = arint("check", node.folder)
                self.assertEqual(checked.returncode, 2, checked.stdout + checked.stderr)
                self.assertIn(sentence, checked.stdout + checked.stderr)


if __name__ == "__main__":
    unittest.main()
