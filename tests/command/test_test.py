# SPDX-License-Identifier: GPL-3.0-or-later
"""`arint test`: what passes, what fails and how that is shown, faults in test files, --filter, --junit, --watch, and the time of all examples."""
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree as xml
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import ARINT, ROOT, SANITIZED, arint, until  # noqa: E402

PROJECT = """
channels:
  orders: { http: { path: /orders, methods: [POST] }, service: take }
  again: { http: { path: "/orders/{id}", methods: [PUT, GET] }, service: take }
  gate: { http: { path: "/gate/{rest*}", rewrite: "/v2/{rest}" }, forward: erp }
  safe: { http: { path: /safe, methods: [POST] }, durable: true, service: deliver }
  tick: { timer: { every: 10s, times: 3 }, service: note }
  rows: { file: { folder: ., records: true }, format: csv, service: note }
services:
  take:
    - send: { to: erp, path: "/book/{id}", headers: { X-Kind: "{kind}" }, into: booked }
    - reply: { status: 201, body: "{ 'booking': $booked.body.booking, 'text': $booked.body }" }
  deliver: [ send: { to: erp, path: /safe } ]
  note: [ send: { to: db, sql: "insert into notes values (:count, :sku)" } ]
outgoing:
  erp: { http: { url: "http://${env:ERP}" }, timeout: 2s, retry: { for: 1h, initial: 1s } }
  db: { sql: { url: "postgresql://nobody@127.0.0.1:1/none" } }
"""
ENV = "env: { ERP: \"127.0.0.1:1\" }\ntests:\n"


