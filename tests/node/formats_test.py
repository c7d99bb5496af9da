# SPDX-License-Identifier: GPL-3.0-or-later
"""`formats:`: formats with options, under names of the project's own."""
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import Node, arint  # noqa: E402

PROJECT = """
formats:
  strict:  { json: { duplicates: refuse, canonical: true } }
  relaxed: { json: { comments: true, pretty: true } }
  lines:   { ndjson: { comments: true } }
  excel:   { csv: { delimiter: ";", charset: windows-1252, columns: [id, name] } }
  plain:   { xml: { root: thing, declaration: false, attribute_prefix: "-" } }
channels:
  strict:  { http: { path: /strict, methods: POST }, format: strict, service: touch }
  relaxed: { http: { path: /relaxed, methods: POST }, format: [relaxed, excel], service: touch }
  lines:   { http: { path: /lines, methods: POST }, format: lines, service: same }
  excel:   { http: { path: /excel, methods: POST }, format: [relaxed, excel], service: rows }
  plain:   { http: { path: /plain, methods: POST }, service: plain }
services:
  touch: [ set: { seen: true } ]
  same: [ map: $ ]
  rows: [ reply: { body: "$append($, {'name': 'é', 'more': 1, 'id': 3})", as: excel } ]
  plain: [ map: { expr: "{ '-id': id, 'name': 'x' }", as: plain } ]
"""


class Formats(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.node = Node.shared(cls, yaml=PROJECT)

    def post(self, path, body, content_type="application/json"):
        return self.node.call("POST", path, body, {"Content-Type": content_type})

    def test_json_that_refuses_equal_names_and_writes_canonically(self):
        self.assertEqual(self.post("/strict", b'{"b": 1.50, "a": "\\u20ac"}').body, '{"a":"€","b":1.5,"seen":true}'.encode())
        answer = self.post("/strict", b'{"a": 1,\n "a": 2}')
        self.assertEqual((answer.status, "repeats in one object" in answer.json["detail"]), (400, True), answer.body)
        self.assertEqual(self.post("/strict", b"{} // no").status, 400)

    def test_json_with_comments_written_pretty(self):
        answer = self.post("/relaxed", b'// an order\n{"a": /* of */ 1, "a": 2}')
        self.assertEqual((answer.status, answer.body), (200, b'{\n  "a": 2,\n  "seen": true\n}'))
        self.assertEqual(self.post("/lines", b'{"a":1} // one\n{"a":2}\n', "application/x-ndjson").body, b'{"a":1}\n{"a":2}\n')

    def test_csv_and_xml_with_options(self):
        answer = self.post("/excel", "id;name\n1;Müller\n".encode("windows-1252"), "text/csv")
        self.assertEqual(answer.body.decode("windows-1252"), "id;name\r\n1;Müller\r\n3;é\r\n")
        self.assertEqual(self.post("/plain", b'{"id": "7"}').body.strip(), b'<thing id="7"><name>x</name></thing>')

    def test_what_is_wrong_with_a_format_is_told_at_its_place(self):
        yaml = """formats:
  json: { json: { pretty: true } }
  a: { csv: { delimiter: ";;", charset: klingon } }
  b: { jsn: {} }
  c: { json: { duplicates: first } }
channels:
  x: { http: { path: /x }, format: [a, missing], service: s }
services:
  s: [ log: x ]
"""
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "arint.yaml").write_text(yaml)
            told = arint("check", folder).stderr
        for words in (r"arint\.yaml:2:3: .*a format of ARINT is called json", r"arint\.yaml:3:\d+: .*a delimiter is one character", r"arint\.yaml:3:\d+: .*charset klingon",
                      r"arint\.yaml:4:\d+: .*jsn.*json", r"arint\.yaml:5:\d+: .*first.*refuse", r"arint\.yaml:7:\d+: .*missing"):
            self.assertRegex(told, words)


if __name__ == "__main__":
    unittest.main()
