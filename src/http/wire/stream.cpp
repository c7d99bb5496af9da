// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/wire/stream.hpp"

#include <cerrno>
#include <cstring>

namespace arint::http {

runtime::Task<runtime::IoResult> Stream::readable() {
  if (pending()) co_return runtime::IoResult{1};
  co_return co_await socket_.arrival();
}

void Stream::shutdown_send() noexcept {
  if (tls_) tls_->close(socket_);
  static_cast<void>(socket_.shutdown_send());
}

void Stream::close() noexcept {
  if (tls_ && socket_.open()) tls_->close(socket_);
  socket_.close();
  tls_.reset();
}

Error io_error(runtime::IoResult failed, std::string_view what, Fault otherwise) {
  const int error = failed.error();
  if (error == ECANCELED) return {Fault::cancelled, "Stopped while " + std::string(what) + "."};
  if (error == ETIMEDOUT) return {Fault::timeout, "Time ran out while " + std::string(what) + "."};
  return {otherwise, "Failed while " + std::string(what) + ": " + (failed.n == 0 ? "the connection was closed" : std::strerror(error)) + "."};
}

}  // namespace arint::http
