// SPDX-License-Identifier: GPL-3.0-or-later
// RFC 9651, section 4.2.
#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "http/codec/structured/structured.hpp"

namespace arint::http::structured {
namespace {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_lower(char c) noexcept { return c >= 'a' && c <= 'z'; }
bool is_alpha(char c) noexcept { return is_lower(c) || (c >= 'A' && c <= 'Z'); }
// tchar / ":" / "/" of sf-token.
bool in_token(char c) noexcept { return is_alpha(c) || is_digit(c) || (c && std::string_view("!#$%&'*+-.^_`|~:/").find(c) != std::string_view::npos); }

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  // Runs one of the productions over the whole text.
  template <class T>
  Result<T> whole(bool (Parser::*production)(T&)) {
    T out{};
    if (text_.size() > most_bytes) return Error{Fault::malformed, "the structured field is longer than 2 MiB"};
    skip(' ');
    bool good = (this->*production)(out);
    skip(' ');
    if (good && at_ == text_.size()) return out;
    return Error{Fault::malformed, "the field is no structured field: at byte " + std::to_string(at_ + 1)};
  }

  bool item(Item& out) { return bare(out.value) && parameters(out.parameters); }

  // sf-list = list-member *( OWS "," OWS list-member )
  bool list(List& out) {
    while (at_ < text_.size()) {
      if (out.size() == most_members || !member(out.emplace_back())) return false;
      if (!comma()) break;
      if (at_ == text_.size()) return false;
    }
    return true;
  }

  // sf-dictionary = dict-member *( OWS "," OWS dict-member ); dict-member = member-key ( parameters / ( "=" member-value ))
  bool dictionary(Dictionary& out) {
    while (at_ < text_.size()) {
      std::string name;
      Member value;
      if (out.size() == most_members || !key(name)) return false;
      if (take('=') ? !member(value) : !parameters(value.parameters)) return false;
      put(out, std::move(name), std::move(value));
      if (!comma()) break;
      if (at_ == text_.size()) return false;
    }
    return true;
  }

 private:
  char peek() const noexcept { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) noexcept {
    if (peek() != c || at_ == text_.size()) return false;
    ++at_;
    return true;
  }
  void skip(char c) noexcept {
    while (take(c)) {
    }
  }
  void skip_blanks() noexcept {
    while (take(' ') || take('\t')) {
    }
  }
  bool comma() noexcept {
    std::size_t before = at_;
    skip_blanks();
    if (!take(',')) {
      at_ = before;
      return false;
    }
    skip_blanks();
    return true;
  }

  template <class V>
  static void put(std::vector<std::pair<std::string, V>>& into, std::string name, V value) {
    for (auto& [known, held] : into)
      if (known == name) {
        held = std::move(value);
        return;
      }
    into.emplace_back(std::move(name), std::move(value));
  }

  // key = ( lcalpha / "*" ) *( lcalpha / DIGIT / "_" / "-" / "." / "*" )
  bool key(std::string& out) {
    if (!is_lower(peek()) && peek() != '*') return false;
    while (is_lower(peek()) || is_digit(peek()) || (peek() && std::string_view("_-.*").find(peek()) != std::string_view::npos)) {
      out += text_[at_++];
      if (out.size() > most_key) return false;
    }
    return true;
  }

  // parameters = *( ";" *SP key [ "=" bare-item ] )
  bool parameters(Parameters& out) {
    while (take(';')) {
      skip(' ');
      std::string name;
      Bare value;
      if (out.size() == most_parameters || !key(name) || (take('=') && !bare(value))) return false;
      put(out, std::move(name), std::move(value));
    }
    return true;
  }

  // inner-list = "(" *SP [ sf-item *( 1*SP sf-item ) *SP ] ")" parameters
  bool member(Member& out) {
    if (!take('(')) return bare(out.value) && parameters(out.parameters);
    out.inner = true;
    for (;;) {
      skip(' ');
      if (take(')')) return parameters(out.parameters);
      if (out.items.size() == most_inner || !item(out.items.emplace_back())) return false;
      if (peek() != ' ' && peek() != ')') return false;
    }
  }

