# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may include whom: a folder of src/ uses itself and what stands above it in LAYERS; only runtime/ sees the kernel's events."""
import re

from tree import Finding, Tree

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')
KERNEL = re.compile(r"^(sys/epoll\.h|liburing.*|linux/io_uring\.h)$")


def check_includes(tree: Tree) -> list[Finding]:
    layers = tree.layers()
    place = {folder: index for index, folder in enumerate(layers)}
    findings = []
    for path in tree.files:
        if not path.startswith("src/") or not path.endswith((".cpp", ".hpp")):
            continue
        parts = path.split("/")
        folder = parts[1] if len(parts) > 2 else None  # None: src/main.cpp, which may use all
        for number, line in enumerate(tree.lines(path), 1):
            found = INCLUDE.match(line)
            if not found:
                continue
            ours, system = found.groups()
            if system:
                if KERNEL.match(system) and folder != "runtime":
                    findings.append(Finding(path, number, "kernel", f"<{system}> may be included in src/runtime only"))
                continue
            if "/" not in ours or ours.startswith("."):
                findings.append(Finding(path, number, "include", f'"{ours}" must be written from src/: "{folder or "base"}/..."'))
                continue
            target = ours.split("/")[0]
            if target not in place:
                findings.append(Finding(path, number, "layer", f'"{ours}" is in no folder of LAYERS (CMakeLists.txt)'))
            elif folder in place and place[target] > place[folder]:
                findings.append(Finding(path, number, "layer", f'{folder} may not include "{ours}": {target} stands after {folder} '
                                                               "in LAYERS (CMakeLists.txt)"))
    return findings


def check_folders(tree: Tree) -> list[Finding]:
    """Each folder stands in LAYERS, has a README.md, and has its line in the table of src/README.md; no line for what is no layer."""
    layers, findings = tree.layers(), []
    table = {}
    if "src/README.md" in tree.files:
        for number, line in enumerate(tree.lines("src/README.md"), 1):
            row = re.match(r"^\|\s*`?([a-z_.]+)/?`?\s*\|", line)
            if row and row.group(1) not in ("folder",):
                table[row.group(1)] = number
    else:
        findings.append(Finding("src/README.md", 1, "table", "is missing: one line per folder of src/"))
    for folder in tree.folders():
        if folder not in layers:
            findings.append(Finding(f"src/{folder}", 1, "layer", f"{folder} is not in LAYERS (CMakeLists.txt)"))
        if f"src/{folder}/README.md" not in tree.files:
            findings.append(Finding(f"src/{folder}", 1, "readme", "has no README.md: what it is for, what may enter, where to start"))
        if folder not in table:
            findings.append(Finding("src/README.md", 1, "table", f"has no line for src/{folder}"))
    for name, number in table.items():
        if name not in layers and f"src/{name}" not in tree.files:
            findings.append(Finding("src/README.md", number, "table", f"{name} is neither in LAYERS nor a file of src/"))
    return findings
