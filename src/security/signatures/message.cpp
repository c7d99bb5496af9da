// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/signatures/message.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"

namespace arint::security::signatures {
namespace {

namespace fields = http::structured;

Error rejected(std::string sentence) { return {Fault::rejected, std::move(sentence)}; }

bool has(const Component& component, std::string_view parameter) {
  const fields::Bare* found = fields::find(component.parameters, parameter);
  return found && found->type == fields::Type::boolean && found->number;
}

// RFC 9421, 2.1: blanks around go, obsolete folding becomes one space.
std::string unfolded(std::string_view value) {
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '\r' && value[i] != '\n') {
      out += value[i];
      continue;
    }
    while (i + 1 < value.size() && std::string_view(" \t\r\n").find(value[i + 1]) != std::string_view::npos) ++i;
    out = std::string(trim(out)) + ' ';
  }
  return std::string(trim(out));
}

// The structured fields that `sf` can be asked of, by their type (RFC 9421, 2.1.1: the application has to know).
enum class Shape { item, list, dictionary };
std::optional<Shape> shape_of(std::string_view name) {
  constexpr std::pair<std::string_view, Shape> known[] = {
      {"accept-ch", Shape::list},           {"cache-status", Shape::list},      {"client-cert", Shape::item},
      {"client-cert-chain", Shape::list},   {"content-digest", Shape::dictionary}, {"priority", Shape::dictionary},
      {"proxy-status", Shape::list},        {"repr-digest", Shape::dictionary}, {"signature", Shape::dictionary},
      {"signature-input", Shape::dictionary}, {"want-content-digest", Shape::dictionary}};
  for (const auto& [field, shape] : known)
    if (field == name) return shape;
  return std::nullopt;
}

template <class T>
Result<std::string> written_again(const Result<T>& parsed) {
  if (!parsed) return parsed.error();
  return fields::serialize(*parsed);
}

Result<std::string> field_value(const Message& message, const Component& component) {
  const std::string& name = component.value.text;
  std::string joined, wrapped;
  bool found = false;
  for (const auto& [field, value] : message.fields) {
    if (!equals_ignoring_case(field, name)) continue;
    std::string plain = unfolded(value);
    if (found) joined += ", ", wrapped += ", ";
    joined += plain;
    wrapped += ":" + base64(plain) + ":";
    found = true;
  }
  if (!found) return rejected("the message has no field " + quoted(name));
  const fields::Bare* key = fields::find(component.parameters, "key");
  bool bytes = has(component, "bs"), strict = has(component, "sf");
  if (bytes && (key || strict)) return rejected("a component has `bs` beside `sf` or `key`");
  if (bytes) return wrapped;
  if (key) {
    Result<fields::Dictionary> dictionary = fields::parse_dictionary(joined);
    const fields::Member* member = dictionary ? fields::find(*dictionary, key->text) : nullptr;
    if (!member) return rejected("the field " + quoted(name) + " is no dictionary with " + quoted(key->text));
    return fields::serialize(*member);
  }
  if (!strict) return joined;
  std::optional<Shape> shape = shape_of(name);
  if (!shape) return rejected("whether the field " + quoted(name) + " is structured is not known here");
  if (*shape == Shape::item) return written_again(fields::parse_item(joined));
  if (*shape == Shape::list) return written_again(fields::parse_list(joined));
  return written_again(fields::parse_dictionary(joined));
}

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }
std::string_view query_of(std::string_view target) {
  std::size_t mark = target.find('?');
  return mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
}

// RFC 9421, 2.2.3: lower case, without the port that the scheme has anyway.
std::string authority_of(const Message& message) {
  std::string out = lower(message.authority);
  std::string_view usual = equals_ignoring_case(message.scheme, "http") ? ":80" : ":443";
  if (out.ends_with(usual)) out.resize(out.size() - usual.size());
  return out;
}

