# SPDX-License-Identifier: GPL-3.0-or-later
"""The evaluator against the reference in Node.js, on expressions made at random: a short run; differential.py alone runs longer ones."""
import unittest

import differential

from support import BUILD


class Differential(unittest.TestCase):
    def test_the_reference_agrees(self):
        modules = differential.bench.npm("jsonata@2", "jsonata")
        if not modules:
            self.skipTest("npm could not install jsonata, so nothing was compared")
        compared, lines = differential.differences(1, 4000, modules, BUILD / "conformance")
        self.assertGreater(compared, 3000)
        self.assertEqual(lines, [])


if __name__ == "__main__":
    unittest.main()
