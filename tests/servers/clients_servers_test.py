# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients people use, against a TLS channel: curl, wget, httpx, Node.js and Chromium; and testssl.sh on what the channel offers."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "node"))

from tls_test import authorities, certificate  # noqa: E402

from support import Node, owner_of  # noqa: E402

PAGE = ("<!doctype html><title>waiting</title><body><script>fetch('/echo', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ a: 1 }) })"
        ".then(r => r.json()).then(r => { document.title = 'got ' + JSON.stringify(r) })</script>")
YAML = """
channels:
  hello: {{ http: {{ path: /hello, {tls} }}, service: hello }}
  echo: {{ http: {{ path: /echo, methods: [POST], {tls}, compression: {{}} }}, service: echo, limits: {{ body: 8MiB }} }}
  page: {{ http: {{ path: /page, {tls}, {security} }}, service: page }}
services:
  hello: [ reply: {{ body: "{{ 'hello': 'world', 'agent': $headers.`user-agent` }}" }} ]
  echo: [ set: {{ seen: true }} ]
  page: [ reply: {{ headers: {{ Content-Type: text/html }}, as: text, body: "{page}" }} ]
"""
TLS = "tls: { certificate: node.pem, key: node.key }"
SECURITY = ('response_headers: { set: { Strict-Transport-Security: "max-age=31536000; includeSubDomains", X-Content-Type-Options: nosniff, X-Frame-Options: DENY, '
            "Content-Security-Policy: \"default-src 'self' 'unsafe-inline'\" } }")


