// SPDX-License-Identifier: GPL-3.0-or-later
#include "outgoing/connection.hpp"

namespace arint::outgoing {

Result<std::string> Operation::endpoint(message::Run&) const { return std::string(); }

runtime::Task<Result<void>> Connection::open() { co_return Result<void>(); }

runtime::Task<void> Connection::close() { co_return; }

runtime::Task<Result<void>> Connection::forward(http::Exchange&) {
  co_return Error{Fault::bug, "this outgoing cannot be forwarded to; the check of `forward` should have said so"};
}

runtime::Task<Result<void>> Connection::pass_on(message::Run&) {
  co_return Error{Fault::bug, "this outgoing cannot be forwarded to; the check of `forward` should have said so"};
}

}  // namespace arint::outgoing
