# SPDX-License-Identifier: GPL-3.0-or-later
"""Ten and more wrong things in one project, in four files: `arint check` tells all in one run, each with its place, the value, what is
allowed, and the nearest name."""
import re
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import arint  # noqa: E402

FILES = {
    "arint.yaml": """\
node: { listen: "127.0.0.1:8080", drain_timout: 5s }
log: { when_full: ignore, keep_files: -1 }
chanels: {}
channels:
  orders:
    http: { path: orders, methods: [PSOT] }
    format: [jsn]
    service: accept-ordr
    timeout: 5 parsecs
    limits: { body: 1MB }
  both: { http: { path: /both }, service: accept-order, forward: erp }
services:
  accept-order:
    - sett: { total: 1 }
    - set: { total: "$sum(items.price" }
    - send: { to: erpp, body: id }
    - validate: { schema: schemas/ordr.json }
    - map: { file: maps/order.jsonata }
    - map: "{ 'a': $lenght(name) }"
    - send: { to: far, sql: "select ':id" }
    - route: [ { when: total >= 10, do: [ fail: { fault: rejcted, message: no } ] } ]
outgoing:
  erp: { http: { url: "ftp://erp" }, in_flight: 0 }
  db: { sql: { url: "postgresql://u@h/d", password: "${env:ARINT_NOT_SET}", tls: maybe } }
  far: { sql: { url: "postgresql://h:99999/d" } }
""",
    "conf.d/10-more.yaml": "outgoing:\n  erp: { http: { url: \"http://127.0.0.1:1\" } }\nservices:\n  broken: [ delay: soon ]\n",
    "conf.d/20-broken.yaml": "services:\n  open: [ set: { a: 1 }\n",
    "maps/order.jsonata": "{\n  'id': id,\n  'total': $summ(items.price)\n}\n",
}

# Place, and what stands in its line.
EXPECTED = [
    ("arint.yaml:1:35", '"drain_timout"', "drain_timeout"),
    ("arint.yaml:2:19", '"ignore"', "refuse", "drop"),
    ("arint.yaml:2:39", "-1", "from 0 to"),
    ("arint.yaml:3:1", '"chanels"', "channels"),
    ("arint.yaml:6:11", '"orders"', "begins with /"),
    ("arint.yaml:6:37", '"PSOT"', "POST"),
    ("arint.yaml:7:14", '"jsn"', "json"),
    ("arint.yaml:8:14", '"accept-ordr"', "accept-order"),
    ("arint.yaml:9:14", '"5 parsecs"', "ms", "h"),
    ("arint.yaml:10:21", '"1MB"', "MiB"),
    ("arint.yaml:11:57", "service", "forward"),
    ("arint.yaml:14:7", '"sett"', "set"),
    ("arint.yaml:15:38", "expected"),
    ("arint.yaml:16:19", '"erpp"', "erp"),
    ("arint.yaml:17:27", '"schemas/ordr.json"', "No such file"),
    ("maps/order.jsonata:3:12", "$summ", "did you mean $sum?"),
    ("arint.yaml:19:20", "$lenght", "did you mean $length?"),
    ("arint.yaml:20:37", "quote is not closed"),  # though its outgoing is wrong too
    ("arint.yaml:21:58", "services.accept-order[7].route[0].do[0].fail.fault", '"rejcted"', "did you mean", '"rejected"'),
    ("arint.yaml:23:16", '"ftp://"', "http://"),
    ("arint.yaml:23:49", '"0"', "from 1 to"),
    ("arint.yaml:24:54", "ARINT_NOT_SET", "not set"),
    ("arint.yaml:24:82", '"maybe"', "verify-full"),
    ("arint.yaml:25:22", "99999", "1 to 65535"),
    ("conf.d/10-more.yaml:2:3", "defined twice", "arint.yaml:23:3"),
    ("conf.d/10-more.yaml:4:20", '"soon"', "ms"),
    ("conf.d/20-broken.yaml:3:1", "not valid YAML", "closing bracket"),
]


class Configuration(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="arint-check-")
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        for name, text in FILES.items():
            (self.folder / name).parent.mkdir(exist_ok=True)
            (self.folder / name).write_text(text)

    def test_every_fault_of_every_file_is_told_in_one_run(self):
        done = arint("check", self.folder)
        self.assertEqual(done.returncode, 2)
        lines = done.stderr.splitlines()
        places = [re.match(r"([\w./-]+:\d+:\d+): ", line) for line in lines]
        self.assertTrue(all(places), done.stderr)
        self.assertGreaterEqual(len({place[1] for place in places}), len(EXPECTED) - 1)
        for place, *words in EXPECTED:
            with self.subTest(place=place):
                here = [line for line in lines if line.startswith(place + ": ")]
                self.assertTrue(here, done.stderr)
                self.assertTrue(any(all(word in line for word in words) for line in here), here)

    def test_the_same_stops_a_start_and_opens_nothing(self):
        done = arint("run", self.folder)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("arint.yaml:1:35: ", done.stderr)
        self.assertFalse((self.folder / "data").exists())


if __name__ == "__main__":
    unittest.main()
