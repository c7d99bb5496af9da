// SPDX-License-Identifier: GPL-3.0-or-later
// Pages of what users meet besides options: formats, faults, metrics.
#include "base/text.hpp"
#include "command/reference/reference.hpp"
#include "connectors/connector.hpp"
#include "declare/readers/docs.hpp"
#include "engine/engine.hpp"
#include "format/catalog.hpp"
#include "format/declared.hpp"
#include "http/codec/refusal.hpp"
#include "http/problem.hpp"
#include "log/metrics/process.hpp"

namespace arint::command::reference {
namespace {

std::string words(std::span<const std::string_view> list, std::string_view before = "") {
  std::string out;
  for (std::string_view one : list) out += (out.empty() ? "`" : ", `") + std::string(before) + std::string(one) + "`";
  return out.empty() ? "none" : out;
}

std::string_view word(format::RoundTrip kind) {
  switch (kind) {
    case format::RoundTrip::byte_exact: return "byte-exact";
    case format::RoundTrip::canonical: return "canonical";
    case format::RoundTrip::lossy: return "lossy";
  }
  return "";
}

std::string_view meaning(Fault fault) {
  switch (fault) {
    case Fault::unreachable: return "It could not be sent at all.";
    case Fault::timeout: return "Time was over; whether the peer did it is not known.";
    case Fault::busy: return "The peer, or a limit of ours, asks for patience.";
    case Fault::refused: return "Credentials or rights are wrong.";
    case Fault::rejected: return "The peer, or a step, says that this message is wrong.";
    case Fault::malformed: return "Bytes or a value are not what they should be.";
    case Fault::cancelled: return "The node stops.";
    case Fault::bug: return "A promise of our own code was broken; please report it.";
  }
  return "";
}

std::string_view what_is_done(Fault fault) {
  switch (fault) {
    case Fault::unreachable: return "Tried again if the outgoing has `retry`.";
    case Fault::timeout: return "Tried again, with `retry`, where that is safe or `on_unknown: repeat` says so.";
    case Fault::busy: return "Tried again, with `retry`, not sooner than the peer asked.";
    case Fault::refused: return "Not tried again: repeating locks accounts.";
    case Fault::rejected: case Fault::malformed: return "Not tried again: the same message fails the same way.";
    case Fault::cancelled: return "Not tried again.";
    case Fault::bug: return "The message fails, the node goes on.";
  }
  return "";
}

// One family of the text format: `# HELP name text`, `# TYPE name kind`, samples.
struct Family {
  std::string name, help, type;
  std::vector<std::string> labels;
};

std::vector<Family> families_of(std::string_view text) {
  std::vector<Family> out;
  for (std::string_view line : split(text, '\n')) {
    if (line.starts_with("# HELP ")) {
      line.remove_prefix(7);
      std::size_t end = line.find(' ');
      out.push_back({std::string(line.substr(0, end)), std::string(line.substr(end + 1)), "", {}});
    } else if (line.starts_with("# TYPE ")) {
      out.back().type = line.substr(line.rfind(' ') + 1);
    } else if (std::size_t brace = line.find('{'); brace != std::string_view::npos && out.back().labels.empty()) {
      // Values of these samples hold neither a comma nor a brace.
      for (std::string_view label : split(line.substr(brace + 1, line.find('}') - brace - 1), ','))
        if (std::string name(label.substr(0, label.find('='))); name != "le") out.back().labels.push_back("`" + name + "`");
    }
  }
  return out;
}

std::string_view unit_of(std::string_view name) {
  if (name.ends_with("_total")) name.remove_suffix(6);
  if (name.ends_with("_seconds")) return "seconds";
  if (name.ends_with("_bytes")) return "bytes";
  return "count";
}

}  // namespace

std::string formats() {
  std::string out = R"(# Formats

The words of `format:` and `as:`: how bytes become a document, and a document bytes. An incoming body is chosen by its Content-Type among
those of the channel; text of an unknown `text/...` type is `text`, `+json` and `+xml` count as `json` and `xml`.

)" + table({"format", "media types, the first is written", "file names", "written with Content-Type", "items can be streamed"});
  std::string trips;
  for (const format::Format* format : format::all()) {
    const std::string name = "`" + std::string(format->name()) + "`";
    out += "| " + name + " | " + words(format->media_types()) + " | " + words(format->extensions(), ".") + " | `" + format->content_type() + "` | " +
           (format->split({}) ? "yes" : "no") + " |\n";
    const format::RoundTripPromise promise = format->round_trip();
    trips += "| " + name + " | " + std::string(word(promise.kind)) + " | " + declare::docs_cell(promise.sentence) + " |\n";
  }
  out += R"(
## Options

A format with options has a name of its own in the project, which then stands wherever a format's name may:

```yaml
formats:
  strict: { json: { duplicates: refuse } }
  excel:  { csv: { delimiter: ";", charset: windows-1252 } }
channels:
  orders: { http: { path: /orders }, format: [strict, excel], service: accept-order }
```

)";
  const declare::Shape declared = format::declared_settings().shape();
  for (const declare::Shape& kind : *declared.settings[0].kinds) out += declare::docs_page(kind, 3);
  while (out.ends_with("\n\n")) out.pop_back();
  return out + R"(
