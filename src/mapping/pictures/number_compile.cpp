// SPDX-License-Identifier: GPL-3.0-or-later
// Reading a decimal format picture. Section numbers are those of XPath and XQuery Functions and Operators 3.1.
#include <algorithm>
#include <numeric>
#include <string>

#include "base/text.hpp"
#include "mapping/pictures/number.hpp"

namespace arint::mapping {

std::optional<PictureError> NumberSymbols::set(std::string_view option, std::string_view value) {
  char32_t* character = option == "decimal-separator"    ? &decimal_separator
                        : option == "grouping-separator" ? &grouping_separator
                        : option == "exponent-separator" ? &exponent_separator
                        : option == "zero-digit"         ? &zero_digit
                        : option == "digit"              ? &digit
                        : option == "pattern-separator"  ? &pattern_separator
                                                         : nullptr;
  std::string* text = option == "infinity"     ? &infinity
                      : option == "minus-sign" ? &minus_sign
                      : option == "NaN"        ? &nan
                      : option == "percent"    ? &percent
                      : option == "per-mille"  ? &per_mille
                                               : nullptr;
  if (text) *text = value;
  if (!character) return std::nullopt;
  std::size_t at = 0;
  char32_t first = value.empty() ? 0 : next_code_point(value, at);
  if (value.empty() || at != value.size())
    return PictureError{"D3086", "the option " + quoted(option) + " must be one character, found " + quoted(value)};
  *character = first;
  return std::nullopt;
}

class NumberPictureReader {
 public:
  using Characters = std::u32string_view;

  explicit NumberPictureReader(NumberPicture& out) : out_(out), symbols_(out.symbols_) {}

  std::optional<PictureError> read(std::string_view picture) {
    std::u32string whole = characters(picture);
    percent_ = characters(symbols_.percent);
    per_mille_ = characters(symbols_.per_mille);
    Characters all = whole;
    std::size_t separator = all.find(symbols_.pattern_separator);
    bool two_parts = separator != Characters::npos;
    if (two_parts && all.find(symbols_.pattern_separator, separator + 1) != Characters::npos)
      return PictureError{"D3080", "the picture " + quoted(picture) + " has more than two parts"};
    if (std::optional<PictureError> problem = part(all.substr(0, separator), out_.positive_)) return problem;
    if (two_parts) return part(all.substr(separator + 1), out_.negative_);
    out_.negative_ = out_.positive_;
    out_.negative_.prefix.insert(0, symbols_.minus_sign);
    return std::nullopt;
  }

 private:
  // 4.7.3: what stands where in one part of the picture.
  struct Cut {
    Characters all, prefix, suffix, active, mantissa, exponent, integer, fraction;
    bool has_exponent = false;
  };

  static std::u32string characters(std::string_view text) {
    std::u32string out;
    for (std::size_t at = 0; at < text.size();) out += next_code_point(text, at);
    return out;
  }
  static std::string utf8(Characters text) {
    std::string out;
    for (char32_t c : text) append_utf8(out, c);
    return out;
  }

  bool family(char32_t c) const { return c >= symbols_.zero_digit && c < symbols_.zero_digit + 10; }
  bool any_digit(char32_t c) const { return family(c) || c == symbols_.digit; }
  // The exponent separator neither starts nor ends the active part.
  bool bounds_active(char32_t c) const {
    return any_digit(c) || c == symbols_.decimal_separator || c == symbols_.grouping_separator || c == symbols_.pattern_separator;
  }
  int count_family(Characters text) const {
    return static_cast<int>(std::count_if(text.begin(), text.end(), [this](char32_t c) { return family(c); }));
  }
  int count_digits(Characters text) const {
    return static_cast<int>(std::count_if(text.begin(), text.end(), [this](char32_t c) { return any_digit(c); }));
  }

  Cut cut(Characters all) const {
    Cut out;
    out.all = all;
    std::size_t first = 0;
    std::size_t end = all.size();
    while (first < all.size() && !bounds_active(all[first])) ++first;
    if (first == all.size()) first = 0;  // nothing active: it is all taken for active, and refused below
    while (end > first && !bounds_active(all[end - 1])) --end;
    if (end == first) end = all.size();
    out.prefix = all.substr(0, first);
    out.suffix = all.substr(end);
    out.active = all.substr(first, end - first);
    out.mantissa = out.active;
    std::size_t exponent = all.find(symbols_.exponent_separator, first);
    if (exponent != Characters::npos && exponent <= end) {
      out.has_exponent = true;
      out.mantissa = all.substr(first, exponent - first);
      out.exponent = exponent < end ? all.substr(exponent + 1, end - exponent - 1) : Characters();
    }
    std::size_t point = out.mantissa.find(symbols_.decimal_separator);
    out.integer = out.mantissa.substr(0, point);
    if (point != Characters::npos) out.fraction = out.mantissa.substr(point + 1);
    return out;
  }

  bool repeats(Characters all, Characters what) const {
    std::size_t first = all.find(what);
    return !what.empty() && first != Characters::npos && all.find(what, first + 1) != Characters::npos;
  }
  bool has(Characters all, Characters what) const { return !what.empty() && all.find(what) != Characters::npos; }

  // A digit of the family before an optional one in the integer part, after it in the fraction.
  bool mandatory_before_optional(Characters integer) const {
    std::size_t optional = integer.find(symbols_.digit);
    return optional != Characters::npos && count_family(integer.substr(0, optional)) > 0;
  }
  bool mandatory_after_optional(Characters fraction) const {
    std::size_t optional = fraction.rfind(symbols_.digit);
    return optional != Characters::npos && count_family(fraction.substr(optional)) > 0;
  }

