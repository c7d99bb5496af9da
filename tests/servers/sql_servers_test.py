#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sql outgoing on a real PostgreSQL: first what C++ tests ask of it, then `arint run` through restarts, limits and bad days."""
import os
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support import BUILD, ROOT, Node, free_port, psql, start_server, until  # noqa: E402

PROJECT = """
channels:
  now:     { http: { path: /now }, service: now }
  sleep:   { http: { path: /sleep }, service: sleep }
  crowd:   { http: { path: /crowd }, service: crowd }
  move:    { http: { path: /move, methods: POST }, service: move }
  balance: { http: { path: /balance }, service: balance }
  named:   { http: { path: /named }, service: named }
services:
  now: [ send: { to: db, sql: "select 42 as answer", into: got }, reply: { body: "$got.rows[0]" } ]
  sleep: [ send: { to: db, sql: "select pg_sleep(:s::float8)", params: "{ 's': $query.s }" } ]
  crowd:
    - send: { to: db, sql: "select pg_sleep(0.02), (select count(*) from pg_stat_activity where application_name = 'shop') as n", into: got }
    - reply: { body: "$got.rows[0]" }
  move:
    - send:
        to: db
        statements:
          - { sql: "update accounts set cents = cents + :cents where name = :to" }
          - { sql: "update accounts set cents = cents - :cents where name = :from returning cents" }
        into: moved
    - reply: { body: "{ 'left': $moved.rows[0].cents, 'counts': [$moved.results.count] }" }
  balance: [ send: { to: db, sql: "select name, cents from accounts order by name", into: got }, reply: { body: "[$got.rows]" } ]
  named:
    - send: { to: db, sql: "select name from accounts where name = any(:names) order by name", params: "{ 'names': [$query.name] }", into: got }
    - reply: { body: "[$got.rows.name]" }
outgoing:
  db:
    timeout: TIMEOUT
    breaker: { failures: 0 }
    sql: { url: "postgresql://postgres@127.0.0.1:PORT/test?application_name=shop", password: "${env:DB_PASSWORD:-secret}", setup: setup.sql, connections: 4 }
"""

SETUP = """create table if not exists accounts(name text primary key, cents bigint not null check (cents >= 0));
insert into accounts values ('ann', 100), ('bob', 0) on conflict do nothing;
"""


class Database:
    """A PostgreSQL that can go and come back at its port."""

    def __init__(self, test: unittest.TestCase):
        temporary = tempfile.TemporaryDirectory(prefix="arint-sql-")
        test.addCleanup(temporary.cleanup)
        Path(temporary.name).chmod(0o755)
        self.folder, self.port = Path(temporary.name) / "postgres", free_port()
        test.addCleanup(self.stop)

    def run(self, *words: str) -> None:
        done = subprocess.run([ROOT / "tools/servers/postgres", *words], stdout=subprocess.DEVNULL, timeout=120)
        if done.returncode != 0:
            raise AssertionError(f"postgres {words[0]} failed")

    def start(self) -> None:
        self.run("start", str(self.folder), str(self.port))

    def stop(self) -> None:
        if self.folder.exists():
            self.run("stop", str(self.folder))

    def ask(self, sql: str) -> str:
        return psql(f"postgresql://postgres:secret@127.0.0.1:{self.port}/test", sql)


