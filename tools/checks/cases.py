#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts test cases in a ctest JUnit report: cases.py REPORT prints "PASSED FAILED".

One ctest test holds many cases (a GoogleTest binary, a unittest file, a suite that closes with "N passed, N failed").
Each is asked by its own closing words; a test without such words is one case, and a test that broke counts at least one failure.
"""
import re
import sys
import xml.etree.ElementTree as ET


def cases(output: str) -> tuple[int, int]:
    """(passed, failed) as the runner's last words tell them; (0, 0) when there are none."""
    plain = re.findall(r"^(\d+) passed, (\d+) failed", output, re.M)
    if plain:
        return int(plain[-1][0]), int(plain[-1][1])
    google = re.findall(r"^\[  PASSED  \] (\d+) tests?", output, re.M)
    if google:
        bad = re.findall(r"^\[  FAILED  \] (\d+) tests?, listed below", output, re.M)
        return int(google[-1]), int(bad[-1]) if bad else 0
    unittest = re.findall(r"^Ran (\d+) tests?", output, re.M)
    if unittest:
        words = dict(re.findall(r"(failures|errors|skipped)=(\d+)", output[output.rfind("Ran "):]))
        bad = int(words.get("failures", 0)) + int(words.get("errors", 0))
        return int(unittest[-1]) - bad - int(words.get("skipped", 0)), bad
    return 0, 0


def main(report: str) -> None:
    passed = failed = 0
    for test in ET.parse(report).getroot().iter("testcase"):
        output = test.findtext("system-out") or ""
        good, bad = cases(output)
        if test.get("status") == "run":
            passed += good or 1
        else:
            passed += good
            failed += bad or 1
    print(passed, failed)


if __name__ == "__main__":
    main(sys.argv[1])
