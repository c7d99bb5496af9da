# SPDX-License-Identifier: GPL-3.0-or-later
"""https outgoings against a real TLS server (Python's ssl on OpenSSL): who is trusted, which names and versions, and what is said otherwise."""
import hashlib
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import unittest
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import Node, arint, exchange, free_port, owner_of  # noqa: E402

BODY = b'{"text":"' + b"x" * 300_000 + b'"}'


def openssl(folder: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=60)


def authority(folder: Path, name: str) -> None:
    openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj", f"/CN={name}",
            "-keyout", f"{name}.key", "-out", f"{name}.pem", "-addext", "basicConstraints=critical,CA:TRUE")


def authorities(owner: unittest.TestCase) -> Path:
    """A folder for as long as `owner` runs, with an authority that is trusted here, `ours`, and one that is not, `theirs`."""
    temporary = tempfile.TemporaryDirectory(prefix="arint-tls-")
    owner.addCleanup(temporary.cleanup)
    folder = Path(temporary.name)
    for name in ("ours", "theirs"):
        authority(folder, name)
    return folder


def certificate(folder: Path, name: str, ca: str, names: str, days: int = 20) -> None:
    openssl(folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
    (folder / "names").write_text(f"subjectAltName={names}\n")
    openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", f"{ca}.pem", "-CAkey", f"{ca}.key", "-CAcreateserial", "-days", str(days), "-extfile", "names", "-out", f"{name}.pem")


class Server:
    """Answers every request on a connection with its body's digest; closes a connection that fails its handshake."""

    def __init__(self, folder: Path, identity: str, clients: str | None = None, least=ssl.TLSVersion.TLSv1_2, most=ssl.TLSVersion.TLSv1_3, cut: bool = False):
        self.seen: list[dict] = []
        self.cut = cut
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(folder / f"{identity}.pem", folder / f"{identity}.key")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # old versions are what one of them is about
            self.context.minimum_version, self.context.maximum_version = least, most
        if least < ssl.TLSVersion.TLSv1_2:
            self.context.set_ciphers("ALL:@SECLEVEL=0")
        if clients:
            self.context.verify_mode = ssl.CERT_REQUIRED
            self.context.load_verify_locations(folder / f"{clients}.pem")
        self.context.sni_callback = lambda _, name, __: self.seen.append({"sni": name})
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                plain, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(plain,), daemon=True).start()

    def talk(self, plain: socket.socket):
        try:
            with self.context.wrap_socket(plain, server_side=True) as caller:
                reader = caller.makefile("rb")
                while reader.readline():
                    length = 0
                    while (line := reader.readline()) not in (b"\r\n", b""):
                        if line.lower().startswith(b"content-length:"):
                            length = int(line.split(b":")[1])
                    body = reader.read(length)
                    self.seen.append({"version": caller.version(), "resumed": caller.session_reused, "client": bool(caller.getpeercert()) if self.context.verify_mode else None})
                    answer = b'"%s"' % hashlib.sha256(body).hexdigest().encode()
                    if self.cut:
                        caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + answer)
                        os.close(caller.detach())  # no close_notify: what came may be a part
                        return
                    caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(answer), answer))
        except OSError:
            pass

    def close(self):
        self.listener.close()


