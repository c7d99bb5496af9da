// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/functions/matches.hpp"

#include "mapping/functions/support.hpp"

namespace arint::mapping {
namespace {

Value groups_of(Evaluator& run, const regex::Match& match, std::string_view subject) {
  std::size_t base = run.stack().size();
  for (const regex::Span& group : match.groups) run.stack().push(group.participated() ? Value::text(group.of(subject)) : Value());
  return run.stack().take_array(base);
}

Value object_of_match(Evaluator& run, std::string_view text, std::size_t start, std::size_t end, const Value& groups, const Value& next) {
  Member* members = run.arena().allocate_array<Member>(5);
  new (members) Member{"match", Value::text(text)};
  new (members + 1) Member{"start", Value::integer(static_cast<std::int64_t>(start))};
  new (members + 2) Member{"end", Value::integer(static_cast<std::int64_t>(end))};
  new (members + 3) Member{"groups", groups};
  new (members + 4) Member{"next", next};
  return Value::object({members, next.is_absent() ? 4u : 5u});
}

}  // namespace

std::size_t UnitCounter::at(std::string_view text, std::size_t to) noexcept {
  if (to < byte) byte = unit = 0;
  for (; byte < to && byte < text.size(); ++byte) {
    auto c = static_cast<unsigned char>(text[byte]);
    if ((c & 0xC0) != 0x80) unit += c >= 0xF0 ? 2 : 1;
  }
  return unit;
}

// What a regular expression returns when it is called as a function; `from` is 0 or where the match before ended.
Value Evaluator::match_object(const regex::Regex& regex, std::string_view subject, std::size_t from, std::uint32_t offset) {
  regex::Match match;
  work(subject.size() / 64);
  if (!regex.match_at(subject, from, match)) return {};
  if (from > 0 && match.whole.empty()) fail("D1004", offset, "the regular expression /" + regex.pattern() + "/ matches an empty text");
  UnitCounter units;
  std::size_t start = units.at(subject, match.whole.start), end = units.at(subject, match.whole.end);
  NextMatch* next = arena_.make<NextMatch>();
  next->kind = Function::Kind::next_match;
  next->regex = &regex;
  next->subject = subject;
  next->from = match.whole.end;
  return object_of_match(*this, match.whole.of(subject), start, end, groups_of(*this, match, subject), value_of(next));
}

Matches::Matches(Call& call, const Value& pattern, std::string_view subject) : call_(call), subject_(subject) {
  if (pattern.is_text()) {
    wanted_ = pattern.as_text();
  } else {
    const Function* function = function_of(pattern);
    if (function->kind == Function::Kind::regex)
      regex_ = static_cast<const RegexFunction*>(function)->regex;
    else
      custom_ = function;
  }
}

bool Matches::next() {
  bool found = regex_ ? next_regex() : custom_ ? next_custom() : next_text();
  began_ = true;
  return found;
}

bool Matches::next_text() {
  std::size_t at = subject_.find(wanted_, began_ ? match_.whole.end : 0);
  if (at == std::string_view::npos) return false;
  match_.whole = {at, at + wanted_.size()};
  text_ = wanted_;
  return true;
}

bool Matches::next_regex() {
  std::size_t from = began_ ? match_.whole.end : 0;
  if (began_ && from >= subject_.size()) return false;
  call_.run.work((subject_.size() - from) / 256 + 1);
  if (!regex_->match_at(subject_, from, match_)) return false;
  if (began_ && match_.whole.empty())
    fail("D1004", call_.offset, "the regular expression /" + regex_->pattern() + "/ matches an empty text");
  text_ = match_.whole.of(subject_);
  return true;
}

bool Matches::next_custom() {
  Value subject = Value::text(subject_);
  Value found = Evaluator::collapsed(call_.run.call(*custom_, {&subject, began_ ? 0u : 1u}, {}, call_.offset), false);
  // What counts as no in ECMAScript is no match.
  if (found.is_absent() || found.is_null() || ((found.is_text() || found.is_number() || found.is_boolean()) && !mapping::truth(found))) return false;
  Value start = found.get("start"), end = found.get("end"), next = found.get("next");
  bool fine = found.is_object() && start.is_number() && end.is_number() && found.get("groups").is_array() && next.is_opaque();
  if (!fine) fail("T1010", call_.offset, "a function that matches must return an object with match, start, end, groups and next", found);
  custom_match_ = found;
  custom_ = function_of(next);
  text_ = found.get("match").is_text() ? found.get("match").as_text() : std::string_view();
  // Its positions are UTF-16 code units.
  auto byte_of = [&](double unit) {
    std::size_t byte = 0, units = 0;
    while (byte < subject_.size() && static_cast<double>(units) < unit) {
      units += static_cast<unsigned char>(subject_[byte]) >= 0xF0 ? 2 : 1;
      byte = skip_characters(subject_, byte, 1);
    }
    return byte;
  };
  std::size_t before = began_ ? match_.whole.end : 0;
  match_.whole.start = std::max(before, byte_of(number_value(start)));
  match_.whole.end = std::max(match_.whole.start, byte_of(number_value(end)));
  return true;
}

std::size_t Matches::unit_start() { return units_.at(subject_, match_.whole.start); }

Value Matches::groups() {
  if (custom_) return custom_match_.get("groups");
  return groups_of(call_.run, match_, subject_);
}

Value Matches::object() {
  if (custom_) return custom_match_;
  std::size_t start = unit_start(), end = units_.at(subject_, match_.whole.end);
  return object_of_match(call_.run, text_, start, end, groups(), {});
}

std::size_t Matches::group_count() const noexcept {
  if (custom_) return custom_match_.get("groups").size();
  return regex_ ? regex_->group_count() : 0;
}

const regex::Match& Matches::spans() {
  if (!custom_) return match_;
  // A function gives its groups as texts: laid behind the match they can be pointed at.
  TextBuilder laid(call_.run.arena());
  laid.append(text_);
  std::vector<std::size_t> ends{laid.text().size()};
  for (const Value& group : custom_match_.get("groups").items()) {
    if (group.is_text()) laid.append(group.as_text());
    ends.push_back(laid.text().size());
  }
  regex::Span whole = match_.whole;
  custom_spans_.whole = {0, text_.size()};
  custom_spans_.groups.clear();
  for (std::size_t i = 0; i + 1 < ends.size(); ++i) custom_spans_.groups.push_back({ends[i], ends[i + 1]});
  custom_subject_ = laid.text();
  match_.whole = whole;
  return custom_spans_;
}

}  // namespace arint::mapping
