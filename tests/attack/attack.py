#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Attacks on who may come in, each with a twin that differs in the attack only and must succeed: `make attack`.

A line per attack that got through or twin that did not; the last line says how many were tried, repelled, and how many twins passed.
Exit 1 when anything got through. Rows of ../shared/security.md, section B: JWT confusion, header normalisation, path confusion between rule and
forward, timing and user enumeration, secrets in logs and answers, admin plane.
"""
import base64
import hashlib
import hmac
import json
import os
import stat
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from credentials import Issuer, b64, basic  # noqa: E402
from support import Node, arint, exchange  # noqa: E402

CANARY = "canary-7e21aa"
PLANTED = "c0ffee00c0ffee00c0ffee00c0ffee01"  # no secret: shown on purpose
YAML = """
channels:
  token: { http: { path: /token }, security: partners, service: who }
  ec: { http: { path: /ec }, security: ec, service: who }
  keyed: { http: { path: "/files/{rest*}" }, security: keys, service: who }
  named: { http: { path: /named }, security: users, service: who }
  kept: { http: { path: /kept, methods: [POST] }, security: users, service: who, durable: true, reply: result }
  open: { http: { path: "/open/{rest*}" }, service: who }
config: { planted: "PLANTED" }
services:
  who: [ reply: { body: "{ 'principal': $principal }" } ]
security:
  keys: { api_key: { keys: { acme: "sha256:KEY" } } }
  users: { basic: { users: { alice: "CRYPT", bob: "CRYPT" } } }
  partners: { jwt: { issuer: "https://id.example", audience: orders, jwks: keys/rsa.jwks } }
  ec: { jwt: { issuer: "https://id.example", audience: orders, jwks: keys/ec.jwks } }
