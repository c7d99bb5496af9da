# SPDX-License-Identifier: GPL-3.0-or-later
"""What a listener of HTTP channels tells callers and believes of them: certificates by name, tickets, client certificates, PROXY headers, X-Forwarded-*."""
import http.client
import json
import socket
import ssl
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import Node, arint, free_port, owner_of, refusal, until  # noqa: E402
from tls_test import authorities, certificate, openssl  # noqa: E402

GET = b"GET %s HTTP/1.1\r\nHost: localhost\r\n%sConnection: close\r\n\r\n"


def read_all(connection) -> bytes:
    out = b""
    try:
        while piece := connection.recv(65536):
            out += piece
    except ConnectionResetError:
        pass
    return out


class TlsListeners(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.folder = authorities(owner_of(cls))
        certificate(folder, "node", "ours", "DNS:localhost")
        certificate(folder, "exact", "ours", "DNS:api.example,DNS:other.example")
        certificate(folder, "wild", "ours", "DNS:*.example")
        certificate(folder, "us", "ours", "DNS:partner.example,email:ops@partner.example")
        certificate(folder, "stranger", "theirs", "DNS:partner.example")
        for name in ("exact", "wild"):
            (folder / f"{name}-all.pem").write_bytes((folder / f"{name}.pem").read_bytes() + (folder / f"{name}.key").read_bytes())
        openssl(folder, "ocsp", "-issuer", "ours.pem", "-cert", "node.pem", "-reqout", "ask.der")
        serial = subprocess.run(["openssl", "x509", "-in", "node.pem", "-noout", "-serial"], cwd=folder, capture_output=True, text=True, check=True).stdout.split("=")[1].strip()
        (folder / "index.txt").write_text(f"V\t400101000000Z\t\t{serial}\tunknown\t/CN=node\n")
        openssl(folder, "ocsp", "-index", "index.txt", "-rsigner", "ours.pem", "-rkey", "ours.key", "-CA", "ours.pem", "-reqin", "ask.der", "-respout", "node.ocsp", "-ndays", "7")
        names = ("node.pem", "node.key", "ours.pem", "exact-all.pem", "wild-all.pem")
        cls.ports = {name: free_port() for name in ("named", "optional", "required", "by_name", "new")}
        tls = "certificate: node.pem, key: node.key"
        options = {"named": "more: [wild-all.pem, exact-all.pem], ocsp: node.ocsp", "optional": "client_ca: ours.pem, verify: optional",
                   "required": "client_ca: ours.pem, verify: required, principal: sha256", "by_name": "client_ca: ours.pem, principal: name", "new": 'least: "1.3"'}
        cls.node = Node.shared(cls, cores=2, files={name: (folder / name).read_text() for name in names}, wait=False, yaml="channels:\n" + "".join(
            f'  {name.replace("_", "-")}: {{ http: {{ path: "/{{any*}}", listen: "127.0.0.1:{port}", tls: {{ {tls}, {options[name]} }} }}, service: who }}\n' for name, port in cls.ports.items()) +
            "services:\n  who: [ reply: { body: \"{ 'principal': $principal, 'peer': $message.peer }\" } ]\n")
        cls.node.kill()
        (cls.node.folder / "node.ocsp").write_bytes((folder / "node.ocsp").read_bytes())
        cls.node.start()

    def context(self, identity: str | None = None, **more) -> ssl.SSLContext:
        out = ssl.create_default_context(cafile=str(self.folder / "ours.pem"))
        out.check_hostname = False
        for name, value in more.items():
            setattr(out, name, value)
        if identity:
            out.load_cert_chain(self.folder / f"{identity}.pem", self.folder / f"{identity}.key")
        return out

    def ask(self, port: int, context: ssl.SSLContext, name: str | None = "localhost", session=None):
        """(body as JSON, certificate shown, session, whether it was resumed)"""
        with socket.create_connection(("127.0.0.1", port), timeout=20) as plain, context.wrap_socket(plain, server_hostname=name, session=session) as secure:
            secure.sendall(GET % (b"/x", b"Client-Cert: :bGllcw==:\r\nX-Principal: CN=liar\r\n"))
            answer = read_all(secure)
            self.assertTrue(answer.startswith(b"HTTP/1.1 200 "), answer[:200])
            return json.loads(answer.partition(b"\r\n\r\n")[2]), secure.getpeercert(), secure.session, secure.session_reused

    def test_the_certificate_goes_by_the_name_that_is_asked_for(self):
        wanted = {"api.example": "exact", "API.Example": "exact", "other.example": "exact", "www.example": "wild", "a.b.example": "node", "example": "node", "localhost": "node", None: "node"}
        for name, certificate_of in wanted.items():
            with self.subTest(name):
                subject = dict(field[0] for field in self.ask(self.ports["named"], self.context(), name)[1]["subject"])
                self.assertEqual(subject["commonName"], certificate_of)

    def test_what_the_authority_says_is_stapled(self):
        said = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{self.ports['named']}", "-status", "-servername", "localhost"], input="", capture_output=True, text=True, timeout=30).stdout
        self.assertIn("OCSP Response Status: successful", said)
        self.assertRegex(said, r"Cert Status: good")
        other = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{self.ports['named']}", "-status", "-servername", "api.example"], input="", capture_output=True, text=True, timeout=30).stdout
        self.assertIn("OCSP response: no response sent", other)

    def test_sessions_are_resumed_on_every_core_and_after_a_reload(self):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            for name in ("localhost", "api.example"):
                with self.subTest(version=version, name=name):
                    context = self.context(minimum_version=version, maximum_version=version)
                    session = self.ask(self.ports["named"], context, name)[2]
                    # The kernel deals connections out to two cores: sixteen of them meet both.
                    self.assertTrue(all(self.ask(self.ports["named"], context, name, session)[3] for _ in range(16)))
                    self.assertEqual(arint("reload", self.node.folder).returncode, 0)
                    self.assertTrue(self.ask(self.ports["named"], context, name, session)[3])

    def test_a_session_of_one_listener_opens_no_other_that_asks_for_more(self):
        context = self.context()
        session = self.ask(self.ports["named"], context)[2]
        with self.assertRaises((OSError, AssertionError)):
            self.ask(self.ports["required"], context, session=session)

    def test_who_the_caller_is_comes_from_his_certificate_alone(self):
        self.assertEqual(self.ask(self.ports["optional"], self.context("us"))[0]["principal"], "CN=us")
        self.assertNotIn("principal", self.ask(self.ports["optional"], self.context())[0])
        self.assertRegex(self.ask(self.ports["required"], self.context("us"))[0]["principal"], r"^[0-9a-f]{64}$")
        self.assertEqual(self.ask(self.ports["by_name"], self.context("us"))[0]["principal"], "partner.example")
        self.assertNotIn("principal", self.ask(self.ports["named"], self.context("us"))[0])
        for port, identity in (("required", None), ("required", "stranger"), ("optional", "stranger"), ("by_name", None)):
            with self.subTest(port=port, identity=identity), self.assertRaises((OSError, AssertionError)):
                self.ask(self.ports[port], self.context(identity))
        context = self.context("us")
        session = self.ask(self.ports["optional"], context)[2]
        answer, _, _, resumed = self.ask(self.ports["optional"], context, session=session)
        self.assertEqual((answer["principal"], resumed), ("CN=us", True))

    def test_the_least_version_is_kept(self):
        self.ask(self.ports["new"], self.context())
        with self.assertRaises(OSError):
            self.ask(self.ports["new"], self.context(maximum_version=ssl.TLSVersion.TLSv1_2))

    def test_kept_connections_outlive_a_renewed_certificate(self):
        connection = http.client.HTTPSConnection("127.0.0.1", self.ports["named"], timeout=20, context=self.context())
        connection.request("GET", "/x")
        self.assertEqual(connection.getresponse().read()[:1], b"{")
        local = connection.sock.getsockname()
        certificate(self.folder, "wild", "ours", "DNS:*.example,DNS:fresh.test")
        (self.node.folder / "wild-all.pem").write_bytes((self.folder / "wild.pem").read_bytes() + (self.folder / "wild.key").read_bytes())
        self.assertEqual(arint("reload", self.node.folder).returncode, 0)
        connection.request("GET", "/x")
        self.assertEqual(connection.getresponse().read()[:1], b"{")
        self.assertEqual(connection.sock.getsockname(), local)
        connection.close()
        shown = self.ask(self.ports["named"], self.context(), "fresh.test")[1]
        self.assertIn(("DNS", "fresh.test"), shown["subjectAltName"])

    def test_check_says_what_does_not_fit(self):
        for tls, words in (("verify: required", "needs the authorities"), ("ocsp: ours.pem", "no successful OCSP answer"), ("more: [ours.pem]", "cannot use the key"), ('least: "1.1"', "1.2")):
            with self.subTest(tls):
                yaml = f'channels:\n  c: {{ http: {{ path: /x, tls: {{ certificate: node.pem, key: node.key, {tls} }} }}, service: s }}\nservices:\n  s: [ reply: {{ body: 1 }} ]\n'
                node = Node(self, yaml=yaml, files={name: (self.folder / name).read_text() for name in ("node.pem", "node.key", "ours.pem")}, wait=False)
                node.kill()
                said = arint("check", node.folder)
                self.assertEqual(said.returncode, 2)
                self.assertIn(words, said.stdout + said.stderr)


class Believed(unittest.TestCase):
    """PROXY headers and X-Forwarded-* fields: from whom they are taken."""

    @classmethod
    def setUpClass(cls):
        folder = authorities(owner_of(cls))
        certificate(folder, "node", "ours", "DNS:localhost")
        cls.back = free_port()
        cls.ports = {name: free_port() for name in ("proxied", "secure", "trusted", "plain", "step", "trusted_step")}
        options = {"proxied": 'proxies: [127.0.0.0/8], trusted: [192.0.2.0/24]', "secure": "proxies: [127.0.0.1], tls: { certificate: node.pem, key: node.key }", "trusted": "trusted: [127.0.0.1]", "plain": ""}
        cls.node = Node.shared(cls, cores=1, files={name: (folder / name).read_text() for name in ("node.pem", "node.key")}, yaml="channels:\n" + "".join(
            f'  {name}: {{ http: {{ path: "/{{any*}}", listen: "127.0.0.1:{port}", {options[name]} }}, forward: back }}\n' for name, port in cls.ports.items() if name in options) +
            f'  back: {{ http: {{ path: "/{{any*}}", listen: "127.0.0.1:{cls.back}" }}, service: echo }}\n'
            f'  six: {{ http: {{ path: "/{{any*}}", listen: "[::1]:{cls.back}" }}, service: echo }}\n'
            f'  local: {{ http: {{ path: "/{{any*}}", listen: "unix:{folder}/sock" }}, service: echo }}\n'
            f'  step: {{ http: {{ path: "/{{any*}}", listen: "127.0.0.1:{cls.ports["step"]}" }}, service: pass }}\n'
            f'  trusted-step: {{ http: {{ path: "/{{any*}}", listen: "127.0.0.1:{cls.ports["trusted_step"]}", trusted: [127.0.0.1] }}, service: pass }}\n'
            f'services:\n  echo: [ reply: {{ body: "{{ \'peer\': $message.peer, \'headers\': $headers }}" }} ]\n  pass: [ forward: back ]\n'
            f'outgoing:\n  back: {{ http: {{ url: "http://127.0.0.1:{cls.back}" }} }}\n')
        cls.socket_file = f"{folder}/sock"

    def ask(self, name: str, head: bytes = b"", fields: bytes = b"", secure: bool = False) -> dict | None:
        """What the back end was told; None when the connection was closed without an answer."""
        with socket.create_connection(("127.0.0.1", self.ports[name]), timeout=20) as connection:
            if head:
                connection.sendall(head)
            if secure:
                context = ssl.create_default_context()
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
                try:
                    connection = context.wrap_socket(connection)
                except OSError:
                    return None
            try:
                connection.sendall(GET % (b"/x", fields))
                answer = read_all(connection)
            except OSError:
                return None
            finally:
                connection.close()
        if not answer.startswith(b"HTTP/1.1 200"):
            self.assertFalse(answer.startswith(b"HTTP/1.1 2"))
            return None
        return json.loads(answer.partition(b"\r\n\r\n")[2])["headers"]

    def test_a_proxy_header_says_who_the_caller_is(self):
        binary = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c" + bytes([198, 51, 100, 7, 127, 0, 0, 1]) + b"\x30\x39\0\x50"
        six = b"PROXY TCP6 2001:db8::7 ::1 1234 80\r\n"
        for head, peer in ((b"PROXY TCP4 198.51.100.7 127.0.0.1 1234 80\r\n", "198.51.100.7"), (binary, "198.51.100.7"), (six, "2001:db8::7"),
                           (b"PROXY UNKNOWN\r\n", "127.0.0.1"), (b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0", "127.0.0.1")):
            for name, secure in (("proxied", False), ("secure", True)):
                with self.subTest(head=head, name=name):
                    self.assertEqual(self.ask(name, head, secure=secure)["x-forwarded-for"], peer)

    def test_without_one_or_with_a_broken_one_nobody_is_let_in(self):
        for head in (b"", b"PROXY TCP4 198.51.100.7\r\n", b"PROXY TCP4 198.51.100.7 127.0.0.1 1234 99999\r\n", b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x02ab", b"PROXY tcp4 1.2.3.4 1.2.3.4 1 1\r\n"):
            with self.subTest(head):
                self.assertIsNone(self.ask("proxied", head))

    def test_from_anybody_else_it_is_no_request(self):
        self.assertIsNone(self.ask("plain", b"PROXY TCP4 198.51.100.7 127.0.0.1 1234 80\r\n"))

    def test_forwarded_fields_are_written_anew_but_for_whom_is_trusted(self):
        lies = (b"X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: bank.example\r\nForwarded: for=203.0.113.9\r\nClient-Cert: :YQ==:\r\n"
                b"Client-Cert-Chain: :YQ==:\r\nX-Real-IP: 203.0.113.9\r\nx_forwarded_for: 203.0.113.9\r\nX-FORWARDED-SERVER: a\r\n")
        # A channel that forwards, and a flow with the step.
        for plain, trusted in (("plain", "trusted"), ("step", "trusted_step")):
            told, believed = self.ask(plain, fields=lies), self.ask(trusted, fields=lies)
            self.assertEqual((told["x-forwarded-for"], told["x-forwarded-proto"], told["x-forwarded-host"]), ("127.0.0.1", "http", "localhost"))
            self.assertEqual((believed["x-forwarded-for"], believed["x-forwarded-proto"], believed["x-forwarded-host"]), ("203.0.113.9, 127.0.0.1", "https", "bank.example"))
            for headers in (told, believed):
                self.assertFalse({"forwarded", "client-cert", "client-cert-chain", "x-real-ip", "x_forwarded_for", "x-forwarded-server"} & set(headers), headers)
        # Behind a proxy it is the caller it names that is trusted or not, not the proxy.
        self.assertEqual(self.ask("proxied", b"PROXY TCP4 192.0.2.5 127.0.0.1 1 80\r\n", lies)["x-forwarded-for"], "203.0.113.9, 192.0.2.5")
        self.assertEqual(self.ask("proxied", b"PROXY TCP4 198.51.100.7 127.0.0.1 1 80\r\n", lies)["x-forwarded-for"], "198.51.100.7")

    def test_both_families_and_a_socket_file(self):
        with socket.create_connection(("::1", self.back), timeout=20) as connection:
            connection.sendall(GET % (b"/x", b""))
            self.assertIn(b'"peer":"::1"', read_all(connection))
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(20)
            connection.connect(self.socket_file)
            connection.sendall(GET % (b"/x", b""))
            self.assertIn(b'"peer":"unix"', read_all(connection))


class Crowds(unittest.TestCase):
    def test_an_address_has_so_many_connections_and_others_have_theirs(self):
        node = Node(self, cores=2, yaml="channels: { c: { http: { path: /x, connections_per_address: 5 }, service: s } }\nservices: { s: [ reply: { body: 1 } ] }\n")

        def connect(source: str = "127.0.0.1") -> socket.socket:
            made = socket.create_connection(("127.0.0.1", node.port), 20, source_address=(source, 0))
            self.addCleanup(made.close)
            return made

        def ask(connection: socket.socket) -> int:
            connection.sendall(b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
            return int(connection.recv(65536).split(b" ")[1])
        kept = [connect() for _ in range(5)]
        self.assertEqual([ask(one) for one in kept], [200] * 5)
        self.assertEqual([ask(connect()) for _ in range(3)], [503] * 3)
        self.assertEqual(ask(connect("127.0.0.2")), 200)
        self.assertEqual([ask(one) for one in kept], [200] * 5)
        kept[0].close()
        until(lambda: ask(connect()) == 200, "a place became free")

    def test_check_wants_one_limit_for_one_address(self):
        self.assertIn("all channels of one address share them", refusal(self, "channels:\n  a: { http: { path: /a, connections_per_address: 5 }, service: s }\n"
                                                                              "  b: { http: { path: /b }, service: s }\nservices: { s: [ reply: { body: 1 } ] }\n"))


if __name__ == "__main__":
    unittest.main()
