# SPDX-License-Identifier: GPL-3.0-or-later
"""What the house checks look at: the project's files, its layers, and the waivers that excuse a finding."""
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WAIVERS = "tools/waivers.txt"


@dataclass(frozen=True, order=True)
class Finding:
    """One sentence about one place. `rule` is what a waiver names."""
    path: str
    line: int
    rule: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.sentence} [{self.rule}]"


class Tree:
    """The files of a project, relative to `root`: what git knows or would add, so that build folders stay out."""

    def __init__(self, root: Path = ROOT, files: list[str] | None = None):
        self.root = root
        if files is None:
            listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=root, check=True,
                                    stdout=subprocess.PIPE, text=True).stdout.split("\0")
            files = [name for name in listed if name and (root / name).is_file()]
        self.files = sorted(set(files))

    def text(self, path: str) -> str:
        return (self.root / path).read_text(encoding="utf-8", errors="replace")

    def lines(self, path: str) -> list[str]:
        return self.text(path).splitlines()

    def layers(self) -> list[str]:
        """The folders of src/ in dependency order: LAYERS of CMakeLists.txt, the one place where it is written."""
        found = re.search(r"^set\(LAYERS\s+([^)]*)\)", self.text("CMakeLists.txt"), re.M)
        if not found:
            raise SystemExit("CMakeLists.txt:1: has no set(LAYERS ...)")
        return found.group(1).split()

    def folders(self) -> list[str]:
        """The folders of src/ that exist, alphabetically."""
        return sorted({path.split("/")[1] for path in self.files if path.startswith("src/") and path.count("/") > 1})


def read_waivers(tree: Tree) -> tuple[dict[tuple[str, str], int], list[Finding]]:
    """{(path, rule): line} and what is wrong with the list itself. A line is `path rule reason`; a reason is a must."""
    waivers, findings = {}, []
    if WAIVERS in tree.files:
        for number, line in enumerate(tree.lines(WAIVERS), 1):
            if not line.strip() or line.startswith("#"):
                continue
            words = line.split(maxsplit=2)
            if len(words) < 3:
                findings.append(Finding(WAIVERS, number, "waiver", "a waiver is: path, rule, reason"))
            else:
                waivers[(words[0], words[1])] = number
    return waivers, findings


def apply_waivers(tree: Tree, findings: list[Finding]) -> list[Finding]:
    """What is left of `findings`; a waiver that excuses nothing is a finding, so that the list can only shrink."""
    waivers, left = read_waivers(tree)
    used = set()
    for finding in findings:
        if (finding.path, finding.rule) in waivers:
            used.add((finding.path, finding.rule))
        else:
            left.append(finding)
    for key, number in waivers.items():
        if key not in used:
            left.append(Finding(WAIVERS, number, "waiver", f"{key[0]} no longer needs a waiver for {key[1]}: delete this line"))
    return sorted(left)
