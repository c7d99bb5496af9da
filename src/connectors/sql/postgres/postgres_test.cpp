// SPDX-License-Identifier: GPL-3.0-or-later
// Against a real PostgreSQL: ARINT_TEST_POSTGRES is a url with user and password (tools/servers/postgres prints one), and
// tests/servers/sql_servers_test.py sets it. Without it these tests say that they were skipped.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

#include "connectors/sql/testing/harness.hpp"

namespace arint::connectors::sql {
namespace {

using runtime::Task;
using testing::Peer;

class Postgres : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* url = std::getenv("ARINT_TEST_POSTGRES");
    if (!url) GTEST_SKIP() << "ARINT_TEST_POSTGRES is not set; tools/test --servers sets it";
    // postgresql://user:password@host:port/database
    std::string text = url;
    const std::size_t colon = text.find(':', text.find("//")), at = text.find('@');
    password = text.substr(colon + 1, at - colon - 1);
    base = text.substr(0, colon) + text.substr(at);
  }
  std::string options(const std::string& more = "") const { return "{ url: '" + base + "', password: '" + password + "'" + more + " }"; }
  std::string base{}, password{};
};

struct Exchange {
  std::string send, body, answer;
};

Task<void> talk(std::string options, std::vector<Exchange> exchanges) {
  Peer db(options);
  EXPECT_TRUE(db.made()) << db.problems();
  if (!db.made()) co_return;
  for (const Exchange& one : exchanges) {
    std::string given = co_await testing::ask(db, one.send, one.body);
    // The peer's port differs from run to run.
    const std::size_t from = given.find("postgresql://"), to = from == std::string::npos ? from : given.find('/', from + 13);
    if (to != std::string::npos) given.replace(from, to - from, "PEER");
    EXPECT_EQ(given, one.answer) << one.send;
  }
  co_await db->close();
}

TEST_F(Postgres, values_of_every_kind) {
  testing::on_loop(talk(options(), {
      {"{ sql: 'select :a::int as a, :b::text as b, :c::jsonb as c, :d::numeric as d' }",
       R"({"a": 7, "b": "it's :a -- ü", "c": [1, {"x": null}], "d": 12345678901234567890.1500})",
       R"({"rows":[{"a":7,"b":"it's :a -- ü","c":[1,{"x":null}],"d":12345678901234567890.1500}],"count":1})"},
      {"{ sql: 'select :gone::text as gone, :none::int as none, :yes::bool as yes, :t::timestamptz at time zone ''UTC'' as t, :f::float8 as f' }",
       R"({"none": null, "yes": true, "t": "2026-11-24T07:37:10.25Z", "f": 1e300})",
       R"({"rows":[{"gone":null,"none":null,"yes":true,"t":"2026-11-24T07:37:10.25","f":1e+300}],"count":1})"},
      {"{ sql: 'select ''\\x00ff''::bytea as b, ''NaN''::numeric as nan, array[1,null] as a, ''1 day''::interval as i' }", "{}",
       R"({"rows":[{"b":"AP8=","nan":"NaN","a":[1,null],"i":"1 day"}],"count":1})"},
      {"{ sql: \"select ':a' as x, $$ :b $$ as y, '1'::text as z /* :c */ -- :d\" }", "{}", R"({"rows":[{"x":":a","y":" :b ","z":"1"}],"count":1})"},
  }));
}

TEST_F(Postgres, arrays_are_arrays_or_json_as_the_parameter_wants) {
  testing::on_loop(talk(options(), {
      {"{ sql: 'select n from generate_series(1, 9) n where n = any(:ids) order by n' }", R"({"ids": [7, 3, 99]})",
       R"({"rows":[{"n":3},{"n":7}],"count":2})"},
      {"{ sql: 'select n from generate_series(1, 9) n where n = any(:ids) order by n' }", R"({"ids": []})", R"({"rows":[],"count":0})"},
      {"{ sql: 'select n from generate_series(1, 9) n where n = any(:ids) order by n' }", R"({"ids": null})", R"({"rows":[],"count":0})"},
      {"{ sql: 'select x from unnest(:t::text[]) x' }", R"({"t": ["a\"},{\\", "NULL", null, ""]})",
       R"({"rows":[{"x":"a\"},{\\"},{"x":"NULL"},{"x":null},{"x":""}],"count":4})"},
      {"{ sql: 'select :j::jsonb as j, :m::jsonb[] as m, :d::int[] as d' }", R"({"j": [1, "a"], "m": [{"a": "\""}, "t"], "d": [[1, 2], [3, 4]]})",
       R"({"rows":[{"j":[1,"a"],"m":[{"a":"\""},"t"],"d":[[1,2],[3,4]]}],"count":1})"},
      {"{ sql: 'select 1 where 1 = any(:ids)' }", R"({"ids": ["x'); drop table t"]})",
       "rejected: PEER/test rejected it, \"select 1 where 1 = any(:ids)\": invalid input syntax for type integer: \"x'); drop table t\" (SQLSTATE 22P02)"},
      {"{ sql: 'select :t::text as t' }", R"({"t": "a\u0000b"})",
       "malformed: The body: parameter :t: the text holds a zero byte, which PostgreSQL cannot store"},
      {"{ sql: 'select :t::text[] as t' }", R"({"t": [["a\u0000b"]]})",
       "malformed: The body: parameter :t: the text holds a zero byte, which PostgreSQL cannot store"},
  }));
}

