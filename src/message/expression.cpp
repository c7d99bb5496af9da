// SPDX-License-Identifier: GPL-3.0-or-later
#include "message/expression.hpp"

#include "base/text.hpp"
#include "declare/project.hpp"
#include "message/run.hpp"

namespace arint::message {
namespace {

// The end of an expression that begins behind a "{": the matching "}", with strings, names in backquotes and nested braces
// passed over. npos when there is none.
std::size_t end_of_expression(std::string_view text, std::size_t from) {
  int depth = 0;
  for (std::size_t i = from; i < text.size(); ++i) {
    char c = text[i];
    if (c == '"' || c == '\'' || c == '`') {
      for (++i; i < text.size() && text[i] != c; ++i)
        if (text[i] == '\\' && c != '`') ++i;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}' && depth-- == 0) {
      return i;
    }
  }
  return std::string_view::npos;
}

bool is_name(std::string_view text) {
  if (text.empty()) return false;
  for (char c : text)
    if (!(c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))) return false;
  return true;
}

// A call that can only fail is a mistake of the file, not of a message. Names of tables are checked when all are known.
template <class PlaceOf>
void check_names(const mapping::Expression& expression, declare::Reading& reading, PlaceOf place_of) {
  for (const mapping::UnknownFunction& one : expression.unknown_functions())
    reading.fault(place_of(one.offset), "there is no function $" + one.name + (one.near.empty() ? "" : "; did you mean $" + one.near + "?") + " (T1006)");
  for (const mapping::TableUse& one : expression.tables_used()) reading.refer("table", {one.name, place_of(one.offset)});
}

Result<void> append(const document::Value& value, Escape escape, std::string& out) {
  std::string text;
  switch (value.kind()) {
    case document::Kind::absent: return {};
    case document::Kind::boolean: text = value.as_boolean() ? "true" : "false"; break;
    case document::Kind::number: value.append_number(text); break;
    case document::Kind::text: text = value.as_text(); break;
    default:
      return Error{Fault::malformed, "only text, a number or true and false can stand here, the expression gave " + document::described(value)};
  }
  // A path may not be changed by what stands in a value: no "/", no "..", no "?".
  if (escape == Escape::path_segment && (text == "." || text == ".."))
    return Error{Fault::malformed, quoted(text) + " cannot be a segment of a path"};
  out += escape == Escape::none ? text : percent_encode(text);
  return {};
}

}  // namespace

Position Expression::position(std::size_t offset) const {
  if (!file_) return declare::position_in(written_, offset);
  const mapping::Place at = mapping::place_of(compiled_ ? compiled_->source() : std::string_view(), offset);
  return Position{file_, at.line, at.column};
}

std::string Expression::place(std::size_t offset) const { return position(offset).text(); }

Expression Expression::compile(const declare::Expression& written, declare::Reading& reading) {
  Expression out;
  if (written.source.empty()) return out;
  mapping::CompileError detail;
  auto compiled = mapping::Expression::compile(written.source, {}, &detail);
  if (!compiled) {
    reading.fault(declare::position_in(written, detail.offset), detail.sentence + " (" + detail.code + ")");
    return out;
  }
  out.compiled_ = *compiled;
  out.written_ = written;
  check_names(**compiled, reading, [&](std::size_t offset) { return declare::position_in(written, offset); });
  std::string_view source = trim(written.source);
  if (source.starts_with('$') && is_name(source.substr(1))) out.bare_ = source.substr(1);
  return out;
}

Expression Expression::compile_file(const declare::File& file, declare::Reading& reading) {
  Expression out;
  if (file.path.empty()) return out;
  Result<std::string> source = reading.project().read_file(file.path);
  if (!source) {
    reading.fault(file.at, source.error().sentence);
    return out;
  }
  mapping::CompileError detail;
  auto compiled = mapping::Expression::compile(*source, {}, &detail);
  auto name = std::make_shared<const std::string>(file.path);
  auto position = [&](std::size_t offset) {
    const mapping::Place at = mapping::place_of(*source, offset);
    return Position{name, at.line, at.column};
  };
  if (!compiled) {
    reading.fault(position(detail.offset), detail.sentence + " (" + detail.code + ")");
    return out;
  }
  check_names(**compiled, reading, position);
  out.compiled_ = *compiled;
  out.file_ = name;
  return out;
}

Template Template::compile(const declare::Expression& written, declare::Reading& reading) {
  Template out;
  std::string text;
  std::string_view source = written.source;
  auto finish_text = [&] {
    if (!text.empty()) out.parts_.push_back({std::move(text), {}});
    text.clear();
  };
  for (std::size_t i = 0; i < source.size(); ++i) {
    bool doubled = i + 1 < source.size() && source[i + 1] == source[i];
    if ((source[i] == '{' || source[i] == '}') && doubled) {
      text += source[i++];
    } else if (source[i] == '}') {
      reading.fault(declare::position_in(written, i), "a \"}\" without its \"{\"; write \"}}\" for a brace that is text");
      return {};
    } else if (source[i] == '{') {
      std::size_t end = end_of_expression(source, i + 1);
      if (end == std::string_view::npos) {
        reading.fault(declare::position_in(written, i), "this \"{\" has no \"}\"; write \"{{\" for a brace that is text");
        return {};
      }
      finish_text();
      declare::Expression inner{std::string(source.substr(i + 1, end - i - 1)), declare::position_in(written, i + 1), {}};
      Expression compiled = Expression::compile(inner, reading);
      if (!compiled.given()) {
        if (trim(inner.source).empty()) reading.fault(inner.at, "an expression is missing between the braces");
        return {};
      }
      out.parts_.push_back({"", std::move(compiled)});
      i = end;
    } else {
      text += source[i];
    }
  }
  finish_text();
  if (out.parts_.empty() && written.at.line) out.parts_.push_back({});  // given, and empty
  return out;
}

bool Template::uses_body() const noexcept {
  for (const Part& part : parts_)
    if (part.expression.uses_body()) return true;
  return false;
}

Result<void> Template::render(Run& run, Escape escape, std::string& out) const {
  for (const Part& part : parts_) {
    if (!part.expression.given()) {
      out += part.text;
      continue;
    }
    Result<document::Value> value = run.evaluate(part.expression);
    if (!value) return value.error();
    Result<void> appended = append(*value, escape, out);
    if (!appended) {
      appended.error().sentence = part.expression.place(0) + ": " + appended.error().sentence;
      return appended;
    }
  }
  return {};
}

}  // namespace arint::message
