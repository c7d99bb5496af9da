// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/file/out/connection.hpp"

#include <cerrno>
#include <filesystem>

#include "declare/project.hpp"
#include "message/expression.hpp"

namespace arint::connectors::file {
namespace {

using document::Member;
using document::Value;

class FileOperation final : public outgoing::Operation {
 public:
  explicit FileOperation(FileConnection& connection) : connection_(connection) {}
  message::Template name{};
  message::Expression body{};
  const format::Format* as = nullptr;
  How how = How::replace;

  runtime::Task<Result<Value>> perform(message::Run& run, bool wanted) const override {
    Result<std::string> where = name_of(run);
    if (!where) co_return where.error();
    std::string scratch;
    Result<std::string_view> bytes = co_await bytes_of(run, scratch);
    if (!bytes) co_return bytes.error();
    const std::string_view content = *bytes;
    Result<void> written = co_await connection_.write(*where, content, how);
    if (!written) co_return written.error();
    if (!wanted) co_return Value();
    document::Arena& arena = run.arena();
    const Member members[] = {{"name", document::text_of(arena, *where)}, {"bytes", Value::integer(static_cast<std::int64_t>(content.size()))}};
    co_return document::object_of(arena, members);
  }
  // The same file twice is one file; what was appended would be there twice.
  bool repeatable() const noexcept override { return how == How::replace; }

  runtime::Task<Result<Value>> asked(message::Run& run) const override {
    Result<std::string> where = name_of(run);
    if (!where) co_return where.error();
    if (Result<void> checked = check_name(*where); !checked) co_return checked.error();
    Result<message::Body> content = co_await content_of(run);
    if (!content) co_return content.error();
    document::Arena& arena = run.arena();
    std::string scratch;
    Result<std::string_view> bytes = message::bytes_of(run, *content, scratch);
    if (!bytes) co_return bytes.error();
    const bool document = content->state == message::Body::State::changed || content->state == message::Body::State::parsed;
    const Value shown = document ? content->document : document::text_of(arena, *bytes);
    std::vector<Member> members{{"name", document::text_of(arena, *where)}, {"body", shown}};
    if (how == How::append) members.push_back({"append", Value::boolean(true)});
    co_return document::object_of(arena, members);
  }

 private:
  Result<std::string> name_of(message::Run& run) const {
    std::string out;
    Result<void> rendered = name.render(run, message::Escape::none, out);
    if (!rendered) return rendered.error();
    return out;
  }

  runtime::Task<Result<message::Body>> content_of(message::Run& run) const {
    message::Body out;
    if (body.given()) {
      Result<Value> value = run.evaluate(body);
      if (!value) co_return value.error();
      const message::Variable* bare = body.bare_variable().empty() ? nullptr : run.variable(body.bare_variable());
      out.state = message::Body::State::changed;
      out.document = *value;
      out.format = bare ? bare->format : nullptr;
    } else {
      Result<void> fetched = co_await run.fetch_body();
      if (!fetched) co_return fetched.error();
      out = run.body;
    }
    if (!as || as == out.format) co_return out;
    if (out.state == message::Body::State::raw || out.state == message::Body::State::parsed) {
      Result<const Value*> parsed = run.document();
      if (!parsed) co_return parsed.error();
      out.document = **parsed;
      out.state = message::Body::State::changed;
    }
    out.format = as;
    co_return out;
  }

  runtime::Task<Result<std::string_view>> bytes_of(message::Run& run, std::string& scratch) const {
    Result<message::Body> content = co_await content_of(run);
    if (!content) co_return content.error();
    co_return message::bytes_of(run, *content, scratch);
  }

  FileConnection& connection_;
};

}  // namespace

FileConnection::FileConnection(std::string folder, mode_t mode, message::Core& core) : folder_(std::move(folder)), peer_("file:" + folder_), mode_(mode), core_(core) {}

runtime::Task<Result<void>> FileConnection::probe() {
  Result<void> out;
  auto work = [&] {
    Result<Folder> folder = Folder::open(folder_);
    if (!folder) out = folder.error();
  };
  const runtime::IoResult done = co_await runtime::offload(work);
  if (!done.ok()) out = Error{Fault::cancelled, "the folder was not looked at"};
  co_return out;
}

std::unique_ptr<outgoing::Operation> FileConnection::prepare(const declare::Node& options, declare::Reading& reading) {
  SendOptions send;
  if (!declare::read(send_settings(), options, send, reading)) return nullptr;
  auto out = std::make_unique<FileOperation>(*this);
  out->name = message::Template::compile(send.name, reading);
  if (out->name.constant())
    if (Result<void> checked = check_name(send.name.source); !checked) reading.fault(send.name.at, checked.error().sentence);
  out->body = message::Expression::compile(send.body, reading);
  if (send.as) out->as = core_.format(send.as->text);
  out->how = send.append ? How::append : send.exists == Exists::refuse ? How::refuse : How::replace;
  return out;
}

runtime::Task<Result<void>> FileConnection::write(std::string name, std::string_view bytes, How how) {
  Result<void> out;
  auto work = [&] {
    Result<Folder> folder = Folder::open(folder_);
    if (!folder) out = folder.error();
    else if (how == How::append) out = folder->append(name, bytes, mode_);
    else out = folder->write(name, bytes, how == How::refuse ? Exists::refuse : Exists::replace, mode_);
  };
  const runtime::IoResult done = co_await runtime::offload(work);
  if (done.ok()) co_return out;
  if (done.error() == EAGAIN) co_return Error{Fault::busy, "too many files are written at once"};
  co_return Error{done.error() == ETIMEDOUT ? Fault::timeout : Fault::cancelled, "whether " + peer_ + "/" + name + " was written is not known"};
}

std::unique_ptr<outgoing::Connection> make(const declare::Choice& choice, outgoing::Making& making) {
  const OutgoingOptions& options = choice.as<OutgoingOptions>();
  std::filesystem::path folder(options.folder);
  if (folder.is_relative()) folder = std::filesystem::path(making.reading.project().folder()) / folder;
  return std::make_unique<FileConnection>(folder.lexically_normal().string(), mode_of(options.mode).value_or(0640), making.core);
}

}  // namespace arint::connectors::file
