# SPDX-License-Identifier: GPL-3.0-or-later
"""Peers that compute in their own process and answer lines (drivers/driver.hpp): started once, asked in turns, compared by CPU time."""
import json
import os
import statistics
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import bench

DRIVERS = bench.ROOT / "bench/support/drivers"


def built(target: str) -> Path:
    """A driver of CMakeLists.txt, built when it is not there or older than its sources."""
    folder = bench.ARINT.parent
    command = [bench.ROOT / "tools/build", "plain", target] if folder == bench.ROOT / "build" else ["cmake", "--build", folder, "--target", target]
    ran = subprocess.run(command, capture_output=True, text=True)
    if ran.returncode:
        bench.stop_with(f"{target} could not be built (tools/setup test installs its libraries): {ran.stdout[-1500:]}{ran.stderr[-500:]}")
    return folder / target


def in_node(peer: str, package: str) -> list | None:
    modules = bench.npm(package, peer)
    return modules and ["env", f"NODE_PATH={modules}", bench.tool("node"), DRIVERS / "driver.js", peer]


class Peer:
    def __init__(self, name: str, command: list):
        self.name = name
        self.process = subprocess.Popen(bench.on_core(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, line: str, expected: str) -> str:
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        verb, _, rest = self.process.stdout.readline().rstrip("\n").partition(" ")
        if verb != expected:
            bench.stop_with(f"{self.name}, asked `{line}`, said {verb} {rest[:500]}")
        return rest

    def stop(self) -> None:
        self.process.stdin.close()
        self.process.wait(20)


@dataclass
class Job:
    """One line of the result: `programs` by peer's name (those without one take no part), one document, one mode."""
    name: str
    mode: str
    document: str
    programs: dict
    seconds: dict = field(default_factory=dict)  # of one run, a figure a round


def compare(question: str, how: str, commands: dict, jobs: list[Job], rounds: int, slice_seconds: float) -> None:
    """Checks that all peers answer alike, then lets them take turns and prints a ratio for each job and peer. "arint" is one of them."""
    print(bench.machine(), flush=True)
    with bench.Bed() as bed:
        peers = [Peer(name, command) for name, command in commands.items() if command]
        try:
            for number, job in enumerate(jobs):
                _prepare(bed.folder, number, job, peers)
            if how == "smoke":
                return
            counts: dict = {}
            for turn in range(rounds):
                for number, job in enumerate(jobs):
                    _round(number, job, peers[::1 if turn % 2 else -1], counts, slice_seconds)
            for job in jobs:
                _print(question, job)
        finally:
            for peer in peers:
                peer.stop()


def _prepare(folder: Path, number: int, job: Job, peers: list[Peer]) -> None:
    answers = {}
    for peer in peers:
        if peer.name not in job.programs:
            continue
        program, document = folder / f"{number}-{peer.name}", folder / f"{number}.json"
        program.write_text(job.programs[peer.name])
        document.write_text(job.document)
        peer.ask(f"prepare {number} {program} {document}", "ok")
        answers[peer.name] = json.loads(peer.ask(f"answer {number} {job.mode}", "answer"))
    for name, answer in answers.items():
        if answer != answers["arint"]:
            bench.stop_with(f"{job.name}: arint and {name} answer differently:\n{str(answers['arint'])[:700]}\n{str(answer)[:700]}")


def _round(number: int, job: Job, peers: list[Peer], counts: dict, slice_seconds: float) -> None:
    for peer in peers:
        if peer.name not in job.programs:
            continue
        if (number, peer.name) not in counts:
            # Warm, then as many runs as fill the slice.
            once, count = 0.0, 1
            while once * count < slice_seconds / 4:
                count = min(max(2 * count, int(slice_seconds / 4 / once) if once else 1), 8 * count)
                once = max(int(peer.ask(f"time {number} {job.mode} {count}", "took")), 1) / count / 1e9
            counts[number, peer.name] = max(1, int(slice_seconds / once))
        count = counts[number, peer.name]
        job.seconds.setdefault(peer.name, []).append(int(peer.ask(f"time {number} {job.mode} {count}", "took")) / count / 1e9)


def _print(question: str, job: Job) -> None:
    for name, seconds in job.seconds.items():
        if name == "arint":
            print(f"# {question}.{job.name}: arint {bench.spread([s * 1e6 for s in seconds])} us a run")
            continue
        ratios = [theirs / ours for theirs, ours in zip(seconds, job.seconds["arint"])]
        print(f"# {question}.{job.name}: {name} {bench.spread([s * 1e6 for s in seconds])} us, ratio {bench.spread(ratios)}")
        bench.ratio(f"{question}.{job.name}", name, "cpu", statistics.median(ratios))
