// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/pictures/numerals.hpp"

#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "base/text.hpp"

namespace arint::mapping {
namespace {

struct Name {
  std::string_view cardinal;
  std::string_view ordinal;
};
constexpr std::array<Name, 20> below_twenty{{
    {"Zero", "Zeroth"}, {"One", "First"}, {"Two", "Second"}, {"Three", "Third"}, {"Four", "Fourth"},
    {"Five", "Fifth"}, {"Six", "Sixth"}, {"Seven", "Seventh"}, {"Eight", "Eighth"}, {"Nine", "Ninth"},
    {"Ten", "Tenth"}, {"Eleven", "Eleventh"}, {"Twelve", "Twelfth"}, {"Thirteen", "Thirteenth"}, {"Fourteen", "Fourteenth"},
    {"Fifteen", "Fifteenth"}, {"Sixteen", "Sixteenth"}, {"Seventeen", "Seventeenth"}, {"Eighteen", "Eighteenth"},
    {"Nineteen", "Nineteenth"},
}};
constexpr std::array<Name, 8> tens{{
    {"Twenty", "Twentieth"}, {"Thirty", "Thirtieth"}, {"Forty", "Fortieth"}, {"Fifty", "Fiftieth"},
    {"Sixty", "Sixtieth"}, {"Seventy", "Seventieth"}, {"Eighty", "Eightieth"}, {"Ninety", "Ninetieth"},
}};
constexpr Name hundred{"Hundred", "Hundredth"};
struct Magnitude {
  double worth;
  Name name;
};
constexpr std::array<Magnitude, 4> magnitudes{{
    {1e12, {"Trillion", "Trillionth"}}, {1e9, {"Billion", "Billionth"}}, {1e6, {"Million", "Millionth"}},
    {1e3, {"Thousand", "Thousandth"}},
}};

std::string_view spelled(const Name& name, bool ordinal) { return ordinal ? name.ordinal : name.cardinal; }

// The trillion is the largest word: beyond, it repeats ("ten billion trillion trillion trillion").
void append_words(std::string& out, double value, bool ordinal, bool follows) {
  if (value < 20) {
    if (follows) out += " and ";
    out += spelled(below_twenty[static_cast<std::size_t>(value)], ordinal);
    return;
  }
  if (value < 100) {
    if (follows) out += " and ";
    std::size_t unit = static_cast<std::size_t>(value) % 10;
    out += spelled(tens[static_cast<std::size_t>(value) / 10 - 2], ordinal && unit == 0);
    if (unit == 0) return;
    out += '-';
    return append_words(out, static_cast<double>(unit), ordinal, false);
  }
  double worth = 100;
  Name name = hundred;
  for (const Magnitude& magnitude : magnitudes)
    if (value >= magnitude.worth) {
      worth = magnitude.worth;
      name = magnitude.name;
      break;
    }
  double many = std::floor(value / worth);
  double rest = value - many * worth;
  if (follows) out += ", ";
  append_words(out, many, false, false);
  out += ' ';
  out += spelled(name, ordinal && rest <= 0);
  if (rest > 0) append_words(out, rest, ordinal, true);
}

struct Word {
  std::string_view text;  // lower case
  double worth;
};

// Every word that stands for a number, longest first, so that "sixteenth" is found before "sixteen" and "six".
const std::vector<Word>& number_words() {
  static const std::vector<Word> words = [] {
    static std::vector<std::string> kept;
    std::vector<std::pair<std::string, double>> all;
    auto add = [&all](const Name& name, double worth) {
      all.emplace_back(lower(name.cardinal), worth);
      all.emplace_back(lower(name.ordinal), worth);
    };
    for (std::size_t i = 0; i < below_twenty.size(); ++i) add(below_twenty[i], static_cast<double>(i));
    for (std::size_t i = 0; i < tens.size(); ++i) add(tens[i], static_cast<double>(20 + 10 * i));
    add(hundred, 100);
    for (const Magnitude& magnitude : magnitudes) add(magnitude.name, magnitude.worth);
    kept.reserve(all.size());
    std::vector<Word> out;
    for (std::size_t length = 16; length > 0; --length)
      for (const auto& [text, worth] : all)
        if (text.size() == length) out.push_back({kept.emplace_back(text), worth});
    return out;
  }();
  return words;
}

bool starts_with_word(std::string_view text, std::size_t at, std::string_view word) noexcept {
  return equals_ignoring_case(text.substr(at, word.size()), word);
}

// The next word of "three hundred and twenty-seven thousand, seven"; empty at the end.
std::string_view next_word(std::string_view& rest) {
  std::size_t first = rest.find_first_not_of(" \t\r\n,-");
  if (first == std::string_view::npos) return rest = {};
  rest.remove_prefix(first);
  std::string_view word = rest.substr(0, rest.find_first_of(" \t\r\n,-"));
  rest.remove_prefix(word.size());
  return word;
}

constexpr std::array<std::pair<int, std::string_view>, 13> roman{{
    {1000, "m"}, {900, "cm"}, {500, "d"}, {400, "cd"}, {100, "c"}, {90, "xc"}, {50, "l"}, {40, "xl"},
    {10, "x"}, {9, "ix"}, {5, "v"}, {4, "iv"}, {1, "i"},
}};

int roman_worth(char c) noexcept {
  for (const auto& [worth, sign] : roman)
    if (sign.size() == 1 && (c | 32) == sign[0]) return worth;
  return 0;
}

}  // namespace

std::string in_words(double value, bool ordinal) {
  std::string out;
  append_words(out, value, ordinal, false);
  return out;
}

std::optional<double> from_words(std::string_view text) {
  // Sums, each smaller than the one before: "three thousand" is closed when "seven" follows. A magnitude multiplies all the smaller
  // sums before it together: "one thousand, two hundred and thirty-four trillion".
  std::vector<double> sums{0};
  bool any = false;
  for (std::string_view word = next_word(text); !word.empty(); word = next_word(text)) {
    if (equals_ignoring_case(word, "and")) continue;
    const Word* found = nullptr;
    for (const Word& known : number_words())
      if (equals_ignoring_case(word, known.text)) found = &known;
    if (!found) return std::nullopt;
    any = true;
    if (found->worth >= 100) {
      double many = sums.back();
      sums.pop_back();
      for (; found->worth >= 1000 && !sums.empty() && sums.back() < found->worth; sums.pop_back()) many += sums.back();
      sums.push_back((many == 0 ? 1 : many) * found->worth);
      continue;
    }
    if (sums.back() >= 1000) sums.push_back(0);
    sums.back() += found->worth;
  }
  if (!any) return std::nullopt;
  double total = 0;
  for (double sum : sums) total += sum;
  return total;
}

std::size_t word_length(std::string_view text, std::size_t at, std::size_t which) noexcept {
  if (at >= text.size()) return 0;
  if (text[at] == ' ' || text[at] == ',' || text[at] == '-') return which == 0 ? 1 : 0;
  if (starts_with_word(text, at, "and")) return which == 0 ? 3 : 0;
  for (const Word& known : number_words())
    if (starts_with_word(text, at, known.text) && which-- == 0) return known.text.size();
  return 0;
}

std::string in_roman(double value) {
  std::string out;
  int left = static_cast<int>(value);
  for (const auto& [worth, sign] : roman)
    for (; left >= worth; left -= worth) out += sign;
  return out;
}

std::optional<double> from_roman(std::string_view text) {
  double sum = 0;
  int right = 1;  // the greatest sign to the right: a smaller one before it counts against
  for (std::size_t i = text.size(); i-- > 0;) {
    int worth = roman_worth(text[i]);
    if (worth == 0) return std::nullopt;
    if (worth < right) {
      sum -= worth;
    } else {
      right = worth;
      sum += worth;
    }
  }
  return sum;
}

std::string in_letters(double value) {
  std::string out;
  while (value >= 1) {
    value -= 1;
    out += static_cast<char>('a' + static_cast<int>(std::fmod(value, 26)));
    value = std::floor(value / 26);
  }
  return std::string(out.rbegin(), out.rend());
}

std::optional<double> from_letters(std::string_view text) {
  double sum = 0;
  for (char c : text) {
    int letter = (c | 32) - 'a';
    if (letter < 0 || letter > 25) return std::nullopt;
    sum = sum * 26 + letter + 1;
  }
  return text.empty() ? std::nullopt : std::optional<double>(sum);
}

}  // namespace arint::mapping
