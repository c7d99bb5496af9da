# SPDX-License-Identifier: GPL-3.0-or-later
"""`arint map`: errors with their place, --format, --test, --watch."""
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import ARINT, ROOT, arint  # noqa: E402


class Maps(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="arint-maps-")
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def write(self, name: str, text: str) -> Path:
        """In one step: a watcher never sees half of it."""
        (self.folder / "half-written").write_text(text)
        return (self.folder / "half-written").rename(self.folder / name)

    def map(self, *words, stdin: str = "") -> subprocess.CompletedProcess:
        return subprocess.run([ARINT, "map", *map(str, words)], input=stdin, capture_output=True, text=True, timeout=60)

    def test_an_expression_in_brackets_is_one_expression(self):
        for expression, wanted in (("[1, 2]", [1, 2]), ("[a]", [7]), ("[]", []), ("[[1,2],[3]][0]", [1, 2])):
            told = self.map(expression, stdin='{ "a": 7 }')
            self.assertEqual((told.returncode, json.loads(told.stdout)), (0, wanted), told.stderr)

    def test_an_error_shows_its_line_and_a_caret_and_what_was_found(self):
        wrong = self.map("{ 'a': (1 + }")
        self.assertEqual((wrong.returncode, wrong.stdout), (2, ""))
        self.assertRegex(wrong.stderr, r"^S0211 at 1:13: .*\"}\".*\n.*\{ 'a': \(1 \+ \}\n +\^\n$")
        failed = self.map("--file", self.write("m.jsonata", "(\n  $n := 1;\n  $n + 'x'\n)"))
        self.assertEqual(failed.returncode, 1)
        lines = failed.stderr.splitlines()
        self.assertRegex(lines[0], r"^T2002 at 3:6: .*\"x\"")
        self.assertEqual(lines[1].index("+"), lines[2].index("^"), failed.stderr)
        self.assertIn("the input: ", self.map("a", stdin="{").stderr)

    def test_input_and_output_have_formats(self):
        self.assertEqual(self.map("a.b", "--from", "xml", stdin="<a><b>7</b></a>").stdout, '"7"\n')
        self.assertEqual(self.map("{ 'a': b }", "--to", "xml", stdin='{"b": 1}').stdout.split("?>")[-1].strip(), "<a>1</a>")
        self.assertEqual(self.map("nothing", stdin="{}").stdout, "")
        self.assertEqual(self.map("a", "--from", "yaml").returncode, 2)

    def project(self) -> None:
        """Around the maps: tables, a format and values of its own. Its channels are wrong, which is no matter of a map."""
        self.write("arint.yaml", """
channels: { orders: { http: { path: 7 }, sevrice: none } }
formats: { bars: { csv: { delimiter: "|" } } }
tables:
  vat: { values: { DE: 19.00, FR: 20 } }
  countries: { file: countries.csv, key: code }
config: { currency: EUR }
""")
        self.write("countries.csv", "code,name\nDE,Germany\n")
        (self.folder / "maps").mkdir()

    def test_a_map_sees_tables_config_and_formats_of_its_project(self):
        self.project()
        looked = "$table('vat', code) & ' ' & $table('countries', code).name & ' ' & $config.currency"
        told = self.map("--project", self.folder, looked, stdin='{"code": "DE"}')
        self.assertEqual((told.stdout, told.stderr), ('"19 Germany EUR"\n', ""))
        file = self.write("maps/vat.jsonata", looked)
        self.assertEqual(self.map("--file", file, stdin='{"code": "DE"}').stdout, '"19 Germany EUR"\n', "the nearest project above the map")
        self.assertEqual(self.map("--project", self.folder, "a.b", "--from", "bars", stdin="a|b\n1|2\n").stdout, "")
        self.assertEqual(self.map("--project", self.folder, "$.b", "--from", "bars", stdin="a|b\n1|2\n").stdout, '"2"\n')
        (self.folder / "env").mkdir()
        self.write("env/test.yaml", "config: { currency: XTS }\n")
        self.assertEqual(self.map("--project", self.folder, "--env", "test", "$config.currency").stdout, '"XTS"\n')

    def test_without_a_project_there_are_no_tables_and_a_wrong_one_is_told(self):
        told = self.map("$table('vat', 'DE')")
        self.assertEqual(told.returncode, 1)
        self.assertRegex(told.stderr, r"^U2001 at 1:\d+: argument 1 of \$table must be the name of a table of the project ")
        self.project()
        self.write("arint.yaml", "tables: { vat: { file: gone.csv, key: code } }\n")
        wrong = self.map("--project", self.folder, "1 + 1")
        self.assertEqual((wrong.returncode, wrong.stdout), (2, ""))
        self.assertRegex(wrong.stderr, r"^the project .*:\narint\.yaml:1:24: tables\.vat.*gone\.csv")
        self.assertEqual(self.map("--file", self.write("maps/sum.jsonata", "1 + 1")).stdout, "2\n", "a map that needs nothing of it is not bothered")
        self.assertEqual(self.map("--project", self.folder / "maps", "1").returncode, 2)

    def test_variables_are_given_as_json(self):
        headers = """headers={ "x-partner": "acme" }"""
        told = self.map("--var", headers, "--var", "$n=[1,2]", "$headers.`x-partner` & $sum($n)")
        self.assertEqual((told.stdout, told.stderr), ('"acme3"\n', ""))
        for wrong, words in (("n", "NAME=VALUE"), ("n=x", "no JSON"), ("sum=1", "$sum is a function")):
            refused = self.map("--var", wrong, "1")
            self.assertEqual(refused.returncode, 2)
            self.assertIn(words, refused.stderr)

    def test_tests_of_maps_see_tables_and_headers_too(self):
        self.project()
        self.write("maps/m.jsonata", "{ 'rate': $table('vat', code), 'partner': $headers.`x-partner`, 'n': $n }")
        self.write("maps/m.test.yaml", """cases:
  - name: all
    input: { code: FR }
    variables: { headers: { x-partner: acme }, n: 2 }
    expect: { rate: 20, partner: acme, n: 2 }
  - name: of the call
    input: { code: FR }
    expect: { rate: 20, n: 1 }
""")
        ran = self.map("--test", self.folder, "--var", "n=1")
        self.assertEqual((ran.returncode, ran.stdout), (0, "2 passed, 0 failed\n"), ran.stderr)

    def test_format_rewrites_files_once_and_check_only_tells(self):
        other = self.write("other.jsonata", "{'a':1,/* kept */'b':[1 .. 3]}")
        good = self.write("good.jsonata", "a + 1\n")
        other.chmod(0o640)
        told = self.map("--format", "--check", self.folder)
        self.assertEqual((told.returncode, told.stdout), (1, f"{other} is not laid out: run arint map --format\n"))
        self.assertEqual(other.read_text(), "{'a':1,/* kept */'b':[1 .. 3]}")
        done = self.map("--format", other, good)
        self.assertEqual((done.returncode, done.stdout), (0, f"{other} laid out\n"))
        self.assertEqual(other.read_text(), "{ 'a': 1, /* kept */ 'b': [1..3] }\n")
        self.assertEqual(other.stat().st_mode & 0o777, 0o640)
        self.assertEqual((self.map("--format", "--check", self.folder).returncode, sorted(path.name for path in self.folder.iterdir())), (0, ["good.jsonata", "other.jsonata"]))
        self.assertEqual(self.map("--format", stdin="a+1").stdout, "a + 1\n")

    def test_format_leaves_what_it_cannot_read(self):
        broken = self.write("broken.jsonata", "a +\n  )")
        told = self.map("--format", broken)
        self.assertEqual(told.returncode, 1)
        self.assertRegex(told.stderr, r"broken\.jsonata: S0211 at 2:3: ")
        self.assertEqual(broken.read_text(), "a +\n  )")
        self.assertEqual(self.map("--format", self.folder / "gone").returncode, 2)

    def test_maps_of_the_examples_are_laid_out_and_pass_their_tests(self):
        self.assertEqual(arint("map", "--format", "--check", ROOT / "examples").returncode, 0)
        ran = arint("map", "--test", ROOT / "examples")
        self.assertRegex(ran.stdout, r"^[1-9]\d* passed, 0 failed\n$")
        self.assertEqual(ran.returncode, 0)

    def test_a_test_that_fails_shows_what_is_different(self):
        self.write("m.jsonata", "{ 'a': a, 'list': [1..9], 'when': $now(), 'v': $v }")
        self.write("m.in.json", '{"a": 2}')
        self.write("m.test.yaml", """cases:
  - name: all is well
    input: { a: 1 }
    variables: { v: [x, 1.50] }
    expect: { a: 1, list: [1, 2, 3, 4, 5, 6, 7, 8, 9], when: "2026-01-01T00:00:00.000Z", v: [x, 1.5] }
  - name: another a
    input_file: m.in.json
    expect: { a: 1, list: [1, 2, 3, 4, 5, 6, 7, 8, 9], when: "2026-01-01T00:00:00.000Z" }
""")
        ran = self.map("--test", self.folder)
        self.assertEqual(ran.returncode, 1)
        lines = ran.stdout.splitlines()
        self.assertRegex(lines[0], r"^FAILED .*m\.test\.yaml:6:5: another a$")
        self.assertEqual([line.strip() for line in lines[1:6]], ["- expected, + got", "{", '-   "a": 1,', '+   "a": 2,', '"list": ['])
        self.assertEqual(lines.count("      ..."), 1, ran.stdout)
        self.assertEqual(lines[-1], "1 passed, 1 failed")

    def test_errors_and_nothing_can_be_expected(self):
        self.write("m.jsonata", "a > 1 ? $error('too many') : b")
        self.write("m.test.yaml", """cases:
  - { name: by code, input: { a: 2 }, expect_error: D3137 }
  - { name: by words, input: { a: 2 }, expect_error: too many }
  - { name: nothing, input: { a: 1 }, expect_nothing: true }
  - { name: another error, input: { a: 2 }, expect_error: T2001 }
  - { name: no error, input: { a: 1, b: 5 }, expect_error: T2001 }
""")
        ran = self.map("--test", self.folder / "m.test.yaml")
        self.assertEqual(ran.returncode, 1)
        self.assertEqual(ran.stdout.splitlines()[-1], "3 passed, 2 failed")
        self.assertIn("    expected the error T2001, got D3137 at 1:15: too many\n", ran.stdout)

    def test_a_test_that_is_none_is_told_at_its_place(self):
        self.write("m.jsonata", "a")
        self.write("m.test.yaml", "cases:\n  - { name: x, inptu: 1 }\n")
        ran = self.map("--test", self.folder)
        self.assertEqual(ran.returncode, 2)
        self.assertRegex(ran.stderr, r"m\.test\.yaml:2:\d+: .*inptu.*input")
        self.assertEqual(self.map("--test", self.folder / "m.jsonata").returncode, 2)

    def test_watch_shows_each_change_and_outlives_errors(self):
        file = self.write("m.jsonata", "a + 1")
        self.write("m.in.json", '{"a": 1}')
        watcher = subprocess.Popen([ARINT, "map", "--watch", str(file)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.addCleanup(watcher.stdout.close)
        self.addCleanup(watcher.wait)
        self.addCleanup(watcher.kill)

        def lines(count: int) -> list[str]:
            return [watcher.stdout.readline().rstrip("\n") for _ in range(count)]
        head = f"== {file} over {self.folder / 'm.in.json'}"
        self.assertEqual(lines(2), [head, "2"])
        self.write("m.in.json", '{"a": 10}')
        self.assertEqual(lines(2), [head, "11"])
        self.write("m.jsonata", "a + (")
        self.assertEqual([line.split(":")[0] for line in lines(4)], [head, "S0203 at 1", "a + (", "     ^"])
        self.write("m.jsonata", "nothing.at.all")
        self.assertEqual(lines(2), [head, "(nothing)"])
        file.unlink()
        self.write("m.jsonata", "a * 2.5")
        self.assertEqual(lines(2), [head, "25"])


if __name__ == "__main__":
    unittest.main()
