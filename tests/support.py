# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests in Python share: where the program is, and real servers that end with the test."""
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILD = Path(os.environ.get("ARINT_BINARY_DIR", ROOT / "build"))
ARINT = BUILD / "arint"


def start_server(test: unittest.TestCase, name: str, *options: str, folder: Path | None = None) -> tuple[int, str]:
    """Starts tools/servers/NAME on a free port for as long as `test` runs; gives (port, how to connect)."""
    if folder is None:
        temporary = tempfile.TemporaryDirectory(prefix=f"arint-{name}-")
        test.addCleanup(temporary.cleanup)
        folder = Path(temporary.name)
        folder.chmod(0o755)
    script = str(ROOT / "tools/servers" / name)
    test.addCleanup(subprocess.run, [script, "stop", str(folder)], check=True)
    started = subprocess.run([script, "start", str(folder), "0", *options], stdout=subprocess.PIPE, text=True, timeout=120)
    words = started.stdout.split()
    if started.returncode != 0 or words[:1] != ["READY"]:
        raise AssertionError(f"{name} did not start: {started.stdout}")
    return int(words[1]), words[2]