class Clients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.folder = authorities(owner_of(cls))
        certificate(folder, "node", "ours", "DNS:localhost,IP:127.0.0.1")
        page = PAGE.replace('"', '\\"')
        cls.node = Node.shared(cls, cores=2, files={name: (folder / name).read_text() for name in ("node.pem", "node.key")},
                               yaml=YAML.format(tls=TLS, security=SECURITY, page=f"\\\"{page}\\\""))
        cls.url = f"https://localhost:{cls.node.port}"
        cls.large = json.dumps({"a": "x" * 3_000_000})
        (folder / "large.json").write_text(cls.large)

    def run_client(self, *words, env: dict | None = None) -> str:
        ran = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=120, env={**os.environ, **(env or {})}, cwd=self.folder)
        self.assertEqual(ran.returncode, 0, ran.stdout[-2000:] + ran.stderr[-2000:])
        return ran.stdout

    def test_curl(self):
        curl = ["curl", "--silent", "--show-error", "--cacert", "ours.pem"]
        for version in ("--tlsv1.3", "--tls-max 1.2"):
            with self.subTest(version):
                told = self.run_client(*curl, *version.split(), f"{self.url}/hello", f"{self.url}/hello", "-w", " %{http_code} %{num_connects} %{http_version}\n")
                self.assertEqual([line.partition("} ")[2] for line in told.splitlines()], ["200 1 1.1", "200 0 1.1"])
        for more in (["-H", "Expect: 100-continue"], ["-H", "Transfer-Encoding: chunked"], ["--compressed"]):
            with self.subTest(more):
                told = self.run_client(*curl, *more, "-H", "Content-Type: application/json", "--data-binary", "@large.json", f"{self.url}/echo")
                self.assertEqual(json.loads(told), {**json.loads(self.large), "seen": True})
        untrusting = subprocess.run(["curl", "--silent", "--cacert", "theirs.pem", f"{self.url}/hello"], cwd=self.folder, timeout=60)
        self.assertEqual(untrusting.returncode, 60)

    def test_wget(self):
        told = self.run_client("wget", "--quiet", "--ca-certificate=ours.pem", "-O", "-", f"{self.url}/hello", f"{self.url}/hello")
        self.assertEqual(told.count('"hello":"world"'), 2)
        told = self.run_client("wget", "--quiet", "--ca-certificate=ours.pem", "-O", "-", "--header=Content-Type: application/json", "--post-file=large.json", f"{self.url}/echo")
        self.assertTrue(json.loads(told)["seen"])

    def test_httpx(self):
        told = self.run_client("/usr/bin/python3", "-c", f"""
import httpx, json
with httpx.Client(verify="ours.pem") as client:
    first = client.get("{self.url}/hello")
    again = client.get("{self.url}/hello")
    def pieces():
        yield b'{{"a": '
        yield b'[1, 2, 3]}}'
    streamed = client.post("{self.url}/echo", content=pieces(), headers={{"Content-Type": "application/json"}})
    large = client.post("{self.url}/echo", content=open("large.json", "rb").read(), headers={{"Content-Type": "application/json"}})
print(json.dumps([first.json()["hello"], again.status_code, streamed.json(), len(large.json()["a"]), large.headers.get("content-encoding")]))
""")
        self.assertEqual(json.loads(told)[:4], ["world", 200, {"a": [1, 2, 3], "seen": True}, 3_000_000])

    def test_node_js(self):
        told = self.run_client("node", "-e", f"""
const url = {json.dumps(self.url)}, https = require('https'), fs = require('fs');
(async () => {{
  const first = await (await fetch(url + '/hello')).json();
  const large = await (await fetch(url + '/echo', {{ method: 'POST', headers: {{ 'Content-Type': 'application/json' }}, body: fs.readFileSync('large.json') }})).json();
  const agent = new https.Agent({{ keepAlive: true, maxSockets: 1 }}), ports = new Set();
  for (let i = 0; i < 5; i++) await new Promise((done, fail) => https.get(url + '/hello', {{ agent }}, r => {{ ports.add(r.socket.localPort); r.resume().on('end', done); }}).on('error', fail));
  const streamed = await new Promise((done, fail) => {{
    const request = https.request(url + '/echo', {{ method: 'POST', agent, headers: {{ 'Content-Type': 'application/json' }} }}, r => {{ let text = ''; r.on('data', d => text += d).on('end', () => done(JSON.parse(text))); }});
    request.on('error', fail); request.write('{{"a": '); request.end('1}}');
  }});
  agent.destroy();
  console.log(JSON.stringify([first.hello, large.a.length, ports.size, streamed]));
}})();
""", env={"NODE_EXTRA_CA_CERTS": str(self.folder / "ours.pem")})
        self.assertEqual(json.loads(told), ["world", 3_000_000, 1, {"a": 1, "seen": True}])

    @unittest.skipUnless(shutil.which("chromium"), "chromium is not installed (apt-get install chromium)")
    def test_chromium(self):
        with tempfile.TemporaryDirectory(prefix="arint-chromium-") as profile:
            told = self.run_client("chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}", "--ignore-certificate-errors", "--virtual-time-budget=10000",
                                   "--dump-dom", f"{self.url}/page")
        self.assertIn('<title>got {"a":1,"seen":true}</title>', told)

    def test_testssl_finds_nothing_above_low(self):
        with tempfile.TemporaryDirectory(prefix="arint-testssl-") as temporary:
            report = Path(temporary) / "report.json"
            ran = subprocess.run(["testssl", "--quiet", "--color", "0", "--warnings", "off", "--nodns", "min", "--jsonfile", str(report), f"{self.url}/page"],
                                 capture_output=True, text=True, timeout=500, stdin=subprocess.DEVNULL)
            self.assertTrue(report.exists(), ran.stdout[-2000:] + ran.stderr[-2000:])
            findings = json.loads(report.read_text())
        # It has looked at protocols, ciphers, headers and the known holes.
        self.assertGreater(len(findings), 80)
        self.assertEqual({one["finding"] for one in findings if one["id"] == "TLS1_3"}, {"offered with final"})
        above = [one for one in findings if one["severity"] in ("MEDIUM", "HIGH", "CRITICAL", "FATAL") and not one["id"].startswith("cert_")]
        self.assertEqual(above, [])


if __name__ == "__main__":
    unittest.main()
