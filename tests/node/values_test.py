# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of a flow: what stands in for those that are missing or fail, lists of one item, tables, identities."""
import re
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import Node, arint  # noqa: E402

PROJECT = """
channels:
  rescued: { http: { path: /rescued, methods: POST }, format: json, service: rescued }
  mapped:  { http: { path: /mapped, methods: POST }, format: json, service: mapped }
  looked:  { http: { path: /looked, methods: POST }, format: json, service: looked }
  ids:     { http: { path: /ids, methods: POST }, format: json, service: ids }
services:
  rescued:
    - set:
        currency: currency
        total: "$sum(items.price)"
        names: items.name
        first: items[0].name
        note: note
        zero: 1
        both: "$number(broken)"
      default: { currency: "'EUR'", both: "'nothing' & ' given'", note: [1, 2] }
      on_error: { total: null, both: "missing" }
      as: { names: array }
  mapped:
    - map: { expr: "items.name", as: array, into: names }
    - map: { expr: "$sum(items.price)", on_error: -1, into: total }
    - map: { expr: "missing", default: { found: false }, into: found }
    - map: "{ 'names': $names, 'total': $total, 'found': $found }"
  looked:
    - set:
        country: "$table('countries', code).name"
        rate: "$table('rates', code)"
        vat: "$table('vat', code)"
        plan: "$table('plans', plan).price"
        all: "$count($tableRows('countries'))"
      default: { country: "'unknown'" }
  ids:
    - set: { a: $uuid(), b: $uuid(), r: $random(), s: $random() }
    - for_each: { in: "[1..3]", do: [ map: { expr: "[$uuid(), $uuid()]", into: made } ], into: items }
    - parallel:
        branches:
          x: [ map: { expr: $uuid(), into: made } ]
          y: [ map: { expr: $uuid(), into: made } ]
        into: asked
    - map: "{ 'ids': [a, b, $items.made, $asked.*.made, $uuid(), $uuid(7)], 'same': r = s }"
tables:
  countries: { file: tables/countries.csv, key: code }
  rates: { file: tables/rates.json }
  vat: { values: { DE: 19.00, FR: 20 } }
  plans: { file: tables/plans.yaml, key: id }
"""

FILES = {
    "tables/countries.csv": "code,name\nDE,Germany\nFR,France\n",
    "tables/rates.json": '{"DE": 1.10, "FR": 2}',
    "tables/plans.yaml": "- { id: 7, price: 9.90 }\n- { id: 8, price: 19 }\n",
}


