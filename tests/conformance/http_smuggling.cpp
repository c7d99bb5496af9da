// SPDX-License-Identifier: GPL-3.0-or-later
// Http11Probe's cases and smuggler's Transfer-Encoding mutations, played twice: against an echo server of ours, and through a
// gateway of ours in front of a recording one. A case passes when the connection ends in one of its `outcomes`, a refusal is followed
// by a closed connection, and the recording back end saw exactly the requests that were answered: none of a refused one.
// A mutation passes when it is refused, or when its line is an ordinary field and the body is read by its Content-Length.
#include <cstdio>

#include "conformance.hpp"
#include "base/text.hpp"
#include "document/value.hpp"
#include "format/json/json.hpp"
#include "http/forward/forward.hpp"
#include "http/server/server.hpp"
#include "http/testing/talk.hpp"
#include "http/wire/resolver.hpp"

namespace arint::conformance {
namespace {

using document::Value;
using http::Exchange;
using http::Field;
using http::Method;
using http::Name;
using http::testing::Answer;
using http::testing::Talk;
using runtime::Task;

constexpr Millis patience{5'000}, short_patience{300};  // the latter where "nothing comes" is an outcome

// Replies with what it understood: method, target, fields, body. Remembers it, too.
class Echo : public http::Handler {
 public:
  Task<void> handle(Exchange& exchange) override {
    ++handled;
    targets += std::string(exchange.target()) + " ";
    if (exchange.method() == Method::delete_ || exchange.method() == Method::options) {
      const Field allow[] = {{"Allow", "GET, HEAD, POST, PUT, OPTIONS"}};
      static_cast<void>(co_await exchange.respond(exchange.method() == Method::options ? 204 : 405, allow, std::string_view()));
      co_return;
    }
    Result<std::string_view> body = co_await exchange.read_all(1 << 30);
    if (!body) {
      static_cast<void>(co_await exchange.problem(body.error()));
      co_return;
    }
    std::string reply = std::string(exchange.method_text()) + " " + std::string(exchange.target()) + "\n";
    for (std::size_t i = 0; i < exchange.fields().count(); ++i) {
      const Field field = exchange.fields().field(i);
      if (exchange.target() == "/cookie" && http::name_of(field.name) != Name::cookie) continue;
      reply += std::string(field.name) + ": " + std::string(field.value) + "\n";
    }
    reply += "\n" + std::string(*body);
    const Field type[] = {{"Content-Type", "text/plain"}};
    static_cast<void>(co_await exchange.respond(200, type, std::string_view(reply)));
  }
  int handled = 0;
  std::string targets{};
};

class Pass : public http::Handler {
 public:
  Task<void> handle(Exchange& exchange) override { static_cast<void>(co_await http::forward(exchange, *upstream, rules)); }
  http::Upstream* upstream = nullptr;
  http::ForwardRules rules{};
};

struct Case {
  std::string name{};
  std::vector<std::string> steps{};
  std::vector<std::string> outcomes{};
  bool needs_echo = false;
};

struct Gadget {
  std::string name{};
  std::string line{};
};

struct Bed {
  Echo direct, recorder;
  Pass pass;
  Tally tally;
  std::vector<Case> cases{};
  std::vector<Gadget> gadgets{};
  std::uint16_t port = 0, gate_port = 0;
};

bool has(const std::vector<std::string>& outcomes, std::string_view wanted) {
  for (const std::string& one : outcomes)
    if (one == wanted) return true;
  return false;
}

bool status_fits(const std::vector<std::string>& outcomes, int status, bool interim) {
  for (const std::string& one : outcomes) {
    if (one == std::to_string(status) || (one == "2xx" && status / 100 == 2)) return true;
    if (one == "any but 1xx") return !interim;
    if (one.starts_with("any but ")) return one.substr(8) != std::to_string(status);
  }
  return false;
}

// Answers the codec gives by itself; behind each the connection must be closed.
bool is_refusal(int status) {
  switch (status) {
    case 400: case 408: case 413: case 414: case 417: case 431: case 501: case 505: return true;
    default: return false;
  }
}

std::string decoded_body(const std::string& request) {
  const std::size_t at = request.find("\r\n\r\n");
  if (at == std::string::npos) return "";
  std::string body = request.substr(at + 4);
  if (request.find("Transfer-Encoding: chunked") == std::string::npos) return body;
  http::ChunkDecoder decoder;
  std::string out;
  std::string_view input = body, data;
  while (decoder.next(input, data) == http::ChunkEvent::data) out += data;
  return out;
}

// What a case asks of the application besides its status.
std::string echo_fault(const Case& one, const Answer& answer) {
  if (one.name == "COMP-405-ALLOW" || one.name == "COMP-OPTIONS-ALLOW") return answer.get("Allow").empty() ? "no Allow" : "";
  if (one.name == "COMP-NO-CL-IN-204") return answer.get("Content-Length").empty() ? "" : "Content-Length with 204";
  if (one.name == "COMP-HEAD-NO-BODY") return answer.body.empty() ? "" : "a body after HEAD";
  if (one.name.starts_with("COMP-DATE")) {
    const std::string date = answer.get("Date");
    return date.size() == 29 && date.ends_with(" GMT") && date[3] == ',' ? "" : "Date is " + date;
  }
  if (one.name == "COMP-CONTENT-TYPE") return answer.get("Content-Type").empty() ? "no Content-Type" : "";
  const std::string& request = one.steps.back();
  const std::string body = decoded_body(request);
  if (!body.empty() && !answer.body.ends_with("\n\n" + body)) return "the body was not understood";
  for (std::size_t at = request.find("Cookie: "); at != std::string::npos; at = request.find("Cookie: ", at + 1)) {
    const std::string cookie = request.substr(at + 8, request.find("\r\n", at) - at - 8);
    if (answer.body.find(cookie) == std::string::npos) return "the cookie " + cookie + " was lost";
  }
  return "";
}

struct Played {
  std::string fault{};
  int answered = 0;   // by the application
  bool open = false;  // ended in waiting: the request was neither refused nor complete
};

Task<Played> play(const Case& one, std::uint16_t port) {
  Played out;
  Talk talk;
  const bool connected = co_await talk.connect(port);
  if (!connected) co_return Played{"cannot connect", 0, false};
  const bool may_be_silent = has(one.outcomes, "timeout");
  std::string seen;
  bool fits = false, interim = false;
  for (std::size_t i = 0; i < one.steps.size() && out.fault.empty(); ++i) {
    const bool last = i + 1 == one.steps.size();
    static_cast<void>(co_await talk.send(one.steps[i]));
    const Method method = one.steps[i].starts_with("HEAD ") ? Method::head : Method::get;
    Answer answer = co_await talk.answer(method, may_be_silent ? short_patience : patience);
    while (answer.status >= 100 && answer.status < 200) {
      interim = true;
      answer = co_await talk.answer(method, patience);
    }
    // OPTIONS * asks about the server as a whole and is answered by it.
    if (answer.status > 0 && !is_refusal(answer.status) && !one.steps[i].starts_with("OPTIONS * ")) ++out.answered;
    seen += answer.status == 0 ? "close " : answer.status == -1 ? "timeout " : std::to_string(answer.status) + " ";
    if (answer.status == 0) {
      fits = has(one.outcomes, "close");
      break;
    }
    if (is_refusal(answer.status)) {
      fits = status_fits(one.outcomes, answer.status, interim);
      const bool closed = co_await talk.closed();
      if (!closed) out.fault = "the connection stayed open behind a refusal; ";
      break;
    }
    out.open = answer.status == -1;
    fits = answer.status == -1 ? may_be_silent : status_fits(one.outcomes, answer.status, interim);
    if (last && fits && one.needs_echo) out.fault = echo_fault(one, answer);
    if (answer.close && !last) continue;  // the next step meets a closed connection
  }
  if (!fits) out.fault += "ended in: " + seen;
  co_return out;
}

Task<void> play_cases(Bed& bed) {
  for (const Case& one : bed.cases) {
    Played direct = co_await play(one, bed.port);
    const int before = bed.recorder.handled;
    Played through = co_await play(one, bed.gate_port);
    if (through.fault.empty() && !through.open && bed.recorder.handled - before != through.answered)
      through.fault = "the back end saw " + std::to_string(bed.recorder.handled - before) + " requests, answered were " + std::to_string(through.answered);
    if (direct.fault.empty() && through.fault.empty()) bed.tally.pass();
    if (!direct.fault.empty()) bed.tally.fail(one.name, direct.fault);
    else if (!through.fault.empty()) bed.tally.fail(one.name, "through the gateway: " + through.fault);
  }
}

// RFC 9112, 5, written down once more and differently from the codec: is this an ordinary field line, and which?
bool ordinary_line(std::string_view line, std::string& name) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  name = lower(line.substr(0, colon));
  for (char c : name)
    if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && marks.find(c) == std::string_view::npos) return false;
  for (char c : line.substr(colon + 1))
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F) return false;
  return true;
}

