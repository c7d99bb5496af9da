// SPDX-License-Identifier: GPL-3.0-or-later
// What a user may configure of a format: `formats: { strict: { json: { duplicates: refuse } } }`.
#pragma once
#include <memory>

#include "declare/settings.hpp"
#include "format/format.hpp"

namespace arint::format {

struct Declared {
  declare::Choice kind{};
};

declare::Settings<Declared> declared_settings();
// Never null for a choice that was read without faults.
std::unique_ptr<const Format> make(const declare::Choice& kind);

}  // namespace arint::format
