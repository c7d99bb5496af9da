# SPDX-License-Identifier: GPL-3.0-or-later
"""Callbacks: only to who may be called, wherever a name leads; signed; and one receiver never holds up another."""
import base64
import socket
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from credentials import webhook_signature_of  # noqa: E402
from peers import Peer  # noqa: E402
from support import Node, arint, free_port, refusal, until  # noqa: E402

KEYS = [base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2)]
YAML = """
channels:
  in:     { http: { path: /in, methods: [POST] }, service: tell, durable: true }
  lined:  { http: { path: /lined, methods: [POST] }, service: tell, durable: true, order_by: customer }
  now:    { http: { path: /now, methods: [POST] }, service: now }
  public: { http: { path: /public, methods: [POST] }, service: public }
services:
  tell:   [ notify: { to: hook, url: url, body: "{ 'n': n }", headers: { X-Kind: "test {n}" } } ]
  now:
    - notify: { to: hook, url: url, body: "{ 'n': n }", into: said }
    - reply: { body: "{ 'status': $said.status, 'n': $said.body.n }" }
  public:
    - try: [ notify: { to: public, url: url } ]
      catch: [ { do: [ set: { kind: $fault.kind, error: $fault.error } ] } ]
outgoing:
  hook:
    callback: { allow: ["http://127.0.0.1:A/hooks/", "http://127.0.0.1:B/hooks/", "http://localhost:A"], networks: [127.0.0.0/8, "::1"], per_host: 2,
                pause: { failures: 2, first: 500ms, longest: 1s } }
    security: sign
    retry: { for: 1h, initial: 50ms, max: 200ms }
  public:
    callback: { allow: ["http://*:A", "http://*.*:A", "http://*.*.*.*:A", "http://[::1]:A", "http://[::ffff:127.0.0.1]:A", "http://[::]:A"], connect_timeout: 500ms }
security:
  sign: { standard_webhooks: { key: [KEY1, whsec_KEY2] } }
"""


def signatures(call) -> list[str]:
    return [webhook_signature_of(bytes([n]) * 32, call) for n in (1, 2)]


