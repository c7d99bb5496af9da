# SPDX-License-Identifier: GPL-3.0-or-later
"""`file` channels and outgoings: what is taken, in which order, what becomes of it; names, links and disks that mean no good."""
import json
import os
import resource
import sqlite3
import sys
import tempfile
import threading
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import Node, arint, until  # noqa: E402


def taken(extra: str = "", formats: str = "[json, text, bytes]", more: str = "") -> str:
    """A channel over the folder `in`, whose service logs what came and fails for those who say so."""
    return (f'channels:\n  drop: {{ file: {{ folder: in, stable: 200ms, poll: 300ms{extra} }}, format: {formats}, service: note{more} }}\n'
            '  put: { http: { path: "/put" , methods: [POST] }, service: keep }\n'
            '  add: { http: { path: "/add" , methods: [POST] }, service: append }\n'
            'services:\n'
            '  note:\n'
            '    - log: { text: "took {$headers.`file-name`} {$headers.`file-record`} {$exists(id) ? id : $type($)}" }\n'
            '    - route: [ { when: "bad = true", do: [ fail: { fault: rejected, message: "bad it is" } ] } ]\n'
            '  keep: [ { send: { to: out, name: "{name}", body: content, as: text, exists: "%s", into: kept } }, { reply: { status: 200, body: $kept } } ]\n'
            '  append: [ { send: { to: out, name: "{name}", body: content, as: text, append: true } }, { reply: { status: 200 } } ]\n'
            'outgoing: { out: { file: { folder: out } } }\n') % "replace"