class Tests(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="arint-tests-")
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        (self.folder / "tests").mkdir()
        self.write("arint.yaml", PROJECT)

    def write(self, name: str, text: str) -> Path:
        """In one step: a watcher never sees half of it."""
        (self.folder / "half").write_text(text)
        return (self.folder / "half").rename(self.folder / name)

    def run_tests(self, text: str, *options: str, shared: str = ENV) -> subprocess.CompletedProcess:
        lines = "".join("  " + line + "\n" for line in text.strip("\n").splitlines())
        self.write("tests/a.test.yaml", shared + lines)
        return arint("test", self.folder, *options)

    def passes(self, text: str, count: int = 1) -> None:
        done = self.run_tests(text)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        self.assertRegex(done.stdout, rf"^{count} passed, 0 failed in ")

    def test_answers_and_what_was_sent(self):
        self.passes("""
- name: a template, a header, a body as it came
  peers: { erp: { status: 201, body: { booking: B-7 } } }
  send: { channel: orders, body: { id: 7, kind: small } }
  reply: { status: 201, headers: { content-type: application/json }, body: { booking: B-7 } }
  expect: { erp: [ { method: POST, path: /book/7, headers: { x-kind: small }, body: { id: 7 } } ] }
- name: answers in their order, by what was asked, and for ever
  peers: { erp: [ { when: { path: /book/9 }, body: { booking: nine } }, { body: { booking: first } }, { text: plain, headers: { Content-Type: text/plain } } ] }
  steps:
    - { send: { channel: orders, body: { id: 1 } }, reply: { body: { booking: first } } }
    - { send: { channel: orders, body: { id: 9 } }, reply: { body: { booking: nine } } }
    - { send: { channel: orders, body: { id: 2 } }, reply: { body: { text: plain } } }
    - { send: { channel: orders, body: { id: 3 }, times: 3 }, reply: { body: { text: "~ ^pl" } }, expect: { erp: [ { id: 1 }, { id: 9 }, { id: 2 }, { id: 3 }, { id: 3 }, { id: 3 } ] } }
- name: bytes, a path with a parameter, a method
  send: { channel: again, method: PUT, path: /orders/4, text: '{ "id": 4 }' }
  reply: 201
  expect: { erp: [ { path: /book/4 } ] }
- name: what the channel refuses
  steps:
    - { send: { channel: orders, body: {}, headers: { Content-Type: image/png } }, reply: 415 }
    - { send: { channel: orders, method: DELETE }, reply: { status: 405, headers: { allow: "~ POST" } } }
- name: a gateway route, rewritten
  peers: { erp: { status: 203, headers: { X-From: erp }, body: { a: 1 } } }
  send: { channel: gate, method: POST, path: /gate/a/b, query: "q=1", body: { n: 1 } }
  reply: { status: 203, headers: { x-from: erp }, body: { a: 1 } }
  expect: { erp: [ { method: POST, path: /v2/a/b, query: "q=1", body: { n: 1 } } ] }
""", 5)

    def test_faults_delays_and_the_clock(self):
        self.passes("""
- name: unreachable twice, then well
  peers: { erp: unreachable 2 times }
  send: { channel: orders, body: { id: 8 } }
  reply: 201
  expect: { erp: [ { id: 8 } ], metric: { 'arint_outgoing_faults_total{outgoing="erp",fault="unreachable"}': 2 } }
- name: a peer that takes longer than the outgoing waits
  peers: { erp: [ { after: 1500ms, times: 1 }, { after: 3s } ] }
  steps:
    - { send: { channel: orders, body: { id: 8 } }, reply: 201 }
    - { send: { channel: orders, body: { id: 9 } }, reply: 504, expect: { erp: [ { id: 8 }, { id: 9 } ], log: [ { action: sent, fault: timeout, duration_us: "~ ^2000" } ] } }
- name: what a peer says when it rejects, refuses, is busy
  steps:
    - { peers: { erp: { status: 422, body: { no: 1 } } }, send: { channel: orders, body: { id: 1 } }, reply: 502 }
    - { peers: { erp: { fault: refused } }, send: { channel: orders, body: { id: 1 } }, reply: 502 }
    - { peers: { erp: [ { fault: busy, retry_after: 5s, times: 1 }, ok ] }, send: { channel: orders, body: { id: 2 } }, reply: 201, expect: { erp: [ {}, {}, { id: 2 }, { id: 2 } ] } }
- name: a durable channel answers at once, and delivers for hours
  peers: { erp: unreachable 12 times }
  steps:
    - { send: { channel: safe, body: { id: 1 } }, reply: { status: 202, headers: { Location: "~ ^/.arint/messages/[0-9a-f]{32}$" } }, expect: { erp: [] } }
    - { after: 1h, expect: { erp: [ { path: /safe, headers: { idempotency-key: "~ ^[0-9a-f]{32}$" }, body: { id: 1 } } ], log: [ { action: settled, outcome: ok } ] } }
- name: a timer, as often as it says
  steps:
    - { after: 9s, expect: { db: [] } }
    - { after: 2s, expect: { db: [ { params: { count: 1, sku: null } } ] } }
    - { after: 10h, expect: { db: [ { count: 2 }, { count: 3 } ] } }
- name: the records of a file
  send: { channel: rows, text: "count,sku\\n1,A\\n2,B\\n" }
  expect: { db: [ { sku: A }, { sku: B } ] }
""", 6)

    def test_a_failing_test_shows_the_difference_at_its_place(self):
        done = self.run_tests("""
- name: the wrong booking
  peers: { erp: { body: { booking: B-8 } } }
  send: { channel: orders, body: { id: 8, more: [ 1 ] } }
  reply: { status: 201, body: { booking: B-7 } }
- name: the wrong call
  send: { channel: orders, body: { id: 8, more: [ 1 ] } }
  expect:
    erp: [ { id: 7 }, { id: 8 } ]
    metric: { 'arint_channel_received_total{channel="orders"}': 2 }
- name: no such line
  send: { channel: orders, body: { id: 8 } }
  expect: { log: [ { action: sent, outgoing: db } ] }
- name: exactly
  send: { channel: orders, body: { id: 8, more: 1 } }
  expect: { erp: [ { id: 8 } ] }
  exact: true
- name: the message is not taken
  send: { channel: tick, body: { a: 1 } }
  peers: { db: { fault: rejected } }
- name: this one passes
  send: { channel: orders, body: { id: 8 } }
""")
        self.assertEqual(done.returncode, 1)
        self.assertIn("1 passed, 5 failed", done.stdout)
        self.assertRegex(done.stdout, r"FAILED the wrong booking\n    \S*tests/a\.test\.yaml:6:\d+: reply\n")
        self.assertIn('-     "booking": "B-7"\n    +     "booking": "B-8"', done.stdout)
        self.assertRegex(done.stdout, r"a\.test\.yaml:10:\d+: erp received\n")
        self.assertIn('-     "id": 7', done.stdout)
        self.assertNotIn("more", done.stdout.split("FAILED no such line")[0], "only what is expected is shown")
        self.assertRegex(done.stdout, r"metric arint_channel_received_total[^\n]*\n    - expected, \+ got\n    - 2\n    \+ 1")
        self.assertRegex(done.stdout, r"log\n    expected a line with\n")
        self.assertIn("more", done.stdout.split("FAILED exactly")[1])
        self.assertIn("FAILED the message is not taken", done.stdout)

    def test_faults_in_test_files_have_their_place(self):
        done = self.run_tests("""
- name: a
  peers: { epr: unreachable, erp: unreachabel, db: { fault: rejected, rows: [] } }
  send: { channel: order, bdy: {} }
  expect: { erp: {}, metric: [] }
- send: orders
- name: b
  reply: 200
  clock: yesterday
  steps: 7
""")
        self.assertEqual(done.returncode, 2)
        for place, words in ((r"4:\d+", "unreachabel"), (r"4:\d+", "stands alone"), (r"5:\d+", "bdy"), (r"6:\d+", "list"), (r"7:\d+", "name"), (r"8:\d+", "send"),
                             (r"10:\d+", "yesterday"), (r"11:\d+", "steps")):
            self.assertRegex(done.stderr, rf"(?m)^\S*a\.test\.yaml:{place}: .*{words}")
        done = self.run_tests("- name: a\n  peers: { epr: unreachable }\n  send: { channel: order }\n")
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"(?m)a\.test\.yaml:4:\d+: .*epr.*did you mean .*erp")
        self.assertRegex(done.stderr, r"(?m)a\.test\.yaml:5:\d+: .*order.*did you mean .*orders")

    def test_the_environment_of_the_process_is_not_seen(self):
        done = subprocess.run([ARINT, "test", self.folder], env={"ERP": "127.0.0.1:1"}, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 2)
        self.write("tests/a.test.yaml", "- name: a\n  send: { channel: orders, body: {} }\n")
        done = subprocess.run([ARINT, "test", self.folder], env={"ERP": "127.0.0.1:1"}, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 2, done.stdout)
        self.assertRegex(done.stderr, r"arint\.yaml:\d+:\d+: .*ERP")

    def test_filter_and_junit(self):
        text = "- name: one <&>\n  send: { channel: orders, body: {} }\n  reply: 500\n- name: two\n  send: { channel: orders, body: {} }\n"
        done = self.run_tests(text, "--filter", "two")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, "^1 passed, 0 failed")
        self.assertEqual(self.run_tests(text, "--filter", "three").returncode, 2)
        self.assertEqual(self.run_tests(text, "--junit", str(self.folder / "out.xml")).returncode, 1)
        suite = xml.parse(self.folder / "out.xml").getroot().find("testsuite")
        self.assertEqual((suite.get("tests"), suite.get("failures")), ("2", "1"))
        self.assertEqual([case.get("name") for case in suite.findall("testcase")], ["one <&>", "two"])
        self.assertIn("reply", suite.find("testcase/failure").get("message"))
        self.assertEqual(self.run_tests(text, "--junit", "/nowhere/out.xml").returncode, 2)

    def test_watch_runs_them_again_after_a_change(self):
        self.write("tests/a.test.yaml", ENV + "  - name: a\n    send: { channel: orders, body: {} }\n")
        with open(self.folder / "said.txt", "w") as said:
            process = subprocess.Popen([ARINT, "test", "--watch", self.folder], stdout=said, stdin=subprocess.DEVNULL)
        try:
            told = self.folder / "said.txt"
            until(lambda: "1 passed" in told.read_text(), "the first run")
            self.write("tests/a.test.yaml", ENV + "  - name: a\n    send: { channel: orders, body: {} }\n    reply: 500\n")
            until(lambda: "1 failed" in told.read_text(), "a run after the change")
        finally:
            process.terminate()
            process.wait()

    def test_all_examples_in_two_seconds(self):
        began = time.monotonic()
        done = arint("test", ROOT / "examples")
        took = time.monotonic() - began
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        projects = {path.parent.name for path in (ROOT / "examples").glob("*/arint.yaml")}
        tested = {path.parents[1].name for path in (ROOT / "examples").glob("*/tests/*.test.yaml")}
        self.assertEqual(projects, tested, "each example has tests")
        if not SANITIZED:
            self.assertLess(took, 2.0)

    def test_nothing_is_left_behind_and_nothing_listens(self):
        before = set(Path("/dev/shm").glob("arint-test-*"))
        self.passes("- name: a\n  send: { channel: orders, body: {} }\n")
        self.assertEqual(set(Path("/dev/shm").glob("arint-test-*")), before)
        traced = subprocess.run(["strace", "-f", "-e", "trace=bind,connect,listen", ARINT, "test", self.folder], capture_output=True, text=True, timeout=60) if Path(
            "/usr/bin/strace").exists() else None
        if traced:
            self.assertNotIn("listen(", traced.stderr)


class New(unittest.TestCase):
    def test_a_new_project_runs_and_passes_its_tests(self):
        with tempfile.TemporaryDirectory(prefix="arint-new-") as folder:
            project = Path(folder) / "first"
            made = arint("new", project)
            self.assertEqual((made.returncode, made.stderr), (0, ""))
            self.assertEqual(arint("check", project).returncode, 0)
            done = arint("test", project)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertIn("3 passed, 0 failed", done.stdout)
            again = arint("new", project)
            self.assertEqual(again.returncode, 2)
            self.assertIn("is there already", again.stderr)


if __name__ == "__main__":
    unittest.main()
