# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 at random moments: what the store confirmed is there afterwards, and nothing happened twice.

ARINT_CRASH_ROUNDS: how many kills (6 here; 200 with `make crash`).
"""
import os
import random
import subprocess
import sys
import tempfile
import threading
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import BUILD  # noqa: E402

CRASH = BUILD / "crash"
ROUNDS = int(os.environ.get("ARINT_CRASH_ROUNDS", "6"))


def lost(confirmed: list[str], found: list[str]) -> list[str]:
    """The checker: what was confirmed and is not there, or is there twice."""
    there = set(found)
    twice = len(found) - len(there)
    return [line for line in confirmed if line not in there] + [f"{twice} lines twice"] * (twice > 0)


def lines_until_killed(folder: str, chance: random.Random) -> list[str]:
    """Starts the worker, kills it after some confirmed lines and a random moment; what it had said until then."""
    worker = subprocess.Popen([CRASH, "work", folder, "12"], stdout=subprocess.PIPE, text=True)
    lines: list[str] = []
    enough = chance.randrange(1, 300)
    reached = threading.Event()

    def read() -> None:
        for line in worker.stdout:
            if line.endswith("\n"):
                lines.append(line.strip())
            if len(lines) >= enough:
                reached.set()
        reached.set()

    reader = threading.Thread(target=read)
    reader.start()
    reached.wait(60)
    threading.Event().wait(chance.random() * 0.02)
    ended = worker.poll()
    worker.kill()
    worker.wait()
    reader.join()
    worker.stdout.close()
    assert ended is None, f"the worker ended by itself with {ended}"
    return lines


class Kill(unittest.TestCase):
    def test_what_was_confirmed_survives(self):
        seed = int(os.environ.get("ARINT_CRASH_SEED", random.SystemRandom().randrange(1 << 30)))
        chance = random.Random(seed)
        confirmed: list[str] = []
        with tempfile.TemporaryDirectory(prefix="arint-kill-") as folder:
            for _ in range(ROUNDS):
                confirmed += [line for line in lines_until_killed(folder, chance) if line != "ready"]
            told = subprocess.run([CRASH, "tell", folder], stdout=subprocess.PIPE, text=True, timeout=120, check=True).stdout.splitlines()
        self.assertEqual(told[-1], "end", f"seed {seed}")
        self.assertEqual([line for line in told if line.startswith("wrong")], [], f"seed {seed}")
        found = [line for line in told[:-1]]
        self.assertEqual(lost(confirmed, found), [], f"seed {seed}")
        done = [line for line in found if line.startswith("done")]
        accepted = sum(line.startswith("accepted") for line in confirmed)
        self.assertGreater(accepted, ROUNDS, "nothing was tested")
        print(f"CRASH the store killed at random: rounds {ROUNDS}, accepted {accepted}, delivered {len(done)}, in other states {max(0, accepted - len(done))}, "
              f"lost 0, recorded steps repeated 0 (seed {seed})", flush=True)

    def test_every_change_of_the_disk_may_be_the_last(self):
        """A store is opened, and killed by itself at its n-th change: at odd ones before it, at even ones half-way."""
        points = list(range(1, 40)) + list(range(40, 400, 3)) if ROUNDS > 50 else [1, 2, 3, 5, 8, 12, 13, 20, 21, 40, 61, 90]
        confirmed: list[str] = []
        with tempfile.TemporaryDirectory(prefix="arint-kill-") as folder:
            for point in points:
                worker = subprocess.run([CRASH, "work", folder, "4", str(point)], stdout=subprocess.PIPE, text=True, timeout=60)
                self.assertEqual(worker.returncode, -9, f"at change {point}")
                confirmed += [line for line in worker.stdout.splitlines() if line != "ready"]
            told = subprocess.run([CRASH, "tell", folder], stdout=subprocess.PIPE, text=True, timeout=120, check=True).stdout.splitlines()
        self.assertEqual(told[-1], "end")
        self.assertEqual([line for line in told if line.startswith("wrong")], [])
        self.assertEqual(lost(confirmed, told[:-1]), [])
        self.assertGreater(len(confirmed), len(points))

    def test_another_process_is_kept_out(self):
        with tempfile.TemporaryDirectory(prefix="arint-kill-") as folder:
            worker = subprocess.Popen([CRASH, "work", folder, "1"], stdout=subprocess.PIPE, text=True)
            try:
                self.assertEqual(worker.stdout.readline(), "ready\n")
                other = subprocess.run([CRASH, "tell", folder], capture_output=True, text=True, timeout=60)
            finally:
                worker.kill()
                worker.communicate()
            self.assertNotEqual(other.returncode, 0)
            self.assertIn("another process has it open", other.stderr)

    def test_the_checker_sees_what_is_missing(self):
        confirmed = ["accepted a", "accepted b", "recorded a 0", "done a"]
        for line in confirmed:
            self.assertEqual(lost(confirmed, [each for each in confirmed if each != line]), [line])
        self.assertEqual(lost(confirmed, confirmed + ["recorded a 0"]), ["1 lines twice"])
        print("CONTROL a line that was confirmed and is not there: caught", flush=True)


if __name__ == "__main__":
    unittest.main()
