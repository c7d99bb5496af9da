// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/file/file.hpp"

#include "connectors/file/in/front.hpp"
#include "connectors/file/out/connection.hpp"

namespace arint::connectors::file {
namespace {

std::unique_ptr<channel::Front> make_front(const channel::Node& node) { return std::make_unique<FileFront>(node); }
std::shared_ptr<void> share() { return std::make_shared<Shared>(); }

}  // namespace

Connector file() {
  return {.name = "file",
          .help = "Files of a folder, in and out.",
          .in = channel::Kind{channel_settings().shape(), make_front, share},
          .out = outgoing::Kind{.options = outgoing_settings(), .send = send_settings(), .make = make},
          .in_failures = {{"rejected", "A link or something else that is no regular file, a file longer than `limits.body`, one that was still written to: it is moved to `failed`."},
                          {"malformed", "A record that is not of the format; the file is moved to `failed`, and the reason says which record."},
                          {"busy", "`in_flight` messages are in progress, or the log or the store takes nothing: the file waits."}},
          .out_failures = {{"unreachable", "The folder is not there, or the disk fails."},
                           {"busy", "The disk is full; what was begun is taken away."},
                           {"refused", "The node may not write there."},
                           {"rejected", "The name leads out of the folder, is too long or has a link on its way; a file of that name is there and `exists` is `refuse`."},
                           {"timeout", "Time was over while the disk was at work; the file may be there."}}};
}

}  // namespace arint::connectors::file