class In(unittest.TestCase):
    def node(self, yaml: str, **options) -> Node:
        node = Node(self, yaml=yaml, files={"in/.keep": "", "out/.keep": "", **options.pop("files", {})}, cores=2, **options)
        self.box = node.folder / "in"
        return node

    def drop(self, name: str, text: str) -> None:
        (self.box / ("." + name)).write_text(text)
        (self.box / ("." + name)).rename(self.box / name)

    def took(self, node: Node, count: int) -> list[str]:
        return [line["text"] for line in node.log_soon(count, action="logged", channel="drop") if line.get("text", "").startswith("took ")]

    def names(self, folder: str) -> list[str]:
        place = self.box / folder
        return sorted(path.name for path in place.iterdir()) if place.exists() else []

    def test_files_are_taken_in_order_moved_and_the_failed_say_why(self):
        node = self.node(taken(), files={"in/b.json": '{"id": 2}', "in/a.json": '{"id": 1}', "in/c.json": '{"id": 3, "bad": true}', "in/d.txt": "text", "in/e.json": "{"})
        self.assertEqual(self.took(node, 3)[:3], ["took a.json  1", "took b.json  2", "took c.json  3"])
        until(lambda: self.names("done") == ["a.json", "b.json", "d.txt"], "three files in done")
        until(lambda: self.names("failed") == ["c.json", "c.json.reason.txt", "e.json", "e.json.reason.txt"], "two files in failed")
        self.assertIn("rejected: ", (self.box / "failed/c.json.reason.txt").read_text())
        self.assertIn("bad it is", (self.box / "failed/c.json.reason.txt").read_text())
        self.assertIn("malformed: ", (self.box / "failed/e.json.reason.txt").read_text())
        self.drop("a.json", '{"id": 9}')
        until(lambda: self.names("done") == ["a.json", "a.json.1", "b.json", "d.txt"], "the second a.json beside the first")
        self.assertEqual(json.loads((self.box / "done/a.json").read_text()), {"id": 1})
        self.assertEqual(sorted(path.name for path in self.box.iterdir() if path.is_file()), [".keep"])

    def test_pattern_oldest_first_and_delete(self):
        old = {f"in/{name}": '{"id": 1}' for name in ("x.json", "y.json", "z.json", "no.xml", ".hidden.json")}
        node = self.node(taken(", pattern: \"*.json\", order: oldest, delete: true").replace("stable: 200ms", "stable: 1s"), files=old)
        for age, name in enumerate(("x.json", "z.json", "y.json")):
            os.utime(self.box / name, (1_000_000 - age, 1_000_000 - age))
        self.assertEqual([text.split()[1] for text in self.took(node, 3)], ["y.json", "z.json", "x.json"])
        until(lambda: sorted(path.name for path in self.box.iterdir() if path.is_file()) == [".hidden.json", ".keep", "no.xml"], "the others stay")
        self.assertEqual(self.names("done"), [])

    def test_a_file_that_grows_is_taken_when_it_rests(self):
        node = self.node(taken().replace("stable: 200ms", "stable: 1500ms"))
        with open(self.box / "grows.txt", "w") as file:
            for i in range(12):
                file.write("line\n")
                file.flush()
                os.utime(self.box / "grows.txt")
                threading.Event().wait(0.2)
                self.assertTrue((self.box / "grows.txt").exists(), "taken while it grew")
        until(lambda: self.names("done") == ["grows.txt"], "taken when it rested")
        self.assertEqual((self.box / "done/grows.txt").stat().st_size, 60)
        self.assertEqual(len(self.took(node, 1)), 1)

    def test_links_fifos_and_folders_are_not_taken(self):
        secret = tempfile.NamedTemporaryFile("w", suffix=".json", delete=False)
        self.addCleanup(os.unlink, secret.name)
        secret.write('{"id": 666}')
        secret.close()
        node = self.node(taken())
        (self.box / "link.json").symlink_to(secret.name)
        (self.box / "inner").mkdir()
        os.mkfifo(self.box / "pipe.json")
        self.drop("good.json", '{"id": 1}')
        self.assertEqual(self.took(node, 1), ["took good.json  1"])
        until(lambda: self.names("done") == ["good.json"], "the good one is done")
        self.assertTrue((self.box / "link.json").is_symlink())
        self.assertEqual(Path(secret.name).read_text(), '{"id": 666}')

    def test_a_link_in_the_place_of_done_is_not_followed(self):
        away = tempfile.TemporaryDirectory(prefix="arint-away-")
        self.addCleanup(away.cleanup)
        node = self.node(taken())
        (self.box / "done").symlink_to(away.name)
        self.drop("a.json", '{"id": 1}')
        node.log_soon(1, action="failed", channel="drop", fault="rejected")
        self.assertEqual(os.listdir(away.name), [])

    def test_records_one_by_one_and_a_file_larger_than_memory_allows(self):
        lines = 60_000
        node = self.node(taken(", records: true, pattern: \"*.txt\"", formats="text", more=", limits: { body: 1KiB }"), files={})
        with node.growing_less_than(40 << 20):
            with open(self.box / ".big", "w") as file:
                for i in range(lines):
                    file.write(f"{i} " + "x" * 400 + "\n")
            size = (self.box / ".big").stat().st_size
            (self.box / ".big").rename(self.box / "big.txt")
            until(lambda: self.names("done") == ["big.txt"], "the big file is done", 90)
        self.assertGreater(size, 20 << 20)
        metrics = node.metrics()
        self.assertEqual(metrics['arint_channel_received_total{channel="drop"}'], lines)

    def test_a_wrong_record_names_its_number(self):
        self.node(taken(", records: true", formats="csv"), files={"in/a.csv": "id,bad\n1,no\n2,no\n", "in/b.csv": "id\n1\n\"2\n"})
        until(lambda: "b.csv.reason.txt" in self.names("failed"), "b.csv failed")
        self.assertIn("record 2", (self.box / "failed/b.csv.reason.txt").read_text())
        self.assertEqual(self.names("done"), ["a.csv"])

    def test_too_large_for_one_message(self):
        self.node(taken(more=", limits: { body: 1KiB }"), files={"in/a.txt": "x" * 2000})
        until(lambda: "a.txt.reason.txt" in self.names("failed"), "a.txt failed")
        self.assertIn("limits.body", (self.box / "failed/a.txt.reason.txt").read_text())

    def test_what_was_claimed_when_the_node_was_killed_is_taken_again(self):
        yaml = ("channels: { drop: { file: { folder: in, stable: 100ms, poll: 200ms }, service: slow } }\n"
                "services: { slow: [ log: { text: \"took {$headers.`file-name`} {id}\" }, delay: 1500ms ] }\n")
        node = self.node(yaml, files={"in/a.json": '{"id": 1}'})
        self.assertEqual(self.took(node, 1), ["took a.json 1"])
        self.assertFalse((self.box / "a.json").exists())
        node.kill()
        node.start()
        self.assertEqual(self.took(node, 2), ["took a.json 1"] * 2)
        until(lambda: self.names("done") == ["a.json"], "it is done")

    def test_a_durable_channel_takes_each_file_once_also_over_a_kill(self):
        yaml = ("channels: { drop: { file: { folder: in, stable: 100ms, poll: 200ms }, service: keep, durable: true } }\n"
                "services: { keep: [ send: { to: db, sql: insert into seen values (:id) } ] }\noutgoing: { db: { sql: { url: \"sqlite:seen.db\", setup: seen.sql } } }\n")
        files = {f"in/{i:03}.json": json.dumps({"id": i}) for i in range(60)}
        node = self.node(yaml, files={**files, "seen.sql": "create table if not exists seen (id integer);"})
        until(lambda: len(self.names("done")) > 5, "some are done")
        node.kill()
        node.start()
        until(lambda: len(self.names("done")) == 60, "all are done", 30)

        def delivered() -> bool:
            return len(arint("messages", "list", node.folder, "--state", "done").stdout.splitlines()) == 60
        until(delivered, "60 messages are delivered")
        self.assertEqual(len(arint("messages", "list", node.folder).stdout.splitlines()), 60)
        with sqlite3.connect(node.folder / "seen.db") as database:
            self.assertEqual({row[0] for row in database.execute("select id from seen")}, set(range(60)))

    def test_a_file_deleted_while_it_is_worked_on(self):
        yaml = ("channels: { drop: { file: { folder: in, stable: 100ms, poll: 200ms }, service: slow } }\n"
                "services: { slow: [ log: { text: \"took {$headers.`file-name`} {id}\" }, delay: 700ms ] }\n")
        node = self.node(yaml, files={"in/a.json": '{"id": 1}'})
        self.took(node, 1)
        for path in self.box.glob(".arint-claimed/*/a.json"):
            path.unlink()
        self.drop("b.json", '{"id": 2}')
        self.assertEqual(self.took(node, 2), ["took a.json 1", "took b.json 2"])
        until(lambda: self.names("done") == ["b.json"], "the next one is done")
        self.assertEqual((self.names("failed"), node.log(action="failed")), ([], []))

    def test_a_stopping_node_gives_its_file_back(self):
        yaml = ("channels: { drop: { file: { folder: in, stable: 100ms, poll: 200ms }, service: slow } }\n"
                "services: { slow: [ log: { text: \"took {$headers.`file-name`} {id}\" }, delay: 30s ] }\n")
        node = self.node(yaml, files={"in/a.json": '{"id": 1}'})
        self.took(node, 1)
        self.assertEqual(node.stop(), 0)
        self.assertEqual((sorted(path.name for path in self.box.glob("*.json")), self.names("done"), self.names("failed")), (["a.json"], [], []))

    def test_a_reload_loses_no_file_and_takes_none_twice(self):
        node = self.node(taken())
        for i in range(40):
            self.drop(f"{i:02}.json", json.dumps({"id": i}))
            if i % 10 == 5:
                self.assertEqual(arint("reload", node.folder).returncode, 0)
        until(lambda: len(self.names("done")) == 40, "all are done")
        self.assertEqual(sorted(int(text.split()[-1]) for text in self.took(node, 40)), list(range(40)))

    def test_a_folder_that_is_not_there_is_told_at_the_start(self):
        node = Node(self, yaml="channels: { drop: { file: { folder: nowhere }, service: s } }\nservices: { s: [ log: { text: x } ] }\n", wait=False)
        said = node.process.stdout.read()
        self.assertEqual(node.process.wait(timeout=20), 1)
        self.assertRegex(said, r"cannot start: channel drop: cannot open the folder .*nowhere.*No such file")

    def test_by_hand(self):
        node = self.node(taken())
        done = arint("send", "drop", '{"id": 5}', "--header", "File-Name: hand.json", "--project", node.folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.took(node, 1), ["took hand.json  5"])
        failed = arint("send", "drop", '{"id": 5, "bad": true}', "--project", node.folder)
        self.assertEqual(failed.returncode, 1)
        self.assertIn("bad it is", failed.stderr)


