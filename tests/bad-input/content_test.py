# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodies that are made to hurt the parser, and expressions that never end: 400 or 500 with the place, in bounded time and memory."""
import json
import sys
import threading
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import Node  # noqa: E402

PROJECT = """

channels:
  echo: { http: { path: /echo, methods: POST }, format: [json, xml, csv, form, text], service: echo, limits: { body: 16MiB } }
  live: { http: { path: /live, methods: GET }, service: live }
  RUNAWAYS
services:
  echo: [ set: { seen: true } ]
  live: [ reply: { body: "'yes'" } ]
  SERVICES
"""
MIB = 1 << 20

XML_BOMB = "<?xml version='1.0'?><!DOCTYPE lolz [<!ENTITY lol0 'lol'>" + "".join(
    f"<!ENTITY lol{i} '{f'&lol{i - 1};' * 10}'>" for i in range(1, 10)) + "]><lolz>&lol9;</lolz>"

# Content-Type, body, and words of the answer: what is wrong, and where.
BROKEN = [
    ("application/json", b"[" * 1_000_000, ["nest", "line 1, column 1001"]),
    ("application/json", b'{"a":' * 1_000_000, ["nest", "line 1"]),
    ("application/json", b'{"a": "\xff\xfe"}', ["UTF-8", "line 1, column 8"]),
    ("application/json", b'{"a": "\xc0\xaf"}', ["UTF-8"]),
    ("application/json", b"\x00\x01\x02", ["line 1, column 1"]),
    ("application/json", b'{"a": 1', ["line 1, column 8"]),
    ("application/json", b'{"a": 1} trailing', ["line 1, column 10"]),
    ("application/xml", b"<a>" * 1_000_000, ["nest"]),
    ("application/xml", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', ["DOCTYPE"]),
    ("application/xml", b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/evil.dtd"><a/>', ["DOCTYPE"]),
    ("application/xml", XML_BOMB.encode(), ["DOCTYPE"]),
    ("application/xml", b"<a>&undefined;</a>", ["undefined", "line 1"]),
    ("application/xml", b"<a><b></a>", ["line 1"]),
    ("application/xml", b"<a>\xff</a>", ["UTF-8"]),
    ("text/csv", b'id,name\n1,"open\n2,b\n', ["quote", "line 2"]),
    ("text/csv", b'id,name\n1,"a"b\n', ["line 2"]),
    ("text/csv", b"id,name\n1,\xff\n", ["UTF-8", "byte 10"]),
    ("application/x-www-form-urlencoded", b"a=%zz", ["%"]),
    ("application/x-www-form-urlencoded", b"a=%ff", ["UTF-8"]),
]

# Read into a document and written again: what no number type and no string of most languages holds comes out as it went in.
KEPT = ['"\\ud800"', '"\\udc00\\ud800"', '"\\ud83d\\ude00"', "1e999999", "-1E-999999", "123456789" * 22 + "00.10", "0." + "0" * 200 + "1", "-0", "1.0",
        '"' + "x" * 1_000_000 + '"', "[" * 900 + "]" * 900]

# Each would run for ever, or take all memory: `when` and `map` alike.
RUNAWAY = {
    "tail": "($f := function($n) { $f($n + 1) }; $f(0))",
    "deep": "($f := function($n) { 1 + $f($n + 1) }; $f(0))",
    "grows": "($f := function($s) { $f($s & $s) }; $f('x'))",
    "product": "$count([1..10000000].([1..10000000]))",
    "padded": "$length($pad('', 900000000))",
    "upper": "($s := $pad('', 1000000); $f := function($n) { ($uppercase($s); $f($n + 1)) }; $f(0))",
    "eval": "($f := function($n) { $eval('$n + 1') > 0 ? $f($n + 1) : 0 }; $f(0))",
    "pattern": "($s := $pad('', 100000, 'a'); $f := function($n) { $contains($s, /(a+)+b/) ? 0 : $f($n + 1) }; $f(0))",
}


def project() -> str:
    channels = "".join(f"  r-{name}: {{ http: {{ path: /{name} }}, service: r-{name}, timeout: 400ms, limits: {{ memory: 32MiB }} }}\n" for name in RUNAWAY)
    services = "".join(f'  r-{name}: [ map: {{ expr: "{text}" }} ]\n' for name, text in RUNAWAY.items())
    channels += "  budget: { http: { path: /budget }, service: budget }\n  when: { http: { path: /when }, service: when, timeout: 400ms }\n"
    channels += "  caught: { http: { path: /caught }, service: caught, timeout: 400ms }\n"
    channels += "  items: { http: { path: /items }, service: items, timeout: 1s }\n"
    tail = RUNAWAY["tail"]
    services += f'  budget: [ map: {{ expr: "{tail}" }} ]\n'
    services += f'  when: [ route: [ {{ when: "{tail}", do: [ log: never ] }} ] ]\n'
    # A catch cannot buy more time: if it could, these would take 100 s, and the caller of the test gives up before.
    services += f'  caught: [ {{ try: [ map: {{ expr: "{tail}" }} ], catch: [ {{ do: [ for_each: {{ in: "[1..50]", do: [ {{ try: [ map: {{ expr: "{tail}" }} ], catch: [ {{ do: [ log: again ] }} ] }} ] }}, map: {{ expr: "{tail}" }} ] }} ] }} ]\n'
    services += '  items: [ for_each: { in: "[1..10000]", do: [ map: "$count([1..20000][$ % 2 = 0])" ] } ]\n'
    return PROJECT.replace("  RUNAWAYS\n", channels).replace("  SERVICES\n", services)


class Content(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.node = Node.shared(cls, yaml=project())

    def test_broken_bodies_are_the_callers_fault_and_he_is_told_the_place(self):
        # The longest body is 5 MB.
        with self.node.growing_less_than(24 * MIB):
            for content_type, body, words in BROKEN:
                with self.subTest(content_type=content_type, body=body[:60]):
                    answer = self.node.call("POST", "/echo", body, {"Content-Type": content_type})
                    self.assertEqual(answer.status, 400, answer.body[:300])
                    for word in words:
                        self.assertIn(word.lower(), answer.json["detail"].lower())
                    self.assertNotIn("root:", answer.json["detail"])

    def test_what_is_odd_but_json_is_kept_as_it_was_written(self):
        for text in KEPT:
            with self.subTest(text=text[:40]):
                answer = self.node.call("POST", "/echo", f'{{"a":{text}}}', {"Content-Type": "application/json"})
                self.assertEqual(answer.status, 200, answer.body[:300])
                written = answer.body.decode("utf-8", "surrogatepass")
                wanted = text if text != KEPT[2] else json.dumps(json.loads(text), ensure_ascii=False)
                self.assertEqual(written.lower(), f'{{"a":{wanted},"seen":true}}'.lower())

    def test_a_body_that_explodes_as_a_document_ends_at_the_memory_limit(self):
        # 16 MiB of text become far more as a tree: the text (twice while it grows), and the tree with the parser's stack up to limits.memory (64 MiB).
        with self.node.growing_less_than(128 * MIB):
            answer = self.node.call("POST", "/echo", b"[" + b"{}," * (5 * MIB) + b"0]", {"Content-Type": "application/json"})
        self.assertEqual(answer.status, 413, answer.body[:300])
        self.assertIn("larger than this channel takes", answer.json["detail"])
        line = self.node.log_soon(channel="echo", outcome="failed", status=413)[-1]
        self.assertIn("64MiB", line["text"])

    def test_runaway_expressions_end_with_the_callers_time(self):
        answers = {}
        for name in RUNAWAY:
            with self.subTest(name=name), self.node.growing_less_than(40 * MIB):
                answer = self.node.call("GET", "/" + name)
                # Out of time is 504; out of depth or memory, which comes sooner, a mistake of the service.
                self.assertIn(answer.status, (500, 504), answer.body)
                answers[name] = answer.status
        for name, status in answers.items():
            with self.subTest(name=name):
                line = self.node.log_soon(channel="r-" + name, outcome="failed")[0]
                self.assertIn("U1001", line["text"])
                self.assertRegex(line["text"], r"^arint.yaml:\d+:\d+: arint.yaml:\d+:\d+: ")
                self.assertEqual(line["fault"], "timeout" if status == 504 else "malformed")
        self.assertEqual(answers["tail"], 504)
        self.assertEqual(self.node.call("GET", "/when").status, 504)

    def test_a_catch_buys_no_more_time(self):
        self.assertEqual(self.node.call("GET", "/caught").status, 504)

    def test_without_a_short_deadline_the_budget_ends_it(self):
        answer = self.node.call("GET", "/budget")
        self.assertEqual(answer.status, 500)
        self.assertIn("longer than 2000 ms", self.node.log_soon(channel="budget", outcome="failed")[0]["text"])


class OneCore(unittest.TestCase):
    def test_items_that_wait_for_nothing_keep_nobody_from_the_core(self):
        node = Node(self, yaml=project(), cores=1)
        got = []
        call = threading.Thread(target=lambda: got.append(node.call("GET", "/items")))
        call.start()
        served = 0
        while call.is_alive():
            self.assertEqual(node.call("GET", "/live").json, "yes")
            served += 1
        call.join()
        self.assertEqual(got[0].status, 504)
        self.assertGreater(served, 5)
        self.assertIn("time was over", node.log_soon(channel="items", outcome="failed")[0]["text"])


if __name__ == "__main__":
    unittest.main()
