#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""tests/differential/differential.py [--seed N] [--count N]: expressions made at random, evaluated by ours and by npm's jsonata.

Their results and error codes become a suite in the layout of the reference's own, which build/conformance runs. Prints each expression
where the two differ, and how many were compared. The same seed makes the same expressions.
"""
import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "bench/support")]

import bench  # noqa: E402
import grammar  # noqa: E402

# Where we differ on purpose, or where the reference says nothing sensible: what the line of a difference looks like, and why.
ON_PURPOSE = {
    r"\$[a-z]\w*\((\?|[^()]*, \?).*T041[02] at": "a partly applied function of the language checks its arguments, as any call of it does",
    r"\$uppercase .*T0410 at|\$replace\(.*T0410 at": "an argument of the wrong kind is refused before anything else is looked at",
    r"\$sort\(.*function": "what a comparator answers counts as $boolean() of it, also [] and {}",
    r"wanted S0302": "a / behind an order or a transform divides; the reference takes it for the start of a regular expression",
    r"[\[{].*,.*[\]}].*wanted [DT]\d+, got [DT]\d+ at": "the reference evaluates items and members side by side: of two faults the other may come first",
    r"\[\[0(,|\.\.)1\]\]|\[.*got nothing|\[.*\(null,\)*null.*got": "nothing is no item: it passes no filter and becomes no null in an array",
    r"\[.*(wanted T2001, got T2002|failed: T2001|wanted T2002, got false)": "the same: nothing is not counted as an array of one",
    r"\$parseInteger": "a text that does not fit its picture is nothing, not NaN; capital letters are read",
    r"\$power\(.*wanted .*\d\.\d{10}": "the last of 17 digits: pow() of the C library is nearer than V8's",
    r"% 0\).*D1001": "no number (0 / 0, 10 % 0) is kept in a document",
    r"\$formatNumber\(.*e0": "one digit before the point is one digit before the point: 1.0e3, not 10.0e2",
    r"\$substring\(.*, missing, ": "a position that is nothing is the beginning",
}


def differences(seed: int, count: int, modules: Path, conformance: Path) -> tuple[int, list[str]]:
    """(how many were compared, a line for each difference)"""
    question = json.dumps([grammar.DOCUMENT, grammar.expressions(seed, count)])
    asked = subprocess.run([bench.tool("node"), "--max-old-space-size=1000", HERE / "reference.js"], input=question, capture_output=True, text=True,
                           env={"NODE_PATH": str(modules), "PATH": "/usr/bin:/bin"}, timeout=120)
    if asked.returncode:
        raise RuntimeError(f"the reference failed: {asked.stderr[-1000:]}")
    cases = [case for case in json.loads(asked.stdout) if case]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "groups").mkdir()
        (Path(folder) / "groups/generated.json").write_text(json.dumps(cases))
        ran = subprocess.run([conformance, "jsonata", folder], capture_output=True, text=True, timeout=600)
    *lines, last = ran.stdout.splitlines() or [""]
    if not re.fullmatch(r"\d+ passed, \d+ failed", last):
        raise RuntimeError(f"conformance said: {ran.stdout[-500:]}{ran.stderr[-500:]}")
    return len(cases), [line for line in lines if not any(re.search(text, line) for text in ON_PURPOSE)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=5000)
    options = parser.parse_args()
    modules = bench.npm("jsonata@2", "jsonata")
    if not modules:
        return 2
    compared, lines = differences(options.seed, options.count, modules, bench.ARINT.parent / "conformance")
    print("\n".join(lines))
    print(f"# seed {options.seed}: {compared} of {options.count} compared")
    print(f"{compared - len(lines)} passed, {len(lines)} failed")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
