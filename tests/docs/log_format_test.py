# SPDX-License-Identifier: GPL-3.0-or-later
"""src/log/FORMAT.md is enough to prove an action log without ARINT: SHA-256, and openssl for the signatures."""
import hashlib
import json
import re
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import Node  # noqa: E402

YAML = ("channels: { a: { http: { path: /a }, service: s } }\n"
        "services: { s: [ log: \"hello\", reply: { status: 200, body: \"'hi'\" } ] }\n")


def sha(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


class LogFormat(unittest.TestCase):
    def setUp(self):
        self.node = Node(self, yaml=YAML)
        for _ in range(3):
            self.assertEqual(self.node.call("GET", "/a").status, 200)
        self.assertEqual(self.node.stop(), 0)
        self.data = self.node.folder / "data"

    def seal_is_good(self, line: bytes) -> dict:
        record = json.loads(line)
        self.assertEqual(sha(line[:line.rindex(b',"hash":')]), record["hash"])
        if "signed" in record:
            message, signature = self.node.folder / "message", self.node.folder / "signature"
            message.write_text("arint action log " + record["hash"])
            signature.write_bytes(bytes.fromhex(record["signature"]))
            subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", self.data / "node.pub", "-rawin", "-in", message,
                            "-sigfile", signature], check=True, stdout=subprocess.DEVNULL, timeout=60)
        return record

    def test_the_chain_is_as_the_page_says(self):
        head, *lines = (self.data / "actions.log").read_bytes().splitlines(keepends=True)
        first = self.seal_is_good(head.rstrip(b"\n"))
        self.assertEqual(first["signed"], sha(bytes.fromhex(first["public_key"]))[:16])
        self.assertEqual(first["previous"], "0" * 64)
        previous, content, sequence, blocks = first["hash"], [], 0, 0
        for line in lines:
            if not line.startswith(b'{"block":'):
                sequence += 1
                self.assertEqual(list(json.loads(line))[:3], ["time", "sequence", "node"])
                self.assertEqual(json.loads(line)["sequence"], sequence)
                content.append(line)
                continue
            blocks += 1
            block = self.seal_is_good(line.rstrip(b"\n"))
            self.assertEqual((block["block"], block["lines"], block["previous"]), (blocks, len(content), previous))
            self.assertEqual(block["content"], sha(b"".join(content)))
            previous, content = block["hash"], []
        self.assertEqual(content, [])
        anchor = self.seal_is_good((self.data / "actions.anchor").read_bytes().rstrip(b"\n"))
        self.assertEqual((anchor["block"], anchor["sequence"], anchor["head"]), (blocks, sequence, previous))

    def test_the_page_names_every_field(self):
        page = (Path(__file__).resolve().parents[2] / "src/log/FORMAT.md").read_text()
        for line in (self.data / "actions.log").read_text().splitlines():
            for name in json.loads(line):
                self.assertTrue(re.search(rf"[`\"]{name}[`\"]", page), name)


if __name__ == "__main__":
    unittest.main()