TEST_F(Postgres, several_statements_are_one_transaction) {
  testing::on_loop(talk(options(", connections: 1"), {
      {"{ sql: drop table if exists shelf }", "{}", R"({"rows":[],"count":0})"},
      {"{ sql: 'create table shelf(id int primary key, ids int[])' }", "{}", R"({"rows":[],"count":0})"},
      {"{ statements: [ { sql: 'insert into shelf(id, ids) values (:id, :ids)' }, { sql: 'insert into shelf(id) values (:id + 1) returning id' } ] }",
       R"({"id": 1, "ids": [4]})", R"({"rows":[{"id":2}],"count":1,"results":[{"rows":[],"count":1},{"rows":[{"id":2}],"count":1}]})"},
      {"{ statements: [ { sql: delete from shelf }, { sql: 'insert into shelf values (1), (1)' } ] }", "{}",
       "rejected: PEER/test rejected it, \"insert into shelf values (1), (1)\": duplicate key value violates unique constraint \"shelf_pkey\" (SQLSTATE 23505)"},
      {"{ sql: 'select id, ids from shelf order by id' }", "{}", R"({"rows":[{"id":1,"ids":[4]},{"id":2,"ids":null}],"count":2})"},
      {"{ statements: [ { sql: 'create temp table made(ids int[])' }, { sql: 'insert into made values (''{1}'')' }, { sql: 'select ids from made' } ] }",
       "{}", R"({"rows":[{"ids":[1]}],"count":1,"results":[{"rows":[],"count":0},{"rows":[],"count":1},{"rows":[{"ids":[1]}],"count":1}]})"},
      {"{ sql: alter table shelf add more text }", "{}", R"({"rows":[],"count":0})"},
      {"{ sql: 'select * from shelf where id = 1' }", "{}", R"({"rows":[{"id":1,"ids":[4],"more":null}],"count":1})"},
      {"{ sql: alter table shelf drop more }", "{}", R"({"rows":[],"count":0})"},
      // Its plan no longer fits: the statement is prepared anew, and nobody notices.
      {"{ sql: 'select * from shelf where id = 1' }", "{}", R"({"rows":[{"id":1,"ids":[4]}],"count":1})"},
      {"{ sql: drop table shelf }", "{}", R"({"rows":[],"count":0})"},
  }));
}

