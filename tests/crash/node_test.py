# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole node killed with -9 and cut off its power under load: what was answered 2xx is delivered, recorded calls are not made again,
repeats carry the first call's key and are no more than the calls that were in flight; with the controls that must be caught.

ARINT_CRASH_NODE_ROUNDS: how many kills. ARINT_CRASH_FULL=1: as many of the others as the issue asks."""
import os
import random
import tempfile
import unittest
from pathlib import Path

from history import FULL, YAML, Load, Peer, control, crash_node, faults_of, node_for, told
from support import Node, until

ROUNDS = int(os.environ.get("ARINT_CRASH_NODE_ROUNDS", "3"))


class NodeKilled(unittest.TestCase):
    def test_nothing_accepted_is_lost(self):
        peer = Peer(self)
        node = node_for(self, peer)
        load, chance = Load(node), random.Random(6)
        for _ in range(ROUNDS):
            load.more(chance.randrange(20, 120))
            node.kill()
            node.start()
        load.end()
        until(lambda: peer.delivered() >= load.accepted, "all that was accepted is delivered", 60)
        found = faults_of(load.accepted, list(peer.calls), ROUNDS)
        told("killed at random", ROUNDS, load.accepted, peer, set(), found)
        self.assertEqual(found, [])
        one = next(iter(load.accepted))
        without = faults_of(load.accepted, [call for call in peer.calls if call[1] != one], ROUNDS)
        again = faults_of(load.accepted, [*peer.calls, next(call for call in peer.calls if call[0] == "/first" and call[1] == one)], ROUNDS)
        control("a history with one acceptance taken out of the delivered", bool(without))
        control("a history with a recorded call made again", bool(again))
        self.assertTrue(without and again)

    def kill_at_each(self, points: list[int], **settings: str) -> tuple[list[str], Load, Peer]:
        """A node that kills itself at each of these changes of its disk in turn, and one that does not at the end."""
        peer = Peer(self)
        node = crash_node(self, peer, **settings)
        load = Load(node)
        for point in points:
            node.env["ARINT_CRASH_KILL_AT"] = str(point)
            node.kill()
            node.start(wait=False)
            node.process.wait(60)
            self.assertEqual(node.process.returncode, -9, f"at change {point}")
        del node.env["ARINT_CRASH_KILL_AT"]
        node.kill()
        node.start()
        load.more(20)
        load.end()
        until(lambda: peer.delivered() >= load.accepted, "all that was accepted is delivered", 60)
        return faults_of(load.accepted, list(peer.calls), len(points) + 1), load, peer

    def test_every_commit_point_may_be_the_last(self):
        points = list(range(1, 60)) + list(range(60, 400, 7)) if FULL else [1, 6, 23, 40, 41, 57, 80, 101]
        found, load, peer = self.kill_at_each(points)
        told("killed at each commit point", len(points), load.accepted, peer, set(), found)
        self.assertEqual(found, [])

    def test_a_build_that_records_late_is_caught(self):
        found: list[str] = []
        for _ in range(10):
            found, _, _ = self.kill_at_each([60, 61, 90, 91, 121], late="1")
            if any("made again" in each for each in found):
                break
        caught = any("made again" in each for each in found)
        control("a build that records steps late", caught)
        self.assertTrue(caught, found)


class PowerCut(unittest.TestCase):
    """The store's files as a machine finds them whose power went at the n-th change of the disk."""

    def cut(self, seed: int, **settings: str) -> tuple[list[str], Load, Peer]:
        peer, chance = Peer(self), random.Random(seed)
        with tempfile.TemporaryDirectory(prefix="arint-cut-") as left:
            node = crash_node(self, peer, cut_at=str(chance.randrange(60, 600)), seed=str(seed), leave=left, **settings)
            load = Load(node)
            node.process.wait(60)
            load.end()
            self.assertEqual(node.process.returncode, 9, f"seed {seed}: the power did not go")
            before = list(peer.calls)
            after = Node(self, yaml=YAML.replace("PORT", str(peer.port)), cores=2, files={})
            after.kill()
            for file in sorted(Path(left).rglob("*")):
                to = after.folder / "data" / file.relative_to(left)
                if file.is_dir():
                    to.mkdir(exist_ok=True)
                else:
                    to.write_bytes(file.read_bytes())
            try:
                after.start()
            except AssertionError as error:  # the store does not open
                return [f"all: accepted and not delivered: {error}"], load, peer
            until(lambda: peer.delivered() >= load.accepted or after.metrics().get("arint_store_unresolved") == 0, f"seed {seed}: nothing waits any more", 60)
            after.kill()
        self.assertEqual(before, peer.calls[:len(before)])
        return faults_of(load.accepted, list(peer.calls), 1), load, peer

    def test_nothing_accepted_is_lost(self):
        seeds = range(1, 101 if FULL else 4)
        accepted: set[str] = set()
        for seed in seeds:
            found, load, peer = self.cut(seed)
            told("cut off its power", 1, load.accepted, peer, set(), found)
            accepted |= load.accepted
            self.assertEqual(found, [], f"seed {seed}")
        self.assertGreater(len(accepted), 10, "the power went before anything was accepted")

    def test_the_control_without_syncs_loses(self):
        caught = any(any("not delivered" in each for each in self.cut(seed, no_sync="1")[0]) for seed in range(1, 30))
        control("a build with synchronous=OFF under the power cut", caught)
        self.assertTrue(caught)


if __name__ == "__main__":
    unittest.main()
