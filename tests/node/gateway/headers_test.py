# SPDX-License-Identifier: GPL-3.0-or-later
"""CORS, header rules, path rewriting and redirects of a channel, before a service and before a forward."""
import http.server
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from support import Node, exchange, owner_of, refusal, serve  # noqa: E402

YAML = """
channels:
  shop:
    http:
      path: "/shop/{{rest*}}"
      rewrite: "/v2/{{rest}}"
      request_headers: {{ set: {{ X-Tenant: acme }}, remove: [Cookie] }}
      response_headers: {{ set: {{ X-Frame-Options: DENY }}, add: {{ Set-Cookie: seen=1 }}, remove: [Server] }}
      cors: {{ origins: ["https://shop.example", "http://localhost:3000"], credentials: true, expose: [X-Sum], headers: [Content-Type, X-Token] }}
    forward: peer
  echo:
    http: {{ path: "/echo/{{rest*}}", rewrite: "/v3/{{rest}}", request_headers: {{ add: {{ X-Tenant: acme }} }}, response_headers: {{ set: {{ X-Frame-Options: DENY }} }} }}
    service: echo
  open: {{ http: {{ path: /open, methods: [GET], cors: {{ origins: ["*"] }} }}, service: echo }}
  old: {{ http: {{ path: "/old/{{rest*}}" }}, redirect: "/new/{{rest}}" }}
  bare: {{ http: {{ path: "/bare/{{rest*}}" }}, redirect: {{ to: "/{{rest}}", status: 302 }} }}
  away: {{ http: {{ path: "/away/{{id}}" }}, redirect: {{ to: "https://other.example/x?id={{id}}", status: 307 }} }}
services:
  echo: [ reply: {{ body: "{{ 'tenant': $headers.`x-tenant`, 'path': $message.path }}" }} ]
outgoing:
  peer: {{ http: {{ url: "http://127.0.0.1:{port}" }} }}
"""


class Peer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen: list = []

    def do_GET(self):
        Peer.seen.append((self.path, list(self.headers.items())))
        self.send_response(200)
        for name, value in [("X-Sum", "7"), ("Access-Control-Allow-Origin", "*"), ("Set-Cookie", "own=1"), ("Vary", "Accept"), ("Content-Length", "2")]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


