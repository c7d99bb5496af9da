// SPDX-License-Identifier: GPL-3.0-or-later
// Which of the kernel's interfaces a loop waits on.
#pragma once
#include <cstdint>
#include <string_view>

namespace arint::runtime {

enum class Backend : std::uint8_t {
  automatic,  // epoll, unless the environment says ARINT_IO=io_uring
  epoll,
  io_uring,   // Linux 6.1 or later, and no sandbox that forbids it; else epoll
};

constexpr std::string_view name_of(Backend backend) noexcept {
  return backend == Backend::automatic ? "auto" : backend == Backend::epoll ? "epoll" : "io_uring";
}

}  // namespace arint::runtime
