// SPDX-License-Identifier: GPL-3.0-or-later
// Calls that share round trips, against a server that counts what comes in one.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>

#include "connectors/sql/testing/fake_postgres.hpp"
#include "connectors/sql/testing/harness.hpp"

namespace arint::connectors::sql {
namespace {

using runtime::Task;
using testing::FakePostgres;
using testing::Peer;
using testing::Wire;

const std::string reading = "{ sql: select 1 from t }";
const std::string answered = R"({"rows":[],"count":0})";

std::size_t executions(const std::string& batch) { return static_cast<std::size_t>(std::count(batch.begin(), batch.end(), 'E')); }

void answer(Wire& wire, const std::string& batch) {
  for (char type : batch) {
    if (type == 'P') wire.say('1', "");
    if (type == 'B') wire.say('2', "");
    if (type == 'D') wire.say('n', "");
    if (type == 'E') wire.say('C', std::string("SELECT 0\0", 9));
  }
  wire.ready();
}

// Answers everything, and notes how many came together at most.
auto answering(std::atomic<std::size_t>& most) {
  return [&most](Wire& wire, int) {
    wire.begin();
    for (std::string batch = wire.batch(); !batch.empty(); batch = wire.batch()) {
      most = std::max<std::size_t>(most, executions(batch));
      answer(wire, batch);
    }
  };
}

Task<void> ask_one(Peer& db, Millis limit, std::string& said) {
  runtime::Context* context = co_await runtime::this_context();
  const runtime::Deadline until(*context, limit);
  said = co_await testing::ask(db, reading);
}

// So many calls at once over the only connection; the second has little time.
Task<std::vector<std::string>> crowd(Peer& db, std::size_t count, Millis second) {
  std::vector<std::string> said(count);
  runtime::TaskGroup group;
  for (std::size_t i = 0; i < count; ++i) group.spawn(ask_one(db, i == 1 ? second : Millis(60'000), said[i]));
  static_cast<void>(co_await group.join());
  co_return said;
}

TEST(PostgresRiders, who_waits_for_the_same_connection_goes_together) {
  std::atomic<std::size_t> most{0};
  FakePostgres fake(answering(most));
  testing::on_loop([](FakePostgres& peer, std::atomic<std::size_t>& seen) -> Task<void> {
    Peer db(peer.options(", connections: 1"));
    // Only what has been quick so far goes together, and a slow machine is not quick at once.
    for (int round = 0; round < 1'000 && seen < 8; ++round) {
      std::vector<std::string> all = co_await crowd(db, 9, Millis(60'000));
      for (const std::string& said : all) EXPECT_EQ(said, answered);
    }
    co_await db->close();
  }(fake, most));
  EXPECT_EQ(most, 8u);
  EXPECT_EQ(fake.connections(), 1);
}

TEST(PostgresRiders, a_long_line_takes_several_trips) {
  std::atomic<std::size_t> most{0};
  FakePostgres fake(answering(most));
  testing::on_loop([](FakePostgres& peer) -> Task<void> {
    Peer db(peer.options(", connections: 1"));
    for (int round = 0; round < 50; ++round) {
      std::vector<std::string> all = co_await crowd(db, 40, Millis(60'000));
      for (const std::string& said : all) EXPECT_EQ(said, answered);
    }
    co_await db->close();
  }(fake));
  EXPECT_LE(most, 8u);
}

// The server says nothing to a trip of several, and one caller's time ends: he is told so, and the others get their answer over another connection.
TEST(PostgresRiders, one_whose_time_ends_costs_the_others_no_answer) {
  std::atomic<bool> silent{false};
  FakePostgres fake([&](Wire& wire, int) {
    wire.begin();
    for (std::string batch = wire.batch(); !batch.empty(); batch = wire.batch()) {
      if (executions(batch) > 1 && !silent.exchange(true)) return wire.silence();
      answer(wire, batch);
    }
  });
  testing::on_loop([](FakePostgres& peer, std::atomic<bool>& quiet) -> Task<void> {
    Peer db(peer.options(", connections: 1"));
    std::vector<std::string> all;
    for (int round = 0; round < 1'000 && !quiet; ++round) {
      all = co_await crowd(db, 5, Millis(500));
      for (std::size_t i = 0; i < all.size(); ++i)
        if (i != 1) {
          EXPECT_EQ(all[i], answered);
        }
    }
    EXPECT_TRUE(all[1].starts_with("timeout: ") || all[1].starts_with("unreachable: ")) << all[1];
    co_await db->close();
  }(fake, silent));
  EXPECT_TRUE(silent);
}

// Brief calls share a connection although more are allowed.
TEST(PostgresRiders, brief_calls_fill_one_connection_before_the_next) {
  std::atomic<std::size_t> most{0};
  FakePostgres fake(answering(most));
  testing::on_loop([](FakePostgres& peer, std::atomic<std::size_t>& seen) -> Task<void> {
    Peer db(peer.options(", connections: 4"));
    for (int round = 0; round < 1'000 && seen < 8; ++round) {
      // One after another they are brief, also on a machine that is busy with a crowd.
      for (int alone = 0; alone < 20; ++alone) {
        const std::string said = co_await testing::ask(db, reading);
        EXPECT_EQ(said, answered);
      }
      std::vector<std::string> all = co_await crowd(db, 16, Millis(60'000));
      for (const std::string& said : all) EXPECT_EQ(said, answered);
    }
    co_await db->close();
  }(fake, most));
  EXPECT_EQ(most, 8u) << "a share for each of four connections would be four";
}

// One trip gets no answer, and whoever is not on it goes by another connection.
TEST(PostgresRiders, a_line_that_does_not_move_gets_another_connection) {
  std::atomic<std::size_t> silenced{0};
  FakePostgres fake([&](Wire& wire, int) {
    wire.begin();
    for (std::string batch = wire.batch(); !batch.empty(); batch = wire.batch()) {
      const std::size_t many = executions(batch);
      std::size_t none = 0;
      if (many > 1 && silenced.compare_exchange_strong(none, many)) return wire.silence();
      answer(wire, batch);
    }
  });
  testing::on_loop([](FakePostgres& peer, std::atomic<std::size_t>& quiet) -> Task<void> {
    Peer db(peer.options(", connections: 4"));
    std::size_t unanswered = 0;
    for (int round = 0; round < 1'000 && !quiet; ++round) {
      std::vector<std::string> said(24);
      runtime::TaskGroup group;
      for (std::string& one : said) group.spawn(ask_one(db, Millis(2'000), one));
      static_cast<void>(co_await group.join());
      unanswered = static_cast<std::size_t>(std::count_if(said.begin(), said.end(), [](const std::string& one) { return one != answered; }));
    }
    EXPECT_LE(unanswered, quiet.load());
    co_await db->close();
  }(fake, silenced));
  EXPECT_GT(silenced, 0u);
}

// The connection goes down in the middle of a trip: each is done again, alone.
TEST(PostgresRiders, a_lost_connection_costs_nobody_an_answer) {
  std::atomic<bool> lost{false};
  FakePostgres fake([&](Wire& wire, int) {
    wire.begin();
    for (std::string batch = wire.batch(); !batch.empty(); batch = wire.batch()) {
      if (executions(batch) > 1 && !lost.exchange(true)) return;
      answer(wire, batch);
    }
  });
  testing::on_loop([](FakePostgres& peer, std::atomic<bool>& gone) -> Task<void> {
    Peer db(peer.options(", connections: 1"));
    for (int round = 0; round < 1'000 && !gone; ++round) {
      std::vector<std::string> all = co_await crowd(db, 6, Millis(60'000));
      for (const std::string& said : all) EXPECT_EQ(said, answered);
    }
    co_await db->close();
  }(fake, lost));
  EXPECT_TRUE(lost);
}

}  // namespace
}  // namespace arint::connectors::sql
