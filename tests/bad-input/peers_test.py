# SPDX-License-Identifier: GPL-3.0-or-later
"""Systems behind us that misbehave: which fault each kind of misbehaviour is, what the caller gets for it, and what the log says."""
import socketserver
import sys
import threading
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import Node, exchange, free_port, owner_of, until  # noqa: E402

# A peer that closes without saying so could meet the next request, which would be another test.
CLOSE = b"Connection: close\r\n\r\n"
FINE = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n" + CLOSE

# Path: what the peer sends before it closes; None: it never answers. Then fault, status of the caller, words of the log.
ANSWERS = {
    "garbage": (b"\x00\xff\x00 this is no HTTP\r\n\r\n", "malformed", 502, "something that is not HTTP"),
    "version": (b"HTTP/3.7 200 OK\r\n\r\n", "malformed", 502, "something that is not HTTP"),
    "status": (b"HTTP/1.1 999 OK\r\nContent-Length: 0\r\n" + CLOSE, "malformed", 502, "something that is not HTTP"),
    "framing": (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", "malformed", 502, "something that is not HTTP"),
    "flood": (b"HTTP/1.1 200 OK\r\n" + b"X: " + b"a" * 1_000_000, "malformed", 502, "something that is not HTTP"),
    "chunks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n", "malformed", 502, "something that is not HTTP"),
    "silent": (None, "timeout", 504, "took too long while"),
    "closes": (b"", "timeout", 504, "cut the connection while"),
    "half-head": (b"HTTP/1.1 200 OK\r\nContent-Le", "timeout", 504, "cut the connection while"),
    "half-body": (FINE + b'{"a":', "timeout", 504, "cut the connection while"),
    "large": (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n" + b"x" * 100_000, "malformed", 502, "is longer than the 65536 bytes allowed"),
    "endless": (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1_000_000, "malformed", 502, "is longer than the 65536 bytes allowed"),
    "not-json": (FINE + b"{'a' : 1 } ", "malformed", 502, "line 1, column 2"),
    "refused": (b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n" + CLOSE, "refused", 502, "answered 401"),
    "rejected": (b"HTTP/1.1 422 Unprocessable Content\r\nContent-Length: 0\r\n" + CLOSE, "rejected", 502, "answered 422"),
    "limited": (b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nContent-Length: 0\r\n" + CLOSE, "busy", 503, "answered 429"),
    "busy": (b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n" + CLOSE, "busy", 503, "answered 503"),
    "gateway": (b"HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 0\r\n" + CLOSE, "timeout", 504, "answered 504"),
}

# What a flow that fails by itself makes of each fault.
FAILS = {"rejected": 422, "malformed": 400, "refused": 403, "busy": 503, "unreachable": 502, "timeout": 504}


class Peer(socketserver.ThreadingTCPServer):
    """Reads one request, sends what ANSWERS has for its path, and closes."""
    allow_reuse_address = daemon_threads = True

    class Caller(socketserver.StreamRequestHandler):
        def handle(self):
            path = self.rfile.readline().split()[1].decode().strip("/")
            length = 0
            while (line := self.rfile.readline()) not in (b"\r\n", b""):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            self.rfile.read(length)
            answer = ANSWERS[path][0]
            try:
                if answer is None:
                    self.rfile.read()  # until the node gives up
                else:
                    self.wfile.write(answer)
            except OSError:
                pass  # the node had enough

    def __init__(self, test: unittest.TestCase):
        super().__init__(("127.0.0.1", 0), Peer.Caller)
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        test.addCleanup(self.server_close)
        test.addCleanup(self.shutdown)


def project(port: int, dead: int) -> str:
    channels = "".join(f"  {name}: {{ http: {{ path: /{name}, methods: POST }}, service: {name} }}\n" for name in ANSWERS)
    channels += "".join(f"  fail-{name}: {{ http: {{ path: /fail/{name} }}, service: fail-{name} }}\n" for name in FAILS)
    channels += '  gateway-route: { http: { path: "/through/{rest*}", methods: POST }, forward: peer, limits: { body: 1KiB } }\n'
    channels += "  dead: { http: { path: /dead, methods: POST }, service: dead }\n  told: { http: { path: /told }, service: told }\n"
    services = "".join(f"  {name}: [ send: {{ to: peer, path: /{name}, body: \"{{'a': 1}}\", into: got }} ]\n" for name in ANSWERS)
    services += "".join(f'  fail-{name}: [ fail: {{ fault: {name}, message: "so it is" }} ]\n' for name in FAILS)
    services += "  dead: [ send: { to: dead } ]\n  told: [ fail: { fault: busy, status: 429, message: slower } ]\n"
    peer = 'first_byte_timeout: 3s, response: 64KiB, strip_prefix: /through'
    return (f"channels:\n{channels}services:\n{services}outgoing:\n"
            f'  peer: {{ http: {{ url: "http://127.0.0.1:{port}", {peer} }}, breaker: {{ failures: 0 }} }}\n'
            f'  dead: {{ http: {{ url: "http://127.0.0.1:{dead}" }}, breaker: {{ failures: 2, open_for: 1m }} }}\n')


class Peers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.peer = Peer(owner_of(cls))
        cls.node = Node.shared(cls, yaml=project(cls.peer.port, free_port()), cores=1)  # each core has a breaker of its own

    def test_each_misbehaviour_is_one_fault_with_one_status(self):
        answers = {name: self.node.call("POST", "/" + name, {}) for name in ANSWERS}
        for name, (_, fault, status, words) in ANSWERS.items():
            with self.subTest(name=name):
                answer = answers[name]
                self.assertEqual((answer.status, answer.json["status"]), (status, status), answer.body)
                # Neither addresses nor the peer's words reach the caller.
                self.assertNotIn("127.0.0.1", answer.body.decode())
                self.assertEqual("retry-after" in answer.headers, status == 503)
                sent = self.node.log_soon(action="sent", channel=name)[0]
                self.assertEqual((sent["outcome"], sent["fault"]), ("failed", fault), sent)
                self.assertIn(words, sent["text"])
                self.assertIn(f"127.0.0.1:{self.peer.port}", sent["text"])
                failed = self.node.log_soon(action="failed", channel=name)[0]
                self.assertRegex(failed["text"], r"^arint.yaml:\d+:\d+: ")
                self.assertEqual((failed["step"], failed["outgoing"], failed["cid"]), ("send", "peer", answer.json["cid"]))
        self.assertEqual(answers["limited"].headers["retry-after"], "7")

    def test_a_gateway_route_passes_answers_on_and_stands_in_for_what_is_none(self):
        statuses = {"garbage": 502, "version": 502, "status": 502, "framing": 502, "flood": 502, "silent": 504, "closes": 504, "half-head": 504,
                    "refused": 401, "rejected": 422, "limited": 429, "busy": 503, "gateway": 504}
        for name, status in statuses.items():
            with self.subTest(name=name):
                answer = self.node.call("POST", "/through/" + name, {"a": 1})
                self.assertEqual(answer.status, status, answer.body)
        self.assertEqual(self.node.call("POST", "/through/limited", {}).headers["retry-after"], "7")

    def test_a_gateway_route_keeps_to_the_body_limit(self):
        # With a length, and in chunks; to a peer that would not answer before it has all.
        for framing, body in ((b"Content-Length: 2000", b"x" * 2000), (b"Transfer-Encoding: chunked", (b"3e8\r\n" + b"x" * 1000 + b"\r\n") * 2 + b"0\r\n\r\n")):
            answer = exchange(self.node.port, b"POST /through/silent HTTP/1.1\r\nHost: a\r\n" + framing + b"\r\n\r\n" + body)
            self.assertTrue(answer.startswith(b"HTTP/1.1 413 "), answer)

    def test_a_peer_that_is_not_there_is_left_alone_after_a_while(self):
        for _ in range(3):
            answer = self.node.call("POST", "/dead", {})
            self.assertEqual(answer.status, 502)
        texts = [line["text"] for line in self.node.log_soon(3, action="sent", channel="dead")]
        self.assertIn("Connection refused", texts[0])
        self.assertIn("circuit breaker", texts[-1])
        self.assertEqual(answer.headers.get("retry-after"), "60")

    def test_a_flow_that_fails_by_itself_chooses_the_fault_and_so_the_status(self):
        for fault, status in FAILS.items():
            answer = self.node.call("GET", "/fail/" + fault)
            self.assertEqual((answer.status, answer.json["detail"]), (status, "so it is"))
            self.assertEqual("retry-after" in answer.headers, status == 503)
        told = self.node.call("GET", "/told")
        self.assertEqual((told.status, told.headers["retry-after"]), (429, "1"))


class Full(unittest.TestCase):
    def test_one_message_too_many_is_503_with_retry_after(self):
        node = Node(self, cores=1, yaml="channels:\n  c: { http: { path: / }, service: s, in_flight: 1 }\nservices:\n  s: [ log: begun, delay: 1s ]\n")
        first = threading.Thread(target=lambda: node.call("GET", "/"))
        first.start()
        until(lambda: node.metrics().get('arint_channel_in_flight{channel="c"}', 0) >= 1, "the first message in flight")
        answer = node.call("GET", "/")
        first.join()
        self.assertEqual((answer.status, answer.headers["retry-after"]), (503, "1"))
        self.assertIn("try again", answer.json["detail"])


if __name__ == "__main__":
    unittest.main()
