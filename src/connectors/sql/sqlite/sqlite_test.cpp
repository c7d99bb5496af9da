// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <filesystem>

#include "connectors/sql/testing/harness.hpp"

namespace arint::connectors::sql {
namespace {

using runtime::Task;
using testing::Folder;
using testing::Peer;

constexpr const char* a_database = "{ url: 'sqlite:data/orders.db', setup: tables.sql }";
constexpr const char* tables = "create table if not exists orders(id integer primary key, total numeric not null, status text not null);\n"
                               "create table if not exists kinds(n integer, r real, t text, b blob, j json, f boolean);";

// A project folder with tables.sql, and the database in it.
struct Shop {
  explicit Shop(const std::string& options = a_database) {
    folder.write("tables.sql", tables);
    peer = std::make_unique<Peer>(options, folder.path());
    EXPECT_TRUE(peer->made()) << peer->problems();
  }
  Folder folder{};
  std::unique_ptr<Peer> peer{};
};


Task<void> orders() {
  Shop shop;
  Peer& db = *shop.peer;
  Result<void> opened = co_await db->open();
  EXPECT_TRUE(opened.ok());
  std::string given = co_await testing::ask(db, "{ sql: 'insert into orders(id, total, status) values (:id, :total, :status)' }",
                                            "{\"id\": 7, \"total\": 12.5, \"status\": \"received\", \"more\": [1]}");
  EXPECT_EQ(given, "{\"rows\":[],\"count\":1}");
  given = co_await testing::ask(db, "{ sql: 'select * from orders where id = :id', params: \"{ 'id': $number(text) }\" }", "{\"text\": \"7\"}");
  EXPECT_EQ(given, "{\"rows\":[{\"id\":7,\"total\":12.5,\"status\":\"received\"}],\"count\":1}");
  given = co_await testing::ask(db, "{ sql: 'update orders set status = :status where id = :id returning id', params: \"{ 'id': 7, 'status': 'done' }\" }");
  EXPECT_EQ(given, "{\"rows\":[{\"id\":7}],\"count\":1}");
  given = co_await testing::ask(db, "{ sql: delete from orders }");
  EXPECT_EQ(given, "{\"rows\":[],\"count\":1}");
  co_await db->close();
}
TEST(Sqlite, rows_go_in_and_come_out_and_the_folder_is_made) { testing::on_loop(orders()); }

// Each send, in order, with the body given; and what it answers.
struct Exchange {
  std::string send, body, answer;
};

Task<void> talk(std::vector<Exchange> exchanges, std::string options) {
  Shop shop(options);
  for (const Exchange& one : exchanges) {
    std::string given = co_await testing::ask(*shop.peer, one.send, one.body);
    EXPECT_EQ(given, one.answer) << one.send;
  }
  co_await (*shop.peer)->close();
}

void talks(std::vector<Exchange> exchanges, std::string options = a_database) { testing::on_loop(talk(std::move(exchanges), std::move(options))); }

TEST(Sqlite, every_kind_of_value_comes_back_as_it_went_in) {
  talks({
      {"{ sql: 'insert into kinds(n, r, t, b, j, f) values (:n, :r, :t, :b, :j, :f)' }",
       R"({"n": 9007199254740993, "r": 0.1, "t": "it's :n -- \"x\" ü", "b": null, "j": {"a": [1.50, null]}, "f": true})", R"({"rows":[],"count":1})"},
      {"{ sql: select * from kinds }", "{}",
       R"({"rows":[{"n":9007199254740993,"r":0.1,"t":"it's :n -- \"x\" ü","b":null,"j":{"a":[1.50,null]},"f":true}],"count":1})"},
      {"{ sql: 'select :gone is null as gone, :none is null as none, :text as text' }", R"({"none": null, "text": ""})",
       R"({"rows":[{"gone":1,"none":1,"text":""}],"count":1})"},
      {"{ sql: 'select :long as long, :huge as huge' }", R"({"long": 1234567890.12345678901234567890, "huge": 123456789012345678901234567890})",
       R"({"rows":[{"long":"1234567890.12345678901234567890","huge":"123456789012345678901234567890"}],"count":1})"},
  });
}

TEST(Sqlite, arrays_are_json_for_its_own_functions) {
  talks({
      {"{ sql: 'insert into orders values (1, 1, :a), (2, 2, :a), (3, 3, :a)' }", R"({"a": "new"})", R"({"rows":[],"count":3})"},
      {"{ sql: 'select id from orders where id in (select value from json_each(:ids)) order by id' }", R"({"ids": [3, 1, 9]})",
       R"({"rows":[{"id":1},{"id":3}],"count":2})"},
  });
}

TEST(Sqlite, nothing_in_a_value_is_ever_sql) {
  talks({
      {"{ sql: 'insert into orders values (1, 1, :s)' }", R"({"s": "x'); drop table orders; -- :id ?1"})", R"({"rows":[],"count":1})"},
      {"{ sql: 'select status from orders where status = :s' }", R"({"s": "x'); drop table orders; -- :id ?1"})",
       R"({"rows":[{"status":"x'); drop table orders; -- :id ?1"}],"count":1})"},
      {"{ sql: 'select count(*) as n from orders where status = :s or id = :s' }", R"({"s": "1 or 1=1"})", R"({"rows":[{"n":0}],"count":1})"},
  });
}

TEST(Sqlite, several_statements_are_one_transaction) {
  talks({
      {"{ statements: [ { sql: 'insert into orders values (:id, 1, ''a'')' }, { sql: 'insert into orders values (:id + 1, 2, ''b'') returning id' } ] }",
       R"({"id": 1})", R"({"rows":[{"id":2}],"count":1,"results":[{"rows":[],"count":1},{"rows":[{"id":2}],"count":1}]})"},
      {"{ statements: [ { sql: 'delete from orders' }, { sql: 'insert into orders values (5, 5, :gone)' } ] }", "{}",
       "rejected: sqlite:data/orders.db rejected it, \"insert into orders values (5, 5, :gone)\": NOT NULL constraint failed: orders.status "
       "(SQLite 1299)"},
      {"{ sql: 'select count(*) as n from orders' }", "{}", R"({"rows":[{"n":2}],"count":1})"},
  });
}

TEST(Sqlite, what_the_database_refuses_is_rejected_in_its_own_words) {
  talks({
      {"{ sql: 'insert into orders values (1, 1, ''a'')' }", "{}", R"({"rows":[],"count":1})"},
      {"{ sql: 'insert into orders values (1, 1, ''a'')' }", "{}",
       "rejected: sqlite:data/orders.db rejected it, \"insert into orders values (1, 1, 'a')\": UNIQUE constraint failed: orders.id (SQLite 1555)"},
      {"{ sql: select * from nowhere }", "{}", "rejected: sqlite:data/orders.db rejected it, \"select * from nowhere\": no such table: nowhere (SQLite 1)"},
      {"{ sql: 'select 1 as a, 2 as a' }", "{}",
       "rejected: sqlite:data/orders.db, \"select 1 as a, 2 as a\": two columns of the answer are called \"a\"; give one of them another name with `as`"},
  });
}

constexpr const char* many = "with recursive c(n) as (select 1 union all select n + 1 from c where n < 5000) select n from c";

TEST(Sqlite, an_answer_beyond_its_limits_is_a_fault_and_leaves_nothing_behind) {
  const std::string small = "{ url: 'sqlite:data/orders.db', setup: tables.sql, limits: { rows: 3, bytes: 1KiB } }";
  talks(
      {
          {"{ sql: '" + std::string(many) + "' }", "{}",
           "rejected: sqlite:data/orders.db, \"with recursive c(n) as (select 1 union all select n + 1 from...\": the answer has more than 3 rows; "
           "ask for fewer with `limit`, or raise `limits: { rows: ... }` of the outgoing"},
          {"{ sql: 'select hex(zeroblob(2000)) as x' }", "{}",
           "rejected: sqlite:data/orders.db, \"select hex(zeroblob(2000)) as x\": the answer is larger than 1KiB; ask for less, or raise "
           "`limits: { bytes: ... }` of the outgoing"},
          {"{ sql: 'insert into orders select value, 1, ''a'' from json_each(''[1,2,3,4]'') returning id' }", "{}",
           "rejected: sqlite:data/orders.db, \"insert into orders select value, 1, 'a' from json_each('[1,2...\": the answer has more than 3 rows; "
           "ask for fewer with `limit`, or raise `limits: { rows: ... }` of the outgoing; nothing was done"},
          {"{ sql: 'select count(*) as n from orders' }", "{}", R"({"rows":[{"n":0}],"count":1})"},
      },
      small);
}

TEST(Sqlite, a_read_only_file_is_not_changed_and_not_made) {
  talks({{"{ sql: select 1 }", "{}",
          "unreachable: sqlite:gone.db cannot be reached: unable to open database file (SQLite 14); check the path, and the rights to its folder"}},
        "{ url: 'sqlite:gone.db', read_only: true }");
}

// Time is over while it runs: it is interrupted, what it did is rolled back, and the file serves the next call.
Task<void> late() {
  Shop shop;
  Peer& db = *shop.peer;
  runtime::Context* context = co_await runtime::this_context();
  const std::string endless = "with recursive c(n) as (select 1 union all select n + 1 from c) ";
  for (const std::string& sql : {endless + "select count(*) as n from c", "insert into orders(id, total, status) " + endless + "select n, 1, 2 from c"}) {
    const std::string too_soon = "unreachable: sqlite:data/orders.db cannot be reached: time was over before anything was done";
    std::string given = too_soon;
    // On a machine that is busy elsewhere the time may be over before it runs; then it gets more.
    for (Millis time(200); given == too_soon; time *= 2) {
      const runtime::Deadline until(*context, time);
      given = co_await testing::ask(db, "{ sql: '" + sql + "' }");
    }
    EXPECT_TRUE(given.starts_with("unreachable: sqlite:data/orders.db cannot be reached, \"")) << given;
    given = co_await testing::ask(db, "{ sql: 'select count(*) as n from orders' }");
    EXPECT_EQ(given, R"({"rows":[{"n":0}],"count":1})");
  }
  co_await db->close();
}
TEST(Sqlite, what_runs_too_long_is_interrupted_and_undone) { testing::on_loop(late()); }

// 40 writers at once from one core: one thread writes, nobody waits for a lock, nothing is lost.
Task<void> one_of_many(Peer& db, int id, int& done) {
  std::string given = co_await testing::ask(db, "{ sql: 'insert into orders values (:id, 1, 2)' }", "{\"id\": " + std::to_string(id) + "}");
  done += given == R"({"rows":[],"count":1})";
}

Task<void> crowd() {
  Shop shop;
  int done = 0;
  runtime::TaskGroup group;
  for (int i = 0; i < 40; ++i) group.spawn(one_of_many(*shop.peer, i, done));
  static_cast<void>(co_await group.join());
  EXPECT_EQ(done, 40);
  std::string given = co_await testing::ask(*shop.peer, "{ sql: 'select count(*) as n from orders' }");
  EXPECT_EQ(given, R"({"rows":[{"n":40}],"count":1})");
  co_await (*shop.peer)->close();
}
TEST(Sqlite, writers_queue_up_and_none_is_refused) { testing::on_loop(crowd()); }

TEST(Sqlite, other_files_and_code_from_files_are_out_of_reach) {
  talks({{"{ sql: \"select load_extension('x')\" }", "{}",
          "rejected: sqlite:data/orders.db rejected it, \"select load_extension('x')\": not authorized to use function: load_extension (SQLite 1)"}});
}

}  // namespace
}  // namespace arint::connectors::sql
