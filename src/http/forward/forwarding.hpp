// SPDX-License-Identifier: GPL-3.0-or-later
// Forwarding: one request on its way through. The inside of forward().
#pragma once
#include <optional>
#include <string>

#include "http/client/pool.hpp"
#include "http/forward/forward.hpp"
#include "http/forward/heads.hpp"
#include "http/server/connection.hpp"

namespace arint::http {

class Forwarding {
 public:
  Forwarding(Exchange& exchange, Upstream& upstream, const ForwardRules& rules, std::optional<std::uint64_t> key) noexcept
      : exchange_(exchange), caller_(exchange.connection_), pool_(upstream.inside()), rules_(rules), key_(key) {}
  Forwarding(const Forwarding&) = delete;

  runtime::Task<Result<void>> run();

 private:
  // Several slices of a body in one system call.
  static constexpr std::size_t most_slices = 30;
  struct Pieces {
    Pieces() noexcept {}
    iovec parts[3 * most_slices + 2];  // not initialised: count says what is there
    char sizes[most_slices][18];
    std::size_t count = 0, slices = 0;
    std::uint64_t bytes = 0;
    void add(std::string_view text) noexcept { parts[count++] = {const_cast<char*>(text.data()), text.size()}; }
    void add_slice(std::string_view slice, bool chunked) noexcept {
      if (chunked) add({sizes[slices], write_chunk_size(sizes[slices], slice.size())});
      add(slice);
      if (chunked) add("\r\n");
      ++slices;
      bytes += slice.size();
    }
    std::span<const iovec> all() const noexcept { return {parts, count}; }
    void clear() noexcept { count = slices = 0, bytes = 0; }
  };

  enum class Have : std::uint8_t { all, part, malformed };

  // forward.cpp
  Have look_at_body();
  runtime::Task<Result<void>> refuse(int status, std::string_view sentence, Fault fault);
  runtime::Task<Result<void>> whole(Lease& lease, bool& again);
  runtime::Task<Result<void>> streamed(Lease& lease);
  runtime::Task<Result<void>> answer_fault(Error error);
  Result<std::string_view> request_head(Link& link, const NextHop& hop);
  void body_passed_on() noexcept;

  // upload.cpp
  runtime::Task<void> upload(Link& link);
  runtime::Task<Result<void>> upload_by_length(Link& link);
  runtime::Task<Result<void>> upload_chunks(Link& link);
  Result<void> check_upload();
  runtime::Task<Result<bool>> wait_for_continue(Link& link);

  // download.cpp
  runtime::Task<Result<void>> download(Link& link);
  bool shape_answer(Link& link, AnswerFilter& filter);
  runtime::Task<Result<void>> download_through(Link& link);
  runtime::Task<Result<void>> last_piece(Link& link);
  Result<std::string_view> response_head(Link& link, Framing framing, bool close);
  void write_response_head(HeadWriter& writer, const Link& link, Framing framing, bool close);
  Result<bool> gather(Link& link, Pieces& pieces);
  void break_off() noexcept;
  static void note_interim(void* self, const ResponseHead& head);

  Exchange& exchange_;
  Connection& caller_;
  Upstream::Inside& pool_;
  const ForwardRules& rules_;
  std::optional<std::uint64_t> key_;
  std::string large_head_{};
  std::optional<AnswerHead> shaped_{};  // the answer's head as the exchange's filter wants it
  std::string interim_{};        // 1xx answers, sent before the final one
  Framing down_ = Framing::none;
  bool uploaded_ = true;         // the request's body has been passed on whole
  std::size_t at_hand_ = 0;      // bytes of the caller's input that are the whole body
  Refusal malformed_ = Refusal::none;
  Pieces pieces_;                // the whole request going up, then the answer coming down
  std::optional<Error> caller_fault_{};  // its body failed: the answer, if any, is for that
};

}  // namespace arint::http
