# SPDX-License-Identifier: GPL-3.0-or-later
"""SQL in every place a caller can write to, and a SQLite file that cannot be used: not there, no database, broken, full."""
import resource
import sqlite3
import sys
import unittest
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import Node  # noqa: E402

PROJECT = """
channels:
  add:  { http: { path: /notes, methods: POST }, format: [json, form, xml, csv], service: add }
  find: { http: { path: "/notes/{title}", methods: GET }, service: find }
services:
  add:
    - send: { to: notes, sql: "insert into notes(title, text, tag) values (:title, :text, :tag)", params: "{ 'title': title, 'text': text, 'tag': $headers.`x-tag` }" }
    - reply: { status: 201 }
  find:
    - send: { to: notes, sql: "select title, text, tag from notes where title = :title and (:text is null or text = :text) order by rowid", params: "{ 'title': $path.title, 'text': $query.text }", into: found }
    - reply: { body: "[$found.rows]" }
outgoing:
  notes: { sql: { url: "sqlite:FILE", setup: notes.sql }, breaker: { failures: 0 } }
"""
SETUP = "create table if not exists notes (title text not null, text text, tag text);\n"

HOSTILE = ["'; drop table notes; --", "' or '1'='1", "\"; delete from notes; --", "x' union select sql, 1, 1 from sqlite_master --", "1; attach 'x.db' as x",
           ":text", "?1", "$title", "@tag", "'||load_extension('x')||'", "%' or title like '%", "\\'; --", "/* */ --", "Robert'); drop table notes;--"]


def notes(test: unittest.TestCase, file: str = "data/notes.db", files: dict | None = None, **options) -> Node:
    return Node(test, yaml=PROJECT.replace("FILE", file), files={"notes.sql": SETUP, **(files or {})}, **options)


class Injection(unittest.TestCase):
    def test_sql_in_any_field_path_query_or_header_stays_text(self):
        node = notes(self)
        for value in HOSTILE:
            added = node.call("POST", "/notes", {"title": value, "text": value, "more": value, value: 1}, {"X-Tag": value})
            self.assertEqual(added.status, 201, added.body)
            form = f"title={quote(value, safe='')}&text={quote(value, safe='')}".encode()
            self.assertEqual(node.call("POST", "/notes", form, {"Content-Type": "application/x-www-form-urlencoded", "X-Tag": value}).status, 201)
        for value in HOSTILE:
            row = {"title": value, "text": value, "tag": value}
            # A path parameter cannot hold a slash.
            if "/" not in value and "\\" not in value:
                self.assertEqual(node.call("GET", f"/notes/{quote(value)}").json, [row, row], value)
                self.assertEqual(node.call("GET", f"/notes/{quote(value)}?text={quote(value, safe='')}").json, [row, row], value)
            self.assertEqual(node.call("GET", f"/notes/none?text={quote(value, safe='')}").json, [])
        with sqlite3.connect(node.folder / "data/notes.db") as database:
            self.assertEqual(database.execute("select name from sqlite_master").fetchall(), [("notes",)])
            rows = database.execute("select title, text, tag from notes order by rowid").fetchall()
        self.assertEqual(rows, [(value, value, value) for value in HOSTILE for _ in range(2)])

    def test_values_that_are_no_single_value_are_refused_or_kept_as_they_are(self):
        node = notes(self)
        self.assertEqual(node.call("POST", "/notes", {"title": "deep", "text": {"a": [1, "'"]}}).status, 201)
        self.assertEqual(node.call("POST", "/notes", {"text": "no title"}).status, 502)  # not null: the database rejects it
        line = node.log_soon(action="sent", outcome="failed")[0]
        self.assertEqual(line["fault"], "rejected")
        self.assertIn("NOT NULL", line["text"])
        self.assertEqual(node.call("GET", "/notes/deep").json, [{"title": "deep", "text": '{"a":[1,"\'"]}', "tag": None}])


class Unusable(unittest.TestCase):
    def failed(self, node: Node, status: int, fault: str, *words: str) -> None:
        answer = node.call("POST", "/notes", {"title": "a"})
        self.assertEqual(answer.status, status, answer.body)
        self.assertEqual("retry-after" in answer.headers, status == 503)
        for word in (str(node.folder), "sqlite", "SQLITE"):
            self.assertNotIn(word, answer.body.decode())
        line = node.log_soon(action="sent", outcome="failed")[-1]
        self.assertEqual(line["fault"], fault, line)
        for word in words:
            self.assertIn(word, line["text"])

    def test_a_file_that_cannot_be_opened_fails_the_calls_and_not_the_node(self):
        node = notes(self, "notes.sql/notes.db")
        self.failed(node, 502, "unreachable", "sqlite:notes.sql/notes.db", "check the path")
        self.assertEqual(node.call("GET", "/health/ready", port=node.admin).status, 200)

    def test_a_file_that_is_no_database(self):
        node = notes(self, "notes.db", {"notes.db": "this is a text, and longer than the head of a database is, " * 100})
        self.failed(node, 502, "refused", "sqlite:notes.db", "not a SQLite database: correct the url")
        self.assertTrue((node.folder / "notes.db").read_text().startswith("this is a text"), "it is left alone")

    def test_a_full_disk_is_busy_until_there_is_room(self):
        node = notes(self)
        self.assertEqual(node.call("POST", "/notes", {"title": "first"}).status, 201)
        limit = 512 << 10  # far beyond what the log will have
        resource.prlimit(node.process.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        kept = 1
        while (answer := node.call("POST", "/notes", {"title": "more", "text": "x" * 30_000})).status == 201:
            kept += 1
            self.assertLess(kept, 50)
        self.assertEqual(answer.status, 503, answer.body)
        self.failed(node, 503, "busy", "sqlite:data/notes.db", "look at its disk and the free space")
        resource.prlimit(node.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        self.assertEqual(node.call("POST", "/notes", {"title": "again"}).status, 201)
        with sqlite3.connect(node.folder / "data/notes.db") as database:
            self.assertEqual(database.execute("pragma integrity_check").fetchone(), ("ok",))
            # Each one that was answered 201 is there; none that was refused.
            self.assertEqual(database.execute("select count(*) from notes").fetchone(), (kept + 1,))


if __name__ == "__main__":
    unittest.main()