class Tls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        owner = owner_of(cls)
        folder = cls.folder = authorities(owner)
        certificate(folder, "good", "ours", "DNS:localhost,IP:127.0.0.1")
        certificate(folder, "named", "ours", "DNS:other.example")
        certificate(folder, "strange", "theirs", "DNS:localhost")
        certificate(folder, "expired", "ours", "DNS:localhost", days=-1)
        certificate(folder, "us", "ours", "DNS:client")
        cls.servers = {
            "good": Server(folder, "good"), "named": Server(folder, "named"), "strange": Server(folder, "strange"), "expired": Server(folder, "expired"),
            "tls12": Server(folder, "good", most=ssl.TLSVersion.TLSv1_2), "tls13": Server(folder, "good", least=ssl.TLSVersion.TLSv1_3),
            "old": Server(folder, "good", least=ssl.TLSVersion.TLSv1, most=ssl.TLSVersion.TLSv1_1), "asks": Server(folder, "good", clients="ours"), "cut": Server(folder, "good", cut=True),
        }
        for server in cls.servers.values():
            owner.addCleanup(server.close)
        plain = socket.create_server(("127.0.0.1", 0))
        owner.addCleanup(plain.close)

        def say_http():
            while True:
                try:
                    caller, _ = plain.accept()
                except OSError:
                    return
                caller.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
                caller.close()
        threading.Thread(target=say_http, daemon=True).start()

        targets = {name: (server.port, "localhost", "tls: { ca: ours.pem }") for name, server in cls.servers.items()}
        targets["address"] = (cls.servers["good"].port, "127.0.0.1", "tls: { ca: ours.pem }")
        targets["system"] = (cls.servers["good"].port, "localhost", "")
        targets["shown"] = (cls.servers["asks"].port, "localhost", "tls: { ca: ours.pem, certificate: us.pem, key: us.key }")
        targets["plain"] = (plain.getsockname()[1], "localhost", "tls: { ca: ours.pem }")
        channels = "".join(f"  {name}: {{ http: {{ path: /{name} }}, service: {name} }}\n" for name in targets) + \
            '  through: { http: { path: "/through/{rest*}" }, forward: good }\n'
        services = "".join(f"  {name}: [ send: {{ to: {name}, into: got }}, reply: {{ body: $got.body }} ]\n" for name in targets)
        outgoing = "".join(f'  {name}: {{ http: {{ url: "https://{host}:{port}", connect_timeout: 20s, {tls} }}, breaker: {{ failures: 0 }} }}\n' for name, (port, host, tls) in targets.items())
        files = {name: (folder / name).read_text() for name in ("ours.pem", "us.pem", "us.key")}
        cls.node = Node.shared(cls, yaml=f"channels:\n{channels}services:\n{services}outgoing:\n{outgoing}", files=files, cores=1,
                               env={"SSL_CERT_FILE": str(folder / "ours.pem")})  # stands for the system's authorities

    def test_a_certificate_of_a_trusted_authority_with_the_right_name_is_talked_to(self):
        digest = hashlib.sha256(BODY).hexdigest()
        for name in ("good", "address", "system", "tls12", "tls13", "shown"):
            with self.subTest(name=name):
                answer = self.node.call("POST", "/" + name, BODY, {"Content-Type": "application/json"})
                self.assertEqual((answer.status, answer.json), (200, digest), answer.body)
        self.assertIn({"sni": "localhost"}, self.servers["good"].seen)
        self.assertIn({"sni": None}, self.servers["good"].seen)  # RFC 6066, 3: an address is no name
        self.assertEqual({seen["version"] for seen in self.servers["tls12"].seen if "version" in seen}, {"TLSv1.2"})
        self.assertEqual({seen["version"] for seen in self.servers["tls13"].seen if "version" in seen}, {"TLSv1.3"})
        self.assertTrue([seen for seen in self.servers["asks"].seen if seen.get("client")])

    def test_a_gateway_route_streams_through_tls(self):
        answer = self.node.call("POST", "/through/a", BODY, {"Content-Type": "application/json"})
        self.assertEqual((answer.status, answer.json), (200, hashlib.sha256(BODY).hexdigest()))

    def test_anybody_else_is_not_sent_a_byte(self):
        wanted = {"named": ("refused", "hostname mismatch"), "strange": ("refused", "issuer certificate"), "expired": ("refused", "expired"),
                  "old": ("refused", "protocol version"), "plain": ("unreachable", "wrong version number"), "asks": ("refused", "certificate required")}
        for name, (fault, words) in wanted.items():
            with self.subTest(name=name):
                answer = self.node.call("POST", "/" + name, {})
                self.assertEqual(answer.status, 502, answer.body)
                line = self.node.log_soon(action="sent", channel=name)[0]
                self.assertEqual(line["fault"], fault, line)
                self.assertIn(words, line["text"])
                self.assertIn("localhost:", line["text"])
                if name in self.servers and name != "asks":
                    self.assertEqual([seen for seen in self.servers[name].seen if "version" in seen], [])

    def test_an_answer_that_ends_without_goodbye_may_be_a_part(self):
        self.assertEqual(self.node.call("POST", "/cut", {}).status, 504)
        self.assertEqual(self.node.log_soon(action="sent", channel="cut")[0]["fault"], "timeout")


