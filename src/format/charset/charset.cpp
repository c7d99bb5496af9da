// SPDX-License-Identifier: GPL-3.0-or-later
#include "format/charset/charset.hpp"

#include <algorithm>
#include <cerrno>

#include "base/text.hpp"

namespace arint::format {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

iconv_t open_iconv(std::string_view to, std::string_view from) {
  auto plain = [](std::string_view name) {
    return !name.empty() && name.size() <= 40 && std::all_of(name.begin(), name.end(), [](char c) {
             return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::string_view("-_.:+()").find(c) != std::string_view::npos;
           });
  };
  if (!plain(to) || !plain(from)) return reinterpret_cast<iconv_t>(-1);
  return iconv_open(std::string(to).c_str(), std::string(from).c_str());
}

bool failed(iconv_t handle) noexcept { return handle == reinterpret_cast<iconv_t>(-1); }

Error unknown(std::string_view charset) { return {Fault::malformed, "the charset " + quoted(charset, 40) + " is unknown"}; }

// How many bytes at the end may be the beginning of a character.
std::size_t unfinished(std::string_view text) noexcept {
  for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
    unsigned char c = static_cast<unsigned char>(text[text.size() - back]);
    if (c < 0x80) return 0;
    if (c >= 0xC0) return back < (c >= 0xF0 ? 4u : c >= 0xE0 ? 3u : 2u) ? back : 0;
  }
  return 0;
}

}  // namespace

bool reads_as_utf8(std::string_view charset) noexcept {
  for (std::string_view name : {"utf-8", "utf8", "us-ascii", "ascii", ""})
    if (equals_ignoring_case(charset, name)) return true;
  return false;
}

bool known_charset(std::string_view name) {
  iconv_t handle = open_iconv("UTF-8", name);
  if (failed(handle)) return false;
  iconv_close(handle);
  return true;
}

Result<Decoder> Decoder::open(std::string_view charset) {
  Decoder out;
  out.charset_ = charset.empty() ? "utf-8" : lower(charset);
  if (reads_as_utf8(charset)) return out;
  iconv_t handle = open_iconv("UTF-8", charset);
  if (failed(handle)) return unknown(charset);
  out.iconv_.reset(handle);
  return out;
}

Result<void> Decoder::feed(std::string_view bytes, bool last, std::string& out) {
  std::string joined;
  if (!kept_.empty()) {
    joined = std::move(kept_);
    joined += bytes;
    bytes = joined;
    kept_.clear();
  }
  // Two bytes tell which UTF-16 it is, three whether UTF-8 begins with its mark.
  if (!started_ && bytes.size() < byte_order_mark.size() && !last) {
    kept_ = bytes;
    return {};
  }
  if (!started_ && equals_ignoring_case(charset_, "utf-16") && !bytes.starts_with("\xFF\xFE") && !bytes.starts_with("\xFE\xFF")) {
    // RFC 2781, section 4.3: without a mark it is big-endian; iconv would take the machine's order.
    iconv_.reset(open_iconv("UTF-8", "UTF-16BE"));
  }
  std::size_t from = out.size();
  Result<void> done = iconv_ ? convert(bytes, last, out) : check(bytes, last, out);
  // Of these two iconv has taken the mark itself: what looks like another one is text.
  if (!started_ && charset_ != "utf-16" && charset_ != "utf-32" && std::string_view(out).substr(from).starts_with(byte_order_mark))
    out.erase(from, byte_order_mark.size());
  started_ = true;
  return done;
}

Result<void> Decoder::check(std::string_view bytes, bool last, std::string& out) {
  std::size_t whole = bytes.size() - (last ? 0 : unfinished(bytes));
  if (!valid_utf8(bytes.substr(0, whole))) {
    std::size_t good = 0;
    for (std::size_t at = 0; at < whole; good = at) {
      next_code_point(bytes, at);
      if (!valid_utf8(bytes.substr(good, at - good))) break;
    }
    out += bytes.substr(0, good);  // what came before may be of use
    return bad_byte(bytes, good);
  }
  out += bytes.substr(0, whole);
  kept_ = bytes.substr(whole);
  before_ += whole;
  return {};
}

