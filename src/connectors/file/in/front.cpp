// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/file/in/front.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "base/text.hpp"
#include "base/units.hpp"
#include "declare/project.hpp"
#include "log/actions/writer.hpp"
#include "runtime/time/wall.hpp"

namespace arint::connectors::file {
namespace {

constexpr std::size_t most_in_a_look = 10'000;
constexpr mode_t folder_mode = 0750, file_mode = 0640;
constexpr Millis clean_up_time{10'000};

bool by_name(const Listed& a, const Listed& b) { return a.name < b.name; }
bool by_time(const Listed& a, const Listed& b) { return a.modified_ns != b.modified_ns ? a.modified_ns < b.modified_ns : a.name < b.name; }
std::int64_t steady_ms() { return runtime::Loop::now_ns() / 1'000'000; }

Error stopped() { return {Fault::cancelled, "the node stops"}; }

// Blocking work on a thread of the loop's pool.
template <class Work>
runtime::Task<Result<void>> off_the_loop(Work* work) {
  Result<void> out;
  auto job = [&] { out = (*work)(); };
  const runtime::IoResult done = co_await runtime::offload(job);
  if (!done.ok()) co_return done.error() == EAGAIN ? Error{Fault::busy, "too much waits for a thread"} : stopped();
  co_return out;
}

}  // namespace

struct FileFront::Places {
  Folder folder{}, claimed{};

