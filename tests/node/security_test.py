# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may come in, and what we show where we go: API keys, Basic, JSON Web Tokens and what is made of them, against the real program."""
import base64
import hashlib
import hmac
import json
import re
import subprocess
import tempfile
import time
import unittest
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from credentials import Issuer, basic
from support import Node, arint, exchange, refusal, serve, until

CANARY = "canary-5f1d7c"  # in every secret: it may be seen nowhere


YAML = """
channels:
  keyed: { http: { path: /keyed, methods: [POST] }, security: keys, service: who }
  read: { http: { path: /read, methods: [POST] }, security: keys, service: read }
  named: { http: { path: /named }, security: users, service: who }
  token: { http: { path: /token, cors: { origins: ["https://shop.example"] } }, security: partners, service: who }
  either: { http: { path: /either }, security: either, service: who }
  both: { http: { path: /both }, security: both, service: who }
  kept: { http: { path: /kept, methods: [POST] }, security: either, service: who, durable: true, reply: result }
  again: { http: { path: /again, methods: [POST] }, security: partners, service: note, repeat: { every: 20ms, times: 3 } }
  away: { http: { path: /away }, security: keys, redirect: /named }
  open: { http: { path: /open }, service: who }
services:
  who: [ reply: { body: "{ 'principal': $principal, 'claims': $claims }" } ]
  read: [ reply: { body: "{ 'n': n }" } ]
  note: [ log: { text: "again", fields: { who: "{$principal}", tenant: "{$claims.tenant.id}" } } ]
security:
  keys: { api_key: { keys: { acme: "sha256:KEY" } } }
  users: { basic: { users: { alice: "CRYPT", robot: "sha256:ROBOT" } } }
  partners: { jwt: { issuer: "https://id.example", audience: orders, jwks: keys/partners.jwks, scopes: [orders.write] } }
  either: { any_of: [partners, users] }
  both: { all_of: [keys, users] }
"""


