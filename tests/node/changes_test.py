# SPDX-License-Identifier: GPL-3.0-or-later
"""PATCH requests: the media types of JSON Patch and JSON Merge Patch, and that a patch that fails changes nothing."""
import json
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import Node  # noqa: E402

PROJECT = """
channels:
  patch: { http: { path: /patch, methods: PATCH }, service: patch }
  merge: { http: { path: /merge, methods: PATCH }, service: merge }
  kept:  { http: { path: /kept, methods: POST }, service: kept }
services:
  patch: [ patch: { of: "{ 'id': 7, 'tags': ['a'] }", with: $ } ]
  merge: [ merge: { of: "{ 'id': 7, 'at': { 'x': 1, 'y': 2 } }", with: $ } ]
  kept:
    - try: [ patch: [ { op: add, path: /added, value: 1 }, { op: test, path: /id, value: 8 } ] ]
      catch: [ do: [ set: { why: $fault.error } ] ]
"""


class Changes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.node = Node.shared(cls, yaml=PROJECT)

    def ask(self, method, path, body, content_type="application/json"):
        answer = self.node.call(method, path, json.dumps(body), {"Content-Type": content_type})
        return answer.status, answer.json

    def test_a_callers_patch_is_applied_by_its_own_media_type(self):
        operations = [{"op": "add", "path": "/tags/0", "value": "b"}, {"op": "remove", "path": "/id"}]
        self.assertEqual(self.ask("PATCH", "/patch", operations, "application/json-patch+json"), (200, {"tags": ["b", "a"]}))
        self.assertEqual(self.ask("PATCH", "/merge", {"at": {"x": None}, "id": 8}, "application/merge-patch+json"), (200, {"id": 8, "at": {"y": 2}}))

    def test_the_caller_is_told_which_operation_did_not_fit(self):
        status, problem = self.ask("PATCH", "/patch", [{"op": "remove", "path": "/id"}, {"op": "remove", "path": "/id"}])
        self.assertEqual((status, problem["detail"]), (409, 'operation 2, remove at "/id": there is no "id" in an object with 1 member'))

    def test_what_fails_has_changed_nothing(self):
        self.assertEqual(self.ask("POST", "/kept", {"id": 7}), (200, {"id": 7, "why": 'operation 2, test at "/id": found 7, not 8'}))


if __name__ == "__main__":
    unittest.main()