class Callbacks(unittest.TestCase):
    def setUp(self):
        self.a, self.b = Peer(self), Peer(self)
        yaml = YAML
        for name, value in (("KEY1", KEYS[0]), ("KEY2", KEYS[1]), (":A", f":{self.a.port}"), (":B", f":{self.b.port}")):
            yaml = yaml.replace(name, value)
        self.node = Node(self, yaml=yaml, cores=1)

    def hook(self, peer: Peer, n: int = 1) -> dict:
        return {"url": f"http://127.0.0.1:{peer.port}/hooks/{n}", "n": n}

    def accept(self, body: dict, path: str = "/in", headers: dict | None = None) -> str:
        return self.node.call("POST", path, body, headers).headers["location"]

    def until_state(self, location: str, state: str) -> dict:
        return until(lambda: (found := self.node.call("GET", location).json)["state"] == state and found, f"{location} {state}")

    def test_signed_with_every_key_and_nothing_of_the_caller_goes_along(self):
        secrets = {"Authorization": "Bearer caller-token", "Cookie": "session=caller-token", "X-Api-Key": "caller-token"}
        self.until_state(self.accept(self.hook(self.a, 7), headers=secrets), "done")
        call, = self.a.calls
        self.assertEqual((call.path, call.json, call.headers["x-kind"]), ("/hooks/7", {"n": 7}, "test 7"))
        self.assertEqual(call.headers["webhook-signature"].split(" "), signatures(call))
        self.assertEqual(call.headers["webhook-id"], call.key)
        self.assertNotIn("caller-token", str(call.headers))
        answer = self.node.call("POST", "/now", self.hook(self.a, 8), secrets)
        self.assertEqual((answer.status, answer.json), (200, {"status": 200, "n": 2}))
        self.assertNotIn("caller-token", str(self.a.calls[1].headers))
        self.assertEqual(self.a.calls[1].headers["webhook-signature"].split(" "), signatures(self.a.calls[1]))

    def test_who_is_not_on_the_list_is_not_called(self):
        for url in (f"http://127.0.0.1:{self.a.port}/other", f"https://127.0.0.1:{self.a.port}/hooks/", "http://127.0.0.1/hooks/", f"http://u@127.0.0.1:{self.a.port}/hooks/",
                    f"http://127.0.0.1:{self.a.port}/hooks/../other", "nonsense", 7, None):
            answer = self.node.call("POST", "/now", {"url": url, "n": 1})
            self.assertEqual(answer.status, 502, (url, answer.body))
        self.assertEqual(self.a.calls, [])

    def test_twelve_spellings_of_this_machine_and_of_the_metadata_service(self):
        spellings = ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "017700000001", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "localhost", "0.0.0.0",
                     "[::]", "0", "169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "0xA9.0xFE.0xA9.0xFE", "[::ffff:169.254.169.254]", "169.254.43518", "169.16689662"]
        for host in spellings:
            answer = self.node.call("POST", "/public", {"url": f"http://{host}:{self.a.port}/x"})
            self.assertEqual((answer.status, answer.json["kind"]), (200, "rejected"), (host, answer.body))
        self.assertEqual(self.a.calls, [])
        # It is the address that is looked at: the name is on both lists, and one of them says that the network may be called.
        self.assertIn("where calls are not allowed to go", self.node.call("POST", "/public", {"url": f"http://localhost:{self.a.port}/x"}).json["error"])
        self.assertEqual(self.node.call("POST", "/now", {"url": f"http://localhost:{self.a.port}/x", "n": 1}).status, 200)

    def test_a_redirect_is_not_followed(self):
        self.a.answer = lambda call: (307, {"Location": f"http://127.0.0.1:{self.b.port}/hooks/1"})
        location = self.accept(self.hook(self.a))
        self.assertEqual(self.until_state(location, "dead")["fault"], "rejected")
        self.assertIn("a redirect", arint("messages", "show", location.rsplit("/", 1)[1], "--project", self.node.folder).stdout)
        self.assertEqual(self.b.calls, [])

    def test_a_receiver_that_fails_is_paused_and_called_again_and_each_attempt_is_kept(self):
        self.a.status = 500
        location = self.accept(self.hook(self.a))
        until(lambda: len(self.a.calls) >= 3, "tried, paused, tried again")
        more = [self.accept(self.hook(self.a, n)) for n in range(2, 12)]
        for each in more:
            self.until_state(each, "retrying")
        self.assertLess(len(self.a.calls), 8, "while it is paused one message tries it")
        self.a.status = 200
        for each in (location, *more):
            self.until_state(each, "done")
        first = [call for call in self.a.calls if call.json == {"n": 1}]
        self.assertEqual(len({call.headers["webhook-id"] for call in first}), 1, "a repeat has the first one's id")
        shown = arint("messages", "show", location.rsplit("/", 1)[1], "--project", self.node.folder).stdout
        self.assertGreaterEqual(shown.count("busy"), 2, shown)

    def test_a_slow_receiver_holds_up_no_other(self):
        self.a.gate.clear()
        slow = [self.accept(self.hook(self.a, n)) for n in range(20)]
        until(lambda: len(self.a.calls) == 2, "as many as per_host says")
        fast = [self.accept(self.hook(self.b, n)) for n in range(20)]
        for each in fast:
            self.until_state(each, "done")
        self.assertEqual(len(self.a.calls), 2)
        self.a.gate.set()
        for each in slow:
            self.until_state(each, "done")

    def test_in_the_order_of_the_channel(self):
        self.a.answer = lambda call: 503 if len(self.a.calls) % 3 == 1 else 200
        locations = [self.accept({**self.hook(self.a, n), "customer": "c"}, "/lined") for n in range(8)]
        for each in locations:
            self.until_state(each, "done")
        came = [call.json["n"] for call in self.a.calls]
        self.assertEqual(came, sorted(came))

    def test_a_paused_receiver_stays_so_over_a_kill(self):
        port = free_port()
        yaml = (self.node.folder / "arint.yaml").read_text().replace(f"127.0.0.1:{self.b.port}/hooks/", f"127.0.0.1:{port}/hooks/")
        self.node.rewrite(yaml)
        self.node.kill()
        self.node.start()
        location = self.accept({"url": f"http://127.0.0.1:{port}/hooks/1", "n": 1})
        self.until_state(location, "retrying")
        self.node.kill()
        late = Peer(self, port)
        self.node.start()
        self.until_state(location, "done")
        self.assertEqual(len(late.calls), 1)


