// SPDX-License-Identifier: GPL-3.0-or-later
// Exchange is the face of a connection's present request; the work is in body.cpp and respond.cpp.
#include "http/server/exchange.hpp"

#include "http/server/connection.hpp"

namespace arint::http {

using runtime::Task;

std::string_view Connection::path() const noexcept { return head().target.normal ? head().text(head().target.path) : std::string_view(work_->path); }
std::string_view Connection::host() const noexcept {
  return head().target.form == TargetForm::absolute ? head().text(head().target.authority) : head().host();
}

const RequestHead& Exchange::head() const noexcept { return connection_.head(); }
std::string_view Exchange::path() const noexcept { return connection_.path(); }
std::string_view Exchange::host() const noexcept { return connection_.host(); }
const Peer& Exchange::peer() const noexcept { return connection_.peer(); }
bool Exchange::secure() const noexcept { return connection_.secure(); }
bool Exchange::trusted() const noexcept { return connection_.trusted(); }
const PeerCertificate* Exchange::certificate() const { return connection_.certificate(); }
Trace& Exchange::trace() noexcept { return connection_.trace(); }
std::uint64_t Exchange::began_ns() const noexcept { return connection_.began_ns(); }
bool Exchange::has_body() const noexcept { return connection_.has_body(); }
const Fields* Exchange::trailers() const noexcept { return connection_.trailers(); }

std::optional<std::uint64_t> Exchange::body_length() const noexcept {
  if (head().framing == Framing::chunked) return std::nullopt;
  return head().framing == Framing::length ? head().length : 0;
}

Task<Result<std::size_t>> Exchange::read(std::span<char> to) { return connection_.read(*this, to); }
Task<Result<std::string_view>> Exchange::read_all(std::uint64_t limit) { return connection_.read_all(*this, limit); }
Task<Result<void>> Exchange::respond(int status, std::span<const Field> fields, std::string_view body) {
  return answer_filter() ? connection_.respond_through(*this, status, fields, body) : connection_.respond(*this, status, fields, body);
}
Task<Result<void>> Exchange::respond(int status, std::string_view body) { return respond(status, std::span<const Field>(), body); }
Task<Result<void>> Exchange::begin(int status, std::span<const Field> fields, std::optional<std::uint64_t> length) {
  return answer_filter() ? connection_.begin_through(*this, status, fields, length) : connection_.begin(*this, status, fields, length);
}
Task<Result<void>> Exchange::write(std::string_view bytes) {
  AnswerFilter* filter = answer_filter();
  return filter && filter->takes_body() ? connection_.write_through(*this, bytes) : connection_.write(*this, bytes);
}
Task<Result<void>> Exchange::end() {
  AnswerFilter* filter = answer_filter();
  return filter && filter->takes_body() ? connection_.end_through(*this) : connection_.end(*this);
}
Task<Result<void>> Exchange::problem(int status, std::string_view detail) {
  return connection_.problem(*this, status, detail, std::span<const Field>());
}
Task<Result<void>> Exchange::problem(int status, std::string_view detail, std::span<const Field> fields) {
  return connection_.problem(*this, status, detail, fields);
}
Task<Result<void>> Exchange::problem(const Error& error) { return connection_.problem(*this, error); }

}  // namespace arint::http
