#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""tests/differential/differential.py [jsonata|draft7|draft2020-12] [--seed N] [--count N]: expressions, or schemas with documents, made at
random, and evaluated by ours and by the reference in Node.js (npm's jsonata, npm's @hyperjump/json-schema).

What the reference says becomes a suite in the layout of its own, which build/conformance runs. Prints what differs, and how many were
compared. The same seed makes the same suite.
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
import exceptions  # noqa: E402
import grammar  # noqa: E402
import schemas  # noqa: E402

PACKAGES = {"jsonata": "jsonata@2", "draft7": "@hyperjump/json-schema@1", "draft2020-12": "@hyperjump/json-schema@1"}


def node_modules(what: str) -> Path | None:
    """Where the reference is; None, and it is said why, when npm cannot have it."""
    return bench.npm(PACKAGES[what], what)


def _said(script: str, *words, question, modules: Path):
    asked = subprocess.run([bench.tool("node"), "--max-old-space-size=1000", HERE / script, *words], input=json.dumps(question), capture_output=True, text=True,
                           env={"NODE_PATH": str(modules), "PATH": "/usr/bin:/bin"}, timeout=120)
    if asked.returncode:
        raise RuntimeError(f"the reference failed: {asked.stderr[-1000:]}")
    return json.loads(asked.stdout)


def _lines(conformance: Path, suite: str, folder: Path) -> list[str]:
    """A line for each case that fails."""
    ran = subprocess.run([conformance, suite, folder], capture_output=True, text=True, timeout=600)
    *lines, last = ran.stdout.splitlines() or [""]
    if not re.fullmatch(r"\d+ passed, \d+ failed", last):
        raise RuntimeError(f"conformance said: {ran.stdout[-500:]}{ran.stderr[-500:]}")
    return lines


def expressions(seed: int, count: int, modules: Path, conformance: Path) -> tuple[int, list[str]]:
    """(how many were compared, a line for each difference)"""
    cases = [case for case in _said("reference.js", question=[grammar.DOCUMENT, grammar.expressions(seed, count)], modules=modules) if case]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "groups").mkdir()
        (Path(folder) / "groups/generated.json").write_text(json.dumps(cases))
        lines = _lines(conformance, "jsonata", Path(folder))
    return len(cases), exceptions.unexplained(lines, count)


def verdicts(draft: str, seed: int, count: int, modules: Path, conformance: Path) -> tuple[int, list[str]]:
    """The same for documents under schemas."""
    groups = schemas.groups(draft, seed, count)
    suite = [{"description": json.dumps(group["schema"]), "schema": group["schema"],
              "tests": [{"description": json.dumps(document), "data": document, "valid": valid} for document, valid in zip(group["data"], said)]}
             for group, said in zip(groups, _said("schemas_reference.mjs", modules, draft, question=groups, modules=modules)) if said]
    with tempfile.TemporaryDirectory() as folder:
        cases = Path(folder) / "tests" / draft
        cases.mkdir(parents=True)
        (cases / "generated.json").write_text(json.dumps(suite))
        return sum(len(group["tests"]) for group in suite), [line for line in _lines(conformance, "json-schema", cases) if line.startswith("FAILED")]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", choices=list(PACKAGES), default="jsonata")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=5000)
    options = parser.parse_args()
    modules = node_modules(options.what)
    if not modules:
        return 2
    conformance = bench.ARINT.parent / "conformance"
    if options.what == "jsonata":
        compared, lines = expressions(options.seed, options.count, modules, conformance)
    else:
        compared, lines = verdicts(options.what, options.seed, options.count, modules, conformance)
    print("\n".join(lines))
    print(f"# seed {options.seed}: {compared} compared")
    print(f"{compared - len(lines)} passed, {len(lines)} failed")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