class Pace(unittest.TestCase):
    def test_a_host_is_called_as_often_as_its_rate_says(self):
        peer = Peer(self)
        node = Node(self, yaml=f"""
channels: {{ in: {{ http: {{ path: /in, methods: [POST] }}, service: tell, durable: true }} }}
services: {{ tell: [ notify: {{ to: hook, url: url }} ] }}
outgoing:
  hook: {{ callback: {{ allow: ["http://127.0.0.1:{peer.port}"], networks: [127.0.0.1], rate: {{ calls: 2, per: 10m }} }} }}
""", cores=1)
        body = {"url": f"http://127.0.0.1:{peer.port}/"}
        locations = [node.call("POST", "/in", body).headers["location"] for _ in range(5)]
        until(lambda: [node.call("GET", each).json["state"] for each in locations].count("done") == 2, "two are called")
        until(lambda: [node.call("GET", each).json["state"] for each in locations].count("waiting") == 3, "three wait in the store")
        self.assertEqual(len(peer.calls), 2)


class Check(unittest.TestCase):
    def test_what_is_wrong_is_told_without_the_key(self):
        said = refusal(self, """
channels: { a: { http: { path: /a }, service: s } }
services:
  s:
    - send: { to: hook, url: url }
    - notify: { to: web, url: url }
    - notify: { to: hook, url: url, headers: { webhook-id: x, Host: y } }
outgoing:
  hook: { callback: { allow: ["*.example/hooks", "https://good.example"], networks: [10.0.0.1/8] }, security: sign }
  web: { http: { url: "http://127.0.0.1:1" }, security: sign }
  lost: { callback: { allow: ["https://good.example"] }, security: other }
security: { sign: { standard_webhooks: { key: c2hvcnQ= } } }
""")
        for words in ("an entry looks like https://*.partner.example/hooks/", "networks: ", "a key of standard_webhooks has 24 to 64 bytes", "security sign does not say who we are: it has no place in an outgoing of `http`",
                      'there is no security named "other"', "outgoing web is called by `send`, not by `notify`"):
            self.assertIn(words, said)
        self.assertNotIn("c2hvcnQ", said)


class Names(unittest.TestCase):
    """DNS that changes its answer between check and connect: nothing is looked up twice, and the address that is connected to is the one that is checked."""

    def test_a_name_that_leads_here_is_refused_each_time_it_is_connected_to(self):
        name = socket.gethostname()
        if not any(info[4][0].startswith("127.") for info in socket.getaddrinfo("localhost", 80, socket.AF_INET)):
            self.skipTest(f"localhost is not here ({name})")
        peer = Peer(self)
        node = Node(self, yaml=f"""
channels: {{ in: {{ http: {{ path: /in, methods: [POST] }}, service: tell }} }}
services:
  tell:
    - try: [ notify: {{ to: hook, url: url }} ]
      catch: [ {{ do: [ set: {{ kind: $fault.kind }} ] }} ]
outgoing: {{ hook: {{ callback: {{ allow: ["http://localhost:{peer.port}"] }} }} }}
""", cores=1)
        for _ in range(3):
            self.assertEqual(node.call("POST", "/in", {"url": f"http://localhost:{peer.port}/"}).json["kind"], "rejected")
        self.assertEqual(peer.calls, [])


if __name__ == "__main__":
    unittest.main()
