// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <filesystem>

#include "connectors/sql/testing/harness.hpp"

namespace arint::connectors::sql {
namespace {

using runtime::Task;
using testing::Asker;
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

}  // namespace
}  // namespace arint::connectors::sql
