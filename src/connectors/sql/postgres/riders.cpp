// SPDX-License-Identifier: GPL-3.0-or-later
// Riders: calls that share a round trip. While a connection is in use, calls that only read and are known to be brief wait in one line,
// and the connection takes several as soon as it is free: one write, one wake-up of the server, one answer, where each had its own. Other
// calls that only read do so while every connection is in use.
//
// Only pure statements ride, and only those that take milliseconds go together, so nobody waits long for another and nothing is done twice:
// whatever goes wrong on the way (one of them fails, is cut, the connection is lost), those without their whole answer are done again, alone.
#include <algorithm>
#include <cerrno>

#include "connectors/sql/postgres/postgres.hpp"

namespace arint::connectors::sql {

using document::Value;
using runtime::IoResult;
using runtime::Task;

namespace {

constexpr std::size_t most_seats = 8;
// For so many who wait there is one more connection, where their calls are brief.
constexpr std::size_t line_of_one = 4 * most_seats;
constexpr std::uint64_t brief_ns = 2'000'000;
// A line that does not move for so long gets one more connection each time: somebody was slow for once.
constexpr Millis patience{5};

}  // namespace

struct Postgres::Rider {
  const Call* call;
  Rows rows;
  std::list<Rider*>::iterator place{};   // in riders_, while it waits for a seat
  Rider** seat = nullptr;                // from then on
  Command* command = nullptr;
  runtime::Context* driver = nullptr;
  bool done = false;                     // out: the driver has let go of it
  bool alone = false;                    // out: it has no answer
  std::int64_t affected = 0;             // out
  runtime::Event ended{};
};

// An array may have to be described first: a round trip of its own.
bool Postgres::can_ride(const Batch& batch) {
  return batch.calls.size() == 1 && !batch.transaction && batch.calls[0].statement->pure &&
         std::none_of(batch.calls[0].values.begin(), batch.calls[0].values.end(), [](const Value& value) { return value.is_array(); });
}

Task<std::optional<Result<Value>>> Postgres::ride(const Batch& batch, bool is_brief, document::Arena& arena) {
  if (riders_.size() >= most_waiting) co_return std::nullopt;  // the gate's line is as long, and says what to say
  Rider rider{&batch.calls[0], Rows(arena, options_.limits, batch.wanted)};
  rider.place = riders_.insert(riders_.end(), &rider);
  if (!drivers_ || riders_.size() > line_of_one * drivers_ || !is_brief) {
    drive_more();
  } else if (!watching_) {
    watching_ = true;
    tasks_.spawn(watch_the_line());
  }
  IoResult waited = co_await rider.ended.wait();
  if (!waited.ok() && !rider.done) {
    const Sent sent = rider.seat ? Sent::yes : Sent::no;
    leave(rider);
    co_return cut_error(waited.error(), peer(), batch.calls[0].statement->opening, sent);
  }
  if (rider.alone) co_return std::nullopt;
  const Command command{.affected = rider.affected};
  co_return answer(batch, std::span<Rows>(&rider.rows, 1), std::span<const Command>(&command, 1), arena);
}

// A statement is its text, whichever version of a service asks it. Two with one hash would be taken for each other, which costs time only.
bool Postgres::brief(const Statement& statement) const {
  const auto known = usual_ns_.find(std::hash<std::string_view>()(statement.text));
  return known != usual_ns_.end() && known->second < brief_ns;
}

void Postgres::note(const Session& session, const Statement& statement) {
  const std::uint64_t usual = session.usual_ns(statement);
  if (usual_ns_.size() >= 1024) usual_ns_.clear();
  if (usual) usual_ns_[std::hash<std::string_view>()(statement.text)] = usual;
}

void Postgres::drive_more() {
  if (drivers_ >= gate_.places()) return;
  ++drivers_;
  tasks_.spawn(drive());
}

Task<void> Postgres::watch_the_line() {
  while (!riders_.empty()) {
    const std::uint64_t before = boarded_;
    const IoResult slept = co_await runtime::sleep(patience);
    if (!slept.ok()) break;
    if (!riders_.empty() && boarded_ == before) drive_more();
  }
  watching_ = false;
}

// Its caller has gone, and what it points to goes too.
void Postgres::leave(Rider& rider) {
  if (!rider.seat) {
    riders_.erase(rider.place);
    return;
  }
  *rider.seat = nullptr;
  rider.command->call = nullptr;
  rider.command->rows = nullptr;
  if (!rider.command->complete) rider.driver->cancel(ECANCELED);  // the server is not to go on with it
}

void Postgres::turn_away() {
  for (Rider* rider : riders_) {
    rider->done = rider->alone = true;
    rider->ended.set();
  }
  riders_.clear();
}

// As many as are this connection's share of those who wait.
void Postgres::board(Session& session, std::vector<Rider*>& seats) {
  ++boarded_;
  const std::size_t share = std::min(most_seats, 1 + (riders_.size() - 1) / drivers_);
  do {
    seats.push_back(riders_.front());
    riders_.pop_front();
  } while (seats.size() < share && session.quick(*seats.back()->call->statement) && session.quick(*riders_.front()->call->statement));
}

Task<void> Postgres::drive() {
  runtime::Context* me = co_await runtime::this_context();
  IoResult place = co_await gate_.acquire();
  if (!place.ok()) turn_away();
  runtime::Permit permit;
  if (place.ok()) permit = runtime::Permit(gate_);
  std::vector<Rider*> seats;
  std::vector<Command> commands;
  while (!riders_.empty() && !me->error()) {
    if (gate_.waiting()) {  // others have waited for this connection as long
      permit.give_back();
      place = co_await gate_.acquire();
      if (!place.ok()) break;
      permit = runtime::Permit(gate_);
    }
    Result<Held> taken = co_await take();
    if (!taken) {  // each tries for itself, and says what it was
      turn_away();
      break;
    }
    Held session = std::move(*taken);
    seats.clear();
    commands.clear();
    if (!riders_.empty()) board(*session, seats);
    for (Rider* rider : seats) commands.push_back({.call = rider->call, .rows = &rider->rows});
    for (std::size_t i = 0; i < seats.size(); ++i) {
      seats[i]->seat = &seats[i];
      seats[i]->command = &commands[i];
      seats[i]->driver = me;
    }
    if (!seats.empty()) static_cast<void>(co_await session->run(commands));
    if (!commands.empty() && seats[0]) note(*session, *commands[0].call->statement);
    settle(std::move(session));
    for (std::size_t i = 0; i < seats.size(); ++i) {
      if (!seats[i]) continue;
      Rider& rider = *seats[i];
      rider.done = true;
      rider.alone = !commands[i].complete && !rider.rows.failure();
      rider.affected = commands[i].affected;
      rider.ended.set();
    }
  }
  --drivers_;
  if (!riders_.empty() && !closed_) {  // somebody who left took the driver away
    ++drivers_;
    tasks_.spawn(drive());
  }
}

}  // namespace arint::connectors::sql
