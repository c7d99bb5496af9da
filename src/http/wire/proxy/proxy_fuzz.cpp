// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a PROXY header: never more is asked for than the limit, and what is accepted is accepted again.
#include <cstdlib>

#include "http/wire/proxy/header.hpp"

namespace {

bool read(std::string_view input, arint::http::ProxyHeader& header) {
  std::size_t taken = 0;
  while (header.wants() > 0) {
    if (taken + header.wants() > arint::http::ProxyHeader::longest) std::abort();
    if (header.wants() > input.size()) return false;
    const std::size_t wanted = header.wants();
    header.feed(input.substr(0, wanted));
    input.remove_prefix(wanted);
    taken += wanted;
  }
  return !header.refused();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  arint::http::ProxyHeader once, again;
  const bool accepted = read(input, once);
  if (accepted != read(input, again)) std::abort();
  if (accepted && once.source().has_value() != again.source().has_value()) std::abort();
  if (once.refused() && once.source()) std::abort();
  return 0;
}