## What reading and then writing keeps

A body that no step changes is passed on as the bytes that came, whatever its format. What is below holds for one that was changed.

- **byte-exact**: the same bytes.
- **canonical**: the same content, in one way of writing it.
- **lossy**: something goes; the sentence says what.

)" + table({"format", "round trip", "what that means"}) + trips + R"(
A body that cannot be read is `malformed`; the sentence says line, column, what was found and what was expected. A document that a format
cannot hold is `malformed` too, with the place in the document.
)";
}

std::string faults() {
  std::string out = R"(# Faults

Everything that goes wrong is one of eight kinds, chosen by what should be done about it. The words stand in `catch: [{ on: ... }]`, in the
action log and in the label `fault` of metrics.

)" + table({"fault", "meaning", "what an outgoing does"});
  for (std::size_t i = 0; i < fault_count; ++i) {
    const Fault fault = static_cast<Fault>(i);
    out += "| `" + std::string(arint::word(fault)) + "` | " + std::string(meaning(fault)) + " | " + std::string(what_is_done(fault)) + " |\n";
  }
  out += R"(
## What a caller gets

Problem details (RFC 9457) with `status`, `detail` and `cid`, the id under which the action log has the whole story; never a peer's words or
our own internals. When a call to an outgoing failed and no `catch` handled it:

)" + table({"fault", "status", "detail"});
  for (std::size_t i = 0; i < fault_count; ++i) {
    const Fault fault = static_cast<Fault>(i);
    out += "| `" + std::string(arint::word(fault)) + "` | " + std::to_string(http::status_of(fault)) + " | " + std::string(http::sentence_of(fault)) + " |\n";
  }
  out += R"(
`validate` answers 422 with a list `violations`, and `fail` what it says. `malformed` and `rejected` of the service itself (a map that does not
fit the message) are 500.

## Requests that are refused before any channel sees them

One strict parser reads HTTP/1.1; after any of these the connection is closed.

)" + table({"word", "status", "sentence"});
  for (auto refusal = http::Refusal::bare_line_feed; refusal < http::Refusal::status_invalid; refusal = static_cast<http::Refusal>(static_cast<int>(refusal) + 1))
    out += "| `" + std::string(http::word_of(refusal)) + "` | " + std::to_string(http::status_of(refusal)) + " | " + std::string(http::sentence_of(refusal)) + " |\n";
  return out;
}

std::string metrics() {
  // The page of a node with one part of each kind; only names and helps are looked at.
  log::Registry registry(1);
  log::declare_process(registry.fixed(), std::string(engine::version));
  log::declare_log(registry.fixed(), [] { return log::State{}; });
  static_cast<void>(log::declare_loop_lag(registry.fixed()));
  log::declare_memory_pressure(registry.fixed(), [] { return 0.0; });
  log::Generation numbers = registry.next();
  for (log::PartKind kind : {log::PartKind::channel, log::PartKind::service, log::PartKind::outgoing}) numbers.part(kind, "name");
  for (const connectors::Connector& connector : connectors::all())
    if (connector.in && connector.in->declare) connector.in->declare(numbers, "name");
  registry.use(std::move(numbers));

  std::string out = R"(# Metrics

What `/metrics` of the admin listener (`node.admin`) serves, in the Prometheus text format. Counters only grow; a histogram `NAME` has
`NAME_bucket` with the label `le`, `NAME_sum` and `NAME_count`. Label `fault` is one of the [faults](faults.md).

)" + table({"metric", "type", "unit", "labels", "meaning"});
  for (const Family& family : families_of(registry.text()))
    out += "| `" + family.name + "` | " + family.type + " | " + std::string(unit_of(family.name)) + " | " + join(family.labels, ", ") + " | " +
           declare::docs_cell(family.help) + " |\n";
  return out;
}

}  // namespace arint::command::reference
