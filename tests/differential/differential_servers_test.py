# SPDX-License-Identifier: GPL-3.0-or-later
"""The evaluator and the schemas against references in Node.js, on what is made at random: short runs; differential.py alone runs longer ones."""
import unittest

import differential

from support import BUILD


class Differential(unittest.TestCase):
    def modules(self, what: str):
        modules = differential.node_modules(what)
        if not modules:
            self.skipTest(f"npm could not install {differential.PACKAGES[what]}, so nothing was compared")
        return modules

    def test_maps_agree_with_jsonata(self):
        compared, lines = differential.expressions(1, 4000, self.modules("jsonata"), BUILD / "conformance")
        self.assertGreater(compared, 3000)
        self.assertEqual(lines, [])

    def test_schemas_agree_with_hyperjump(self):
        for draft in ("draft7", "draft2020-12"):
            with self.subTest(draft=draft):
                compared, lines = differential.verdicts(draft, 1, 300, self.modules(draft), BUILD / "conformance")
                self.assertGreater(compared, 2000)
                self.assertEqual(lines, [])


if __name__ == "__main__":
    unittest.main()
