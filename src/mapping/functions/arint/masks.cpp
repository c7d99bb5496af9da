// SPDX-License-Identifier: GPL-3.0-or-later
// Masks: texts of which only the ends may be seen, and card numbers found wherever they stand.
#include "base/text.hpp"
#include "mapping/functions/arint/arguments.hpp"

namespace arint::mapping {
namespace {

// ISO/IEC 7812-1: a card number has at most 19 digits; those of payment cards have at least 13. PCI DSS 4, 3.4.1: six first and four last.
constexpr std::size_t least_digits = 13, most_digits = 19, kept_first = 6, kept_last = 4, least_group = 3;
constexpr std::int64_t most_kept = 1'000'000;

bool digit(char c) noexcept { return c >= '0' && c <= '9'; }

// ISO/IEC 7812-1, annex B. Times in milliseconds and the like begin with 1: of those that long only 15-digit cards do.
bool card_number(std::string_view digits) noexcept {
  if (digits.size() < least_digits || digits.size() > most_digits || digits[0] == '0' || (digits[0] == '1' && digits.size() != 15)) return false;
  int sum = 0;
  for (std::size_t i = digits.size(); i-- > 0;) {
    int worth = digits[i] - '0';
    if ((digits.size() - i) % 2 == 0) worth = worth > 4 ? worth * 2 - 9 : worth * 2;
    sum += worth;
  }
  return sum % 10 == 0;
}

// Where a card number that begins at `from` ends; `from` when there is none. It may be written in groups, all parted by the same single
// space or hyphen, and does not end within a group.
std::size_t card_end(std::string_view text, std::size_t from) noexcept {
  char digits[most_digits];
  std::size_t count = 0, group = 0, end = from;
  char separator = 0;
  for (std::size_t i = from; i < text.size() && count <= most_digits; ++i) {
    if (digit(text[i])) {
      if (count == most_digits) break;
      digits[count++] = text[i];
      ++group;
      const bool closes = i + 1 == text.size() || !digit(text[i + 1]);
      if (closes && group >= least_group && card_number({digits, count})) end = i + 1;
      continue;
    }
    const bool parts = (text[i] == ' ' || text[i] == '-') && (!separator || separator == text[i]) && group >= least_group;
    if (!parts || i + 1 == text.size() || !digit(text[i + 1])) break;
    separator = text[i];
    group = 0;
  }
  return end;
}

// Appends what stands between `from` and `end` with its middle digits masked.
void append_masked(TextBuilder& out, std::string_view card) {
  std::size_t count = 0, at = 0;
  for (char c : card) count += digit(c);
  for (char c : card) {
    const bool hidden = digit(c) && at >= kept_first && at < count - kept_last;
    out.append(hidden ? '*' : c);
    at += digit(c);
  }
}

// The text with its card numbers masked, or itself when there is none.
Value masked_text(Call& call, const Value& value, std::string_view text) {
  std::size_t copied = 0;
  std::optional<TextBuilder> out;
  call.run.work(text.size() / 16);
  for (std::size_t i = 0; i < text.size();) {
    if (!digit(text[i]) || (i > 0 && digit(text[i - 1]))) {
      ++i;
      continue;
    }
    const std::size_t end = card_end(text, i);
    if (end > i) {
      if (!out) out.emplace(call.run.arena(), text.size());
      out->append(text.substr(copied, i - copied));
      append_masked(*out, text.substr(i, end - i));
      copied = end;
    }
    i = std::max(end, i + 1);
  }
  if (!out) return value;
  out->append(text.substr(copied));
  return out->value();
}

// Everything below a value; what holds no card number is shared with it.
Value masked(Call& call, const Value& value) {
  call.run.check_stack(call.offset);
  call.run.work(1);
  switch (value.kind()) {
    case document::Kind::text: return masked_text(call, value, value.as_text());
    case document::Kind::number: {
      // A number that is a card number becomes a text; what has a point or an exponent is none.
      std::string digits;
      value.append_number(digits);
      return std::all_of(digits.begin(), digits.end(), digit) ? masked_text(call, value, digits) : value;
    }
    case document::Kind::array: {
      const std::size_t base = call.run.stack().size();
      for (std::size_t i = 0; i < value.size(); ++i) call.run.stack().push(masked(call, value.items()[i]));
      Value out = call.run.stack().take_array(base);
      out.marks = value.marks;
      return out;
    }
    case document::Kind::object: {
      Member* members = call.run.arena().allocate_array<Member>(value.size());
      for (std::size_t i = 0; i < value.size(); ++i) new (members + i) Member{value.members()[i].name, masked(call, value.members()[i].value)};
      return Value::object({members, value.size()});
    }
    default: return value;
  }
}

Value mask_cards(Call& call) { return masked(call, call.argument(0)); }

Value mask(Call& call) {
  const Value value = call.argument(0);
  if (value.is_absent()) return {};
  std::string digits;
  if (value.is_number()) value.append_number(digits);
  const std::string_view text = value.is_number() ? std::string_view(digits) : value.as_text();
  auto kept = [&](std::size_t index, std::int64_t otherwise) {
    return static_cast<std::size_t>(call.argument(index).is_absent() ? otherwise : whole_argument(call, index, "mask", 0, most_kept));
  };
  std::size_t first = kept(1, 0), last = kept(2, 4);
  const std::string_view with = call.argument(3).is_absent() ? "*" : call.argument(3).as_text();
  if (character_count(with) != 1) unusable(call, 3, "mask", "one character");
  const std::size_t count = character_count(text);
  // Of a text too short to hide anything nothing is shown.
  if (first + last >= count) first = last = 0;
  const std::size_t begin = skip_characters(text, 0, first), end = skip_characters(text, begin, count - first - last);
  TextBuilder out(call.run.arena(), text.size());
  out.append(text.substr(0, begin));
  for (std::size_t i = first; i < count - last; ++i) out.append(with);
  out.append(text.substr(end));
  return out.value();
}

const Builtin table[] = {
    builtin({"mask", "<(sn)-n?n?s?:s>", 1, mask, "The text with `*` for all characters but so many first (default 0) and so many last (default 4); of one too short nothing is shown. Fourth: another character.", "$mask('DE89370400440532013000', 4, 2)", R"("DE89****************00")"}),
    builtin({"maskCards", "<x-:x>", 1, mask_cards, "The value with all card numbers in its texts and numbers masked but for six first and four last digits: 13 to 19 digits, alone or in groups, whose check digit is right.", "$maskCards('paid with 4111 1111 1111 1111')", R"("paid with 4111 11** **** 1111")"}),
};

}  // namespace

std::span<const Builtin> mask_functions() { return table; }

}  // namespace arint::mapping
