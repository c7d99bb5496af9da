// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/messages.hpp"

#include "base/text.hpp"
#include "base/units.hpp"
#include "http/codec/target/query.hpp"

namespace arint::admin {
namespace {

constexpr const char* no_store = "this node has no store: no channel is durable\n";

std::string line_of(const store::Summary& one) {
  std::string out = one.id.hex() + "  " + rfc3339(one.accepted_ms) + "  " + std::string(word(one.state)) + "  " + one.channel;
  if (one.attempts) out += "  " + std::to_string(one.attempts) + " attempts";
  if (one.fault) out += "  " + std::string(word(*one.fault));
  if (!one.outgoing.empty()) out += "  " + one.outgoing;
  if (!one.reason.empty()) out += "  " + one.reason;
  return out + "\n";
}

std::string text_of(const store::Details& details) {
  std::string out = line_of(details.summary);
  for (const store::Tried& one : details.attempts)
    out += "  attempt  " + rfc3339(one.at_ms) + "  run " + std::to_string(one.run) + "  " + one.step + "  " + one.outgoing + "  " + std::string(word(one.fault)) +
           (one.status ? "  " + std::to_string(one.status) : "") + "  " + one.words + "\n";
  for (const store::RunShown& one : details.runs) out += "  run " + std::to_string(one.run) + "  " + rfc3339(one.at_ms) + "\n";
  for (const store::Recorded& one : details.records) out += "  recorded  " + rfc3339(one.at_ms) + "  " + (one.step.empty() ? "the answer" : one.step) + "\n";
  return out;
}

// Fault rejected: a name or a value that is none.
Result<store::Query> query_of(std::string_view text) {
  store::Query out;
  http::QueryPair pair;
  while (http::next_pair(text, pair)) {
    std::string value;
    const bool read = http::decode_query(pair.value, value);
    if (pair.name == "channel") out.channel = value;
    else if (pair.name == "service") out.service = value;
    else if (pair.name == "outgoing") out.outgoing = value;
    else if (pair.name == "text") out.text = value;
    else if (pair.name == "state" && (out.state = store::state_named(value))) continue;
    else if (pair.name == "fault" && (out.fault = fault_named(value))) continue;
    else return Error{Fault::rejected, arint::quoted(pair.name) + " cannot be " + arint::quoted(value) + "\n"};
    if (!read) return Error{Fault::rejected, arint::quoted(pair.name) + " is no text\n"};
  }
  return out;
}

runtime::Task<Result<std::string>> list(store::Store& store, std::string_view asked) {
  Result<store::Query> query = query_of(asked);
  if (!query) co_return query.error();
  std::string out;
  for (std::size_t shown = 0; shown < 1000;) {
    Result<store::Page> page = co_await store.list(*query);
    if (!page) co_return page.error();
    for (const store::Summary& one : page->messages) out += line_of(one);
    shown += page->messages.size();
    if (!page->next) break;
    query->before = page->next;
  }
  co_return out;
}

runtime::Task<Result<std::string>> decide(store::Store& store, log::Writer& log, const store::Summary& message, std::string_view what) {
  const std::int64_t now_ms = runtime::Loop::current().clock().now_ms_since_epoch();
  store::Write write;
  if (what == "resume") write.add(store::Resume{message.number, now_ms});
  else if (what == "replay") write.add(store::Replay{message.number, now_ms});
  else if (what == "drop") write.add(store::Drop{message.number, now_ms, now_ms + Millis(std::chrono::hours(24 * 7)).count(), "dropped by a person"});
  else co_return Error{Fault::rejected, "a message can be shown, resumed, replayed or dropped, not " + arint::quoted(what) + "\n"};
  Result<store::Outcome> done = co_await store.commit(write);
  if (!done) co_return Error{done.error().fault, done.error().sentence + "\n"};
  log::Action line;
  line.kind = what == "replay" ? log::Kind::replayed : log::Kind::settled;
  line.outcome = what == "drop" ? log::Outcome::dropped : log::Outcome::ok;
  line.cid = message.cid;
  line.message = message.id;
  line.channel = message.channel;
  line.text = what;
  log.write(line);
  co_return message.id.hex() + ": " + std::string(what) + "\n";
}

runtime::Task<Result<std::string>> one(store::Store& store, log::Writer& log, std::string_view rest, bool changes) {
  const std::size_t slash = rest.find('/');
  const std::optional<Id> id = Id::from_hex(rest.substr(0, slash));
  if (!id) co_return Error{Fault::rejected, arint::quoted(rest.substr(0, slash)) + " is no id of a message: 32 hex digits\n"};
  Result<std::optional<store::Summary>> found = co_await store.find(*id);
  if (!found) co_return found.error();
  if (!*found) co_return Error{Fault::rejected, "there is no message " + id->hex() + "\n"};
  if (changes) {
    Result<std::string> done = co_await decide(store, log, **found, slash == std::string_view::npos ? "" : rest.substr(slash + 1));
    co_return done;
  }
  Result<store::Details> details = co_await store.show((*found)->number);
  if (!details) co_return details.error();
  co_return text_of(*details);
}

}  // namespace

runtime::Task<void> serve_messages(http::Exchange& exchange, store::Store* store, log::Writer& log) {
  const bool changes = exchange.method() == http::Method::post;
  std::string_view rest = exchange.path().substr(messages_path.size());
  Result<std::string> done = Error{Fault::rejected, no_store};
  if (store && rest.empty()) done = co_await list(*store, exchange.query());
  else if (store) done = co_await one(*store, log, rest.substr(1), changes);
  const http::Field fields[] = {{"Content-Type", "text/plain; charset=utf-8"}};
  const std::string text = done ? *done : done.error().sentence;
  static_cast<void>(co_await exchange.respond(done ? 200 : 422, fields, text));
}

}  // namespace arint::admin
