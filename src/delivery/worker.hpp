// SPDX-License-Identifier: GPL-3.0-or-later
// Worker: claims accepted messages that are due and runs them, on one core, for one configuration.
//
// Life: open -> (start, wake)... -> close. At a reload the next one's open() takes over; what runs here ends here or is given back.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "delivery/delivery.hpp"
#include "delivery/journal.hpp"
#include "delivery/numbers.hpp"
#include "delivery/plan.hpp"
#include "delivery/record.hpp"
#include "log/actions/action.hpp"

namespace arint::delivery {

// A caller who waits for the result of what he sent. Shared with the run, so that he may go.
struct Waiter {
  runtime::Event ended{};
  bool over = false;                      // the activation has ended; else only the time is over
  store::State state = store::State::waiting;
  std::optional<Answer> answer{};         // done
  Error error{};                          // dead, held: what for. A fault of `done` too: the flow refused the message
  bool peer = false;                      // a peer failed, not the message
  const format::Format* format = nullptr; // wanted by the caller, where the flow chooses none; null: the channel's first
  int status = 0;                         // the flow chose this one for the caller, and what he is told:
  std::string told{}, details{};          // details: a value, see write_value
};

class Worker {
 public:
  // More messages than this are not claimed; those a channel accepts wait in the store.
  static constexpr unsigned most_runs = 2048;

  Worker(Delivery& delivery, Plans& plans, message::Core& core) : delivery_(delivery), plans_(plans), core_(core) {}
  void count(const std::string& channel, ChannelNumbers numbers) { numbers_[channel] = std::move(numbers); }
  ChannelNumbers* numbers(std::string_view channel);

  // On the core's loop.
  void open();
  // Claims nothing more; ends what runs within `drain`, then gives it back.
  runtime::Task<void> close(Millis drain);

  bool room() const noexcept { return open_ && running_ < most_runs; }
  // A message that was accepted on this core, with its claim. `waiter` may be null.
  void start(const store::Claim& claim, std::unique_ptr<store::Loaded> loaded, std::shared_ptr<Waiter> waiter);
  // Something may be due.
  void wake() noexcept { look_.set(); }

  Delivery& delivery() noexcept { return delivery_; }
  // A line of the action log about an accepted message.
  void tell(const message::Message& message, log::Outcome outcome, const RunJournal::Ending* ending, std::string_view service, std::int64_t began_ns);

 private:
  runtime::Task<> look();
  runtime::Task<Millis> claim_due();
  runtime::Task<> run(store::Claim claim, std::unique_ptr<store::Loaded> loaded, std::shared_ptr<Waiter> waiter);
  runtime::Task<void> run_loaded(store::Claim claim, const store::Loaded* loaded, std::shared_ptr<Waiter> waiter);
  runtime::Task<void> execute(store::Claim claim, const store::Loaded* loaded, const Plan* plan, Waiter* waiter);
  // Without having run: the store or the version has a say.
  runtime::Task<void> leave(store::Claim claim, const store::Loaded* loaded, const Error* error, Waiter* waiter);
  void count_ending(const store::Loaded* loaded, const RunJournal::Ending& ending, std::string_view service, std::int64_t began_ns);
  void turn_free(std::string_view place, bool well);
  runtime::Task<> release_one(std::string place, unsigned most);
  runtime::Task<void> release(std::string place, unsigned most);
  runtime::Task<> find_places();
  runtime::Task<void> count_places();

  Delivery& delivery_;
  Plans& plans_;
  message::Core& core_;
  std::map<std::string, ChannelNumbers, std::less<>> numbers_;
  runtime::TaskGroup runs_{runtime::Siblings::go_on}, looking_{runtime::Siblings::go_on};
  runtime::Event look_{}, run_ended_{};
  unsigned running_ = 0;
  unsigned releasing_ = 0;
  bool open_ = false;
};

}  // namespace arint::delivery
