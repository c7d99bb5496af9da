# SPDX-License-Identifier: GPL-3.0-or-later
"""What `make crash` runs: every fault, as long as the issue asks, and one line that adds up what came of them.

Each test says what it did in lines that begin with CRASH and CONTROL; a test that fails, a lost message, a repeated step or a control that
was not caught makes this fail."""
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("ARINT_BINARY_DIR", ROOT / "build"))
SETTINGS = {"ARINT_CRASH_SEEDS": "500", "ARINT_CRASH_ROUNDS": "200", "ARINT_CRASH_NODE_ROUNDS": "40", "ARINT_CRASH_FULL": "1"}
COMMANDS = [[BUILD / "test_store", "--gtest_brief=1", "--gtest_filter=PowerCut*:Checker*"],
            *(["python3", "-u", ROOT / "tests/crash" / name] for name in ("kill_test.py", "node_test.py", "faults_test.py"))]


def main() -> int:
    environment = {**SETTINGS, **os.environ, "ARINT_BINARY_DIR": str(BUILD), "PYTHONPATH": str(ROOT / "tests")}
    if "--short" in sys.argv:
        environment = {**os.environ, "ARINT_BINARY_DIR": str(BUILD), "PYTHONPATH": str(ROOT / "tests")}
    sums = {"rounds": 0, "accepted": 0, "delivered": 0, "in other states": 0, "lost": 0, "recorded steps repeated": 0}
    caught = missed = failed = 0
    for command in COMMANDS:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for line in process.stdout:
            print(line, end="", flush=True)
            if line.startswith("CRASH "):
                for name in sums:
                    found = re.search(rf"\b{name} (\d+)", line)
                    sums[name] += int(found[1]) if found else 0
            elif line.startswith("CONTROL "):
                caught, missed = caught + line.endswith(": caught\n"), missed + line.endswith(": NOT CAUGHT\n")
        failed += process.wait() != 0
    print("crash: " + ", ".join(f"{name} {count}" for name, count in sums.items()) + f", controls caught {caught} of {caught + missed}"
          + (f"; {failed} of {len(COMMANDS)} programs failed" if failed else ""))
    return 1 if failed or missed or sums["lost"] or sums["recorded steps repeated"] or not caught else 0


if __name__ == "__main__":
    sys.exit(main())