TEST_F(Postgres, answers_beyond_their_limits_and_the_connection_serves_on) {
  testing::on_loop(talk(options(", connections: 1, limits: { rows: 3, bytes: 1KiB }"), {
      {"{ sql: 'select pg_backend_pid() > 0 as x' }", "{}", R"({"rows":[{"x":true}],"count":1})"},
      {"{ sql: 'select n from generate_series(1, 100000000) n' }", "{}",
       "rejected: PEER/test, \"select n from generate_series(1, 100000000) n\": the answer has more than 3 rows; ask for fewer with `limit`, or raise "
       "`limits: { rows: ... }` of the outgoing"},
      {"{ sql: \"select repeat('x', 3000) as x\" }", "{}",
       "rejected: PEER/test, \"select repeat('x', 3000) as x\": the answer is larger than 1KiB; ask for less, or raise `limits: { bytes: ... }` of "
       "the outgoing"},
      {"{ sql: 'select n from generate_series(1, 3) n' }", "{}", R"({"rows":[{"n":1},{"n":2},{"n":3}],"count":3})"},
  }));
}

// Time is over in the middle of a statement: it is cancelled on the server, and the same connection serves on.
Task<void> late(std::string options) {
  Peer db(options);
  runtime::Context* context = co_await runtime::this_context();
  std::string before = co_await testing::ask(db, "{ sql: select pg_backend_pid() as pid }");
  std::string given;
  {
    const runtime::Deadline until(*context, Millis(300));
    given = co_await testing::ask(db, "{ sql: select pg_sleep(3600) }");
  }
  EXPECT_TRUE(given.starts_with("timeout: postgresql://")) << given;
  EXPECT_NE(given.find("gave no answer in time, \"select pg_sleep(3600)\""), std::string::npos) << given;
  const std::string asleep = "{ sql: \"select count(*) as n from pg_stat_activity where state = 'active' and query like 'select pg_sleep%'\" }";
  for (int i = 0; i < 200 && given != R"({"rows":[{"n":0}],"count":1})"; ++i) {
    static_cast<void>(co_await runtime::sleep(Millis(50)));
    given = co_await testing::ask(db, asleep);
  }
  EXPECT_EQ(given, R"({"rows":[{"n":0}],"count":1})") << "the statement still runs";
  // The one that was cut goes back to the pool when it is at rest.
  std::string pid;
  for (int i = 0; i < 1'000 && pid != before; ++i) {
    pid = co_await testing::ask(db, "{ sql: select pg_backend_pid() as pid }");
    static_cast<void>(co_await runtime::sleep(Millis(20)));
  }
  EXPECT_EQ(pid, before);
  co_await db->close();
}
TEST_F(Postgres, a_late_statement_is_cancelled_and_its_connection_kept) { testing::on_loop(late(options(", connections: 1"))); }

Task<void> wait_in_line(Peer& db, int& done) {
  std::string given = co_await testing::ask(db, "{ sql: \"select pg_sleep(0.01), (select count(*) from pg_stat_activity where application_name = 'crowd') as n\" }");
  done += given.find("\"n\":3}") != std::string::npos || given.find("\"n\":2}") != std::string::npos || given.find("\"n\":1}") != std::string::npos;
}

Task<void> crowd(std::string options) {
  Peer db(options);
  int done = 0;
  runtime::TaskGroup group;
  for (int i = 0; i < 60; ++i) group.spawn(wait_in_line(db, done));
  static_cast<void>(co_await group.join());
  EXPECT_EQ(done, 60);
  co_await db->close();
}
TEST_F(Postgres, sixty_calls_take_turns_on_three_connections) {
  base += "?application_name=crowd";
  testing::on_loop(crowd(options(", connections: 3")));
}

// They share round trips; one that fails is told its own fault, and the others get their own answer.
Task<void> divide(Peer& db, int by, int& right) {
  std::string given = co_await testing::ask(db, "{ sql: 'select 100 / :by::int as part, :by::int as by' }", "{\"by\": " + std::to_string(by) + "}");
  const std::string answer = "{\"rows\":[{\"part\":" + std::to_string(by ? 100 / by : 0) + ",\"by\":" + std::to_string(by) + "}],\"count\":1}";
  right += by ? given == answer : given.starts_with("rejected: ") && given.find("division by zero (SQLSTATE 22012)") != std::string::npos;
}

