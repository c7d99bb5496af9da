// SPDX-License-Identifier: GPL-3.0-or-later
// The register of Internet security standards: what is spoken, how far, and which test proves it. docs/reference/standards.md is this table.
#pragma once
#include <span>
#include <string_view>

namespace arint::security {

enum class Coverage { done, part };

struct Standard {
  std::string_view source;   // "RFC 7515"
  std::string_view sections; // empty: as a whole
  std::string_view what;
  Coverage coverage;
  std::string_view missing;  // of `part`: what is not there; empty when done
  // Where it is proved: the file, and a text in it that names the test. A row without one is refused by the unit test.
  std::string_view test_file, test;
};

// In the order of their subjects: tokens, HTTP, TLS.
std::span<const Standard> standards() noexcept;

}  // namespace arint::security
