# SPDX-License-Identifier: GPL-3.0-or-later
"""Each step with each of its options: one small service, what is sent to it, and what comes back. The steps are those of `arint schema`."""
import json
import re
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import ROOT, Node, free_port  # noqa: E402

SCHEMA = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}, "mail": {"format": "email"}}}
# A schema in three files: what validate takes, one beside it, and one that one refers to.
PARTS = {"schemas/order.json": '{"properties": {"lines": {"items": {"$ref": "parts/line.json#/$defs/line"}}}}',
         "schemas/parts/line.json": '{"$defs": {"line": {"required": ["count"], "properties": {"count": {"$ref": "count.json"}}}}}',
         "schemas/parts/count.json": '{"type": "integer", "minimum": 1}'}

# Name of service and channel: its steps; then (body sent, status, answer) as often as wanted. An answer that is text is the `detail`.
CASES = {
    "set-in-order": ("[ set: { a: 1, b: a + 1, c.d: b + 1, e: [1, x], f: \"'text'\", g: null, h: missing } ]",
                     [({"a": 0, "c": {"k": True}}, 200, {"a": 1, "c": {"k": True, "d": 3}, "b": 2, "e": [1, "x"], "f": "text", "g": None})]),
    "set-variable": ("[ { set: { n: id, m.k: 2 }, into: v }, set: { seen: $v } ]", [({"id": 7}, 200, {"id": 7, "seen": {"n": 7, "m": {"k": 2}}})]),
    "delete-inside": ("[ delete: [a.b, nothing, none.at.all] ]", [({"a": {"b": 1, "c": 2}, "d": 3}, 200, {"a": {"c": 2}, "d": 3})]),
    "delete-variable": ("[ map: { expr: $, into: v }, { delete: [secret], into: v }, set: { left: $v } ]",
                        [({"secret": 1, "a": 2}, 200, {"secret": 1, "a": 2, "left": {"a": 2}})]),
    "map-body": ("[ map: \"{ 'sum': $sum(items.n) }\" ]", [({"items": [{"n": 1}, {"n": 2}]}, 200, {"sum": 3})]),
    "map-file": ("[ map: { file: maps/twice.jsonata } ]", [({"n": 4}, 200, {"twice": 8})]),
    "map-variable": ("[ map: { expr: n + 1, into: next }, set: { next: $next } ]", [({"n": 4}, 200, {"n": 4, "next": 5})]),
    "map-as": ("[ map: { expr: \"{ 'a': { 'b': n } }\", as: xml, into: x }, reply: { body: $x } ]", [({"n": 4}, 200, "<a><b>4</b></a>")]),
    "patch-written": ("[ patch: [ { op: test, path: /id, value: 7 }, { op: add, path: /tags/-, value: new } ] ]", [
        ({"id": 7, "tags": []}, 200, {"id": 7, "tags": ["new"]}), ({"id": 8, "tags": []}, 409, r'operation 1, test at "/id": found 8, not 7')]),
    "patch-options": ("[ patch: { of: stored, with: change, into: v }, set: { made: $v } ]", [
        ({"stored": {"a": 1}, "change": [{"op": "move", "from": "/a", "path": "/b"}]}, 200,
         {"stored": {"a": 1}, "change": [{"op": "move", "from": "/a", "path": "/b"}], "made": {"b": 1}}),
        ({"stored": 1, "change": {}}, 400, "a JSON Patch is an array of operations, found an object with 0 members")]),
    "merge-written": ("[ merge: { with: { draft: null, state: { sent: true } } } ]", [({"draft": 1, "state": {"n": 1}}, 200, {"state": {"n": 1, "sent": True}})]),
    "merge-options": ("[ merge: { of: stored, with: change, into: v }, map: $v ]", [({"stored": [1], "change": {"a": None}}, 200, {})]),
    "pick-pointer": ("[ pick: /a~1b/0 ]", [({"a/b": [5]}, 200, 5), ({}, 500, r"internal|failed|cid")]),
    "pick-options": ("[ pick: { at: \"/{which}\", of: things, default: \"'none'\", into: one }, map: \"{ 'one': $one }\" ]", [
        ({"which": "x.y", "things": {"x.y": [1]}}, 200, {"one": [1]}), ({"which": "z"}, 200, {"one": "none"})]),
    "validate-all": ("[ validate: schemas/thing.json ]", [
        ({"id": 1, "mail": "no mail"}, 200, {"id": 1, "mail": "no mail"}),
        ({"id": "x"}, 422, r"violation|schema|fit"), ({}, 422, r"violation|schema|fit")]),
    "validate-formats": ("[ validate: { schema: schemas/thing.json, of: thing, formats: true } ]", [
        ({"thing": {"id": 1, "mail": "a@b.example"}}, 200, {"thing": {"id": 1, "mail": "a@b.example"}}),
        ({"thing": {"id": 1, "mail": "no mail"}}, 422, r"violation|schema|fit")]),
    "validate-files": ("[ validate: schemas/order.json ]", [
        ({"lines": [{"count": 1}]}, 200, {"lines": [{"count": 1}]}), ({"lines": [{"count": 0}, {}]}, 422, r"violation|schema|fit")]),
    "route-by-content": ("[ route: [ { when: n > 10, do: [ set: { size: \"'large'\" } ] }, { when: n > 5, do: [ set: { size: \"'middle'\" } ] }, "
                         "{ otherwise: [ set: { size: \"'small'\" } ] } ] ]", [
        ({"n": 11}, 200, {"n": 11, "size": "large"}), ({"n": 10}, 200, {"n": 10, "size": "middle"}), ({}, 200, {"size": "small"})]),
    "route-to-nobody": ("[ route: [ { when: n > 10, do: [ set: { a: 1 } ] } ] ]", [({"n": 1}, 200, {"n": 1})]),
    "reply-whole": ("[ reply: { status: 202, headers: { X-Id: \"no {id}\" }, body: \"{ 'got': id }\" } ]", [({"id": 5}, 202, {"got": 5})]),
    "reply-goes-on": ("[ reply: { status: 202, body: \"'first'\" }, reply: { status: 203 }, set: { later: true } ]", [({}, 203, {"later": True})]),
    "reply-as": ("[ reply: { body: rows, as: csv } ]", [({"rows": [{"a": 1, "b": 2}]}, 200, "a,b\r\n1,2\r\n")]),
    "call-copies": ("[ call: { service: map-body, body: inner, into: got }, set: { got: $got } ]",
                    [({"inner": {"items": {"n": 9}}}, 200, {"inner": {"items": {"n": 9}}, "got": {"sum": 9}})]),
    "call-fails": ("[ call: fail-plain ]", [({"id": 3}, 422, "no 3 here")]),
    "call-itself": ("[ call: call-itself ]", [({}, 500, r"internal|failed|cid")]),
    "for-each-index": ("[ for_each: { in: items, do: [ { set: { i: $index, v: $ }, into: one } ], into: all }, map: $all.one ]",
                       [({"items": ["a", "b"]}, 200, [{"i": 0, "v": "a"}, {"i": 1, "v": "b"}]), ({"items": []}, 204, None)]),
    "for-each-most": ("[ for_each: { in: items, most: 2, do: [ log: item ] } ]", [({"items": [1, 2]}, 200, {"items": [1, 2]}), ({"items": [1, 2, 3]}, 422, "3 items, at most 2")]),
    "for-each-fails": ("[ for_each: { in: items, do: [ route: [ { when: $ = 2, do: [ fail: \"item {$index}\" ] } ] ] } ]", [({"items": [1, 2, 3]}, 422, "item 1")]),
    "parallel-all": ("[ parallel: { branches: { a: [ { set: { n: 1 }, into: r } ], b: [ delay: 20ms, { set: { n: 2 }, into: r }, set: { lost: 1 } ] }, "
                     "into: p }, set: { p: $p } ]", [({}, 200, {"p": {"a": {"r": {"n": 1}}, "b": {"r": {"n": 2}}}})]),
    "parallel-partial": ("[ parallel: { branches: { a: [ fail: { fault: busy, message: full } ], b: [ delay: 1h ], c: [ { set: { n: 2 }, into: r } ] }, timeout: 200ms, "
                         "on_fault: partial, into: p }, map: \"{ 'a': $p.a.fault, 'b': $p.b.fault, 'c': $p.c.r.n }\" ]", [({}, 200, {"a": "busy", "b": "timeout", "c": 2})]),
    "parallel-fails": ("[ parallel: { branches: { a: [ delay: 50ms, fail: first ], b: [ fail: second ] } } ]", [({}, 422, "first")]),
    "try-first-match": ("[ { try: [ fail: { fault: busy, message: full } ], catch: [ { on: timeout, do: [ set: { by: 1 } ] }, { on: [busy, refused], do: [ set: { by: 2 } ] }, "
                        "{ do: [ set: { by: 3 } ] } ] } ]", [({}, 200, {"by": 2})]),
    "try-nobody": ("[ { try: [ fail: { fault: busy, message: full } ], catch: [ { on: timeout, do: [ set: { by: 1 } ] } ], finally: [ log: \"finally ran\" ] } ]",
                   [({}, 503, "full")]),
    "try-fault-is-told": ("[ { try: [ fail: { fault: refused, message: \"not {id}\" } ], catch: [ { do: [ map: \"{ 'k': $fault.kind, 'e': $fault.error }\" ] } ] } ]",
                          [({"id": 4}, 200, {"k": "refused", "e": "not 4"})]),
    "try-catch-fails": ("[ { try: [ fail: one ], catch: [ { do: [ fail: two ] } ] } ]", [({}, 422, "two")]),
    "try-body-stays": ("[ { try: [ set: { a: 1 }, fail: one ], catch: [ { do: [ set: { b: 2 } ] } ] } ]", [({}, 200, {"a": 1, "b": 2})]),
    "fail-plain": ("[ fail: \"no {id} here\", set: { never: true } ]", [({"id": 3}, 422, "no 3 here")]),
    "fail-status": ("[ fail: { status: 404, message: \"there is none\" } ]", [({}, 404, "there is none")]),
    "log-fields": ("[ log: { text: \"order {id}\", fields: { customer: \"{who.name}\" } } ]", [({"id": 8, "who": {"name": "Ada"}}, 200, {"id": 8, "who": {"name": "Ada"}})]),
    "delay-short": ("[ delay: 1ms, set: { waited: true } ]", [({}, 200, {"waited": True})]),
    "send-answer": ("[ send: { to: self, path: /map-body, into: got }, set: { s: $got.status, b: $got.body } ]",
                    [({"items": [{"n": 1}]}, 200, {"items": [{"n": 1}], "s": 200, "b": {"sum": 1}})]),
    "send-drops": ("[ send: { to: self, path: \"/{to}\", method: POST, body: \"{ 'items': [] }\" } ]", [({"to": "map-body"}, 200, {"to": "map-body"})]),
    "forward-changed": ("[ set: { items: [ { n: 5 } ] }, forward: map-body ]", [({"a": 1}, 200, {"sum": 5})]),
}