class InCpp(unittest.TestCase):
    def test_the_tests_of_the_connector(self):
        _, url = start_server(self, "postgres")
        done = subprocess.run([BUILD / "test_connectors", "--gtest_filter=Postgres.*"], env={**os.environ, "ARINT_TEST_POSTGRES": url}, cwd=ROOT,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertNotIn("SKIPPED", done.stdout)
        self.assertRegex(done.stdout, r"\[  PASSED  \] [1-9]")


class WithDatabase(unittest.TestCase):
    def setUp(self):
        self.database = Database(self)

    def node(self, timeout: str = "10s", **more) -> Node:
        yaml = PROJECT.replace("PORT", str(self.database.port)).replace("TIMEOUT", timeout)
        return Node(self, yaml=yaml, files={"setup.sql": SETUP}, **more)

    def soon(self, node: Node, path: str = "/now"):
        """The first answer 200, within 30 s."""
        def good():
            answer = node.call("GET", path)
            return answer if answer.status == 200 else None
        return until(good, f"an answer 200 of {path}", 30)

    def test_a_database_that_is_down_at_the_start_and_comes_up_later(self):
        node = self.node()
        answer = node.call("GET", "/now")
        self.assertEqual((answer.status, answer.headers["content-type"]), (502, "application/problem+json"))
        self.assertNotIn("postgres", answer.body.decode())
        failed = node.log_soon(action="failed", cid=answer.json["cid"])[0]
        self.assertEqual((failed["fault"], failed["service"]), ("unreachable", "now"))
        self.assertIn(f"127.0.0.1:{self.database.port}", failed["text"])
        self.database.start()
        self.assertEqual(self.soon(node).json, {"answer": 42})
        self.assertEqual(node.call("GET", "/balance").json, [{"name": "ann", "cents": 100}, {"name": "bob", "cents": 0}])

    def test_a_restart_in_mid_run_needs_no_restart_of_ours(self):
        self.database.start()
        node = self.node()
        self.assertEqual(self.soon(node).json, {"answer": 42})
        waiting = []
        call = threading.Thread(target=lambda: waiting.append(node.call("GET", "/sleep?s=600").status))
        call.start()
        until(lambda: self.database.ask("select count(*) from pg_stat_activity where query like 'select pg_sleep%'") == "1", "the sleep runs")
        self.database.stop()
        call.join(timeout=20)
        # What was under way when the server went has an unknown outcome.
        self.assertEqual(waiting, [504])
        self.assertEqual(node.call("GET", "/now").status, 502)
        self.database.start()
        self.assertEqual(self.soon(node).json, {"answer": 42})

    def test_connections_the_server_ended_cost_nobody_a_call(self):
        self.database.start()
        node = self.node()
        self.soon(node)
        for _ in range(5):
            self.database.ask("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'shop'")
            time.sleep(0.1)
            self.assertEqual(node.call("GET", "/now").json, {"answer": 42})

    def test_a_statement_that_takes_too_long_is_stopped_on_the_server(self):
        self.database.start()
        node = self.node("700ms")
        self.soon(node)
        answer = node.call("GET", "/sleep?s=600")
        self.assertEqual(answer.status, 504)
        active = "select count(*) from pg_stat_activity where state = 'active' and query like 'select pg_sleep%'"
        until(lambda: self.database.ask(active) == "0", "the sleep is stopped")
        self.assertEqual(node.call("GET", "/now").json, {"answer": 42})

    def test_no_more_connections_than_allowed(self):
        self.database.start()
        node = self.node()
        self.soon(node)
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(node.call("GET", "/crowd"))) for _ in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual({answer.status for answer in answers}, {200})
        seen = [answer.json["n"] for answer in answers]
        self.assertEqual(len(seen), 40)
        self.assertLessEqual(max(seen), 4)
        self.assertGreaterEqual(max(seen), 2)

    def test_a_transaction_is_done_whole_or_not_at_all(self):
        self.database.start()
        node = self.node()
        self.soon(node)
        self.assertEqual(node.call("POST", "/move", {"from": "ann", "to": "bob", "cents": 30}).json, {"left": 70, "counts": [1, 1]})
        answer = node.call("POST", "/move", {"from": "ann", "to": "bob", "cents": 71})
        self.assertEqual(answer.status, 502)
        self.assertNotIn("accounts", answer.body.decode())
        failed = node.log_soon(action="failed", cid=answer.json["cid"])[0]
        self.assertEqual(failed["fault"], "rejected")
        self.assertIn("accounts_cents_check", failed["text"])
        self.assertEqual(node.call("GET", "/balance").json, [{"name": "ann", "cents": 70}, {"name": "bob", "cents": 30}])

    def test_arrays_and_prepared_statements(self):
        self.database.start()
        node = self.node()
        self.soon(node)
        for _ in range(20):
            self.assertEqual(node.call("GET", "/named?name=bob").json, ["bob"])
            self.assertEqual(node.call("GET", "/named?name=x%27%29;drop%20table%20accounts;--").json, [])

    def test_a_wrong_password_is_refused_and_never_shown(self):
        self.database.start()
        node = self.node(env={"DB_PASSWORD": "not-the-password"})
        answer = node.call("GET", "/now")
        self.assertEqual(answer.status, 502)
        failed = node.log_soon(action="failed", cid=answer.json["cid"])[0]
        self.assertEqual(failed["fault"], "refused")
        self.assertIn("28P01", failed["text"])
        self.assertNotIn("not-the-password", (node.folder / "data/actions.log").read_text() + answer.body.decode())


if __name__ == "__main__":
    unittest.main()