// WHATWG URL, application/x-www-form-urlencoded: read, and written with the percent-encode set of that format, a space as %20.
std::string form_decoded(std::string_view text) {
  std::string plain(text), out;
  std::replace(plain.begin(), plain.end(), '+', ' ');
  for (std::size_t i = 0; i < plain.size(); ++i) {
    int high = plain[i] == '%' && i + 2 < plain.size() ? hex_digit(plain[i + 1]) : -1;
    int low = high >= 0 ? hex_digit(plain[i + 2]) : -1;
    if (low < 0) {
      out += plain[i];
      continue;
    }
    out += static_cast<char>(high << 4 | low);
    i += 2;
  }
  return out;
}
std::string form_encoded(std::string_view text) {
  std::string out;
  for (char c : text) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '*' || c == '-' || c == '.' || c == '_';
    if (plain) {
      out += c;
      continue;
    }
    out += '%';
    for (char digit : hex({&c, 1})) out += static_cast<char>(digit >= 'a' ? digit - 'a' + 'A' : digit);
  }
  return out;
}

Result<std::string> query_parameter(const Message& message, const Component& component) {
  const fields::Bare* wanted = fields::find(component.parameters, "name");
  if (!wanted || wanted->type != fields::Type::string) return rejected("@query-param has no `name`");
  std::optional<std::string> found;
  for (std::string_view pair : split(query_of(message.target), '&')) {
    std::size_t equals = pair.find('=');
    if (form_encoded(form_decoded(pair.substr(0, equals))) != wanted->text) continue;
    // RFC 9421, 2.2.8: with two of a name nobody could say which one was signed.
    if (found) return rejected("the query has " + quoted(wanted->text) + " more than once");
    found = form_encoded(form_decoded(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1)));
  }
  if (!found) return rejected("the query has no " + quoted(wanted->text));
  return *found;
}

Result<std::string> derived(const Message& message, const Component& component) {
  const std::string& name = component.value.text;
  if (name == "@status") {
    if (message.status == 0) return rejected("@status is for answers");
    return std::to_string(message.status);
  }
  if (message.method.empty()) return rejected(quoted(name) + " is for requests");
  if (name == "@method") return std::string(message.method);
  if (name == "@authority") return authority_of(message);
  if (name == "@scheme") return lower(message.scheme);
  if (name == "@request-target") return std::string(message.target);
  if (name == "@path") return std::string(path_of(message.target).empty() ? "/" : path_of(message.target));
  if (name == "@query") return "?" + std::string(query_of(message.target));
  if (name == "@target-uri") return lower(message.scheme) + "://" + authority_of(message) + std::string(message.target);
  if (name == "@query-param") return query_parameter(message, component);
  return rejected("there is no component " + quoted(name));
}

Result<std::string> value_of(const Message& message, const Component& component) {
  const Message* of = &message;
  for (const auto& [name, value] : component.parameters) {
    bool flag = name == "sf" || name == "bs" || name == "req";
    bool text = name == "key" || (name == "name" && component.value.text == "@query-param");
    if (flag ? value.type != fields::Type::boolean : !text || value.type != fields::Type::string)
      return rejected("a component has the parameter " + quoted(name) + ", which is not understood here");
  }
  if (has(component, "req")) of = message.request;
  if (!of) return rejected("a component asks for the request of an answer (`req`), and there is none");
  return component.value.text.starts_with('@') ? derived(*of, component) : field_value(*of, component);
}

}  // namespace

Component component(std::string_view name) { return {fields::string(lower(name)), {}}; }

Result<std::string> signature_base(const Message& message, const fields::Member& input) {
  if (!input.inner || input.items.size() > most_components) return rejected("a signature covers at most 64 components");
  std::string out;
  std::vector<std::string> seen;
  for (const Component& each : input.items) {
    if (each.value.type != fields::Type::string || each.value.text != lower(each.value.text))
      return rejected("a component's name is no text in lower case");
    Result<std::string> name = fields::serialize(each);
    if (!name) return name.error();
    // RFC 9421, 2: the same component, parameters and all, once only.
    if (std::find(seen.begin(), seen.end(), *name) != seen.end()) return rejected("the component " + quoted(*name) + " is covered twice");
    seen.push_back(*name);
    Result<std::string> value = value_of(message, each);
    if (!value) return value.error();
    if (value->find_first_of("\r\n") != std::string::npos) return rejected("the component " + quoted(*name) + " has more than one line");
    out += *name + ": " + *value + "\n";
  }
  Result<std::string> parameters = fields::serialize(input);
  if (!parameters) return parameters.error();
  return out + "\"@signature-params\": " + *parameters;
}

}  // namespace arint::security::signatures