class Inbound(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.issuer = Issuer(Path(temporary.name))
        crypt = subprocess.run(["openssl", "passwd", "-6", CANARY + "-alice"], check=True, capture_output=True, text=True).stdout.strip()
        digest = {name: hashlib.sha256(f"{CANARY}-{name}".encode()).hexdigest() for name in ("key", "robot")}
        yaml = YAML.replace("CRYPT", crypt).replace("sha256:KEY", "sha256:" + digest["key"]).replace("sha256:ROBOT", "sha256:" + digest["robot"])
        cls.node = Node.shared(cls, yaml=yaml, files={"keys/partners.jwks": json.dumps({"keys": [cls.issuer.key]})})

    def call(self, path: str, headers: dict | None = None, method: str = "GET"):
        return self.node.call(method, path, "{}" if method == "POST" else None, headers)

    def denied(self, answer, status: int, challenge: str):
        self.assertEqual(answer.status, status, answer.body)
        self.assertRegex(answer.headers["www-authenticate"], challenge)
        self.assertEqual(answer.headers["content-type"], "application/problem+json")
        self.assertNotIn("known", answer.json["detail"] if status == 401 else "")

    def bearer(self, token: str, path: str = "/token", **headers):
        return self.call(path, {"Authorization": "Bearer " + token, **headers})

    def test_an_api_key_says_who_it_is(self):
        good = self.call("/keyed", {"x-api-KEY": CANARY + "-key"}, "POST")
        self.assertEqual((good.status, good.json), (200, {"principal": "acme"}))
        for headers in ({}, {"X-API-Key": "wrong"}, {"X-API-Key": ""}, {"X_API_Key": CANARY + "-key"}, {"X-API-Key": CANARY + "-key, x"}, {"Authorization": CANARY + "-key"}):
            self.denied(self.call("/keyed", headers, "POST"), 401, r'^ApiKey realm="keyed", header="X-API-Key"$')
        twice = f"POST /keyed HTTP/1.1\r\nHost: a\r\nX-API-Key: {CANARY}-key\r\nX-Api-Key: {CANARY}-key\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        self.assertTrue(exchange(self.node.port, twice.encode()).startswith(b"HTTP/1.1 401 "))

    def test_basic_takes_slow_and_fast_hashes(self):
        for user in ("alice", "robot"):
            for _ in range(2):  # the second time it is remembered
                good = self.call("/named", basic(user, f"{CANARY}-{user}"))
                self.assertEqual((good.status, good.json), (200, {"principal": user}))
        for user, password in (("alice", "wrong"), ("alice", ""), ("mallory", CANARY + "-alice"), ("", ""), ("robot", CANARY + "-alice"), ("alice", CANARY + "-alice ")):
            self.denied(self.call("/named", basic(user, password)), 401, r'^Basic realm="named", charset="UTF-8"$')
        for shown in ("Basic", "Basic !!!", "Basic " + base64.b64encode(b"alice").decode(), "Bearer x", "basic"):
            self.denied(self.call("/named", {"Authorization": shown}), 401, "^Basic ")
        lower = {"Authorization": basic("robot", CANARY + "-robot")["Authorization"].replace("Basic", "bAsIc")}
        self.assertEqual(self.call("/named", lower).status, 200)

    def test_a_token_gives_its_claims(self):
        token = self.issuer.token(tenant={"id": 7})
        for _ in range(2):
            good = self.bearer(token)
            self.assertEqual(good.status, 200, good.body)
            self.assertEqual(good.json["principal"], "acme")
            self.assertEqual(good.json["claims"]["tenant"], {"id": 7})

    def test_what_goes_on_in_the_background_still_knows_who_began_it(self):
        token = self.issuer.token(tenant={"id": 4711})
        began = self.call("/again", {"Authorization": "Bearer " + token}, "POST")
        self.assertEqual(began.status, 202, began.body)
        for line in self.node.log_soon(3, text="again"):
            self.assertEqual((line["fields"]["who"], line["fields"]["tenant"]), ("acme", "4711"))

    def test_a_token_that_is_not_right_is_refused(self):
        public = subprocess.run(["openssl", "rsa", "-in", self.issuer.pem, "-pubout"], check=True, capture_output=True).stdout
        good = self.issuer.token()
        bad = {
            "expired": self.issuer.token(exp=int(time.time()) - 61), "not yet": self.issuer.token(nbf=int(time.time()) + 100), "no exp": self.issuer.token(exp=None),
            "audience": self.issuer.token(aud="stock"), "issuer": self.issuer.token(iss="https://evil.example"), "typ": self.issuer.token({"typ": "dpop+jwt"}),
            "none": self.issuer.token({"alg": "none"}, signer=lambda data: b""), "confusion": self.issuer.token({"alg": "HS256"}, signer=lambda d: hmac.digest(public, d, "sha256")),
            "modulus": self.issuer.token({"alg": "HS256"}, signer=lambda d: hmac.digest(self.issuer.modulus, d, "sha256")),
            "kid": self.issuer.token({"kid": "../../etc/passwd"}), "crit": self.issuer.token({"crit": ["x"], "x": 1}),
            "signature": good[:-8] + ("A" if good[-8] != "A" else "B") + good[-7:], "padding": good + "=", "two parts": good.rsplit(".", 1)[0], "empty": "", "no sub": self.issuer.token(sub=""),
            "huge": "a" * 40000,
        }
        for what, token in bad.items():
            answer = self.bearer(token)
            self.assertIn(answer.status, (401, 431) if what == "huge" else (401,), what)
            if answer.status == 401:
                self.denied(answer, 401, r'^Bearer realm="token", error="invalid_token"$')
        # Nothing shown is no error (RFC 6750, 3.1).
        self.denied(self.call("/token"), 401, r'^Bearer realm="token"$')

    def test_a_token_without_the_scope_is_forbidden(self):
        self.denied(self.bearer(self.issuer.token(scope="orders.read")), 403, r'^Bearer realm="token", error="insufficient_scope", scope="orders.write"$')
        self.assertEqual(self.bearer(self.issuer.token(scope=None, scp=["orders.write"])).status, 200)

    def test_one_of_several_is_enough_and_all_of_several_are_needed(self):
        self.assertEqual(self.bearer(self.issuer.token(), "/either").json["principal"], "acme")
        self.assertEqual(self.call("/either", basic("robot", CANARY + "-robot")).json["principal"], "robot")
        self.denied(self.call("/either"), 401, r'^Bearer realm="either", Basic realm="either", charset="UTF-8"$')
        both = {**basic("robot", CANARY + "-robot"), "X-API-Key": CANARY + "-key"}
        self.assertEqual(self.call("/both", both).json["principal"], "acme")
        for missing in both:
            self.assertEqual(self.call("/both", {name: value for name, value in both.items() if name != missing}).status, 401)

    def test_nothing_of_the_body_is_asked_for_before(self):
        head = "POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
        self.assertTrue(exchange(self.node.port, (head + "\r\n").encode()).startswith(b"HTTP/1.1 401 "))
        with_key = exchange(self.node.port, (head + f"X-API-Key: {CANARY}-key\r\n\r\n").encode())
        self.assertTrue(with_key.startswith(b"HTTP/1.1 100 "), with_key)

    def test_an_answer_to_a_stranger_has_the_headers_of_its_channel(self):
        self.assertEqual(self.call("/token", {"Origin": "https://shop.example"}).headers["access-control-allow-origin"], "https://shop.example")
        self.assertEqual(self.call("/away").status, 401)
        self.assertEqual(self.call("/away", {"X-API-Key": CANARY + "-key"}).status, 308)
        self.assertEqual(self.call("/open").json, {})

    def test_an_accepted_message_keeps_who_sent_it(self):
        token = {"Authorization": "Bearer " + self.issuer.token(tenant=7)}
        done = self.call("/kept", token, "POST")
        self.assertEqual((done.status, done.json["principal"], done.json["claims"]["tenant"]), (200, "acme", 7), done.body)
        place = done.headers["location"]
        self.assertEqual(self.call(place, token).status, 200)
        for stranger in ({}, basic("robot", CANARY + "-robot"), {"Authorization": "Bearer x"}):
            self.assertEqual(self.call(place, stranger).status, 404)

    def test_the_log_says_why_and_no_secret(self):
        self.call("/named", basic("mallory", CANARY + "-guess"))
        self.node.log_soon(channel="named", fault="refused")
        line = self.node.log(channel="named", fault="refused")[-1]
        self.assertEqual(line["status"], 401)
        whole = (self.node.folder / "data/actions.log").read_text() + self.node.call("GET", "/metrics", port=self.node.admin).body.decode()
        whole += arint("config", "show", self.node.folder).stdout
        self.assertNotIn(CANARY, whole)


class Recorder(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen: list = []

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        Recorder.seen.append((self.path, dict(self.headers.items())))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *words):
        pass


OUT = """
channels:
  all: { http: { path: /all, methods: [POST] }, service: all }
  through: { http: { path: "/through/{rest*}", methods: [POST] }, forward: token }
  touched: { http: { path: /touched, methods: [POST] }, service: touched }
services:
  all:
    - send: { to: user, path: /user }
    - send: { to: token, path: /token, headers: { Authorization: "from the flow" } }
    - send: { to: key, path: /key }
    - reply: { status: 204 }
  touched: [ set: { a: 1 }, forward: { to: token } ]
outgoing:
  user: { http: { url: "http://127.0.0.1:PORT" }, security: our-user }
  token: { http: { url: "http://127.0.0.1:PORT" }, security: our-token }
  key: { http: { url: "http://127.0.0.1:PORT" }, security: our-key }
security:
  our-user: { basic: { user: arint, password: "${env:PASSWORD}" } }
  our-token: { bearer: { token: "${env:TOKEN}" } }
  our-key: { api_key: { field: X-Partner, key: "${env:KEY}" } }
"""


class Outbound(unittest.TestCase):
    def test_each_peer_is_shown_what_it_wants(self):
        port = serve(self, Recorder)
        env = {name: f"{CANARY}-{name}" for name in ("PASSWORD", "TOKEN", "KEY")}
        node = Node(self, yaml=OUT.replace("PORT", str(port)), env=env)
        self.assertEqual(node.call("POST", "/all", {}).status, 204)
        caller = {"Authorization": "Basic ours-is-not-theirs"}
        self.assertEqual(node.call("POST", "/through/a", {}, headers=caller).status, 200)
        self.assertEqual(node.call("POST", "/touched", {}, headers=caller).status, 200)
        shown = {path: {name.lower(): value for name, value in headers.items()} for path, headers in Recorder.seen}
        self.assertEqual(shown["/user"]["authorization"], basic("arint", env["PASSWORD"])["Authorization"])
        for path in ("/token", "/through/a", "/touched"):
            self.assertEqual(shown[path]["authorization"], "Bearer " + env["TOKEN"], path)
        self.assertEqual(shown["/key"]["x-partner"], env["KEY"])
        self.assertNotIn("authorization", shown["/key"])
        until(lambda: node.log(outgoing="key"), "the calls in the log")
        self.assertNotIn(CANARY, (node.folder / "data/actions.log").read_text())


class Checked(unittest.TestCase):
    def refused(self, security: str, channel: str = "a", outgoing: str = "") -> str:
        return refusal(self, f"channels:\n  c: {{ http: {{ path: / }}, service: s, security: {channel} }}\nservices:\n  s: [ reply: {{ status: 204 }} ]\n"
                             f"security:\n{security}" + outgoing)

    def test_what_cannot_be_meant_is_said(self):
        self.assertIn("is not `sha256:` and 64 hexadecimal digits", self.refused("  a: { api_key: { keys: { x: canary } } }\n"))
        self.assertIn("is another's too", self.refused(f"  a: {{ api_key: {{ keys: {{ x: \"sha256:{'0' * 64}\", y: \"sha256:{'0' * 64}\" }} }} }}\n"))
        said = self.refused("  a: { basic: { users: { x: canary } } }\n")
        self.assertIn("openssl passwd -6", said)
        self.assertNotIn("canary", said)
        self.assertIn("either `users`", self.refused("  a: { basic: { } }\n"))
        self.assertIn("is made of itself", self.refused("  a: { any_of: [b] }\n  b: { all_of: [a] }\n"))
        self.assertIn("says who we are", self.refused("  a: { bearer: { token: abc } }\n"))
        self.assertIn("nowhere", self.refused("  a: { any_of: [nowhere] }\n"))
        self.assertIn("no key that can be used", self.refused("  a: { jwt: { issuer: i, audience: o, keys: '{\"keys\":[]}' } }\n"))
        self.assertIn("names no algorithm", self.refused("  a: { jwt: { issuer: i, audience: o, keys: '{\"kty\":\"oct\",\"k\":\"AAAA\"}' } }\n"))
        self.assertIn("either `jwks`", self.refused("  a: { jwt: { issuer: i, audience: o } }\n"))
        self.assertIn("audience", self.refused("  a: { jwt: { issuer: i, jwks: x } }\n"))
        users = f"  a: {{ api_key: {{ keys: {{ x: \"sha256:{'0' * 64}\" }} }} }}\n"
        self.assertIn("it has no place in an outgoing", self.refused(users, outgoing='outgoing:\n  o: { http: { url: "http://127.0.0.1:1" }, security: a }\n'))
        self.assertTrue(re.search(r"sql.*shows nothing", self.refused(users, outgoing='outgoing:\n  o: { sql: { url: "sqlite:x.db" }, security: a }\n')))


if __name__ == "__main__":
    unittest.main()
