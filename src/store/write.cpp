// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/write.hpp"

namespace arint::store {
namespace {

// Lengths before the texts, so that no two different triples look alike.
void add(std::string& to, std::string_view text) {
  to += std::to_string(text.size());
  to += ':';
  to += text;
}

}  // namespace

Digest key_of(std::string_view channel, std::string_view principal, std::string_view key) {
  std::string all;
  for (std::string_view each : {channel, principal, key}) add(all, each);
  return sha256(all);
}

std::string event_place(std::string_view name, std::string_view key) {
  std::string place = "event/";
  place += name;
  place += '/';
  place += key;
  return place;
}

}  // namespace arint::store
