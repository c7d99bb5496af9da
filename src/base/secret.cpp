// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/secret.hpp"

#include <string.h>

namespace arint {
Secret::~Secret() { explicit_bzero(value_.data(), value_.size()); }
}  // namespace arint