  bool bare(Bare& out) {
    char c = peek();
    if (c == '-' || is_digit(c)) return number(out);
    if (c == '"') return string(out);
    if (c == '*' || is_alpha(c)) return token(out);
    if (c == ':') return bytes(out);
    if (c == '?') return boolean(out);
    if (c == '@') return date(out);
    return c == '%' && display(out);
  }

  // sf-integer = ["-"] 1*15DIGIT; sf-decimal = ["-"] 1*12DIGIT "." 1*3DIGIT
  bool number(Bare& out) {
    bool negative = take('-');
    std::int64_t value = 0;
    std::size_t digits = 0, places = 0;
    bool decimal = false;
    for (;; ++at_) {
      char c = peek();
      if (is_digit(c)) {
        if (decimal ? ++places > 3 : ++digits > 15) return false;
        value = value * 10 + (c - '0');
      } else if (c == '.' && !decimal && digits) {
        if (digits > 12) return false;
        decimal = true;
      } else {
        break;
      }
    }
    if (digits == 0 || (decimal && places == 0)) return false;
    for (; decimal && places < 3; ++places) value *= 10;
    out = {decimal ? Type::decimal : Type::integer, negative ? -value : value};
    return true;
  }

  bool string(Bare& out) {
    out = {Type::string, 0};
    for (++at_; at_ < text_.size();) {
      char c = text_[at_++];
      if (c == '"') return true;
      if (c < 0x20 || c > 0x7E) return false;
      if (c == '\\') {
        if (peek() != '"' && peek() != '\\') return false;
        c = text_[at_++];
      }
      out.text += c;
    }
    return false;
  }

  bool token(Bare& out) {
    out = {Type::token, 0};
    while (in_token(peek())) out.text += text_[at_++];
    return true;
  }

  // sf-binary = ":" base64 ":"; padding that is missing is made up (4.2.7).
  bool bytes(Bare& out) {
    out = {Type::bytes, 0};
    std::size_t end = text_.find(':', at_ + 1);
    if (end == std::string_view::npos) return false;
    std::string encoded(text_.substr(at_ + 1, end - at_ - 1));
    if (!encoded.ends_with('=') && encoded.size() % 4 != 1) encoded.append((4 - encoded.size() % 4) % 4, '=');
    if (!from_base64(encoded, out.text)) return false;
    at_ = end + 1;
    return true;
  }

  bool boolean(Bare& out) {
    ++at_;
    out = {Type::boolean, peek() == '1'};
    return take('0') || take('1');
  }

  bool date(Bare& out) {
    ++at_;
    if (!number(out) || out.type != Type::integer) return false;
    out.type = Type::date;
    return true;
  }

  // sf-displaystring = "%" DQUOTE *( unescaped / "%" 2LC-HEXDIG ) DQUOTE
  bool display(Bare& out) {
    out = {Type::display, 0};
    ++at_;
    if (!take('"')) return false;
    while (at_ < text_.size()) {
      char c = text_[at_++];
      if (c == '"') return valid_utf8(out.text);
      if (c < 0x20 || c > 0x7E) return false;
      if (c == '%') {
        std::string_view digits = text_.substr(at_, 2);
        auto lower_hex = [](char d) { return is_digit(d) || (d >= 'a' && d <= 'f'); };
        if (digits.size() < 2 || !lower_hex(digits[0]) || !lower_hex(digits[1])) return false;
        c = static_cast<char>(hex_digit(digits[0]) << 4 | hex_digit(digits[1]));
        at_ += 2;
      }
      out.text += c;
    }
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

template <class V>
const V* found(const std::vector<std::pair<std::string, V>>& in, std::string_view name) noexcept {
  auto place = std::find_if(in.begin(), in.end(), [&](const auto& each) { return each.first == name; });
  return place == in.end() ? nullptr : &place->second;
}

}  // namespace

const Bare* find(const Parameters& parameters, std::string_view name) noexcept { return found(parameters, name); }
const Member* find(const Dictionary& dictionary, std::string_view name) noexcept { return found(dictionary, name); }

Result<Item> parse_item(std::string_view text) { return Parser(text).whole(&Parser::item); }
Result<List> parse_list(std::string_view text) { return Parser(text).whole(&Parser::list); }
Result<Dictionary> parse_dictionary(std::string_view text) { return Parser(text).whole(&Parser::dictionary); }

}  // namespace arint::http::structured
