// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/functions/pictures.hpp"

#include "mapping/evaluate/evaluator.hpp"

namespace arint::mapping {
namespace {

constexpr std::size_t most_kept = 64;

template <class List, class Make>
auto& found_or_made(List& list, std::string_view text, const Member* options, std::uint32_t offset, Make make) {
  for (auto& kept : list)
    if (kept.options == options && kept.text == text) return *kept.picture;
  auto made = make();
  if (PictureError* error = std::get_if<PictureError>(&made)) fail(error->code, offset, error->sentence, {});
  if (list.size() == most_kept) list.clear();
  using Picture = std::variant_alternative_t<0, decltype(made)>;
  list.push_back({std::string(text), options, std::make_unique<Picture>(std::move(std::get<0>(made)))});
  return *list.back().picture;
}

}  // namespace

const NumberPicture& Pictures::number(std::string_view picture, const Value& options, std::uint32_t offset) {
  const Member* members = options.is_object() && options.size() ? options.members().data() : nullptr;
  return found_or_made(numbers_, picture, members, offset, [&]() -> Pictured<NumberPicture> {
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
  return found_or_made(integers_, picture, nullptr, offset, [&] { return IntegerPicture::compile(picture); });
}

const DatePicture& Pictures::date(std::string_view picture, std::uint32_t offset) {
  return found_or_made(dates_, picture, nullptr, offset, [&] { return DatePicture::compile(picture); });
}

Pictures& Evaluator::pictures() {
  if (!pictures_) pictures_ = std::make_unique<Pictures>();
  return *pictures_;
}

}  // namespace arint::mapping
