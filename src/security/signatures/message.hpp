// SPDX-License-Identifier: GPL-3.0-or-later
// A request or answer as HTTP Message Signatures see it, and the text that is signed of it (RFC 9421, 2).
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "http/codec/structured/structured.hpp"

namespace arint::security::signatures {

// Views into what the caller keeps. A request has a method, an answer a status.
struct Message {
  std::string_view method{};
  std::string_view scheme{};     // "https"
  std::string_view authority{};  // as in Host
  std::string_view target{};     // as in the request line: "/foo?a=b"
  int status = 0;
  std::vector<std::pair<std::string_view, std::string_view>> fields{};  // in their order, names in any case
  const Message* request = nullptr;  // of an answer: what it answers (;req)
};

// One covered component: its name in lower case and its parameters.
using Component = http::structured::Item;
Component component(std::string_view name);

inline constexpr std::size_t most_components = 64;

// The signature base (RFC 9421, 2.5). `input`: the inner list of components with the signature's parameters. Faults: rejected: a
// component that the message does not have or that is not unambiguous, one that is named twice, a parameter that is not known.
Result<std::string> signature_base(const Message& message, const http::structured::Member& input);

}  // namespace arint::security::signatures
