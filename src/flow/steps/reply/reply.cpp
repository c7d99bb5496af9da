// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/text.hpp"
#include "declare/settings.hpp"
#include "flow/catalog.hpp"
#include "format/catalog.hpp"

namespace arint::flow {
namespace {

struct Options {
  std::int64_t status = 200;
  declare::Fields<declare::Expression> headers{};
  declare::Expression body{};
  std::optional<declare::Name> as{};
};

class Reply : public Step {
 public:
  int status = 200;
  std::vector<std::pair<std::string, message::Template>> headers{};
  message::Expression body{};
  const format::Format* as = nullptr;

  // A body that is always the same is made once, bytes and all.
  void prepare() {
    if (!body.given() || !body.compiled().constant()) return;
    Result<document::Value> value = mapping::evaluate(body.compiled(), document::Value(), mapping::Environment(), arena_);
    if (!value || value->is_absent()) return;  // each run says what is wrong
    if (!(as ? as : format::find("json"))->write(*value, format::WriteOptions(), bytes_)) return;
    constant_ = *value;
    prepared_ = true;
  }

  runtime::Task<Result<void>> run(message::Run& run) const override {
    run.reply.status = status;
    run.reply.headers.clear();
    for (const auto& [name, value] : headers) {
      std::string text;
      Result<void> rendered = value.render(run, message::Escape::none, text);
      if (!rendered) co_return rendered;
      // Header injection ends here: a value is one line.
      if (text.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
        co_return Error{Fault::malformed, "the value of reply header " + name + " has a line break: " + quoted(text)};
      run.reply.headers.push_back({name, run.arena().copy(text)});
    }
    if (prepared_) {
      run.reply.body = message::Body{message::Body::State::parsed, bytes_, constant_, as};
    } else if (body.given()) {
      Result<document::Value> value = run.evaluate(body);
      if (!value) co_return value.error();
      const message::Variable* bare = body.bare_variable().empty() ? nullptr : run.variable(body.bare_variable());
      const format::Format* format = as ? as : bare && bare->format ? bare->format : nullptr;
      run.reply.body = message::Body{message::Body::State::changed, {}, *value, format};
    } else {
      run.reply.body.reset();
    }
    co_return Result<void>();
  }
  bool uses_body() const noexcept override {
    for (const auto& [name, value] : headers)
      if (value.uses_body()) return true;
    // Without a body of its own the caller gets the body as it is when the flow ends.
    return !body.given() || body.uses_body();
  }

 private:
  document::Arena arena_{16 << 20};
  document::Value constant_{};
  std::string bytes_{};
  bool prepared_ = false;
};

std::unique_ptr<Step> make(const declare::Choice& choice, Build& build) {
  const Options& options = choice.as<Options>();
  auto step = std::make_unique<Reply>();
  step->status = static_cast<int>(options.status);
  for (const auto& [name, text] : options.headers) {
    for (char c : name)
      if (c <= ' ' || c >= 127 || c == ':') {
        build.reading.fault(text.at, quoted(name) + " is no header name (RFC 9110, 5.1)");
        break;
      }
    step->headers.emplace_back(name, message::Template::compile(text, build.reading));
  }
  step->body = message::Expression::compile(options.body, build.reading);
  build.lists.check(step->body, "", build.reading);
  if (options.as) step->as = build.core.format(options.as->text);
  step->prepare();
  return step;
}

}  // namespace

Verb reply_verb() {
  return {declare::Settings<Options>{"reply", "Says what the caller gets when the flow ends. The flow goes on; the last reply counts."}
              .add(&Options::status, {.name = "status", .help = "HTTP status.", .unit = "status code", .fallback = "200", .least = 200, .most = 599})
              .add(&Options::headers, {.name = "headers", .help = "Headers; {expressions} in their values are replaced.",
                                       .example = "{ Location: \"/orders/{id}\" }", .in_text = true})
              .add(&Options::body, {.name = "body", .help = "Body; without it the body as it is when the flow ends.", .example = "\"{ 'order': id }\""})
              .add(&Options::as, {.name = "as", .help = "Format of the body, instead of what the caller accepts.", .example = "xml", .refers = "format"})
              .shape(),
          make};
}

}  // namespace arint::flow
