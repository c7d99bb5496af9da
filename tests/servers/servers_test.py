#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scripts of tools/servers keep their contract: a real server on a free port, data kept, ended by id."""
import subprocess
import tempfile
import unittest
import urllib.request
from pathlib import Path

from support import ROOT, psql, start_server


def answers(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read()


class Servers(unittest.TestCase):
    def stop(self, name: str, folder: Path):
        subprocess.run([str(ROOT / "tools/servers" / name), "stop", str(folder)], check=True, timeout=60)

    def folder(self) -> Path:
        temporary = tempfile.TemporaryDirectory(prefix="arint-servers-")
        self.addCleanup(temporary.cleanup)
        Path(temporary.name).chmod(0o755)
        return Path(temporary.name) / "server"

    def test_postgres_keeps_its_data_over_a_restart(self):
        folder = self.folder()
        _, where = start_server(self, "postgres", "--durable", folder=folder)
        psql(where, "create table kept(n int); insert into kept values (41), (1)")
        self.stop("postgres", folder)
        with self.assertRaises(subprocess.CalledProcessError):
            psql(where, "select 1")
        _, where = start_server(self, "postgres", folder=folder)
        self.assertEqual(psql(where, "select sum(n) from kept"), "42")

    def test_a_second_start_in_the_same_folder_is_refused(self):
        folder = self.folder()
        start_server(self, "nginx", folder=folder)
        with self.assertRaises(AssertionError):
            start_server(self, "nginx", folder=folder)

    def test_two_run_side_by_side_and_a_stop_ends_its_own(self):
        one, two = self.folder(), self.folder()
        _, first = start_server(self, "nginx", folder=one)
        _, second = start_server(self, "nginx", "location / { return 200 'mine'; }", folder=two)
        self.assertEqual((answers(first), answers(second)), (b'{"ok":true}', b"mine"))
        self.stop("nginx", one)
        with self.assertRaises(OSError):
            answers(first)
        self.assertEqual(answers(second), b"mine")

    def test_a_stop_leaves_a_process_alone_that_only_has_the_same_id(self):
        folder = self.folder()
        folder.mkdir()
        other = subprocess.Popen(["sleep", "60"])
        self.addCleanup(other.wait)
        self.addCleanup(other.kill)
        (folder / "pid").write_text(f"{other.pid} 1\n")
        self.stop("nginx", folder)
        self.assertIsNone(other.poll())


if __name__ == "__main__":
    unittest.main()
