// SPDX-License-Identifier: GPL-3.0-or-later
// How an operation of a Socket starts and waits. For the files of this folder.
#pragma once
#include <cerrno>

#include "runtime/core/engine.hpp"

namespace arint::runtime::detail {

using Slot = Operation* SocketState::*;

// Lists `self` as the reader or writer. `slot` names which.
template <Slot slot, class Op>
void list(Op& self, SocketState& socket) noexcept {
  socket.*slot = &self;
  Engine::wait(self);
}

// Common start: refuses a closed or busy socket; true when the caller may go on. The result is set otherwise.
inline bool may_start(Operation& self, const SocketState* socket, Slot slot) noexcept {
  if (!socket) {
    self.result = -EBADF;
    return false;
  }
  if (socket->*slot) {
    self.result = -EBUSY;
    return false;
  }
  return true;
}

}  // namespace arint::runtime::detail