class Channels(unittest.TestCase):
    """https channels, called by Python's ssl."""

    @classmethod
    def setUpClass(cls):
        folder = cls.folder = authorities(owner_of(cls))
        certificate(folder, "node", "ours", "DNS:localhost")
        certificate(folder, "us", "ours", "DNS:client")
        certificate(folder, "stranger", "theirs", "DNS:client")
        cls.closed = free_port()  # asks for certificates
        tls = "certificate: node.pem, key: node.key"
        cls.node = Node.shared(cls, files={name: (folder / name).read_text() for name in ("node.pem", "node.key", "ours.pem")}, yaml=(
            f"channels:\n  open: {{ http: {{ path: /open, tls: {{ {tls} }} }}, service: echo }}\n"
            f'  closed: {{ http: {{ path: /closed, listen: "127.0.0.1:{cls.closed}", tls: {{ {tls}, client_ca: ours.pem }} }}, service: echo }}\n'
            "services:\n  echo: [ set: { seen: true } ]\n"))

    def context(self, identity: str | None = None, **versions) -> ssl.SSLContext:
        out = ssl.create_default_context(cafile=str(self.folder / "ours.pem"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            for name, version in versions.items():
                setattr(out, name, version)
        if identity:
            out.load_cert_chain(self.folder / f"{identity}.pem", self.folder / f"{identity}.key")
        return out

    def ask(self, port: int, path: str, context: ssl.SSLContext) -> bytes:
        with socket.create_connection(("127.0.0.1", port), timeout=20) as plain, context.wrap_socket(plain, server_hostname="localhost") as secure:
            secure.sendall(b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % (path.encode(), len(BODY)) + BODY)
            out = b""
            while piece := secure.recv(65536):
                out += piece
            return out

    def test_the_versions_of_today_are_spoken_and_no_older_one(self):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            answer = self.ask(self.node.port, "/open", self.context(minimum_version=version, maximum_version=version))
            self.assertTrue(answer.startswith(b"HTTP/1.1 200 "), answer[:200])
            self.assertTrue(answer.endswith(BODY[:-1] + b',"seen":true}'), answer[-50:])
        old = self.context(minimum_version=ssl.TLSVersion.TLSv1, maximum_version=ssl.TLSVersion.TLSv1_1)
        old.set_ciphers("ALL:@SECLEVEL=0")
        with self.assertRaises(ssl.SSLError):
            self.ask(self.node.port, "/open", old)
        # RFC 9325, 4.2: no key exchange without forward secrecy.
        weak = self.context(maximum_version=ssl.TLSVersion.TLSv1_2)
        weak.set_ciphers("AES128-GCM-SHA256:AES256-GCM-SHA384")
        with self.assertRaises(ssl.SSLError):
            self.ask(self.node.port, "/open", weak)

    def test_only_those_with_a_certificate_of_the_authority_come_in(self):
        self.assertTrue(self.ask(self.closed, "/closed", self.context("us")).startswith(b"HTTP/1.1 200 "))
        for identity in (None, "stranger"):
            with self.assertRaises(OSError):  # of which SSLError is one
                self.ask(self.closed, "/closed", self.context(identity))

    def test_a_renewed_certificate_is_shown_after_a_reload(self):
        def shown() -> bytes:
            with socket.create_connection(("127.0.0.1", self.node.port), timeout=20) as plain, self.context().wrap_socket(plain, server_hostname="localhost") as secure:
                return secure.getpeercert(binary_form=True)
        before = shown()
        certificate(self.folder, "node", "ours", "DNS:localhost")
        for name in ("node.pem", "node.key"):
            (self.node.folder / name).write_bytes((self.folder / name).read_bytes())
        self.assertEqual(arint("reload", self.node.folder).returncode, 0)
        self.assertNotEqual(shown(), before)
        self.assertTrue(self.ask(self.node.port, "/open", self.context()).startswith(b"HTTP/1.1 200 "))

    def test_plain_http_is_not_understood(self):
        self.assertFalse(exchange(self.node.port, b"GET /open HTTP/1.1\r\nHost: localhost\r\n\r\n").startswith(b"HTTP/1.1 2"))


if __name__ == "__main__":
    unittest.main()