def project(port: int) -> str:
    channels = "".join(f"  {name}: {{ http: {{ path: /{name} }}, service: {name} }}\n" for name in CASES)
    services = "".join(f"  {name}: {steps}\n" for name, (steps, _) in CASES.items())
    return (f"channels:\n{channels}services:\n{services}outgoing:\n"
            f'  self: {{ http: {{ url: "http://127.0.0.1:{port}" }} }}\n'
            f'  map-body: {{ http: {{ url: "http://127.0.0.1:{port}/map-body", strip_prefix: /forward-changed }} }}\n')


class Steps(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        port = free_port()
        cls.node = Node.shared(cls, yaml=project(port), port=port, files={"maps/twice.jsonata": "{ 'twice': n * 2 }", "schemas/thing.json": json.dumps(SCHEMA), **PARTS})

    def test_every_case(self):
        for name, (_, calls) in CASES.items():
            for body, status, wanted in calls:
                with self.subTest(name=name, body=body):
                    answer = self.node.call("POST", "/" + name, body)
                    self.assertEqual(answer.status, status, answer.body)
                    if status >= 400:
                        self.assertRegex(answer.json["detail"], wanted)
                    elif isinstance(wanted, str):
                        self.assertEqual(answer.body.decode().split("?>")[-1].strip("\n") if name == "map-as" else answer.body.decode(), wanted)
                    else:
                        self.assertEqual(json.loads(answer.body) if answer.body else None, wanted)

    def test_what_a_step_says_beside_the_answer(self):
        self.assertEqual(self.node.call("POST", "/reply-whole", {"id": 5}).headers["x-id"], "no 5")
        self.assertTrue(self.node.call("POST", "/map-as", {"n": 1}).headers["content-type"].startswith("application/xml"))
        violations = self.node.call("POST", "/validate-all", {"id": "x", "mail": 1}).json["violations"]
        self.assertEqual(violations[0]["pointer"], "/id", violations)
        violations = self.node.call("POST", "/validate-files", {"lines": [{"count": 0}, {}]}).json["violations"]
        self.assertEqual([one["pointer"] for one in violations], ["/lines/0/count", "/lines/1"])
        self.node.call("POST", "/log-fields", {"id": 8, "who": {"name": "Ada"}})
        line = self.node.log_soon(service="log-fields", action="logged")[0]
        self.assertEqual((line["text"], line["fields"]), ("order 8", {"customer": "Ada"}))
        self.node.call("POST", "/try-nobody", {})
        self.assertTrue(self.node.log_soon(service="try-nobody", text="finally ran"))

    def test_no_step_is_without_a_case(self):
        page = (ROOT / "docs/reference/steps.md").read_text()
        verbs = set(re.findall(r"(?m)^## (\w+)$", page))
        self.assertGreater(len(verbs), 10)
        elsewhere = {"emit", "wait_for", "notify"}  # waiting_test.py, callback_test.py
        self.assertEqual(verbs - elsewhere - {verb for steps, _ in CASES.values() for verb in re.findall(r"(\w+):", steps)}, set())


if __name__ == "__main__":
    unittest.main()