class Out(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.node = Node.shared(cls, yaml=taken(), files={"in/.keep": "", "out/.keep": ""})
        cls.out = cls.node.folder / "out"

    def put(self, name: str, content: str, path: str = "/put") -> int:
        return self.node.call("POST", path, {"name": name, "content": content}).status

    def test_a_file_is_whole_and_replaced_at_one_moment(self):
        self.assertEqual(self.node.call("POST", "/put", {"name": "a/b/c.txt", "content": "one"}).json, {"name": "a/b/c.txt", "bytes": 3})
        self.assertEqual(self.put("a/b/c.txt", "three"), 200)
        self.assertEqual((self.out / "a/b/c.txt").read_text(), "three")
        self.assertEqual((self.out / "a/b/c.txt").stat().st_mode & 0o777 & ~0o640, 0)
        self.assertEqual([path.name for path in (self.out / "a/b").iterdir()], ["c.txt"])

    def test_names_that_lead_out(self):
        outside = self.node.folder / "outside.txt"
        for name in ("../outside.txt", "/etc/arint.txt", "a/../../outside.txt", "..", ".", "", "a//b", "a/./b", ".hidden", "a/.b", "x" * 256, "n/" * 2100 + "x", "a\0b", "a/b/"):
            with self.subTest(name=name[:40]):
                self.assertEqual(self.put(name, "x"), 502)
                self.assertFalse(outside.exists())
        self.assertEqual(self.put("y" * 255, "x"), 200)
        self.assertEqual(self.put("what is; this \\ $(name)\n", "x"), 200)

    def test_links_are_not_followed(self):
        away = tempfile.TemporaryDirectory(prefix="arint-away-")
        self.addCleanup(away.cleanup)
        target = Path(away.name) / "target.txt"
        target.write_text("mine")
        (self.out / "folder-link").symlink_to(away.name)
        (self.out / "file-link").symlink_to(target)
        self.assertEqual(self.put("folder-link/new.txt", "x"), 502)
        self.assertEqual(self.put("file-link", "x", "/add"), 502)
        self.assertEqual(self.put("file-link", "x"), 200)  # the link itself gives way
        self.assertFalse((self.out / "file-link").is_symlink())
        self.assertEqual((os.listdir(away.name), target.read_text()), (["target.txt"], "mine"))

    def test_appending_keeps_every_line_whole(self):
        threads = [threading.Thread(target=lambda n=n: [self.put("log.txt", f"{n}" * 500 + "\n", "/add") for _ in range(20)]) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        lines = (self.out / "log.txt").read_text().splitlines()
        self.assertEqual(len(lines), 80)
        self.assertTrue(all(line == line[0] * 500 for line in lines))

    def test_a_disk_without_room_leaves_nothing_behind(self):
        # A limit of the process stands for a disk that is full: writing more fails in the middle.
        node = Node(self, yaml=taken(), files={"in/.keep": "", "out/.keep": ""}, limits={resource.RLIMIT_FSIZE: (600_000, 600_000)})
        self.assertEqual(node.call("POST", "/put", {"name": "small.txt", "content": "x"}).status, 200)
        self.assertEqual(node.call("POST", "/put", {"name": "large.txt", "content": "x" * 700_000}).status, 503)
        self.assertEqual(node.call("POST", "/add", {"name": "small.txt", "content": "y" * 700_000}).status, 503)
        self.assertEqual(sorted(os.listdir(node.folder / "out")), [".keep", "small.txt"])
        self.assertEqual((node.folder / "out/small.txt").read_text(), "x")

    def test_refuse_what_is_there(self):
        node = Node(self, yaml=taken().replace('"replace"', '"refuse"'), files={"in/.keep": "", "out/.keep": ""})
        self.assertEqual(node.call("POST", "/put", {"name": "a.txt", "content": "one"}).status, 200)
        self.assertEqual(node.call("POST", "/put", {"name": "a.txt", "content": "two"}).status, 502)
        self.assertEqual((node.folder / "out/a.txt").read_text(), "one")


class Check(unittest.TestCase):
    def test_wrong_options_have_their_place(self):
        with tempfile.TemporaryDirectory(prefix="arint-file-") as folder:
            (Path(folder) / "arint.yaml").write_text(
                "channels:\n  a: { file: { folder: in, done: ../x, failed: a/b }, service: s }\n  b: { file: { folder: in, records: true }, format: form, service: s }\n"
                "  c: { file: { folder: in, at: /x }, service: s }\n  d: { file: { folder: in, records: true }, format: csv, durable: true, service: s }\n"
                "services: { s: [ send: { to: o, name: ../x }, send: { to: o, name: a, append: true, exists: refuse } ] }\n"
                "outgoing: { o: { file: { folder: out, mode: rw } } }\n")
            done = arint("check", folder)
            self.assertEqual(done.returncode, 2)
            for place, words in (("2", "done: "), ("2", "failed: "), ("3", "records"), ("4", "at"), ("5", "add json"), ("6", "begins with a point"), ("6", "append"), ("7", "mode")):
                self.assertRegex(done.stderr, rf"(?m)^arint\.yaml:{place}:\d+: .*{words}")


if __name__ == "__main__":
    unittest.main()
