// SPDX-License-Identifier: GPL-3.0-or-later
// Reading a date picture: literals, [[ and ]] for brackets, [component modifiers , width].
#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "mapping/pictures/date.hpp"

namespace arint::mapping {

class DatePictureReader {
 public:
  using Part = DatePicture::Part;
  using Names = DatePicture::Names;

  DatePictureReader(std::string_view picture, std::vector<Part>& out) : in_(picture), parts_(out) {}

  std::optional<PictureError> read() {
    std::string literal;
    for (std::size_t at = 0; at < in_.size();) {
      if (in_.substr(at, 2) == "[[" || in_.substr(at, 2) == "]]") {
        literal += in_[at];
        at += 2;
        continue;
      }
      if (in_[at] != '[') {
        literal += in_[at++];
        continue;
      }
      close_literal(literal);
      std::size_t end = in_.find(']', at);
      if (end == std::string_view::npos) return PictureError{"D3135", "the date picture " + quoted(in_) + " has a [ that is not closed"};
      if (std::optional<PictureError> problem = marker(without_space(in_.substr(at + 1, end - at - 1)))) return problem;
      if (parts_.size() > DatePicture::most_parts)
        return PictureError{"D3135", "a date picture has at most " + std::to_string(DatePicture::most_parts) + " parts"};
      at = end + 1;
    }
    close_literal(literal);
    // Only now: a bracket that is not closed is reported before anything that is wrong inside of one.
    return late_;
  }

 private:
  static std::string without_space(std::string_view text) {
    std::string out;
    for (char c : text)
      if (c != ' ' && c != '\t' && c != '\n' && c != '\r') out += c;
    return out;
  }

  void close_literal(std::string& literal) {
    if (literal.empty()) return;
    Part part;
    part.literal = std::move(literal);
    parts_.push_back(std::move(part));
    literal.clear();
  }

  // 9.8.4.1: what a component looks like when its picture does not say.
  static std::string_view default_presentation(char component) {
    switch (component) {
      case 'Y': case 'M': case 'D': case 'd': case 'W': case 'w': case 'X': case 'x': case 'H': case 'h': case 'f': return "1";
      case 'F': case 'P': case 'C': case 'E': return "n";
      case 'm': case 's': return "01";
      case 'Z': case 'z': return "01:01";
      default: return "";
    }
  }

  static constexpr int widest = 1000;  // ours; more than any date has

  static int width(std::string_view text) {
    int value = -1;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() && value >= 0 ? value : -1;
  }

  std::optional<PictureError> marker(std::string_view text) {
    Part part;
    part.component = text.empty() ? '\0' : text[0];
    std::string_view standard = default_presentation(part.component);
    if (standard.empty())
      return PictureError{"D3132", "unknown component " + quoted(text.substr(0, 1)) +
                                       " in a date picture, known are Y M D d F W w X x H h P m s f Z z C E"};
    text.remove_prefix(1);
    if (std::size_t comma = text.rfind(','); comma != std::string_view::npos) {
      std::string_view widths = text.substr(comma + 1);
      std::size_t dash = widths.find('-');
      part.least_width = width(widths.substr(0, dash));
      if (dash != std::string_view::npos) part.most_width = width(widths.substr(dash + 1));
      if (std::max(part.least_width, part.most_width) > widest)
        return PictureError{"D3135", "a width of " + quoted(widths, 40) + " in a date picture; at most " + std::to_string(widest) + " are written"};
      text = text.substr(0, comma);
    }
    std::string presentation(text.empty() ? standard : text);
    if (presentation.size() > 1) second_modifier(presentation, part);
    return present(presentation, std::move(part));
  }

  // 9.8.4.1: the last of several letters may be a modifier: ordinal, cardinal, alphabetic, traditional.
  static void second_modifier(std::string& presentation, Part& part) {
    char last = presentation.back();
    if (std::string_view("atco").find(last) == std::string_view::npos) return;
    part.integer.ordinal = last == 'o';
    part.z_for_zero = last == 't';
    presentation.pop_back();
  }

  std::optional<PictureError> present(const std::string& presentation, Part part) {
    bool named = presentation[0] == 'n' || presentation[0] == 'N';
    bool number = std::string_view("YMDdFWwXxHhmsf").find(part.component) != std::string_view::npos;
    if (named) {
      part.names = presentation[0] == 'n' ? Names::lower : presentation.size() > 1 && presentation[1] == 'n' ? Names::title : Names::upper;
      if (std::string_view("MxFPCE").find(part.component) == std::string_view::npos)
        late({"D3133", "the component " + quoted(std::string_view(&part.component, 1)) + " has no name, only a number"});
    } else if (number || part.component == 'Z' || part.component == 'z') {
      Pictured<IntegerPicture> integer = IntegerPicture::compile(presentation + (part.integer.ordinal ? ";o" : ""));
      if (PictureError* problem = std::get_if<PictureError>(&integer)) {
        if (problem->code != "D3130") return *problem;
        late(*problem);
      } else {
        part.integer = std::move(std::get<IntegerPicture>(integer));
      }
      if (number) widths(part);
    }
    parts_.push_back(std::move(part));
    return std::nullopt;
  }

  void widths(Part& part) {
    IntegerPicture& integer = part.integer;
    if (part.component != 'f' && part.least_width > integer.mandatory_digits) integer.mandatory_digits = part.least_width;
    if (part.component == 'Y') {
      // 9.8.4.4: two or more digits in the picture cut the year to so many.
      if (part.most_width >= 0)
        part.year_digits = integer.mandatory_digits = part.most_width;
      else if (integer.mandatory_digits + integer.optional_digits >= 2)
        part.year_digits = integer.mandatory_digits + integer.optional_digits;
      if (part.year_digits > 18) part.year_digits = -1;  // no year is that long
    }
    // Two numbers without anything between: the width of the first must be known to read it back.
    if (!parts_.empty()) {
      Part& before = parts_.back();
      bool is_number = before.component && before.names == Names::none && before.component != 'Z' && before.component != 'z';
      if (is_number) before.read_digits = before.integer.mandatory_digits;
    }
  }

  void late(PictureError problem) {
    if (!late_) late_ = std::move(problem);
  }

  std::string_view in_;
  std::vector<Part>& parts_;
  std::optional<PictureError> late_;
};

Pictured<DatePicture> DatePicture::compile(std::string_view picture) {
  DatePicture out;
  if (std::optional<PictureError> problem = DatePictureReader(picture, out.parts_).read()) return *problem;
  return out;
}

}  // namespace arint::mapping