  bool group_beside_point(Characters all, std::size_t point) const {
    return (point > 0 && all[point - 1] == symbols_.grouping_separator) ||
           (point + 1 < all.size() && all[point + 1] == symbols_.grouping_separator);
  }

  // 4.7.3, the numbered rules. When several are broken the last one is reported: the reference does so, and its codes are promised.
  std::optional<PictureError> check(const Cut& cut) const {
    const char* code = nullptr;
    const char* why = nullptr;
    auto broken = [&](bool is_broken, const char* its_code, const char* its_why) {
      if (!is_broken) return;
      code = its_code;
      why = its_why;
    };
    bool scaled = has(cut.all, percent_) || has(cut.all, per_mille_);
    std::size_t point = cut.all.find(symbols_.decimal_separator);
    bool has_point = point != Characters::npos;
    const std::u32string two_groups(2, symbols_.grouping_separator);
    broken(has_point && cut.all.rfind(symbols_.decimal_separator) != point, "D3081", "has more than one decimal separator");
    broken(repeats(cut.all, percent_), "D3082", "has more than one percent sign");
    broken(repeats(cut.all, per_mille_), "D3083", "has more than one per-mille sign");
    broken(has(cut.all, percent_) && has(cut.all, per_mille_), "D3084", "has both a percent and a per-mille sign");
    broken(count_digits(cut.mantissa) == 0, "D3085", "needs at least one digit before its exponent");
    broken(std::any_of(cut.active.begin(), cut.active.end(),
                       [this](char32_t c) { return !bounds_active(c) && c != symbols_.exponent_separator; }),
           "D3086", "has another character between its digits");
    if (has_point)
      broken(group_beside_point(cut.all, point), "D3087", "has a grouping separator next to the decimal separator");
    else
      broken(!cut.integer.empty() && cut.integer.back() == symbols_.grouping_separator, "D3088",
             "has a grouping separator at the end of its integer part");
    broken(has(cut.all, two_groups), "D3089", "has two grouping separators side by side");
    broken(mandatory_before_optional(cut.integer), "D3090", "has a mandatory digit before an optional one in its integer part");
    broken(mandatory_after_optional(cut.fraction), "D3091", "has an optional digit before a mandatory one in its fraction");
    broken(cut.has_exponent && !cut.exponent.empty() && scaled, "D3092", "has both an exponent and a percent or per-mille sign");
    broken(cut.has_exponent && (cut.exponent.empty() || count_family(cut.exponent) != static_cast<int>(cut.exponent.size())),
           "D3093", "needs an exponent of mandatory digits alone");
    if (!code) return std::nullopt;
    return PictureError{code, "the picture part " + quoted(utf8(cut.all)) + " " + why};
  }

  std::optional<PictureError> part(Characters text, NumberPicture::Part& out) const {
    Cut parts = cut(text);
    if (std::optional<PictureError> problem = check(parts)) return problem;
    analyse(parts, out);
    return std::nullopt;
  }

  // 4.7.4: the variables that formatting needs.
  void analyse(const Cut& cut, NumberPicture::Part& out) const {
    out.prefix = utf8(cut.prefix);
    out.suffix = utf8(cut.suffix);
    out.shift = has(cut.all, percent_) ? 2 : has(cut.all, per_mille_) ? 3 : 0;
    for (std::size_t i = 0; i < cut.integer.size(); ++i)
      if (cut.integer[i] == symbols_.grouping_separator) out.groups.push_back(count_digits(cut.integer.substr(i)));
    for (std::size_t i = 0; i < cut.fraction.size(); ++i)
      if (cut.fraction[i] == symbols_.grouping_separator) out.fraction_groups.push_back(count_digits(cut.fraction.substr(0, i)));
    out.regular_group = regular(out.groups);
    out.least_integer = out.scaling = count_family(cut.integer);
    out.least_fraction = count_family(cut.fraction);
    out.most_fraction = count_digits(cut.fraction);
    if (out.least_integer == 0 && out.most_fraction == 0) {
      if (cut.has_exponent)
        out.least_fraction = out.most_fraction = 1;
      else
        out.least_integer = 1;
    }
    if (cut.has_exponent && out.least_integer == 0 && cut.integer.find(symbols_.digit) != Characters::npos) out.least_integer = 1;
    if (out.least_integer == 0 && out.least_fraction == 0) out.least_fraction = 1;
    out.least_exponent = cut.has_exponent ? count_family(cut.exponent) : 0;
  }

  // The distance of the separators when they stand at 1, 2, 3... times one distance.
  static int regular(const std::vector<int>& groups) {
    if (groups.empty()) return 0;
    int distance = std::accumulate(groups.begin(), groups.end(), 0, [](int a, int b) { return std::gcd(a, b); });
    for (int i = 1; i <= static_cast<int>(groups.size()); ++i)
      if (std::find(groups.begin(), groups.end(), i * distance) == groups.end()) return 0;
    return distance;
  }

  NumberPicture& out_;
  const NumberSymbols& symbols_;
  std::u32string percent_;
  std::u32string per_mille_;
};

Pictured<NumberPicture> NumberPicture::compile(std::string_view picture, NumberSymbols symbols) {
  NumberPicture out;
  out.symbols_ = std::move(symbols);
  if (std::optional<PictureError> problem = NumberPictureReader(out).read(picture)) return *problem;
  return out;
}

}  // namespace arint::mapping
