// SPDX-License-Identifier: GPL-3.0-or-later
// FileFront: all file channels. The first core has them. Each channel takes one file after the other: claims it by a rename into a folder of
// this node, makes messages of it, and moves or deletes it.
#pragma once
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "channel/front.hpp"
#include "channel/intake.hpp"
#include "connectors/file/folder.hpp"
#include "connectors/file/in/options.hpp"
#include "connectors/file/in/source.hpp"
#include "connectors/file/in/watch.hpp"

namespace arint::connectors::file {

// One look and what follows from it, over all configurations of a process: a reload waits for the file that is being taken.
struct Shared {
  std::map<std::string, std::shared_ptr<runtime::Gate>> turns{};  // by channel; on the first core
};

class FileFront : public channel::Front {
 public:
  explicit FileFront(const channel::Node& node) : node_(node) {}
  void add(channel::Channel& channel, declare::Reading& reading) override;
  runtime::Task<Result<void>> open(const channel::Front* before) override;
  void take_over(channel::Front& before) noexcept override;
  runtime::Task<Result<channel::Told>> submit(channel::Channel& channel, const channel::Submitted& message) override;
  runtime::Task<void> close() override;

 private:
  struct Places;                       // the folders of one channel
  struct Seen {
    Listed as{};
    std::int64_t since_ms = 0;         // steady: unchanged since then
  };
  struct Entry {
    channel::Channel* channel = nullptr;
    const ChannelOptions* options = nullptr;
    std::string folder{};
    std::map<std::string, Seen> seen{};
    std::shared_ptr<runtime::Gate> turn{};
    runtime::Event wake{};
    bool away = false;                 // the folder could not be looked at: told once
    std::map<std::string, Result<void>> unmoved{};  // how claimed files ended that could not be put away
  };
  // What is made of one file.
  struct Taken {
    std::string name{};
    std::int64_t modified_ns = 0;
    std::uint64_t inode = 0;
  };
  void start();
  void stop() noexcept;
  runtime::Task<> watch(Entry* entry);
  runtime::Task<> listen(Entry* entry);
  // Looks once, takes what is stable; how long until the next look.
  runtime::Task<Millis> look(Entry* entry);
  runtime::Task<void> take(Entry* entry, Places* places, std::string name);
  // A claimed file that has ended so; one that cannot be moved is not taken again.
  runtime::Task<void> put_away(Entry* entry, Places* places, std::string name, Result<void> done);
  runtime::Task<Result<channel::Told>> handle(Entry* entry, Source* source, const Taken* taken);
  runtime::Task<Result<channel::Told>> handle_whole(Entry* entry, Source* source, const Taken* taken);
  runtime::Task<Result<channel::Told>> handle_records(Entry* entry, Source* source, const Taken* taken);
  // Waits out what is busy.
  runtime::Task<Result<channel::Told>> deliver(Entry* entry, const channel::Arrival* arrival);
  void tell(const Entry& entry, Fault fault, std::string_view text) const;
  Entry* entry_of(const channel::Channel& channel) const noexcept;

  channel::Node node_;
  std::vector<std::unique_ptr<Entry>> entries_;
  bool stopping_ = false;
  unsigned running_ = 0;
  runtime::Event ended_{};
  runtime::TaskGroup listens_{runtime::Siblings::go_on}, runs_{runtime::Siblings::go_on};
};

}  // namespace arint::connectors::file
