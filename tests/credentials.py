# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials for tests, made with openssl and Python: nothing of ours takes part in making what ours must judge."""
import base64
import hashlib
import hmac
import json
import subprocess
import time
from pathlib import Path


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def basic(user: str, password: str) -> dict:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def webhook_signature(key: bytes, name: str, at: str, body: bytes) -> str:
    """Standard Webhooks, `v1`."""
    return "v1," + base64.b64encode(hmac.new(key, f"{name}.{at}.".encode() + body, hashlib.sha256).digest()).decode()


def webhook_signature_of(key: bytes, call) -> str:
    """What a call that a peer got is to be signed with."""
    return webhook_signature(key, call.headers["webhook-id"], call.headers["webhook-timestamp"], call.body)


class Issuer:
    """Signs tokens with openssl's RSA, which shares no code with what verifies them."""

    def __init__(self, folder: Path):
        self.pem = folder / "issuer.pem"
        subprocess.run(["openssl", "genpkey", "-quiet", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", self.pem], check=True)
        said = subprocess.run(["openssl", "rsa", "-in", self.pem, "-noout", "-modulus"], check=True, capture_output=True, text=True).stdout
        self.modulus = bytes.fromhex(said.strip().split("=")[1])
        self.key = {"kty": "RSA", "kid": "one", "alg": "RS256", "n": b64(self.modulus), "e": "AQAB"}

    def sign(self, data: bytes) -> bytes:
        return subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.pem], input=data, check=True, capture_output=True).stdout

    def token(self, header: dict | None = None, signer=None, **claims) -> str:
        whole = {"iss": "https://id.example", "aud": "orders", "sub": "acme", "exp": int(time.time()) + 600, "scope": "orders.write", **claims}
        data = b64(json.dumps({"alg": "RS256", "kid": "one", "typ": "JWT", **(header or {})}).encode()) + "." + b64(json.dumps(whole).encode())
        return data + "." + b64((signer or self.sign)(data.encode()))