// Whether the mutation may be let pass: every line of it is an ordinary field that frames nothing.
bool may_pass(const std::string& gadget) {
  std::string_view rest = gadget;
  for (;;) {
    const std::size_t end = rest.find("\r\n");
    std::string name;
    if (!ordinary_line(rest.substr(0, end), name)) return false;
    for (char& c : name) c = c == '_' ? '-' : c;
    if (name == "transfer-encoding" || name == "content-length" || name == "host") return false;
    if (end == std::string_view::npos) return true;
    rest.remove_prefix(end + 2);
  }
}

Task<std::string> play_gadget(const Gadget& gadget, std::uint16_t port, Echo& seen) {
  // Read as chunked, the body ends at once and a second request begins; read by its length, it is all body.
  const std::string body = "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n";
  const std::string request = "POST /?cb=1 HTTP/1.1\r\n" + gadget.line + "\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  const int before = seen.handled;
  seen.targets.clear();
  Talk talk;
  const bool connected = co_await talk.connect(port);
  if (!connected) co_return std::string("cannot connect");
  static_cast<void>(co_await talk.send(request + "GET /after HTTP/1.1\r\nHost: h\r\n\r\n"));
  Answer answer = co_await talk.answer();
  if (is_refusal(answer.status)) {
    const bool closed = co_await talk.closed();
    if (!closed) co_return std::string("the connection stayed open behind a refusal");
    co_return seen.handled == before ? std::string() : std::string("refused, yet seen by the application");
  }
  if (answer.status != 200) co_return "ended in " + std::to_string(answer.status);
  if (!may_pass(gadget.line)) co_return std::string("was accepted");
  if (!answer.body.ends_with("\n\n" + body)) co_return std::string("the body was not read by its length");
  answer = co_await talk.answer();
  if (!answer.body.starts_with("GET /after\n")) co_return std::string("the next request was not understood");
  co_return seen.targets == "/?cb=1 /after " ? std::string() : "the application saw " + seen.targets;
}

