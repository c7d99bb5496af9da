#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs every fuzz target of a build for a while: fuzz.py BUILD_FOLDER SECONDS JOBS.

Targets are the lines of BUILD_FOLDER/fuzz-targets.txt (CMake writes it). Each starts from tests/fuzz-corpus/<target>/, keeps what it
finds in BUILD_FOLDER/corpus/<target>/, and leaves the input of a crash in BUILD_FOLDER/. Reports go to standard output; the two
numbers "PASSED FAILED" to descriptor 3.
"""
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# Bounds that make a runaway visible: no input takes 10 s or 2 GB. Inputs up to 64 KiB reach every limit that is set for tests.
BOUNDS = ["-timeout=10", "-rss_limit_mb=2048", "-max_len=65536"]


def run(folder: Path, target: str, seconds: str) -> tuple[str, bool, str]:
    found = folder / "corpus" / target
    found.mkdir(parents=True, exist_ok=True)
    seeds = Path("tests/fuzz-corpus") / target
    command = [str(folder / target), f"-max_total_time={seconds}", *BOUNDS, f"-artifact_prefix={folder}/{target}-",
               "-print_final_stats=1", str(found)] + ([str(seeds)] if seeds.is_dir() else [])
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", timeout=int(seconds) * 6 + 120)
    return target, done.returncode == 0, done.stdout


def main() -> int:
    folder, seconds, jobs = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    listing = folder / "fuzz-targets.txt"
    targets = listing.read_text().split() if listing.exists() else []
    passed = failed = 0
    with ThreadPoolExecutor(jobs) as pool:
        for target, good, output in pool.map(lambda t: run(folder, t, seconds), targets):
            executed = [line.split()[-1] for line in output.splitlines() if line.startswith("stat::number_of_executed_units")]
            print(f"   {target}: {'ok' if good else 'FAILED'}, {executed[-1] if executed else '?'} inputs", flush=True)
            if not good:
                lines = [line for line in output.splitlines() if not line.startswith(("#", "\tNEW_FUNC"))]
                print("\n".join(lines[-40:]), flush=True)
            passed, failed = passed + good, failed + (not good)
    if not targets:
        print("   no fuzz target yet")
    os.write(3, f"{passed} {failed}\n".encode())
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