  static Result<Places> open(const Entry& entry, const std::string& node) {
    Result<Folder> folder = Folder::open(entry.folder);
    if (!folder) return folder.error();
    Result<Folder> all = folder->inner(".arint-claimed", 0700);
    if (!all) return all.error();
    Result<Folder> claimed = all->inner(percent_encode(node.empty() ? "arint" : node), 0700);
    if (!claimed) return claimed.error();
    Places out;
    out.folder = std::move(*folder);
    out.claimed = std::move(*claimed);
    return out;
  }
};

void FileFront::add(channel::Channel& channel, declare::Reading& reading) {
  const ChannelOptions& options = channel.options().kind.as<ChannelOptions>();
  auto entry = std::make_unique<Entry>();
  entry->channel = &channel;
  entry->options = &options;
  std::filesystem::path folder(options.folder);
  if (folder.is_relative()) folder = std::filesystem::path(reading.project().folder()) / folder;
  entry->folder = folder.lexically_normal().string();
  if (channel.forward() || channel.options().redirect) reading.fault(options.at, "a file has nothing to forward; it invokes a `service`");
  if (options.records) {
    for (const format::Format* format : channel.formats())
      if (!format->split({})) reading.fault(options.at, "records: a file of format " + std::string(format->name()) + " has none");
    const auto& formats = channel.formats();
    if (channel.options().durable && std::none_of(formats.begin(), formats.end(), [](const format::Format* one) { return one->name() == "json"; }))
      reading.fault(options.at, "records: of a durable channel are kept as JSON; add json to its `format`");
  }
  if (channel.core().index == 0) entries_.push_back(std::move(entry));
}

runtime::Task<Result<void>> FileFront::open(const channel::Front* before) {
  if (node_.listens == channel::Listens::no) co_return Result<void>();
  for (const std::unique_ptr<Entry>& entry : entries_) {
    const std::string node = entry->channel->core().node;
    auto work = [&]() -> Result<void> {
      Result<Places> places = Places::open(*entry, node);
      if (!places) return places.error();
      return {};
    };
    Result<void> opened = co_await off_the_loop(&work);
    if (!opened) co_return Error{opened.error().fault, "channel " + entry->channel->name() + ": " + opened.error().sentence};
  }
  if (!before) start();
  co_return Result<void>();
}

void FileFront::take_over(channel::Front& before) noexcept {
  static_cast<FileFront&>(before).stop();
  start();
}

void FileFront::start() {
  if (node_.listens == channel::Listens::no) return;
  auto& turns = static_cast<Shared*>(node_.shared.get())->turns;
  for (std::unique_ptr<Entry>& entry : entries_) {
    std::shared_ptr<runtime::Gate>& turn = turns[entry->channel->name()];
    if (!turn) turn = std::make_shared<runtime::Gate>(1u, 64u);
    entry->turn = turn;
    ++running_;
    runs_.spawn(watch(entry.get()));
    listens_.spawn(listen(entry.get()));
  }
}

void FileFront::stop() noexcept {
  stopping_ = true;
  listens_.cancel(ECANCELED);
  for (std::unique_ptr<Entry>& entry : entries_) entry->wake.set();
}

runtime::Task<> FileFront::listen(Entry* entry) {
  Watch watch(entry->folder);
  for (;;) {
    const bool more = co_await watch.news();
    if (!more) co_return;
    entry->wake.set();
  }
}

runtime::Task<> FileFront::watch(Entry* entry) {
  runtime::Context* context = co_await runtime::this_context();
  while (!stopping_) {
    Millis wait(0);
    {
      const runtime::IoResult turn = co_await entry->turn->acquire();
      if (!turn.ok()) break;
      const runtime::Permit permit(*entry->turn);
      if (!stopping_) wait = co_await look(entry);
    }
    if (stopping_ || context->error()) break;
    runtime::Deadline until(*context, wait);
    const runtime::IoResult woken = co_await entry->wake.wait();
    if (!woken.ok() && woken.error() != ETIMEDOUT) break;
  }
  --running_;
  ended_.set();
}

runtime::Task<Millis> FileFront::look(Entry* entry) {
  const ChannelOptions& options = *entry->options;
  Places places;
  std::vector<Listed> found, left;
  const std::string node = entry->channel->core().node;
  auto work = [&]() -> Result<void> {
    Result<Places> opened = Places::open(*entry, node);
    if (!opened) return opened.error();
    places = std::move(*opened);
    Result<std::vector<Listed>> listed = places.folder.list(options.pattern, most_in_a_look, options.order == Order::name ? by_name : by_time);
    if (!listed) return listed.error();
    found = std::move(*listed);
    // Claimed before the node ended, and not yet done with.
    Result<std::vector<Listed>> claimed = places.claimed.list({"*"}, most_in_a_look, by_name);
    if (!claimed) return claimed.error();
    left = std::move(*claimed);
    return {};
  };
  Result<void> looked = co_await off_the_loop(&work);
  if (!looked) {
    if (!entry->away && looked.error().fault != Fault::cancelled) tell(*entry, looked.error().fault, looked.error().sentence);
    entry->away = true;
    co_return options.poll;
  }
  entry->away = false;
  for (const Listed& one : left) {
    if (stopping_) co_return options.poll;
    auto unmoved = entry->unmoved.find(one.name);
    if (unmoved == entry->unmoved.end()) co_await take(entry, &places, one.name);
    else co_await put_away(entry, &places, one.name, unmoved->second);
  }
  std::map<std::string, Seen> seen;
  Millis wait = options.poll;
  std::vector<std::string> stable;
  const std::int64_t now_ms = steady_ms();
  for (const Listed& one : found) {
    auto before = entry->seen.find(one.name);
    const bool same = before != entry->seen.end() && before->second.as.size == one.size && before->second.as.modified_ns == one.modified_ns && before->second.as.inode == one.inode;
    const std::int64_t since_ms = same ? before->second.since_ms : now_ms;
    seen[one.name] = {one, since_ms};
    const Millis left_ms = options.stable - Millis(now_ms - since_ms);
    if (left_ms.count() <= 0) stable.push_back(one.name);
    else wait = std::min(wait, left_ms);
  }
  entry->seen = std::move(seen);
  for (const std::string& name : stable) {
    if (stopping_) break;
    std::string claim = name;
    auto rename = [&]() -> Result<void> { return places.folder.move_to(claim, places.claimed, claim); };
    Result<void> claimed = co_await off_the_loop(&rename);
    entry->seen.erase(name);
    // Another node was first, or it is gone.
    if (claimed) co_await take(entry, &places, name);
  }
  co_return wait;
}

// Of a file that is claimed, to its end.
runtime::Task<void> FileFront::take(Entry* entry, Places* places, std::string name) {
  Taken taken{name};
  std::unique_ptr<Source> source;
  auto open = [&]() -> Result<void> {
    Result<Descriptor> file = places->claimed.open_file(name, O_RDONLY);
    if (!file) return file.error();
    struct stat is {};
    if (::fstat(file->get(), &is) != 0) return file_error("look at", name, errno);
    taken.modified_ns = is.st_mtim.tv_sec * 1'000'000'000 + is.st_mtim.tv_nsec;
    taken.inode = is.st_ino;
    source = std::make_unique<Source>(std::move(*file), static_cast<std::uint64_t>(is.st_size));
    return {};
  };
  Result<void> done = co_await off_the_loop(&open);
  if (done) {
    Result<channel::Told> told = co_await handle(entry, source.get(), &taken);
    if (!told) done = told.error();
    else if (!source->unchanged(taken.modified_ns)) done = Error{Fault::rejected, "it was written to while it was taken; what came late is not in any message. Give `stable` a longer time, or let it come by a rename"};
  } else if (done.error().fault != Fault::cancelled) {
    tell(*entry, done.error().fault, name + ": " + done.error().sentence);
  }
  co_await put_away(entry, places, name, done);
}

runtime::Task<void> FileFront::put_away(Entry* entry, Places* places, std::string name, Result<void> done) {
  const ChannelOptions& options = *entry->options;
  // Short, and it must happen, also when the node stops.
  runtime::Shield shield(*co_await runtime::this_context(), clean_up_time);
  auto work = [&]() -> Result<void> {
    if (!places->claimed.has(name)) return {};  // somebody deleted it meanwhile
    if (!done && done.error().fault == Fault::cancelled) return places->claimed.move_to(name, places->folder, name);
    if (done && options.remove) return places->claimed.remove(name);
    Result<Folder> to = places->folder.inner(done ? options.done : options.failed, folder_mode);
    if (!to) return to.error();
    Result<std::string> as = places->claimed.move_aside(name, *to);
    if (!as) return as.error();
    if (done) return {};
    const Error& why = done.error();
    const std::string reason = std::string(word(why.fault)) + ": " + why.sentence + (why.peer_words.empty() ? "" : "\nthe peer said: " + arint::quoted(why.peer_words, 4096)) + "\nchannel " +
                               entry->channel->name() + "\n";
    const std::string beside = as->substr(0, 240) + ".reason.txt";
    return to->write(beside, reason, Exists::replace, file_mode);
  };
  Result<void> put = co_await off_the_loop(&work);
  const bool known = entry->unmoved.contains(name);
  if (put) {
    entry->unmoved.erase(name);
  } else {
    entry->unmoved.insert_or_assign(name, done);
    if (!known) tell(*entry, put.error().fault, name + ": " + put.error().sentence);
  }
}

void FileFront::tell(const Entry& entry, Fault fault, std::string_view text) const {
  log::Writer* writer = entry.channel->core().log;
  if (!writer) return;
  log::Action line;
  line.kind = log::Kind::failed;
  line.outcome = log::Outcome::failed;
  line.fault = fault;
  line.channel = entry.channel->name();
  line.text = text;
  writer->write(line);
}

FileFront::Entry* FileFront::entry_of(const channel::Channel& channel) const noexcept {
  for (const std::unique_ptr<Entry>& entry : entries_)
    if (entry->channel == &channel) return entry.get();
  return nullptr;
}

runtime::Task<Result<channel::Told>> FileFront::submit(channel::Channel& channel, const channel::Submitted& message) {
  Source source(message.body);
  Taken taken;
  taken.name = "by-hand";
  for (const auto& [name, value] : message.headers)
    if (equals_ignoring_case(name, "file-name")) taken.name = value;
  taken.modified_ns = runtime::wall_ms() * 1'000'000;
  taken.inode = Id::random().low;
  Result<channel::Told> told = co_await handle(entry_of(channel), &source, &taken);
  co_return told;
}

runtime::Task<void> FileFront::close() {
  for (const std::unique_ptr<Entry>& entry : entries_) entry->channel->close();
  stop();
  static_cast<void>(co_await listens_.join());
  {
    runtime::Deadline until(*co_await runtime::this_context(), node_.drain);
    while (running_) {
      const runtime::IoResult ended = co_await ended_.wait();
      if (!ended.ok()) break;
    }
  }
  runs_.cancel(ECANCELED);
  static_cast<void>(co_await runs_.join());
}

}  // namespace arint::connectors::file
