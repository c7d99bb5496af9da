// SPDX-License-Identifier: GPL-3.0-or-later
// `zip: DEF` of RFC 7516, 4.1.3: raw DEFLATE (RFC 1951), whole, within a cap.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace arint::security::jose {

std::string deflated(std::string_view bytes);
// nullopt: not one whole stream, or more than `most` bytes would come out.
std::optional<std::string> inflated(std::string_view bytes, std::size_t most);

}  // namespace arint::security::jose