Task<void> divisions(std::string options) {
  Peer db(options);
  int right = 0;
  for (int round = 0; round < 20; ++round) {
    runtime::TaskGroup group;
    for (int i = 0; i < 60; ++i) group.spawn(divide(db, (i + round) % 17, right));
    static_cast<void>(co_await group.join());
  }
  EXPECT_EQ(right, 20 * 60);
  co_await db->close();
}
TEST_F(Postgres, each_of_a_crowd_gets_its_own_answer_or_fault) { testing::on_loop(divisions(options(", connections: 3"))); }

TEST_F(Postgres, a_wrong_password_and_a_database_that_is_not_there_are_refused) {
  password = "wrong";
  testing::on_loop(talk(options(), {{"{ sql: select 1 }", "{}",
                                     "refused: PEER/test refused us: password authentication failed for user \"postgres\" (SQLSTATE 28P01); check "
                                     "the user of the url and `password:`, and the server's pg_hba.conf"}}));
  SetUp();
  base.replace(base.rfind('/'), std::string::npos, "/nowhere");
  testing::on_loop(talk(options(), {{"{ sql: select 1 }", "{}",
                                     "refused: PEER/nowhere refused us: database \"nowhere\" does not exist (SQLSTATE 3D000); create the database, or "
                                     "correct the url"}}));
}

TEST_F(Postgres, read_only_is_kept_by_the_server) {
  testing::on_loop(talk(options(", read_only: true"), {
      {"{ sql: \"select set_config('x.y', 'z', true) as z\" }", "{}", R"({"rows":[{"z":"z"}],"count":1})"},
      {"{ sql: \"select nextval('pg_catalog.nowhere')\" }", "{}",
       "rejected: PEER/test rejected it, \"select nextval('pg_catalog.nowhere')\": relation \"pg_catalog.nowhere\" does not exist (SQLSTATE 42P01); "
       "create the table, by hand or with `setup:`, or correct the statement"},
      {"{ sql: select 1 from pg_class for update }", "{}",
       "rejected: PEER/test rejected it, \"select 1 from pg_class for update\": cannot execute SELECT FOR UPDATE in a read-only transaction "
       "(SQLSTATE 25006); the server takes no changes (a standby, or read-only)"},
  }));
}

// More statements than a connection keeps prepared: the least used are forgotten, and every answer is right.
Task<void> many(std::string options) {
  Peer db(options);
  for (int round = 0; round < 2; ++round)
    for (int i = 0; i < 300; ++i) {
      const std::string number = std::to_string(i);
      std::string given = co_await testing::ask(db, "{ sql: 'select " + number + " as n, :a::int as a' }", "{\"a\": 1}");
      EXPECT_EQ(given, "{\"rows\":[{\"n\":" + number + ",\"a\":1}],\"count\":1}");
    }
  std::string given = co_await testing::ask(db, "{ sql: select count(*) as n from pg_prepared_statements }");
  EXPECT_EQ(given, R"({"rows":[{"n":256}],"count":1})");
  std::string all = "{ statements: [";
  for (int i = 0; i < 300; ++i) all += (i ? ", " : "") + ("{ sql: 'select " + std::to_string(i) + " as m' }");
  given = co_await testing::ask(db, all + "] }");
  EXPECT_TRUE(given.starts_with(R"({"rows":[{"m":299}],"count":1,"results":[{"rows":[{"m":0}])")) << given.substr(0, 200);
  co_await db->close();
}
TEST_F(Postgres, more_statements_than_a_connection_keeps) { testing::on_loop(many(options(", connections: 1"))); }

}  // namespace
}  // namespace arint::connectors::sql
