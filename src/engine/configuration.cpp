// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/configuration.hpp"

#include <algorithm>

#include "connectors/connector.hpp"

namespace arint::log {

[[maybe_unused]] const declare::Words<WhenFull>& words_of(WhenFull) {
  static const declare::Words<WhenFull> words{{"refuse", WhenFull::refuse}, {"drop", WhenFull::drop}};
  return words;
}

}  // namespace arint::log

namespace arint::runtime {

[[maybe_unused]] const declare::Words<Backend>& words_of(Backend) {
  static const declare::Words<Backend> words = [] {
    declare::Words<Backend> out;
    for (const Backend each : {Backend::automatic, Backend::epoll, Backend::io_uring}) out.push_back({std::string(name_of(each)), each});
    return out;
  }();
  return words;
}

}  // namespace arint::runtime

namespace arint::engine {
namespace {

declare::Settings<LogOptions> log_settings() {
  return declare::Settings<LogOptions>{"log", "The action log: data/actions.log."}
      .add(&LogOptions::steps, {.name = "steps", .help = "A line for every step of every flow; without it for messages, calls and faults.", .fallback = "false"})
      .add(&LogOptions::when_full, {.name = "when_full", .help = "When the log cannot be written: `refuse` answers 503, `drop` goes on and counts.",
                                    .fallback = "refuse"})
      .add(&LogOptions::rotate_size, {.name = "rotate_size", .help = "A file is closed when it is this large.", .fallback = "256MiB", .least = "64KiB"})
      .add(&LogOptions::rotate_age, {.name = "rotate_age", .help = "Or when it is this old.", .fallback = "24h", .least = "1s"})
      .add(&LogOptions::keep_files, {.name = "keep_files", .help = "Closed files kept; 0: all.", .unit = "files", .fallback = "0", .least = 0, .most = 1'000'000})
      .add(&LogOptions::redact, {.name = "redact", .help = "Fields whose values never appear in logs and errors.", .example = "[card, password]"});
}

declare::Settings<NodeOptions> node_settings() {
  return declare::Settings<NodeOptions>{"node", "This node."}
      .add(&NodeOptions::name, {.name = "name", .help = "Its name in the log.", .fallback = "arint"})
      .add(&NodeOptions::listen, {.name = "listen", .help = "Where channels listen that name no address of their own.", .fallback = "127.0.0.1:8080"})
      .add(&NodeOptions::admin, {.name = "admin", .help = "Where /health/live, /health/ready and /metrics are served; keep it off public networks.",
                                 .fallback = "127.0.0.1:8090"})
      .add(&NodeOptions::data, {.name = "data", .help = "Folder of the log and the store, relative to the project.", .fallback = "data"})
      .add(&NodeOptions::cores, {.name = "cores", .help = "Threads, each with its own event loop; 0: as many as the process may use.", .unit = "threads",
                                 .fallback = "0", .least = 0, .most = 1024})
      .add(&NodeOptions::io, {.name = "io", .help = "What the event loops wait on; `auto` is `epoll`. `io_uring` costs less CPU and takes Linux 6.1 and no "
                                                    "sandbox that forbids it; where it is refused, and that is said at the start, it is `epoll`. A node on it "
                                                    "that is killed may keep its port for a while.", .fallback = "auto"})
      .add(&NodeOptions::drain_timeout, {.name = "drain_timeout", .help = "How long work in progress may take when the node stops.", .fallback = "5s", .least = "0ms"});
}

declare::Settings<StoreOptions> store_settings() {
  return declare::Settings<StoreOptions>{"store", "Where accepted messages live: store.db and bodies/ in the folder of node.data. It is there when a channel is durable, or remembers keys."}
      .add(&StoreOptions::min_free, {.name = "min_free", .help = "With less room than this on its disk no message is accepted (503 with Retry-After); what is accepted goes on.",
                                     .fallback = "128MiB"})
      .add(&StoreOptions::inline_limit, {.name = "inline_limit", .help = "Larger bodies and answers are files of their own.", .fallback = "256KiB", .least = "1KiB"});
}

declare::Settings<Configuration> settings() {
  std::vector<declare::Shape> in, out;
  for (const connectors::Connector& connector : connectors::all()) {
    if (connector.in) in.push_back(connector.in->options);
    if (connector.out) out.push_back(connector.out->options);
  }
  return declare::Settings<Configuration>{"arint.yaml", "A project: channels invoke services, services use outgoings."}
      .section(&Configuration::node, {.name = "node", .help = "This node.", .fallback = "{}"}, node_settings())
      .section(&Configuration::log, {.name = "log", .help = "The action log.", .fallback = "{}"}, log_settings())
      .section(&Configuration::store, {.name = "store", .help = "Where accepted messages live.", .fallback = "{}"}, store_settings())
      .section(&Configuration::formats, {.name = "formats", .help = "Formats with options, by names of your own, for `format` and `as`.", .fallback = "{}", .defines = "format"},
               format::declared_settings())
      .section(&Configuration::channels, {.name = "channels", .help = "IN channels by name.", .fallback = "{}", .defines = "channel"}, channel::settings(in))
      .add(&Configuration::services, {.name = "services", .help = "Services by name; each is a list of steps.", .fallback = "{}", .defines = "service"})
      .section(&Configuration::outgoing, {.name = "outgoing", .help = "OUT channels by name.", .fallback = "{}", .defines = "outgoing"}, outgoing::settings(out))
      .section(&Configuration::security, {.name = "security", .help = "How senders prove who they are, by names of your own.", .fallback = "{}", .defines = "security"}, security::settings())
      .section(&Configuration::tables, {.name = "tables", .help = "Tables by name, for look-ups with $table.", .fallback = "{}", .defines = "table"}, table_settings())
      .add(&Configuration::config, {.name = "config", .help = "Values of your own; flows see them as $config.", .fallback = "{}", .example = "{ currency: EUR }"});
}

}  // namespace

bool needs_store(const Configuration& configuration) {
  return std::any_of(configuration.channels.begin(), configuration.channels.end(), [](const auto& one) { return one.second.durable || one.second.keyed(); });
}

const declare::Shape& shape() {
  static const declare::Shape all = settings().shape();
  return all;
}

std::vector<std::string> needs_restart(const Configuration& runs, const Configuration& wanted) {
  std::vector<std::string> out;
  auto compare = [&](bool same, const char* name) {
    if (!same) out.emplace_back(name);
  };
  compare(runs.node.name == wanted.node.name, "node.name");
  compare(runs.node.admin == wanted.node.admin, "node.admin");
  compare(runs.node.data == wanted.node.data, "node.data");
  compare(runs.node.cores == wanted.node.cores, "node.cores");
  compare(runs.node.io == wanted.node.io, "node.io");
  compare(runs.store.min_free == wanted.store.min_free, "store.min_free");
  compare(runs.store.inline_limit == wanted.store.inline_limit, "store.inline_limit");
  compare(runs.log.when_full == wanted.log.when_full, "log.when_full");
  compare(runs.log.rotate_size == wanted.log.rotate_size, "log.rotate_size");
  compare(runs.log.rotate_age == wanted.log.rotate_age, "log.rotate_age");
  compare(runs.log.keep_files == wanted.log.keep_files, "log.keep_files");
  compare(runs.log.redact == wanted.log.redact, "log.redact");
  return out;
}

Configuration read(declare::Project& project, declare::Reading& reading) {
  Configuration out;
  declare::read(shape(), project.root(), out, reading);
  return out;
}

}  // namespace arint::engine
