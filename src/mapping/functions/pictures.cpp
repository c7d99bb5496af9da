// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/functions/pictures.hpp"

#include <algorithm>

#include "mapping/compile/program.hpp"
#include "mapping/evaluate/evaluator.hpp"

namespace arint::mapping {
namespace {

constexpr std::size_t most_kept = 64;

}  // namespace

template <class T, class Make>
const T& Pictures::found_or_made(std::vector<Kept<T>> Pictures::*list, std::string_view text, const Member* options, std::uint32_t offset, Make make) {
  for (const Pictures* from : {shared_, static_cast<const Pictures*>(this)})
    if (from)
      for (const Kept<T>& kept : from->*list)
        if (kept.options == options && kept.text == text) return *kept.picture;
  Pictured<T> made = make();
  if (PictureError* error = std::get_if<PictureError>(&made)) fail(error->code, offset, error->sentence, {});
  std::vector<Kept<T>>& own = this->*list;
  if (own.size() == most_kept) own.clear();
  own.push_back({std::string(text), options, std::make_unique<T>(std::move(std::get<T>(made)))});
  return *own.back().picture;
}

bool Pictures::reads(std::string_view builtin) noexcept {
  constexpr std::string_view all[] = {"formatInteger", "formatNumber", "fromMillis", "now", "parseInteger", "toMillis"};
  return std::find(std::begin(all), std::end(all), builtin) != std::end(all);
}

void Pictures::prepare(std::string_view builtin, std::string_view picture) {
  try {
    if (builtin == "formatNumber") number(picture, {}, 0);
    if (builtin == "formatInteger" || builtin == "parseInteger") integer(picture, 0);
    if (builtin == "fromMillis" || builtin == "toMillis" || builtin == "now") date(picture, 0);
  } catch (const EvaluationFault&) {
  }
}

const NumberPicture& Pictures::number(std::string_view picture, const Value& options, std::uint32_t offset) {
  const Member* members = options.is_object() && options.size() ? options.members().data() : nullptr;
  return found_or_made(&Pictures::numbers_, picture, members, offset, [&]() -> Pictured<NumberPicture> {
    NumberSymbols symbols;
    if (members)
      for (const Member& member : options.members()) {
        if (!member.value.is_text()) continue;
        if (std::optional<PictureError> error = symbols.set(member.name, member.value.as_text())) return *error;
      }
    return NumberPicture::compile(picture, symbols);
  });
}

const IntegerPicture& Pictures::integer(std::string_view picture, std::uint32_t offset) {
  return found_or_made(&Pictures::integers_, picture, nullptr, offset, [&] { return IntegerPicture::compile(picture); });
}

const DatePicture& Pictures::date(std::string_view picture, std::uint32_t offset) {
  return found_or_made(&Pictures::dates_, picture, nullptr, offset, [&] { return DatePicture::compile(picture); });
}

Pictures& Evaluator::pictures() {
  if (!pictures_) pictures_ = std::make_unique<Pictures>(program_.pictures.get());
  return *pictures_;
}

}  // namespace arint::mapping
