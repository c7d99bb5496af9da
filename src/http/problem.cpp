// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/problem.hpp"

#include "base/text.hpp"
#include "http/codec/writer.hpp"

namespace arint::http {
namespace {

// A JSON string, RFC 8259, section 7. What is not UTF-8 becomes U+FFFD.
void append_json(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t at = 0; at < text.size();) {
    unsigned char c = static_cast<unsigned char>(text[at]);
    if (c >= 0x80) {
      append_utf8(out, next_code_point(text, at));
      continue;
    }
    ++at;
    if (c == '"' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c < 0x20) {
      constexpr std::string_view digits = "0123456789abcdef";
      out += "\\u00";
      out += digits[c >> 4];
      out += digits[c & 15];
    } else {
      out += static_cast<char>(c);
    }
  }
  out += '"';
}

}  // namespace

std::string problem_json(const ProblemDetails& problem, const Id& cid) {
  std::string out = "{\"type\":";
  append_json(out, problem.type);
  out += ",\"title\":";
  append_json(out, problem.title.empty() ? phrase_of(problem.status) : problem.title);
  out += ",\"status\":" + std::to_string(problem.status);
  if (!problem.detail.empty()) {
    out += ",\"detail\":";
    append_json(out, problem.detail);
  }
  out += ",\"cid\":\"" + cid.hex() + "\"}\n";
  return out;
}

int status_of(Fault fault) noexcept {
  switch (fault) {
    case Fault::unreachable: case Fault::refused: case Fault::rejected: case Fault::malformed: return 502;
    case Fault::timeout: return 504;
    case Fault::busy: case Fault::cancelled: return 503;
    case Fault::bug: return 500;
  }
  return 500;
}

std::string_view sentence_of(Fault fault) noexcept {
  switch (fault) {
    case Fault::unreachable: return "A system behind this one could not be reached.";
    case Fault::timeout: return "A system behind this one did not answer in time; whether it did the work is not known.";
    case Fault::busy: return "A system behind this one is busy; try again later.";
    case Fault::refused: return "A system behind this one refused our credentials.";
    case Fault::rejected: return "A system behind this one rejected the message.";
    case Fault::malformed: return "A system behind this one answered something that could not be understood.";
    case Fault::cancelled: return "This server is stopping; try again.";
    case Fault::bug: return "Something went wrong inside this server.";
  }
  return "";
}

}  // namespace arint::http