Task<void> play_gadgets(Bed& bed) {
  for (const Gadget& gadget : bed.gadgets) {
    std::string fault = co_await play_gadget(gadget, bed.port, bed.direct);
    if (fault.empty()) {
      fault = co_await play_gadget(gadget, bed.gate_port, bed.recorder);
      if (!fault.empty()) fault = "through the gateway: " + fault;
    }
    fault.empty() ? bed.tally.pass() : bed.tally.fail("smuggler " + gadget.name + " " + quoted(gadget.line), fault);
  }
}

Task<void> run_bed(Bed& bed) {
  http::ConnectionBudget budget(1'000);
  http::Resolver resolver;
  const http::ServerOptions options;
  http::Server direct(options, bed.direct, budget), recorder(options, bed.recorder, budget), gate(options, bed.pass, budget);
  for (http::Server* server : {&direct, &recorder, &gate}) {
    Result<void> opened = server->listen("127.0.0.1:0");
    if (!opened) {
      bed.tally.fail("server", opened.error().sentence);
      co_return;
    }
  }
  http::UpstreamOptions to_recorder;
  to_recorder.host = "127.0.0.1";
  to_recorder.port = recorder.port();
  http::Upstream upstream(to_recorder, resolver);
  bed.pass.upstream = &upstream;
  bed.pass.rules.keep_host = true;
  bed.port = direct.port();
  bed.gate_port = gate.port();
  co_await play_cases(bed);
  co_await play_gadgets(bed);
  co_await gate.drain(Millis(1'000));
  co_await upstream.close();
  co_await recorder.drain(Millis(1'000));
  co_await direct.drain(Millis(1'000));
  co_await resolver.close();
}

// The member `name` of each entry of the file's list `list`, decoded.
Value read_file(const std::string& path, document::Arena& arena, std::string& bytes) {
  bytes = whole_file(path);
  Result<Value> read = format::json::read(bytes, arena);
  if (!read) throw std::runtime_error(path + ": " + read.error().sentence);
  return *read;
}

std::string from_base64_text(const Value& text) {
  std::string out;
  if (text.is_text()) from_base64(text.as_text(), out);
  return out;
}

int read_cases(const Value& file, std::vector<Case>& out) {
  int skipped = 0;
  for (const Value& entry : file.get("cases").items()) {
    Case one;
    one.name = entry.get("id").as_text();
    for (const Value& outcome : entry.get("outcomes").items()) one.outcomes.emplace_back(outcome.as_text());
    one.needs_echo = entry.get("needs_echo").is_boolean() && entry.get("needs_echo").as_boolean();
    if (entry.get("payload_base64").is_text()) one.steps.push_back(from_base64_text(entry.get("payload_base64")));
    else if (entry.get("steps").is_array())
      for (const Value& step : entry.get("steps").items()) one.steps.push_back(from_base64_text(step.get("payload_base64")));
    if (one.steps.empty() || one.outcomes.empty()) ++skipped;
    else out.push_back(std::move(one));
  }
  return skipped;
}

}  // namespace

int run_http_smuggling(const std::string& folder) {
  Bed bed;
  document::Arena arena;
  std::string probe, smuggler;
  const int skipped = read_cases(read_file(folder + "/http11probe.json", arena, probe), bed.cases);
  for (const Value& entry : read_file(folder + "/smuggler-te-gadgets.json", arena, smuggler).get("gadgets").items())
    bed.gadgets.push_back({std::string(entry.get("name").as_text()), from_base64_text(entry.get("line_base64"))});
  {
    runtime::Loop loop(runtime::Loop::Backend::automatic, 0);
    loop.run(run_bed(bed));
  }
  std::printf("%d skipped: no bytes to send\n", skipped);
  return bed.tally.end();
}

}  // namespace arint::conformance
