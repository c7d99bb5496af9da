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
using testing::Asker;
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

Task<void> simple(std::string options) {
  Peer db(options);
  EXPECT_TRUE(db.made()) << db.problems();
  if (!db.made()) co_return;
  Result<void> opened = co_await db->open();
  EXPECT_TRUE(opened.ok()) << opened.error().sentence;
  std::string given = co_await testing::ask(db, "{ sql: 'select :a::int as a, :b::text as b, :c::jsonb as c, :d::numeric as d' }",
                                            "{\"a\": 7, \"b\": \"it's\", \"c\": [1, {\"x\": null}], \"d\": 1.500}");
  EXPECT_EQ(given, "{\"rows\":[{\"a\":7,\"b\":\"it's\",\"c\":[1,{\"x\":null}],\"d\":1.500}],\"count\":1}");
  co_await db->close();
}
TEST_F(Postgres, answers) { testing::on_loop(simple(options())); }

}  // namespace
}  // namespace arint::connectors::sql
