// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/http/in/request.hpp"

#include "base/text.hpp"
#include "connectors/http/head.hpp"
#include "connectors/http/in/negotiate.hpp"
#include "connectors/http/in/channel_options.hpp"
#include "format/catalog.hpp"
#include "http/wire/tls_session.hpp"
#include "runtime/time/wall.hpp"

namespace arint::connectors::http {

Result<void> Request::read(const Captures& captures) {
  Result<void> head = read_head(captures);
  if (!head) return head;
  const std::string_view coding = exchange_.field(arint::http::Name::content_encoding);
  if (exchange_.has_body() && !coding.empty() && !arint::http::coding_named(trim(coding), coding_))
    return Error{Fault::rejected, "This channel takes bodies in gzip, zstd, br or none of these codings, not in " + quoted(coding, 60) + ".", 415};
  Result<const format::Format*> format = format_of_body();
  if (!format) return format.error();
  format_ = *format;
  return {};
}

Result<void> Request::read_head(const Captures& captures) {
  read_ = captures.body;
  message_.id = Id::random();
  message_.channel = channel_.name();
  message_.received_ms = runtime::wall_ms();
  connectors::http::read_head(exchange_, arena_, message_);
  message_.principal = captures.principal ? std::string_view(captures.principal->name) : principal_of(exchange_, channel_);
  if (captures.principal) message_.claims = captures.principal->claims;

  auto* path = arena_.allocate_array<message::Field>(captures.count);
  std::string decoded;
  for (std::size_t i = 0; i < captures.count; ++i) {
    if (!percent_decode(captures.list[i].value, decoded) || !valid_utf8(decoded))
      return Error{Fault::rejected, "The path holds an escape that is no UTF-8 text.", 400};
    new (path + i) message::Field{captures.list[i].name, arena_.copy(decoded)};
  }
  message_.path = {path, captures.count};
  return {};
}

std::string_view principal_of(const arint::http::Exchange& exchange, const channel::Channel& channel) {
  const arint::http::PeerCertificate* certificate = exchange.certificate();
  const ChannelOptions& options = channel.options().kind.as<ChannelOptions>();
  if (!certificate || !options.tls) return {};
  if (options.tls->principal == PrincipalFrom::sha256) return certificate->sha256;
  if (options.tls->principal == PrincipalFrom::subject) return certificate->subject;
  return certificate->names.empty() ? std::string_view() : std::string_view(certificate->names.front());
}

Result<const format::Format*> Request::format_of_body() const {
  if (!exchange_.has_body() || message_.content_type.empty()) return channel_.formats().front();
  const format::Format* said = format::find_by_media_type(message_.content_type);
  for (const format::Format* format : channel_.formats())
    if (said && format->name() == said->name()) return format;  // with options of its own it is still that format
  return Error{Fault::rejected, "This channel takes " + media_types(channel_.formats()) + ", not " + quoted(message_.content_type, 60) + ".", 415};
}

runtime::Task<Result<std::string_view>> Request::read_body() {
  const std::uint64_t limit = channel_.options().limits.body.bytes;
  Result<std::string_view> bytes = std::string_view();
  if (read_) bytes = *read_;
  else bytes = co_await exchange_.read_all(limit);
  if (!bytes || coding_ == arint::http::Coding::identity) co_return bytes;
  arint::http::DecodeLimits limits;
  limits.bytes = limit;
  std::unique_ptr<arint::http::Decoder> decoder = make_decoder(coding_, limits);
  Result<void> done = decoder->write(*bytes, decoded_);
  if (done) done = decoder->finish();
  if (!done) co_return done.error();
  co_return std::string_view(decoded_);
}

void Request::give_body(message::Run& run) const {
  run.body.format = format_;
  run.body.state = exchange_.has_body() ? message::Body::State::unread : message::Body::State::raw;
}

}  // namespace arint::connectors::http