Result<void> Decoder::convert(std::string_view bytes, bool last, std::string& out) {
  char* from = const_cast<char*>(bytes.data());  // iconv's signature; it does not write
  std::size_t left = bytes.size();
  while (left) {
    std::size_t used = out.size();
    out.resize(used + left * 2 + 16);
    char* to = out.data() + used;
    std::size_t room = out.size() - used;
    std::size_t done = iconv(static_cast<iconv_t>(iconv_.get()), &from, &left, &to, &room);
    int problem = done == static_cast<std::size_t>(-1) ? errno : 0;
    out.resize(static_cast<std::size_t>(to - out.data()));
    if (problem == 0 || problem == E2BIG) continue;
    std::size_t at = bytes.size() - left;
    if (problem == EINVAL && !last) {
      kept_ = bytes.substr(at);
      before_ += at;
      return {};
    }
    return bad_byte(bytes, at);
  }
  before_ += bytes.size();
  return {};
}

Error Decoder::bad_byte(std::string_view bytes, std::size_t at) const {
  std::string shown = "0x" + hex(bytes.substr(at, 1));
  return {Fault::malformed, "byte " + std::to_string(before_ + at) + ": found " + shown + ", which begins no character of " + charset_};
}

Result<std::string_view> to_utf8(std::string_view bytes, std::string_view charset, document::Arena& arena) {
  if (reads_as_utf8(charset)) {
    std::string_view text = bytes;
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    if (valid_utf8(text)) return text;
  }
  Result<Decoder> decoder = Decoder::open(charset);
  if (!decoder) return decoder.error();
  std::string out;
  document::Arena::Beside beside(arena);
  // In pieces, so that the arena's limit bounds what is converted.
  for (std::size_t at = 0; at == 0 || at < bytes.size(); at += 1 << 20) {
    std::string_view piece = bytes.substr(at, 1 << 20);
    Result<void> fed = decoder->feed(piece, at + piece.size() == bytes.size(), out);
    if (!fed) return fed.error();
    beside.is(out.capacity());
  }
  return arena.copy(out);
}

Result<void> from_utf8(std::string_view text, std::string_view charset, std::string& out) {
  if (equals_ignoring_case(charset, "utf-8") || equals_ignoring_case(charset, "utf8") || charset.empty()) {
    out += text;
    return {};
  }
  iconv_t handle = open_iconv(charset, "UTF-8");
  if (failed(handle)) return unknown(charset);
  std::unique_ptr<void, void (*)(void*)> closes(handle, [](void* open) { iconv_close(static_cast<iconv_t>(open)); });
  const std::size_t before = out.size();
  char* from = const_cast<char*>(text.data());
  std::size_t left = text.size();
  // After the last byte once more with nothing: stateful charsets (iso-2022-jp) write their way back to ASCII.
  for (bool closing = false; left || !closing;) {
    closing = left == 0;
    std::size_t used = out.size();
    out.resize(used + left * 2 + 16);
    char* to = out.data() + used;
    std::size_t room = out.size() - used;
    std::size_t done = closing ? iconv(handle, nullptr, nullptr, &to, &room) : iconv(handle, &from, &left, &to, &room);
    int problem = done == static_cast<std::size_t>(-1) ? errno : 0;
    out.resize(static_cast<std::size_t>(to - out.data()));
    if (problem == 0 || problem == E2BIG) continue;
    std::size_t at = text.size() - left, end = at;
    next_code_point(text, end);
    out.resize(before);
    return Error{Fault::malformed, quoted(text.substr(at, end - at)) + " cannot be written in " + lower(charset)};
  }
  return {};
}

std::string continued(std::string_view charset) {
  // iconv writes a mark and then the machine's order, which is little-endian here.
  for (std::string_view marked : {"utf-16", "utf-32", "ucs-2", "ucs-4"})
    if (equals_ignoring_case(charset, marked)) return std::string(marked) + "le";
  return std::string(charset);
}

}  // namespace arint::format
