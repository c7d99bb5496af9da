// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/messages.hpp"

#include <charconv>

#include "base/text.hpp"
#include "base/units.hpp"
#include "http/codec/target/query.hpp"
#include "mapping/times/moment.hpp"
#include "runtime/time/wall.hpp"

namespace arint::admin {
namespace {

using runtime::wall_ms;

constexpr std::size_t most_at_once = 200;

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
  for (const store::RunShown& one : details.runs)
    out += "  run " + std::to_string(one.run) + "  " + rfc3339(one.at_ms) + (one.edited ? "  another body" : "") + (one.from_step.empty() ? "" : "  from " + one.from_step) +
           (one.redirect.empty() ? "" : "  into " + one.redirect) + "\n";
  for (const store::Recorded& one : details.records)
    out += "  recorded  " + rfc3339(one.at_ms) + "  " + (one.step.empty() ? "the answer" : one.step) + "\n";
  return out;
}

// What stands in a query; each name once.
using Values = std::vector<std::pair<std::string, std::string>>;
Result<Values> values_of(std::string_view query) {
  Values out;
  http::QueryPair pair;
  while (http::next_pair(query, pair)) {
    std::string value;
    if (!http::decode_query(pair.value, value)) return Error{Fault::rejected, arint::quoted(pair.name) + " is no text\n"};
    out.emplace_back(pair.name, std::move(value));
  }
  return out;
}
std::string value_of(const Values& values, std::string_view name) {
  for (const auto& [each, value] : values)
    if (each == name) return value;
  return {};
}

bool read_time(const std::string& text, std::int64_t& out) {
  const std::optional<mapping::Moment> moment = mapping::Moment::parse(text);
  if (moment) out = moment->millis();
  return moment.has_value();
}
bool read_number(const std::string& text, store::Number& out) {
  return std::from_chars(text.data(), text.data() + text.size(), out).ec == std::errc();
}

struct Asked {
  store::Query query{};
  bool page = false;
};

// Fault rejected: a name or a value that is none.
Result<Asked> query_of(const Values& values) {
  Asked asked;
  store::Query& out = asked.query;
  for (const auto& [name, value] : values) {
    bool well = true;
    if (name == "channel") out.channel = value;
    else if (name == "service") out.service = value;
    else if (name == "outgoing") out.outgoing = value;
    else if (name == "text") out.text = value;
    else if (name == "page") asked.page = true;
    else if (name == "state") well = (out.state = store::state_named(value)).has_value();
    else if (name == "fault") well = (out.fault = fault_named(value)).has_value();
    else if (name == "cid") well = (out.cid = Id::from_hex(value)).has_value();
    else if (name == "from") well = read_time(value, out.from_ms);
    else if (name == "to") well = read_time(value, out.to_ms);
    else if (name == "before") well = read_number(value, out.before);
    else well = false;
    if (!well) return Error{Fault::rejected, arint::quoted(name) + " cannot be " + arint::quoted(value) + "\n"};
  }
  return asked;
}

runtime::Task<Result<std::string>> list(store::Store& store, std::string_view query) {
  Result<Values> values = values_of(query);
  if (!values) co_return values.error();
  Result<Asked> asked = query_of(*values);
  if (!asked) co_return asked.error();
  std::string out;
  store::Number next = 0;
  for (std::size_t shown = 0; shown < 1000;) {
    Result<store::Page> page = co_await store.list(asked->query);
    if (!page) co_return page.error();
    for (const store::Summary& one : page->messages) out += line_of(one);
    shown += page->messages.size();
    next = asked->query.before = page->next;
    if (!next) break;
  }
  if (asked->page) out += "next " + std::to_string(next) + "\n";
  co_return out;
}

// What is done to messages, with what belongs to it; outlives the Write that views it.
struct Decision {
  std::string what{}, from{}, into{}, content_type{};
  std::string_view body{};
};

void add(store::Write& write, store::Number number, const Decision& decision) {
  const std::int64_t now_ms = wall_ms();
  if (decision.what == "resume") {
    write.add(store::Resume{number, now_ms});
  } else if (decision.what == "drop") {
    write.add(store::Drop{number, now_ms, now_ms + Millis(std::chrono::hours(24 * 7)).count(), "dropped by a person"});
  } else {
    store::Replay replay;
    replay.number = number;
    replay.at_ms = now_ms;
    replay.from_step = decision.from;
    replay.redirect = decision.into;
    replay.by = "a person";
    if (decision.what == "edit") replay.body = store::Content(decision.body), replay.content_type = decision.content_type;
    write.add(std::move(replay));
  }
}

std::string note_line(const Note& note, const store::Summary& message, const Decision& decision) {
  log::Action line;
  const bool new_run = decision.what == "replay" || decision.what == "edit";
  line.kind = new_run ? log::Kind::replayed : log::Kind::settled;
  line.outcome = decision.what == "drop" ? log::Outcome::dropped : log::Outcome::ok;
  line.cid = message.cid;
  line.message = message.id;
  line.channel = message.channel;
  const std::string text = decision.what + (decision.from.empty() ? "" : " from " + decision.from) + (decision.into.empty() ? "" : " into " + decision.into);
  line.text = text;
  note(line);
  return message.id.hex() + ": " + text + "\n";
}

// One commit for all; when one of them is refused, each for itself.
runtime::Task<std::string> decide_all(store::Store& store, const Note& note, const std::vector<store::Summary>& messages, const Decision& decision) {
  std::string out;
  store::Write all;
  for (const store::Summary& each : messages) add(all, each.number, decision);
  Result<store::Outcome> done = co_await store.commit(all);
  for (const store::Summary& each : messages) {
    if (!done) {
      store::Write one;
      add(one, each.number, decision);
      Result<store::Outcome> alone = co_await store.commit(one);
      if (!alone) {
        out += each.id.hex() + ": not done: " + alone.error().sentence + "\n";
        continue;
      }
    }
    out += note_line(note, each, decision);
  }
  co_return out;
}

runtime::Task<Result<std::vector<store::Summary>>> find_all(store::Store& store, std::string_view ids) {
  std::vector<store::Summary> out;
  for (std::string_view text : split(ids, ',')) {
    const std::optional<Id> id = Id::from_hex(text);
    if (!id) co_return Error{Fault::rejected, arint::quoted(text) + " is no id of a message: 32 hex digits\n"};
    Result<std::optional<store::Summary>> found = co_await store.find(*id);
    if (!found) co_return found.error();
    if (!*found) co_return Error{Fault::rejected, "there is no message " + id->hex() + "\n"};
    out.push_back(std::move(**found));
  }
  if (out.size() > most_at_once) co_return Error{Fault::rejected, "at most " + std::to_string(most_at_once) + " messages at once\n"};
  co_return out;
}

runtime::Task<Result<std::string>> decide(store::Store& store, const Note& note, std::string what, std::string_view ids, Question question) {
  Result<Values> values = values_of(question.query);
  if (!values) co_return values.error();
  const Decision decision{std::move(what), value_of(*values, "from"), value_of(*values, "into"), value_of(*values, "content_type"), question.body};
  const bool known = decision.what == "resume" || decision.what == "replay" || decision.what == "drop" || decision.what == "edit";
  if (!known) co_return Error{Fault::rejected, "a message can be shown, resumed, replayed, edited or dropped, not " + arint::quoted(decision.what) + "\n"};
  if (!decision.into.empty() && decision.into.find('=') == std::string::npos)
    co_return Error{Fault::rejected, "into: ONE=OTHER, what is sent to outgoing ONE goes to OTHER; not " + arint::quoted(decision.into) + "\n"};
  const std::string listed = value_of(*values, "ids");
  Result<std::vector<store::Summary>> found = co_await find_all(store, ids.empty() ? std::string_view(listed) : ids);
  if (!found) co_return found.error();
  std::string out = co_await decide_all(store, note, *found, decision);
  const bool one_refused = found->size() == 1 && out.find(": not done: ") != std::string::npos;
  if (one_refused) co_return Error{Fault::rejected, out};
  co_return out;
}

}  // namespace

runtime::Task<Result<std::string>> answer_about_messages(store::Store& store, const Note& note, Question question) {
  std::string_view rest = question.path.substr(messages_path.size());
  Result<std::string> out = std::string();
  if (rest.empty()) {
    out = co_await list(store, question.query);
    co_return out;
  }
  rest.remove_prefix(1);
  const std::size_t slash = rest.find('/');
  const std::string_view first = rest.substr(0, slash);
  if (question.changes) {
    const bool one = slash != std::string_view::npos;
    std::string what(one ? rest.substr(slash + 1) : first);
    out = co_await decide(store, note, std::move(what), one ? first : std::string_view(), question);
    co_return out;
  }
  Result<std::vector<store::Summary>> found = co_await find_all(store, first);
  if (!found) co_return found.error();
  Result<store::Details> details = co_await store.show(found->front().number);
  if (!details) co_return details.error();
  co_return text_of(*details);
}

}  // namespace arint::admin
