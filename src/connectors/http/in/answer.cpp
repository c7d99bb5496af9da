// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/http/in/answer.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "connectors/http/in/negotiate.hpp"
#include "format/catalog.hpp"

namespace arint::connectors::http {
namespace {

using arint::http::Exchange;
using arint::http::Field;

struct Told {
  int status = 500;
  std::string detail{};
};

// What a caller may know of a failure. A peer's words and our own sentences are for the log; what he did wrong he is told.
Told told_of(const message::Run& run, const Error& error) {
  const message::Failure* failure = run.failure ? &*run.failure : nullptr;
  Told out;
  if (failure && failure->answer) {
    out.status = failure->answer;
    out.detail = failure->told.empty() ? "The message does not fit the schema of this service." : std::string(failure->told);
  } else if (failure && !failure->outgoing.empty()) {
    out.status = arint::http::status_of(error.fault);
    out.detail = arint::http::sentence_of(error.fault);
  } else if (error.status == 400 || error.status == 408 || error.status == 413) {
    out.status = error.status;  // the body of the request itself
    out.detail = error.status == 413 ? "The message is larger than this channel takes." : error.sentence;
  } else {
    // A map that does not fit the message is a mistake of the service, not of a peer.
    out.status = error.fault == Fault::malformed || error.fault == Fault::rejected ? 500 : arint::http::status_of(error.fault);
    out.detail = out.status == 500 ? "The service failed; the cid leads to the reason in the action log." : std::string(arint::http::sentence_of(error.fault));
  }
  return out;
}

// A problem with members of its own, such as `violations`.
std::string problem_text(document::Arena& arena, const Told& told, const document::Value& details, const Id& cid) {
  document::Value problem;
  std::string plain = arint::http::problem_json({told.status, told.detail}, cid);
  Result<document::Value> read = format::find("json")->read(arena.copy(plain), {}, arena);
  if (!read) return plain;
  problem = *read;
  for (const document::Member& member : details.members()) problem = document::with_member(arena, problem, member.name, member.value);
  std::string out;
  Result<void> written = format::find("json")->write(problem, {}, out);
  return written ? out : plain;
}

// The answer to a run that failed, without its body.
struct Failing {
  Told told{};
  std::string retry_after{};
  std::vector<Field> fields() const {
    std::vector<Field> out;
    if (!retry_after.empty()) out.push_back({"Retry-After", retry_after});
    // RFC 9110, 12.5.3.
    if (told.status == 415) out.push_back({"Accept-Encoding", "zstd, br, gzip"});
    return out;
  }
};

Failing failing(const message::Run& run, const Error& error) {
  Failing out{told_of(run, error)};
  if (error.retry_after.count() > 0 || out.told.status == 503 || out.told.status == 429)
    out.retry_after = std::to_string(std::max<std::int64_t>(1, (error.retry_after.count() + 999) / 1000));
  return out;
}

runtime::Task<Result<void>> fail(Exchange& exchange, message::Run& run, const Error& error) {
  const Failing with = failing(run, error);
  std::vector<Field> fields = with.fields();
  if (!run.failure || !run.failure->details.is_object()) co_return co_await exchange.problem(with.told.status, with.told.detail, fields);
  std::string body = problem_text(run.arena(), with.told, run.failure->details, exchange.trace().cid);
  fields.push_back({"Content-Type", arint::http::problem_media_type});
  co_return co_await exchange.respond(with.told.status, fields, body);
}

// The fields of a reply: what the flow said, Content-Type when it did not say one.
std::vector<Field> fields_of(const message::Run& run, const std::string& content_type) {
  std::vector<Field> fields;
  bool typed = false;
  for (const message::Field& header : run.reply.headers) {
    fields.push_back({header.name, header.value});
    typed |= equals_ignoring_case(header.name, "content-type");
  }
  if (!typed && !content_type.empty()) fields.push_back({"Content-Type", content_type});
  return fields;
}

}  // namespace

runtime::Task<Result<void>> answer(Exchange& exchange, channel::Channel& channel, message::Run& run, Result<void> done) {
  if (!done) {
    // Being stopped leaves no time to answer; the server closes the connection.
    if (done.error().fault != Fault::cancelled) static_cast<void>(co_await fail(exchange, run, done.error()));
    co_return done;
  }
  message::Body body = delivery::body_of(run);
  // A format that the flow chose stands; else the caller's Accept decides among those of the channel.
  if (delivery::open_to_wishes(run, body, channel.formats())) {
    const format::Format* wanted = negotiate(exchange.field("accept"), channel.formats());
    if (!wanted) {
      std::string detail = "This channel answers in " + media_types(channel.formats()) + ".";
      static_cast<void>(co_await exchange.problem(406, detail));
      co_return Error{Fault::rejected, "the caller accepts none of the channel's formats"};
    }
    message::write_as(body, wanted);
  }
  std::string scratch;
  Result<std::string_view> bytes = message::bytes_of(run, body, scratch);
  if (!bytes) {
    static_cast<void>(co_await fail(exchange, run, bytes.error()));
    co_return bytes.error();
  }
  const int status = run.reply.status ? run.reply.status : bytes->empty() ? 204 : 200;
  const std::string content_type = bytes->empty() ? std::string() : message::content_type_of(body);
  const std::vector<Field> fields = fields_of(run, content_type);
  co_return co_await exchange.respond(status, fields, *bytes);
}

delivery::Answer refusal_of(message::Run& run, const Error& error, const Id& cid) {
  const Failing with = failing(run, error);
  delivery::Answer out;
  out.status = with.told.status;
  for (const Field& field : with.fields()) out.fields.emplace_back(field.name, field.value);
  out.fields.emplace_back("Content-Type", arint::http::problem_media_type);
  out.body = problem_text(run.arena(), with.told, run.failure ? run.failure->details : document::Value(), cid);
  return out;
}

void found_before(message::Run& run, const Error& error) {
  run.failure.emplace();
  run.failure->error = error;
  run.failure->answer = error.status;
  run.failure->told = error.sentence;
}

}  // namespace arint::connectors::http
