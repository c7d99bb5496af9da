// SPDX-License-Identifier: GPL-3.0-or-later
// RunJournal: message::Journal for one activation of a run, on the store. What it learns is committed with the next thing that must be
// durable: before a further call, with the run's end, or at once beside other branches.
#pragma once
#include <deque>
#include <functional>
#include <optional>
#include <string>

#include "delivery/delivery.hpp"
#include "delivery/record.hpp"
#include "message/run.hpp"
#include "store/store.hpp"

namespace arint::delivery {

class RunJournal : public message::Journal {
 public:
  // `loaded`, without its run: what was recorded before. Both outlive this.
  RunJournal(Delivery& delivery, const store::Claim& claim, const store::Loaded& loaded, std::function<void(std::string_view, bool)> turn_free)
      : delivery_(delivery), claim_(claim), loaded_(loaded), turn_free_(std::move(turn_free)) {}

  std::string step_of(const message::Run& run, std::string_view path) const override;
  Result<Known> known(message::Run& run, std::string_view step) const override;
  std::string key_of(std::string_view step) const override;
  runtime::Task<Result<void>> begin(Call call, bool careful) override;
  runtime::Task<Result<void>> answered(message::Run& run, Call call, document::Value answer) override;
  void attempt(const Call& call, const Error& error, Millis took) override;
  void fail(message::Run& run, const Call& call, const Error& error) override;
  Error retry(const Call& call, const Error& error, std::int64_t due_ms) override;
  Error stand_by(const Call& call, const Error* error, std::int64_t due_ms, std::int64_t probe_ms) override;
  Error hold(const Call& call, const Error& error) override;
  Error sleep_until(message::Run& run, std::string_view step, std::int64_t due_ms) override;
  Error wait_at(message::Run& run, std::string_view step, message::EventKey event, std::int64_t due_ms) override;
  Error give_back(const Error& error) override;
  bool leaving() const noexcept override { return lost_ || back_ || leave_ || held_; }
  void turn_free(std::string_view place, bool well) override { turn_free_(place, well); }
  runtime::Task<Result<std::optional<document::Value>>> take_event(message::Run& run, std::string_view step, message::EventKey event) override;
  runtime::Task<Result<void>> emit(message::Run& run, std::string_view step, message::EventKey event, document::Value value, Millis keep) override;
  std::optional<Error> undone_for(std::string_view step) const override;
  void undo(std::string_view step, const Error& error) override;

  // ---- how the run ended, for the worker
  // What it waits at: of an outgoing, which others stand by at too and try from `probe_ms` on; else of an event.
  struct Place {
    std::string name{};
    bool closed = false;
    std::int64_t probe_ms = 0;
  };
  struct Ending {
    store::State state = store::State::done;
    std::int64_t due_ms = 0, keep_until_ms = 0;
    std::vector<Place> places{};
    std::string outgoing{}, step{}, reason{};
    std::optional<Fault> fault{};
    bool keeps_line = true;
  };
  // Where a run that leaves goes; nullopt: it does not. A branch that waits goes before one that is held.
  std::optional<Ending> wish() const;
  // The claim was lost, or the store: nothing more can be written.
  const std::optional<Error>& lost() const noexcept { return lost_; }
  // Commits all that is not yet, with the ending. Busy is waited out. The message is not ours any more afterwards.
  runtime::Task<Result<void>> end(const Ending& ending, const Answer* answer);

 private:
  // Texts that the operations of a Write view.
  struct Pending {
    store::Write write{};
    std::deque<std::string> texts{};
    std::vector<std::string_view> more_places{};
    std::string_view keep(std::string text) { return texts.emplace_back(std::move(text)); }
  };
  void record(Pending& into, std::string_view step, store::RecordKind kind, std::string_view outgoing, std::string content, std::int64_t at_ms);
  runtime::Task<Result<void>> flush();
  const store::Recorded* recorded(std::string_view step) const noexcept;
  Error leaves() const { return {Fault::cancelled, "the run waits"}; }
  void wait(Ending wish);
  void leave(const Ending& ending, std::int64_t now_ms);

  Delivery& delivery_;
  const store::Claim claim_;
  const store::Loaded& loaded_;
  std::function<void(std::string_view, bool)> turn_free_;
  Pending pending_{};
  std::optional<Error> lost_{};
  bool back_ = false;
  std::optional<Ending> leave_{}, held_{};
  struct Repeatable {
    std::string step, outgoing;
  };
  std::deque<Repeatable> held_steps_{};   // called again once a person has looked
  std::optional<Repeatable> last_failed_{};
};

}  // namespace arint::delivery