"""


class EcIssuer(Issuer):
    """P-256 with openssl; DER becomes the two numbers that JOSE wants."""

    def __init__(self, folder: Path):
        self.pem = folder / "ec.pem"
        subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", self.pem], check=True, capture_output=True)
        der = subprocess.run(["openssl", "pkey", "-in", self.pem, "-pubout", "-outform", "DER"], check=True, capture_output=True).stdout
        self.key = {"kty": "EC", "crv": "P-256", "kid": "one", "alg": "ES256", "x": b64(der[-64:-32]), "y": b64(der[-32:])}

    def sign(self, data: bytes) -> bytes:
        der = super().sign(data)
        first = der[4:4 + der[3]]
        second = der[4 + der[3] + 2:]
        return b"".join(part[-32:].rjust(32, b"\0") for part in (first, second))


class Attacks:
    def __init__(self, node: Node, rsa: Issuer, ec: EcIssuer):
        self.node, self.rsa, self.ec = node, rsa, ec
        self.tried = self.repelled = self.twins = self.passed = 0

    def attack(self, name: str, held: bool, saw="") -> None:
        self.tried += 1
        self.repelled += held
        if not held:
            print(f"GOT THROUGH {name}: {saw}")

    def twin(self, name: str, good: bool, saw="") -> None:
        self.twins += 1
        self.passed += good
        if not good:
            print(f"TWIN FAILED {name}: {saw}")

    def get(self, path: str, headers: dict | None = None):
        return self.node.call("GET", path, headers=headers)

    def bearer(self, token: str, path: str = "/token") -> int:
        return self.get(path, {"Authorization": "Bearer " + token}).status

    def tokens(self) -> None:
        rsa, ec = self.rsa, self.ec
        public = {form: subprocess.run(["openssl", "rsa", "-in", rsa.pem, "-pubout", "-outform", form], check=True, capture_output=True).stdout for form in ("PEM", "DER")}
        self.twin("a token of RSA", self.bearer(rsa.token()) == 200)
        self.twin("a token of P-256", self.bearer(ec.token({"alg": "ES256"}), "/ec") == 200)
        for alg in ("none", "None", "NONE", "nOnE", ""):
            self.attack(f"alg {alg!r}", self.bearer(rsa.token({"alg": alg}, signer=lambda data: b"")) == 401)
        secrets = {"PEM": public["PEM"], "PEM without its line end": public["PEM"].rstrip(), "DER": public["DER"], "modulus": rsa.modulus, "JWK": json.dumps(rsa.key).encode(), "nothing": b""}
        for what, secret in secrets.items():
            for alg, digest in (("HS256", "sha256"), ("HS512", "sha512")):
                forged = rsa.token({"alg": alg}, signer=lambda data, s=secret, d=digest: hmac.digest(s, data, d))
                self.attack(f"{alg} with the public key as {what}", self.bearer(forged) == 401)
        order = bytes.fromhex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")
        for what, blank in {"zeros": bytes(64), "the order": order + order, "r = 0": bytes(32) + b"\x01" * 32, "empty": b"", "DER of zeros": bytes.fromhex("3006020100020100")}.items():
            self.attack(f"ECDSA signature of {what}", self.bearer(ec.token({"alg": "ES256"}, signer=lambda data, b=blank: b), "/ec") == 401)
        self.attack("another algorithm of the same key", self.bearer(rsa.token({"alg": "PS256"})) == 401)
        for kid in ("../../../../dev/null", "/dev/null", "one'--", "' UNION SELECT 'x", "one\0", "https://evil.example/key", "ONE", "$(id)"):
            self.attack(f"kid {kid!r}", self.bearer(rsa.token({"kid": kid})) == 401)
        forger = Issuer(Path(tempfile.mkdtemp()))
        for name, value in {"jwk": forger.key, "jku": "http://127.0.0.1:1/jwks", "x5u": "http://127.0.0.1:1/pem", "x5c": [base64.b64encode(public["DER"]).decode()]}.items():
            self.attack(f"a key of one's own by `{name}`", self.bearer(forger.token({name: value})) == 401)
            self.twin(f"`{name}` is there and not looked at", self.bearer(rsa.token({name: value})) == 200)
        self.attack("crit", self.bearer(rsa.token({"crit": ["exp"], "exp": 1})) == 401)
        self.attack("crit that is empty", self.bearer(rsa.token({"crit": []})) == 401)
        self.attack("b64", self.bearer(rsa.token({"b64": False, "crit": ["b64"]})) == 401)
        now = int(time.time())
        for what, claims in {"expired": {"exp": now - 3600}, "without exp": {"exp": None}, "exp as text": {"exp": str(now + 600)}, "not yet": {"nbf": now + 3600},
                             "another audience": {"aud": "stock"}, "audience with more": {"aud": "orders.evil"}, "another issuer": {"iss": "https://id.example.evil"},
                             "issuer as list": {"iss": ["https://id.example"]}, "no subject": {"sub": None}}.items():
            self.attack(f"a token {what}", self.bearer(rsa.token(**claims)) == 401)
        for typ in ("dpop+jwt", "secevent+jwt", "logout+jwt"):
            self.attack(f"typ {typ}", self.bearer(rsa.token({"typ": typ})) == 401)
        good = rsa.token()
        head, body, signature = good.split(".")
        for what, spelled in {"padding": good + "=", "a blank within": head + ". " + body + "." + signature, "four parts": good + ".x", "another spelling of the last byte": good[:-1] + chr(ord(good[-1]) + 1),
                              "its payload of another": head + "." + rsa.token(sub="root").split(".")[1] + "." + signature, "+ for -": good.replace("-", "+").replace("_", "/")}.items():
            if spelled != good:
                self.attack(f"a token with {what}", self.bearer(spelled) == 401)
        twice = b64(b'{"alg":"none","alg":"RS256","kid":"one"}') + "." + body
        self.attack("a name twice in the header", self.bearer(twice + "." + b64(rsa.sign(twice.encode()))) == 401)
        deep = b64(b'{"alg":"RS256","x":' + b"[" * 3000 + b"]" * 3000 + b"}") + "." + body + "." + signature
        self.attack("a header nested 3000 deep", self.bearer(deep) == 401)
        self.attack("a huge header", self.bearer("a" * 60_000) in (401, 431))

    def headers(self) -> None:
        key = CANARY + "-key"
        self.twin("the key", self.get("/files/a", {"X-API-Key": key}).status == 200)
        self.twin("the key, name in another case", self.get("/files/a", {"x-api-KEY": key}).status == 200)
        for name in ("X_API_Key", "X-API_Key", "X-API-Key ", "X-API-Keys", "Api-Key", "X-Forwarded-User", "X-Principal", "X-Remote-User", "Client-Cert"):
            request = f"GET /files/a HTTP/1.1\r\nHost: a\r\n{name}: {key}\r\nConnection: close\r\n\r\n"
            said = exchange(self.node.port, request.encode()).split(b"\r\n")[0]
            self.attack(f"the key in {name!r}", said.split(b" ")[1:2] in ([b"401"], [b"400"]), said)
        for what, lines in {"twice": [f"X-API-Key: {key}"] * 2, "wrong and right": ["X-API-Key: x", f"x-api-key: {key}"], "folded": ["X-API-Key:", f" {key}"]}.items():
            request = "GET /files/a HTTP/1.1\r\nHost: a\r\n" + "\r\n".join(lines) + "\r\nConnection: close\r\n\r\n"
            said = exchange(self.node.port, request.encode()).split(b"\r\n")[0]
            self.attack(f"the key {what}", said.split(b" ")[1:2] in ([b"401"], [b"400"]), said)
        for guess in ("", " ", "*", "null", hashlib.sha256(key.encode()).hexdigest(), "sha256:" + hashlib.sha256(key.encode()).hexdigest(), key[:-1], key + "x", key.upper()):
            self.attack(f"the key guessed as {guess[:12]!r}...", self.get("/files/a", {"X-API-Key": guess}).status == 401)

    def paths(self) -> None:
        """Whatever is served at a spelling, it is not the guarded channel without its key."""
        for path in ("/open/../files/a", "/open/%2e%2e/files/a", "/open/..%2ffiles/a", "//files/a", "/files//a", "/./files/a", "/files/./a", "/files;x/a", "/files/a;x", "/%66iles/a", "/FILES/a",
                     "/files%00/a", "/files\\a", "/open/..;/files/a", "/files/a?x=/open/", "http://a/files/a", "/files/a%3f", "/files"):
            said = exchange(self.node.port, f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
            status = said.split(b" ")[1:2]
            through = status == [b"200"] and b'"principal":"' in said
            served = status == [b"200"] and (path.startswith("/open") is False)
            self.attack(f"the path {path}", not through and not served, said[:80])
        self.twin("the open channel", self.get("/open/a").status == 200)
        smuggled = "POST /open/a HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /files/a HTTP/1.1\r\nHost: a\r\n\r\n"
        said = exchange(self.node.port, smuggled.encode())
        self.attack("a request behind another's framing", said.startswith(b"HTTP/1.1 400") and said.count(b"HTTP/1.1") == 1, said[:80])

    def users(self) -> None:
        word = CANARY + "-word"
        self.twin("a user", self.get("/named", basic("alice", word)).status == 200)
        known, unknown = self.get("/named", basic("alice", "wrong")), self.get("/named", basic("mallory", "wrong"))

        def shown(answer):
            return answer.status, {n: v for n, v in answer.headers.items() if n not in ("date", "x-correlation-id")}, {n: v for n, v in answer.json.items() if n not in ("cid", "instance")}
        self.attack("users told apart by the answer", shown(known) == shown(unknown), (shown(known), shown(unknown)))

        def ticks() -> int:
            fields = Path(f"/proc/{self.node.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
            return int(fields[11]) + int(fields[12])

        def cost(user: str) -> int:  # CPU of the node, which others on the machine do not change much
            before = ticks()
            for i in range(60):
                self.get("/named", basic(user, f"wrong{i}"))
            return ticks() - before
        a, b = cost("alice"), cost("mallory")
        self.attack("users told apart by the time", a < 10 or 0.5 < b / a < 2, f"{a} and {b} ticks")
        sent = self.node.call("POST", "/kept", "{}", basic("alice", word))
        place = sent.headers.get("location", "/.arint/messages/0")
        self.twin("the status of one's own message", self.get(place, basic("alice", word)).status == 200)
        for headers in ({}, basic("alice", "wrong"), basic("bob", word), {"X-API-Key": CANARY + "-key"}):
            self.attack("the status of another's message", self.get(place, headers).status == 404)

    def admin(self) -> None:
        for path in ("/", "/admin", "/console", "/.arint/", "/.arint/messages/", "/.arint/config", "/metrics", "/health/ready", "/debug", "/.git/config", "/arint.yaml"):
            self.attack(f"the surface at the channels' port: {path}", self.get(path).status in (404, 405))
        for path in ("/", "/config", "/messages", "/reload", "/.arint/messages/"):
            self.attack(f"the surface at the admin port: {path}", self.node.call("GET", path, port=self.node.admin).status == 404)
        socket = self.node.folder / "data/arint.sock"
        self.attack("the control socket is open to others", not socket.exists() or stat.S_IMODE(os.stat(socket).st_mode) == 0o600)

    def canaries(self) -> None:
        self.node.log_soon(fault="refused")

        def places() -> dict[str, str]:
            return {"log": (self.node.folder / "data/actions.log").read_text(), "metrics": self.node.call("GET", "/metrics", port=self.node.admin).body.decode(),
                    "config show": arint("config", "show", self.node.folder).stdout, "answer": self.get("/named", basic("alice", CANARY)).body.decode(),
                    "status": arint("messages", "list", self.node.folder).stdout}
        found = [name for name, text in places().items() if CANARY in text]
        self.attack("secrets in the log, metrics, answers and commands", not found, found)
        # A search that finds nothing proves something only when it can find: these are planted where they must be seen.
        self.get("/open/a", {"traceparent": f"00-{PLANTED}-0000000000000001-01"})
        self.node.log_soon(cid=PLANTED)
        for where in ("config show", "log"):
            self.twin(f"a canary planted in {where} is found", PLANTED in places()[where])


def main() -> int:
    owner = unittest.TestCase()
    try:
        folder = Path(tempfile.mkdtemp())
        rsa, ec = Issuer(folder), EcIssuer(folder)
        crypt = subprocess.run(["openssl", "passwd", "-6", CANARY + "-word"], check=True, capture_output=True, text=True).stdout.strip()
        yaml = YAML.replace("CRYPT", crypt).replace('"PLANTED"', f'"{PLANTED}"').replace("sha256:KEY", "sha256:" + hashlib.sha256((CANARY + "-key").encode()).hexdigest())
        node = Node(owner, yaml=yaml, files={"keys/rsa.jwks": json.dumps({"keys": [rsa.key]}), "keys/ec.jwks": json.dumps(ec.key)}, cores=1)
        all_of_them = Attacks(node, rsa, ec)
        for group in (all_of_them.tokens, all_of_them.headers, all_of_them.paths, all_of_them.users, all_of_them.admin, all_of_them.canaries):
            group()
        print(f"{all_of_them.tried} attacks tried, {all_of_them.repelled} repelled, {all_of_them.passed} of {all_of_them.twins} twins passed")
        return 0 if (all_of_them.repelled, all_of_them.passed) == (all_of_them.tried, all_of_them.twins) else 1
    finally:
        owner.doCleanups()


if __name__ == "__main__":
    sys.exit(main())
