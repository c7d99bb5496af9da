// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/standards/standards.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace arint::security {
namespace {

TEST(Standards, EachRowHasATestThatIsThere) {
  for (const Standard& row : standards()) {
    std::ifstream in{std::string(row.test_file)};
    std::string text(std::istreambuf_iterator<char>(in), {});
    EXPECT_NE(text.find(row.test), std::string::npos) << row.source << ": " << row.test << " is not in " << row.test_file;
    EXPECT_FALSE(row.test.empty()) << row.source;
    EXPECT_EQ(row.coverage == Coverage::part, !row.missing.empty()) << row.source << ": what is missing is said where something is";
  }
}

}  // namespace
}  // namespace arint::security