class Gateway(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.node = Node.shared(cls, yaml=YAML.format(port=serve(owner_of(cls), Peer)))

    def test_what_is_forwarded_is_the_path_that_was_routed_rewritten(self):
        Peer.seen.clear()
        answer = self.node.call("GET", "/shop/a%20b/%7Ec?q=1", headers={"Cookie": "a=b", "X-Tenant": "theirs"})
        path, headers = Peer.seen[0]
        self.assertEqual(path, "/v2/a%20b/~c?q=1")
        self.assertEqual([value for name, value in headers if name == "X-Tenant"], ["acme"])
        self.assertNotIn("Cookie", dict(headers))
        self.assertEqual(answer.headers["x-frame-options"], "DENY")
        self.assertNotIn("server", answer.headers)
        self.assertEqual(answer.body, b"ok")
        for path in ("/shop/../x", "/shop/%2e%2e/x", "/shop/a%2fb"):
            self.assertEqual(exchange(self.node.port, f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())[9:12], b"400")

    def test_a_service_sees_them_too(self):
        answer = self.node.call("GET", "/echo/a")
        self.assertEqual(answer.json, {"tenant": "acme", "path": "/v3/a"})
        self.assertEqual(answer.headers["x-frame-options"], "DENY")
        self.assertEqual(self.node.call("POST", "/echo/a", "x", {"Content-Type": "image/png"}).headers["x-frame-options"], "DENY")  # 415

    def test_cookies_of_both_stand_beside_each_other(self):
        raw = exchange(self.node.port, b"GET /shop/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").decode()
        self.assertEqual([line for line in raw.split("\r\n") if line.lower().startswith("set-cookie")], ["Set-Cookie: own=1", "Set-Cookie: seen=1"])

    def test_origins_are_compared_as_origins(self):
        allowed = {"https://shop.example", "https://SHOP.example", "https://shop.example:443", "http://localhost:3000"}
        for origin in sorted(allowed | {"https://shop.example.evil", "http://shop.example", "https://shop.example:444", "null", "https://a.shop.example",
                                        "https://shop.example/", "https://shop.example@evil", "http://localhost", "https://evil/https://shop.example"}):
            with self.subTest(origin=origin):
                answer = self.node.call("GET", "/shop/a", headers={"Origin": origin})
                self.assertEqual(answer.status, 200)
                self.assertEqual(answer.headers.get("access-control-allow-origin"), origin if origin in allowed else None)
                self.assertEqual(answer.headers.get("access-control-allow-credentials"), "true" if origin in allowed else None)
                self.assertEqual(answer.headers["vary"], "Accept, Origin")

    def test_preflights_are_answered_here(self):
        Peer.seen.clear()
        asks = {"Origin": "https://shop.example", "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "x-token"}
        answer = self.node.call("OPTIONS", "/shop/a", headers=asks)
        self.assertEqual(answer.status, 204)
        self.assertEqual(answer.headers["access-control-allow-origin"], "https://shop.example")
        self.assertEqual(answer.headers["access-control-allow-headers"], "Content-Type, X-Token")
        self.assertEqual(answer.headers["access-control-max-age"], "600")
        self.assertIn("PUT", answer.headers["access-control-allow-methods"].split(", "))
        self.assertEqual(self.node.call("OPTIONS", "/shop/a", headers={**asks, "Origin": "https://evil.example"}).status, 403)
        for status in (204, 403):
            self.node.log_soon(channel="shop", action="received", status=status)
        plain = self.node.call("OPTIONS", "/shop/a")
        self.assertEqual((plain.status, "access-control-allow-origin" in plain.headers), (204, False))
        self.assertIn("OPTIONS", plain.headers["allow"])
        self.assertEqual(Peer.seen, [])

    def test_a_star_never_goes_with_credentials(self):
        answer = self.node.call("GET", "/open", headers={"Origin": "https://any.example"})
        self.assertEqual(answer.headers["access-control-allow-origin"], "*")
        self.assertNotIn("access-control-allow-credentials", answer.headers)

    def test_redirects(self):
        answer = self.node.call("GET", "/old/a%20b?x=1")
        self.assertEqual((answer.status, answer.headers["location"]), (308, "/new/a%20b?x=1"))
        self.assertEqual(self.node.call("POST", "/away/7?x=1", "body").headers["location"], "https://other.example/x?id=7")
        # "//evil.example" would be another host.
        self.assertEqual(self.node.call("GET", "/bare//evil.example/x").headers["location"], "/evil.example/x")
        self.assertEqual(self.node.log_soon(channel="old")[0]["status"], 308)


class Faults(unittest.TestCase):
    def test_check_refuses_what_would_not_hold(self):
        for http_options, service, word in [
                ("path: /a, cors: { origins: ['*'], credentials: true }", "service: s", "never with origins"),
                ("path: /a, cors: { origins: ['https://a.example/x'] }", "service: s", "is no origin"),
                ("path: /a, response_headers: { set: { Content-Length: '1' } }", "service: s", "where a message ends"),
                ("path: /a, request_headers: { add: { Transfer-Encoding: chunked } }", "service: s", "ends at this hop"),
                ("path: /a, request_headers: { set: { X_Forwarded_For: '1' } }", "service: s", "who called"),
                ("path: /a, response_headers: { set: { 'a b': x } }", "service: s", "is no name of a header"),
                ("path: '/a/{x}', rewrite: '/b/{y}'", "service: s", "is no name of the channel's path"),
                ("path: '/a/{x}', rewrite: '/b/../{x}'", "service: s", "is no path as it is sent on"),
                ("path: '/a/{x}', rewrite: '/b/.{x}'", "service: s", "whole segment"),
                ("path: '/a/{x}'", "redirect: 'https://{x}/'", "is no place"),
                ("path: '/a/{x}'", "redirect: '//evil.example/'", "is no place"),
                ("path: '/a'", "redirect: { to: /b, status: 304 }", "status: 301"),
                ("path: '/a'", "redirect: /b, service: s", "cannot both be given")]:
            with self.subTest(options=http_options, service=service):
                self.assertIn(word, refusal(self, f"channels: {{ a: {{ http: {{ {http_options} }}, {service} }} }}\nservices: {{ s: [ reply: {{ status: 200 }} ] }}\n"))


if __name__ == "__main__":
    unittest.main()
