// SPDX-License-Identifier: GPL-3.0-or-later
// What is kept of a configuration file with a version: the sections that flows are made of. Outgoings and channels are taken as they
// are when a message is run, so what stands there, passwords too, has no place in the store.
#pragma once
#include <string>
#include <string_view>

namespace arint::engine {

// The sections a version is compiled from.
bool pinned_section(std::string_view name) noexcept;

// The text with all other sections blanked, so that lines and columns stay what they were. A file with an alias to an anchor in such a
// section is kept whole, since it could not be read otherwise.
std::string pinned_text(const std::string& path, const std::string& yaml);

}  // namespace arint::engine