class Values(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.node = Node.shared(cls, yaml=PROJECT, files=FILES)

    def test_defaults_stand_in_for_nothing_and_on_error_for_a_failure(self):
        answer = self.node.call("POST", "/rescued", {"items": [{"price": "x", "name": "A"}], "broken": "y"})
        self.assertEqual({name: answer.json.get(name) for name in ("currency", "total", "names", "first", "note", "zero", "both")},
                         {"currency": "EUR", "total": None, "names": ["A"], "first": "A", "note": [1, 2], "zero": 1, "both": "nothing given"})
        self.assertIn("total", answer.json, "null stands there")

    def test_what_is_there_needs_no_rescue(self):
        answer = self.node.call("POST", "/rescued", {"currency": "USD", "items": [{"price": 1}, {"price": 2}], "note": None, "broken": "5"})
        self.assertEqual([answer.json[name] for name in ("currency", "total", "names", "note", "both")], ["USD", 3, [], None, 5])
        answer = self.node.call("POST", "/rescued", {"items": [{"name": "A"}, {"name": "B"}]})
        self.assertEqual(answer.json["names"], ["A", "B"])

    def test_a_body_that_cannot_be_read_is_no_error_of_an_expression(self):
        for path in ("/rescued", "/mapped"):
            self.assertEqual(self.node.call("POST", path, '{"items":', {"Content-Type": "application/json"}).status, 400)

    def test_map_has_the_same(self):
        answer = self.node.call("POST", "/mapped", {"items": {"name": "A", "price": "x"}})
        self.assertEqual(answer.json, {"names": ["A"], "total": -1, "found": {"found": False}})

    def test_tables_come_from_files_of_any_kind_and_keep_their_digits(self):
        answer = self.node.call("POST", "/looked", '{"code":"DE","plan":7}', {"Content-Type": "application/json"})
        self.assertEqual(answer.body, b'{"code":"DE","plan":9.90,"country":"Germany","rate":1.10,"vat":19.00,"all":2}')
        answer = self.node.call("POST", "/looked", {"code": "XX"})
        self.assertEqual(answer.json, {"code": "XX", "country": "unknown", "all": 2})

    def test_each_evaluation_has_identities_of_its_own(self):
        answer = self.node.call("POST", "/ids", {})
        self.assertEqual(len(answer.json["ids"]), 12)
        self.assertEqual(len(set(answer.json["ids"])), 12)
        self.assertIs(answer.json["same"], False)
        for one in answer.json["ids"]:
            self.assertRegex(one, re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"))


class Check(unittest.TestCase):
    def found(self, yaml: str, files: dict | None = None) -> list[str]:
        """What `check` tells of a project, without the number of the line and the last sentence."""
        with tempfile.TemporaryDirectory(prefix="arint-check-") as folder:
            (Path(folder) / "arint.yaml").write_text(yaml)
            for name, text in (files or {}).items():
                (Path(folder) / name).write_text(text)
            return [line for line in arint("check", folder).stderr.splitlines() if ": " in line]

    def test_names_of_tables_and_their_rows_are_checked(self):
        found = self.found("""
services:
  s: [ set: { a: "1 + $table('vats', 'x')", b: "$tableRows('vat')" } ]
tables:
  vat: { values: { DE: 19 } }
  twice: { file: twice.csv, key: code }
  none: { file: twice.csv }
  kind: { file: kind.xyz }
  both: { file: twice.csv, values: {} }
""", {"twice.csv": "code\nDE\nDE\n", "kind.xyz": ""})
        text = "\n".join(found)
        self.assertIn('arint.yaml:3:29: services.s[0].set: there is no table named "vats"; did you mean "vat"?', text)
        self.assertIn('tables.twice: twice.csv: row 2 has the same code as one before, "DE"', text)
        self.assertIn("tables.none: twice.csv: it is a list; say with `key`", text)
        self.assertIn("tables.kind: of a table the file's name ends in", text)
        self.assertIn('"values" and "file" cannot both be given', text)
        self.assertEqual(len(found), 6, text)

    def test_fields_that_are_not_set_cannot_be_rescued(self):
        found = self.found('services: { s: [ { set: { total: 1 }, default: { totl: 0 }, as: { lines: array } } ] }\n')
        self.assertEqual(len(found), 2, found)
        self.assertIn('default: `set` sets no field "totl"; did you mean "total"?', found[0])
        self.assertIn('as: `set` sets no field "lines"; it sets total', found[1])

    def test_no_variable_has_the_name_of_a_function(self):
        found = self.found('services: { s: [ { set: { a: 1 }, into: hash }, map: { expr: "1", into: sum }, map: { expr: "1", into: total } ] }\n')
        self.assertEqual(len(found), 2, found)
        self.assertIn("arint.yaml:1:41: services.s[0].set.into: $hash is a function", found[0])
        self.assertIn("$sum is a function", found[1])

    SCHEMA = """{ "properties": { "id": { "type": "integer" }, "items": { "$ref": "#/$defs/items" }, "maybe": { "type": ["array", "string"] } },
      "$defs": { "items": { "type": "array", "items": { "properties": { "sku": {}, "tags": { "type": "array" }, "by": { "properties": { "name": {} } } } } } } }"""

    def warnings(self, expression: str, step: str = "map: {}", before: str = "") -> list[str]:
        written = '"' + expression.replace('"', '\\"') + '"'
        return self.found(f"services:\n  s:\n    - validate: {{ schema: s.json }}\n{before}    - {step.format(written)}\n", {"s.json": self.SCHEMA})

    def test_check_warns_where_one_item_is_no_list(self):
        for expression, column in (("items.sku", 13), ("items[sku = 'A']", 13), ("items.{ 'n': sku }", 13), ("items^(sku)", 13), ("items.by.name", 13),
                                   ("{ 'lines': items.sku }", 24), ("id > 1 ? items.sku : 'none'", 22), ("$.items.sku", 13), ("(id; $$.items.sku)", 18),
                                   ("items.tags.x", 13), ("items.sku ?? id", 13)):
            found = self.warnings(expression)
            self.assertEqual(len(found), 1, (expression, found))
            self.assertIn(f"arint.yaml:4:{column}: warning: ", found[0])
            self.assertIn("when the list items has one item, this is that item's value and no list; if a list is wanted, put [] behind the path", found[0])
            self.assertEqual("or write `as: array`" in found[0], not expression.startswith("{"), found[0])

    def test_check_is_silent_where_nothing_is_certain_or_nothing_is_lost(self):
        for expression in ("items.sku[]", "[items.sku]", "$count(items.sku)", "$sum(items.(price * 2))", "items", "items[0].sku", "items[-1]", "maybe.x", "other.sku", "id",
                           "items.sku = 'A'", "'A' in items.sku", "$join(items.sku)", "{ 'n': $count(items) }", "items{ sku: price }", "items.sku & ''",
                           "$map(items, function($i) { $i.sku })"):
            self.assertEqual(self.warnings(expression), [], expression)

    def test_check_follows_what_steps_make_of_body_and_variables(self):
        self.assertEqual(len(self.warnings("items.sku", "set: {{ x: {} }}")), 1)
        self.assertIn("or write `as: { x: array }`", self.warnings("items.sku", "set: {{ x: {} }}")[0])
        self.assertEqual(self.warnings("items.sku", "{{ set: {{ x: {} }}, as: {{ x: array }} }}"), [])
        self.assertEqual(self.warnings("items.sku", "map: {{ expr: {}, as: array }}"), [])
        self.assertEqual(len(self.warnings("items.sku", "reply: {{ body: {} }}")), 1)
        sent = "send: {{ to: erp, body: {} }}\noutgoing: {{ erp: {{ http: {{ url: 'http://127.0.0.1:9' }} }} }}"
        self.assertEqual(len(self.warnings("{ 'skus': items.sku }", sent)), 1)
        self.assertIn("services.s[1].send", self.warnings("items.sku", sent)[0])
        self.assertEqual(self.warnings("{ 'skus': items.sku[] }", sent), [])
        self.assertEqual(self.warnings("items.sku", before="    - map: x\n"), [], "another body")
        self.assertEqual(self.warnings("items.sku", before="    - set: { items: x }\n"), [], "another value")
        self.assertEqual(len(self.warnings("items.sku", before="    - map: { expr: x, into: y }\n    - set: { other: x }\n")), 1)
        self.assertEqual(self.warnings("items.sku", before="    - route: [ { when: id, do: [ map: x ] } ]\n"), [], "perhaps another body")
        self.assertEqual(len(self.warnings("$all.n", before="    - for_each: { in: items, do: [ set: { n: items.sku } ], into: all }\n")), 1)
        self.assertEqual(self.warnings("$all", before="    - for_each: { in: items, do: [ log: x ], into: all }\n"), [])
        rows = self.found('services: { s: [ send: { to: db, sql: "select 1", into: found }, reply: { body: "$found.rows.id" }, reply: { body: "$found.rows[0].id" } ] }\n'
                          'outgoing: { db: { sql: { url: "sqlite:x.db" } } }\n')
        self.assertEqual(len(rows), 1, rows)
        self.assertIn("when the list $found.rows has one item", rows[0])


if __name__ == "__main__":
    unittest.main()
