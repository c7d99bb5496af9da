// SPDX-License-Identifier: GPL-3.0-or-later
// Stream: a connection, plain or TLS. Everything above it is written once. Plain costs what a Socket costs: the awaits
// below hand on the socket's own operation and make no coroutine of their own.
#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "http/wire/tls_session.hpp"
#include "runtime/runtime.hpp"

namespace arint::http {

class Stream {
  using PlainReceive = decltype(std::declval<runtime::Socket&>().recv(std::span<char>()));
  using PlainSend = decltype(std::declval<runtime::Socket&>().send_all(std::span<const iovec>()));

  // Either operation, in the awaiting frame.
  template <class Plain>
  class [[nodiscard]] Either {
   public:
    template <class MakePlain>
    Either(MakePlain&& make_plain) : plain_(make_plain()) {}
    template <class MakePlain>
    Either(MakePlain&& make_plain, runtime::Task<runtime::IoResult> secure) : plain_(make_plain()), secure_(std::move(secure)) {}
    Either(const Either&) = delete;
    bool await_ready() const noexcept { return false; }
    template <class P>
    bool await_suspend(std::coroutine_handle<P> caller) noexcept {
      return secure_ ? secure_->await_suspend(caller) : plain_.await_suspend(caller);
    }
    runtime::IoResult await_resume() { return secure_ ? secure_->await_resume() : plain_.await_resume(); }

   private:
    Plain plain_;
    std::optional<runtime::Task<runtime::IoResult>> secure_;
  };

 public:
  Stream() = default;
  explicit Stream(runtime::Socket socket, std::unique_ptr<TlsSession> tls = nullptr) noexcept
      : socket_(std::move(socket)), tls_(std::move(tls)) {}
  Stream(Stream&&) noexcept = default;
  Stream& operator=(Stream&& other) noexcept {
    close();
    tls_ = std::move(other.tls_);
    socket_ = std::move(other.socket_);
    return *this;
  }
  ~Stream() { close(); }

  // As Socket::recv and send_all: bytes, 0 = end of stream, or a negative errno.
  Either<PlainReceive> recv(std::span<char> into) {
    auto plain = [&] { return socket_.recv(into); };
    if (tls_) return Either<PlainReceive>(plain, tls_->recv(socket_, into));
    return Either<PlainReceive>(plain);
  }
  // The iovecs and what they name live until the await ends.
  Either<PlainSend> send_all(std::span<const iovec> parts) {
    auto plain = [&] { return socket_.send_all(parts); };
    if (tls_) return Either<PlainSend>(plain, tls_->send(socket_, parts));
    return Either<PlainSend>(plain);
  }
  // Waits, without memory, until recv() has something to say. Result 1 or an error.
  runtime::Task<runtime::IoResult> readable();

  bool secure() const noexcept { return tls_ != nullptr; }
  TlsSession* tls() const noexcept { return tls_.get(); }
  runtime::Socket& socket() noexcept { return socket_; }
  bool open() const noexcept { return socket_.open(); }
  // Nothing has come since the last recv: a kept connection may be used again.
  bool idle_clean() noexcept { return tls_ ? tls_->idle_clean(socket_) : socket_.idle_clean(); }
  // Bytes are at hand already.
  bool pending() const noexcept { return tls_ && tls_->pending(); }
  void shutdown_send() noexcept;  // nothing more comes from us; receiving goes on
  void reset() noexcept { socket_.reset(); }  // the peer must not take what it has for the whole
  void close() noexcept;

 private:
  runtime::Socket socket_{};
  std::unique_ptr<TlsSession> tls_{};
};

// What an I/O error means. `what` is a phrase such as "reading from 192.0.2.1". Timeout and cancelled as the runtime says;
// everything else is `otherwise`.
Error io_error(runtime::IoResult failed, std::string_view what, Fault otherwise);

}  // namespace arint::http
