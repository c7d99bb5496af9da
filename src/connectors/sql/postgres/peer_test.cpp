// SPDX-License-Identifier: GPL-3.0-or-later
// PostgreSQL as it should not be: each sentence names the peer, and each fault is the one whose remedy helps.
#include <gtest/gtest.h>

#include "connectors/sql/testing/fake_postgres.hpp"
#include "connectors/sql/testing/harness.hpp"

namespace arint::connectors::sql {
namespace {

using runtime::Task;
using testing::FakePostgres;
using testing::Peer;
using testing::Wire;

std::string error_fields(const std::string& code, const std::string& words) {
  using namespace std::string_literals;
  return "SERROR\0VERROR\0C"s + code + "\0M"s + words + "\0\0"s;
}

// One call under a limit, against whatever `talk` is.
Task<void> ask_once(FakePostgres& fake, std::string more, Millis limit, std::string send, std::string& said) {
  Peer db(fake.options(more));
  EXPECT_TRUE(db.made()) << db.problems();
  runtime::Context* context = co_await runtime::this_context();
  {
    const runtime::Deadline until(*context, limit);
    said = co_await testing::ask(db, send);
  }
  co_await db->close();
}

std::string asked(std::function<void(Wire&, int)> talk, const std::string& send = "{ sql: delete from t }", Millis limit = Millis(20'000),
                  const std::string& more = "") {
  FakePostgres fake(std::move(talk));
  std::string said;
  testing::on_loop(ask_once(fake, more, limit, send, said));
  const std::size_t port = said.find("127.0.0.1:");
  if (port != std::string::npos) said.replace(port, said.find('/', port) - port, "PEER");
  return said;
}

TEST(PostgresPeer, an_answer_of_the_fake_is_an_answer) {
  EXPECT_EQ(asked([](Wire& wire, int) {
              wire.begin();
              EXPECT_EQ(wire.batch(), "PBDES");
              wire.done("DELETE 7");
              wire.ready();
              wire.silence();
            }),
            "{\"rows\":[],\"count\":7}");
}

TEST(PostgresPeer, garbage_instead_of_a_login) {
  const std::string said = asked([](Wire& wire, int) { wire.send("HTTP/1.1 400 Bad Request\r\n\r\n"); });
  EXPECT_TRUE(said.starts_with("unreachable: postgresql://PEER/shop cannot be reached: ")) << said;
}

TEST(PostgresPeer, one_that_accepts_and_says_nothing) {
  const std::string said = asked([](Wire& wire, int) { wire.silence(); }, "{ sql: delete from t }", Millis(20'000), ", connect_timeout: 300ms");
  // The try and the whole login end together here; which of the two is noticed first is chance.
  EXPECT_TRUE(said == "unreachable: postgresql://PEER/shop cannot be reached: it did not answer in time" ||
              said == "unreachable: postgresql://PEER/shop cannot be reached: time was over before anything was done")
      << said;
}

TEST(PostgresPeer, one_that_logs_in_and_then_never_answers) {
  const auto talk = [](Wire& wire, int) {
    wire.begin();
    wire.silence();
  };
  EXPECT_EQ(asked(talk, "{ sql: delete from t }", Millis(400)), "timeout: postgresql://PEER/shop gave no answer in time, \"delete from t\"");
}

TEST(PostgresPeer, cut_in_the_middle_of_a_message_the_outcome_is_unknown) {
  const std::string said = asked([](Wire& wire, int) {
    wire.begin();
    wire.batch();
    wire.say('1', "");
    wire.send(std::string("C\0\0\0\x20" "DELE", 9));
  });
  EXPECT_TRUE(said.starts_with("timeout: postgresql://PEER/shop gave no answer in time, \"delete from t\": ")) << said;
}

TEST(PostgresPeer, garbage_instead_of_an_answer) {
  const std::string said = asked([](Wire& wire, int) {
    wire.begin();
    wire.batch();
    wire.send(std::string("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 10));
    wire.silence();
  });
  EXPECT_TRUE(said.starts_with("timeout: postgresql://PEER/shop gave no answer in time, \"delete from t\": ")) << said;
}

TEST(PostgresPeer, a_transaction_that_is_cut_before_its_commit_did_nothing) {
  const std::string said = asked(
      [](Wire& wire, int) {
        wire.begin();
        wire.batch();
        wire.done("BEGIN");
      },
      "{ statements: [ { sql: delete from t } ] }");
  EXPECT_TRUE(said.starts_with("unreachable: postgresql://PEER/shop cannot be reached, \"delete from t\": ")) << said;
}

TEST(PostgresPeer, a_transaction_that_is_cut_in_its_commit_may_be_done) {
  const std::string said = asked(
      [](Wire& wire, int) {
        wire.begin();
        wire.batch();
        wire.done("BEGIN");
        wire.done("DELETE 1");
        wire.say('Z', "T");
        wire.batch();
      },
      "{ statements: [ { sql: delete from t } ] }");
  EXPECT_TRUE(said.starts_with("timeout: ")) << said;
}

TEST(PostgresPeer, what_a_server_says_at_the_door_decides) {
  struct {
    const char *code, *words, *said;
  } const cases[] = {
      {"28P01", "password authentication failed for user \"somebody\"",
       "refused: postgresql://PEER/shop refused us: password authentication failed for user \"somebody\" (SQLSTATE 28P01); check the user of "
       "the url and `password:`, and the server's pg_hba.conf"},
      {"3D000", "database \"shop\" does not exist",
       "refused: postgresql://PEER/shop refused us: database \"shop\" does not exist (SQLSTATE 3D000); create the database, or correct the url"},
      {"53300", "sorry, too many clients already",
       "busy: postgresql://PEER/shop is too busy: sorry, too many clients already (SQLSTATE 53300); lower `connections:`, or raise the "
       "server's max_connections"},
      {"57P03", "the database system is starting up",
       "unreachable: postgresql://PEER/shop cannot be reached: the database system is starting up (SQLSTATE 57P03); the server is stopping or "
       "starting"},
  };
  for (const auto& one : cases) {
    const std::string fields = error_fields(one.code, one.words);
    EXPECT_EQ(asked([&](Wire& wire, int) {
                wire.say('E', fields);
                wire.silence();
              }),
              one.said);
  }
}

TEST(PostgresPeer, one_that_asks_for_a_password_we_do_not_have) {
  const std::string said = asked([](Wire& wire, int) {
    wire.say('R', std::string("\0\0\0\x03", 4));
    wire.silence();
  });
  EXPECT_TRUE(said.starts_with("refused: postgresql://PEER/shop refused us: ") && said.ends_with("no password supplied")) << said;
}

// A server that ended an idle connection: the next call notices before it sends, or sends again when it knows that nothing was done.
TEST(PostgresPeer, a_connection_that_died_while_idle_costs_nobody_a_call) {
  FakePostgres fake([](Wire& wire, int) {
    wire.begin();
    if (wire.batch().empty()) return;
    wire.done("DELETE 1");
    wire.ready();
  });
  testing::on_loop([](FakePostgres& peer) -> Task<void> {
    Peer db(peer.options());
    for (int i = 0; i < 5; ++i) {
      std::string said = co_await testing::ask(db, "{ sql: delete from t }");
      EXPECT_EQ(said, "{\"rows\":[],\"count\":1}");
      static_cast<void>(co_await runtime::sleep(Millis(50)));
    }
    co_await db->close();
  }(fake));
  EXPECT_EQ(fake.connections(), 5);
}

}  // namespace
}  // namespace arint::connectors::sql
