// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/file/out/options.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace arint::connectors::file {

const declare::Words<Exists>& words_of(Exists) {
  static const declare::Words<Exists> words{{"replace", Exists::replace}, {"refuse", Exists::refuse}};
  return words;
}

std::optional<mode_t> mode_of(const std::string& text) {
  if (text.size() < 3 || text.size() > 4 || text.find_first_not_of("01234567") != std::string::npos) return std::nullopt;
  mode_t out = 0;
  for (char c : text) out = out * 8 + static_cast<mode_t>(c - '0');
  return out <= 0777 ? std::optional(out) : std::nullopt;
}

declare::Settings<OutgoingOptions> outgoing_settings() {
  return declare::Settings<OutgoingOptions>{"file", "Writes files into a folder, and never outside of it."}
      .add(&OutgoingOptions::folder, {.name = "folder", .help = "The folder, absolute or relative to the project; it must be there.", .required = true, .example = "/srv/out"})
      .add(&OutgoingOptions::mode, {.name = "mode", .help = "Who may read and write new files, in octal; the process's umask takes away.", .fallback = "0640"})
      .place(&OutgoingOptions::at)
      .check([](OutgoingOptions& options, const declare::Node& node, declare::Reading& reading) {
        if (!mode_of(options.mode)) reading.fault(node.find("mode") ? node.find("mode")->at : node.at, "mode: " + arint::quoted(options.mode) + " is no mode such as \"0640\"");
      });
}

declare::Settings<SendOptions> send_settings() {
  return declare::Settings<SendOptions>{"send", "Writes a file; `into` receives { name, bytes }."}
      .add(&SendOptions::name, {.name = "name", .help = "Its name below the folder; {expressions} in it are replaced. Folders in it are made. A name that leads out of the folder, "
                                                        "or has a part that begins with a point, is rejected.",
                                .required = true, .example = "\"{id}.json\"", .in_text = true})
      .add(&SendOptions::body, {.name = "body", .help = "What is written, instead of the present body.", .example = "$report"})
      .add(&SendOptions::as, {.name = "as", .help = "Format of the body, instead of the one it has.", .example = "csv", .refers = "format"})
      .add(&SendOptions::append, {.name = "append", .help = "At the end of the file, instead of a new one. What is appended is whole, also when others append.", .fallback = "false"})
      .add(&SendOptions::exists, {.name = "exists", .help = "A file of that name: `replace` it, at one moment, or `refuse`, which is the fault rejected.", .fallback = "replace"})
      .check([](SendOptions& options, const declare::Node& node, declare::Reading& reading) {
        if (options.append && node.find("exists")) reading.fault(node.find("exists")->at, "`append` is to a file that may exist; leave out `exists`");
      });
}

}  // namespace arint::connectors::file
