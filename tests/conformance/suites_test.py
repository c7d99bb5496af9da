# SPDX-License-Identifier: GPL-3.0-or-later
"""build/conformance on suites of our own: tests/schema has the layout of JSON-Schema-Test-Suite."""
import json
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from support import BUILD, ROOT


def conformance(suite: str, folder) -> subprocess.CompletedProcess:
    return subprocess.run([BUILD / "conformance", suite, str(folder)], capture_output=True, text=True, timeout=120)


class JsonSchema(unittest.TestCase):
    def passes(self, draft: str, least: int):
        ran = conformance("json-schema", ROOT / "tests/schema/tests" / draft)
        counts = re.fullmatch(r"(\d+) passed, 0 failed", ran.stdout.splitlines()[-1])
        self.assertTrue(counts, ran.stdout)
        self.assertGreaterEqual(int(counts[1]), least)
        self.assertEqual(ran.returncode, 0)

    def test_every_case_of_2020_12_has_its_verdict(self):
        self.passes("draft2020-12", 1040)

    def test_every_case_of_draft_7_has_its_verdict(self):
        self.passes("draft7", 553)

    def test_a_wrong_verdict_is_named_and_optional_ones_are_not_counted(self):
        def group(valid):
            return [{"description": "whole", "schema": {"$ref": "http://localhost:1234/whole.json"},
                     "tests": [{"description": "a text", "data": "a", "valid": valid}, {"description": "one", "data": 1, "valid": True}]}]
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary) / "tests/draft7"
            (folder / "optional/format").mkdir(parents=True)
            (Path(temporary) / "remotes").mkdir()
            (Path(temporary) / "remotes/whole.json").write_text('{"type": "integer"}')
            (folder / "type.json").write_text(json.dumps(group(True)))
            (folder / "optional/format/more.json").write_text(json.dumps(group(True)))
            ran = conformance("json-schema", folder)
        self.assertEqual(ran.returncode, 1)
        lines = ran.stdout.splitlines()
        self.assertEqual(lines[-1], "1 passed, 1 failed")
        self.assertRegex(ran.stdout, r"FAILED type\.json: whole: a text: refused: ")
        self.assertIn("optional, not counted: 1 as expected, 1 not", lines)

    def test_a_folder_without_cases_is_no_success(self):
        with tempfile.TemporaryDirectory() as temporary:
            self.assertEqual(conformance("json-schema", temporary).returncode, 2)


class Wycheproof(unittest.TestCase):
    """tests/wycheproof was made with node's crypto in the layout of Project Wycheproof."""

    def test_every_vector_has_its_verdict(self):
        ran = conformance("wycheproof", ROOT / "tests/wycheproof")
        self.assertEqual(ran.stdout.splitlines()[-1], "76 passed, 0 failed", ran.stdout)
        self.assertIn("skipped, not counted: 2 of types, hashes or curves that are not spoken here", ran.stdout)
        self.assertEqual(ran.returncode, 0)

    def test_a_wrong_verdict_is_named(self):
        vectors = json.loads((ROOT / "tests/wycheproof/hmac_sha256_test.json").read_text())
        vectors["testGroups"][0]["tests"][0]["result"] = "invalid"
        with tempfile.TemporaryDirectory() as temporary:
            (Path(temporary) / "hmac.json").write_text(json.dumps(vectors))
            ran = conformance("wycheproof", temporary)
        self.assertEqual(ran.returncode, 1)
        self.assertIn("FAILED hmac.json tcId 1 (a tag): accepted", ran.stdout)


class Corpora(unittest.TestCase):
    """The public suites, where they are: ARINT_CORPORA, or beside the project."""

    def passes(self, suite: str, folder: str, least: int):
        place = Path(os.environ.get("ARINT_CORPORA", ROOT / "../shared/corpora")) / folder
        if not place.is_dir():
            self.skipTest(f"{place} is not here")
        ran = conformance(suite, place)
        counts = re.fullmatch(r"(\d+) passed, 0 failed", ran.stdout.splitlines()[-1])
        self.assertTrue(counts, ran.stdout)
        self.assertGreaterEqual(int(counts[1]), least)

    def test_jose(self):
        self.passes("jose", "jose-cookbook", 292)

    def test_rfc9421(self):
        self.passes("rfc9421", "rfc9421", 42)

    def test_structured_fields(self):
        self.passes("structured-fields", "structured-fields", 2135)


if __name__ == "__main__":
    unittest.main()
