// SPDX-License-Identifier: GPL-3.0-or-later
// Link: one connection to an upstream, and the answer being read from it. The inside of Upstream, Call and forward().
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/result.hpp"
#include "http/client/upstream.hpp"
#include "http/codec/body/chunked.hpp"
#include "http/codec/parse/head_parser.hpp"
#include "http/wire/input.hpp"
#include "http/wire/stream.hpp"

namespace arint::http {

// Receives interim answers (1xx but 100 and 101), for a gateway that must pass them on. RFC 9110, 15.2.
using Interim = void (*)(void* self, const ResponseHead& head);

class Link {
 public:
  Link(const UpstreamOptions& options, std::string_view name, Stream stream)
      : options_(options), name_(name), stream_(std::move(stream)), parser_(options.head), chunks_(options.chunks) {}
  Link(const Link&) = delete;

  // Ready for a request: memory is leased. False when there is none to be had.
  bool start() noexcept;
  // Faults: unreachable when surely nothing was sent (it failed at once and was short), else timeout.
  runtime::Task<Result<void>> send(std::span<const iovec> parts);
  // The final head, or 100 when `wants_continue`. head() is good until the link is given back.
  // Faults: timeout (nothing came in time, or the connection was cut: the outcome is unknown), malformed, cancelled.
  runtime::Task<Result<void>> read_head(Method to, bool wants_continue = false);
  const ResponseHead& head() const noexcept { return head_; }

  // The next bytes of the body where they lie; "" at the end. Good until the next call.
  runtime::Task<Result<std::string_view>> next_slice();
  // The same into the caller's memory; straight from the kernel where that can be.
  runtime::Task<Result<std::size_t>> read(std::span<char> to);
  // As next_slice, but only what is here already; "" also when nothing is.
  Result<std::string_view> slice_at_hand();
  // The head's views are of no more use: all of the input's memory is for the body, and more of it when that is long.
  void forget_head() noexcept;
  // The peer must not take what it got for the whole; whoever waits for its answer is woken.
  void reset() noexcept {
    broken_ = true;
    stream_.reset();
  }

  bool body_done() const noexcept { return body_done_; }
  std::uint64_t body_left() const noexcept { return body_left_; }  // framing by length
  const Fields* trailers() const noexcept { return chunks_.trailers(); }
  bool heard() const noexcept { return heard_; }   // a byte of the answer has come
  bool reused() const noexcept { return reused_; }
  bool cut() const noexcept { return cut_; }       // the peer, not time or our owner, ended it
  // Nothing was asked on it: it may be kept as it is.
  void mark_unused() noexcept { body_done_ = true; head_.close = false; }
  // The answer is complete, and the peer and we agree that the connection stays.
  bool keepable() const noexcept { return body_done_ && !broken_ && !head_.close && in_.empty(); }

  Stream& stream() noexcept { return stream_; }
  Input& input() noexcept { return in_; }
  void on_interim(Interim call, void* self) noexcept { interim_ = call; interim_self_ = self; }

 private:
  friend struct Endpoint;
  friend struct Upstream::Inside;
  Error malformed(std::string_view why);
  Error break_off(runtime::IoResult got, std::string_view doing);
  bool begin_body();

  const UpstreamOptions& options_;
  std::string_view name_;
  Stream stream_;
  Input in_{};
  ResponseParser parser_;
  ResponseHead head_{};
  ChunkDecoder chunks_;
  Interim interim_ = nullptr;
  void* interim_self_ = nullptr;
  std::uint64_t body_left_ = 0;
  std::uint32_t body_at_ = 0;  // where the input begins anew once it is used up
  std::uint64_t idle_since_ns_ = 0;
  std::string_view held_{};    // a slice that read() has not yet copied out
  bool body_done_ = true;
  bool broken_ = false;  // not usable any more
  bool cut_ = false;
  bool heard_ = false;
  bool reused_ = false;
};

}  // namespace arint::http
