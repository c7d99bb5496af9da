// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/file/in/options.hpp"

#include "connectors/file/folder.hpp"

namespace arint::connectors::file {

const declare::Words<Order>& words_of(Order) {
  static const declare::Words<Order> words{{"name", Order::name}, {"oldest", Order::oldest}};
  return words;
}

declare::Settings<ChannelOptions> channel_settings() {
  return declare::Settings<ChannelOptions>{"file", "Takes the files that come into a folder, one after the other."}
      .add(&ChannelOptions::folder, {.name = "folder", .help = "The folder, absolute or relative to the project; it must be there.", .required = true, .example = "/srv/in"})
      .add(&ChannelOptions::pattern, {.name = "pattern", .help = "Which names are taken, with `*`, `?` and `[a-z]`. Those that begin with a point, folders and links never are.",
                                      .fallback = "[\"*\"]", .example = "[\"*.csv\", \"*.CSV\"]", .one_alone = true})
      .add(&ChannelOptions::order, {.name = "order", .help = "Which of several files comes first: by `name`, or the `oldest`.", .fallback = "name"})
      .add(&ChannelOptions::stable, {.name = "stable", .help = "A file is taken when its size and time have stayed the same so long; 0s: at once.", .fallback = "1s"})
      .add(&ChannelOptions::poll, {.name = "poll", .help = "The folder is looked at so often also where the kernel tells of no change, as on network file systems.", .fallback = "10s", .least = "100ms"})
      .add(&ChannelOptions::remove, {.name = "delete", .help = "Whether a file that went well is deleted, instead of moved to `done`.", .fallback = "false"})
      .add(&ChannelOptions::done, {.name = "done", .help = "Folder in it for files that went well.", .fallback = "done"})
      .add(&ChannelOptions::failed, {.name = "failed", .help = "Folder in it for files that did not, each with NAME.reason.txt beside it.", .fallback = "failed"})
      .add(&ChannelOptions::records, {.name = "records", .help = "Whether each record - a line of `text`, a row of `csv`, an item of `json`, an element of `xml` - is a message of its own, "
                                                                 "so that a file may be larger than memory. `limits.body` is then that of a record.",
                                      .fallback = "false"})
      .add(&ChannelOptions::records_at, {.name = "at", .help = "With `records`: where in a `json` or `xml` file they are.", .fallback = "", .example = "/data/orders"})
      .place(&ChannelOptions::at)
      .check([](ChannelOptions& options, const declare::Node& node, declare::Reading& reading) {
        auto at = [&](const char* name) { return node.find(name) ? node.find(name)->at : node.at; };
        for (const auto& [name, folder] : {std::pair("done", &options.done), std::pair("failed", &options.failed)}) {
          if (Result<void> checked = check_name(*folder); !checked) reading.fault(at(name), std::string(name) + ": " + checked.error().sentence);
          else if (folder->find('/') != std::string::npos) reading.fault(at(name), std::string(name) + ": is one folder right in the watched one");
        }
        if (options.done == options.failed) reading.fault(at("failed"), "failed: is the folder of `done` too");
        if (options.remove && node.find("done")) reading.fault(at("done"), "`delete` leaves nothing for `done`");
        if (!options.records && !options.records_at.empty()) reading.fault(at("at"), "`at` belongs to `records: true`");
      });
}

}  // namespace arint::connectors::file
