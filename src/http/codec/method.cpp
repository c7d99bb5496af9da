// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/codec/method.hpp"

#include <algorithm>
#include <array>

namespace arint::http {
namespace {

constexpr std::array<std::string_view, 11> texts{"", "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", ""};

// The rest of the IANA registry, without PRI and *, which belong to HTTP/2 and to nothing.
constexpr std::array<std::string_view, 30> registered{
    "ACL", "BASELINE-CONTROL", "BIND", "CHECKIN", "CHECKOUT", "COPY", "LABEL", "LINK", "LOCK", "MERGE", "MKACTIVITY", "MKCALENDAR", "MKCOL",
    "MKREDIRECTREF", "MKWORKSPACE", "MOVE", "ORDERPATCH", "PROPFIND", "PROPPATCH", "QUERY", "REBIND", "REPORT", "SEARCH", "UNBIND",
    "UNCHECKOUT", "UNLINK", "UNLOCK", "UPDATE", "UPDATEREDIRECTREF", "VERSION-CONTROL"};
static_assert(std::is_sorted(registered.begin(), registered.end()), "searched by halves");

}  // namespace

Method method_of(std::string_view text) noexcept {
  switch (text.size()) {
    case 3:
      if (text == "GET") return Method::get;
      if (text == "PUT") return Method::put;
      break;
    case 4:
      if (text == "POST") return Method::post;
      if (text == "HEAD") return Method::head;
      break;
    case 5:
      if (text == "PATCH") return Method::patch;
      if (text == "TRACE") return Method::trace;
      break;
    case 6:
      if (text == "DELETE") return Method::delete_;
      break;
    case 7:
      if (text == "OPTIONS") return Method::options;
      if (text == "CONNECT") return Method::connect;
      break;
    default: break;
  }
  return std::binary_search(registered.begin(), registered.end(), text) ? Method::other : Method::unknown;
}

std::string_view text_of(Method method) noexcept { return texts[static_cast<std::size_t>(method)]; }

bool idempotent(Method method) noexcept {
  switch (method) {
    case Method::get: case Method::head: case Method::put: case Method::delete_: case Method::options: case Method::trace: return true;
    default: return false;
  }
}

bool content_unexpected(Method method) noexcept {
  switch (method) {
    case Method::get: case Method::head: case Method::options: case Method::trace: case Method::connect: return true;
    default: return false;
  }
}

}  // namespace arint::http
