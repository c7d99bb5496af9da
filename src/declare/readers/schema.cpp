// SPDX-License-Identifier: GPL-3.0-or-later
#include "declare/readers/schema.hpp"

#include "base/text.hpp"
#include "declare/readers/json_text.hpp"
#include "declare/yaml/yaml.hpp"

namespace arint::declare {
namespace {

// Whether nothing needs to be written below the key: `topic:` and `- log`.
bool may_be_empty(const Shape& shape) {
  if (!shape.exactly_one.empty()) return false;
  for (const Setting& setting : shape.settings) {
    if (setting.is.required) return false;
    if (setting.type == Type::section && !setting.optional_member && !setting.is.fallback && !may_be_empty(*setting.section)) return false;
  }
  return !(shape.rest && shape.rest->is.required);
}

// A bound as JSON: numbers only; durations and sizes are texts, and `check` compares those.
void bounds(JsonText& out, const Describe& is) {
  if (is.least) out.member_raw("minimum", is.least->text);
  if (is.most) out.member_raw("maximum", is.most->text);
}

class SchemaWriter {
 public:
  std::string write(const Shape& root, const std::vector<Shape>& verbs, const std::string& title) {
    out_.open_map();
    out_.member("$schema", "https://json-schema.org/draft/2020-12/schema");
    out_.member("title", title);
    map_of(root);
    out_.key("$defs");
    out_.open_map();
    steps(verbs);
    scalar_def("scalar", R"("type": ["string", "number", "boolean"])", "");
    scalar_def("replaced", R"("type": "string", "pattern": "\\$\\{(env|file):[^}]+\\}")", "Replaced when the project is read: ${env:NAME}, ${env:NAME:-default}, ${file:PATH}");
    scalar_def("duration", R"("anyOf": [{"type": "string", "pattern": "^([0-9]+(\\.[0-9]*)?(ms|s|m|h|d)|0)$"}, {"const": 0}])", "A number and one of ms, s, m, h, d");
    scalar_def("size", R"("pattern": "^[0-9]+(\\.[0-9]*)?(B|KiB|MiB|GiB)?$", "type": ["string", "number"])", "A number and one of B, KiB, MiB, GiB; bytes without");
    out_.close();
    out_.close();
    return std::move(out_).take();
  }

 private:
  void scalar_def(const char* name, const char* members, const char* description) {
    std::string text = std::string("{") + members;
    if (*description) text += ", \"description\": " + json_quoted(description);
    out_.member_raw(name, text + "}");
  }

  void reference(const char* name) { out_.raw(std::string("{\"$ref\": \"#/$defs/") + name + "\"}"); }

  // A default or an example as JSON of the setting's type.
  static std::string typed(const Setting& it, const std::string& written) {
    bool is_text = it.type != Type::integer && it.type != Type::number && it.type != Type::flag && it.type < Type::yaml;
    Problems ignored;
    return is_text ? json_quoted(written) : json_of(parse_yaml("example", written, ignored));
  }

  void describe(const Setting& it) {
    std::string help = it.is.help + (it.is.unit.empty() ? "" : " Unit: " + it.is.unit + ".");
    if (!help.empty()) out_.member("description", help);
    if (it.fallback && it.type != Type::secret) out_.member_raw("default", typed(it, *it.is.fallback));
    if (!it.is.example.empty()) out_.member_raw("examples", "[" + typed(it, it.is.example) + "]");
  }

  void setting(const Setting& it) {
    out_.open_map();
    describe(it);
    bare(it);
    out_.close();
  }

  // Alternatives; null is one of them where a setting may be left empty.
  void begin_any() {
    out_.key("anyOf");
    out_.open_list();
  }
  void end_any(bool null) {
    if (null) out_.raw(R"({"type": "null"})");
    out_.close();
  }

  void words(const std::vector<std::string>& words) {
    out_.open_map();
    out_.texts("enum", words);
    out_.close();
  }

  void number(const Setting& it, const char* type) {
    out_.open_map();
    out_.member("type", type);
    bounds(out_, it.is);
    out_.close();
    reference("replaced");
  }

  // The members of the schema of one setting, into an open map.
  void bare(const Setting& it) {
    switch (it.type) {
      case Type::yaml:
      case Type::value: return;
      case Type::list:
        if (it.is.one_alone) {
          out_.key("anyOf");
          out_.open_list();
          setting_element(*it.element);
          out_.open_map();
        }
        container("array", "minItems", it.is.required);
        out_.key("items");
        setting_element(*it.element);
        if (it.is.one_alone) {
          out_.close();
          out_.close();
        }
        return;
      case Type::map: map_setting(it); return;
      case Type::steps: out_.member("$ref", "#/$defs/steps"); return;
      case Type::section: section(*it.section, it.optional_member); return;
      case Type::secret: out_.member_raw("writeOnly", "true"); break;
      default: break;
    }
    begin_any();
    scalar(it);
    end_any(it.optional_member);
  }

  void scalar(const Setting& it) {
    switch (it.type) {
      case Type::flag:
        out_.raw(R"({"type": "boolean"})");
        return reference("replaced");
      case Type::integer: return number(it, "integer");
      case Type::number: return number(it, "number");
      case Type::duration:
        reference("duration");
        return reference("replaced");
      case Type::size:
        reference("size");
        return reference("replaced");
      case Type::choice: return choice(it);
      default: break;
    }
    if (it.is.choices.empty()) return reference("scalar");
    words(it.is.choices);
    reference("replaced");
  }

  void setting_element(const Setting& element) {
    out_.open_map();
    bare(element);
    out_.close();
  }

  // A list or map; left empty it is none, unless one is required.
  void container(const char* type, const char* least, bool required) {
    if (required) out_.member("type", type);
    else out_.texts("type", {type, "null"});
    if (required) out_.member_raw(least, "1");
  }

  void map_setting(const Setting& it) {
    container("object", "minProperties", it.is.required);
    if (!it.is.defines.empty()) out_.member_raw("propertyNames", R"({"pattern": "^[a-z0-9][a-z0-9-]*$"})");
    out_.key("additionalProperties");
    setting_element(*it.element);
  }

  void section(const Shape& shape, bool null) {
    if (shape.shorthand.empty() && !null && !may_be_empty(shape)) return map_of(shape);
    begin_any();
    out_.open_map();
    map_of(shape);
    out_.close();
    if (const Setting* short_for = shape.find(shape.shorthand)) setting(*short_for);
    end_any(null || may_be_empty(shape));
  }

  // A part below its own key.
  void part(const Shape& shape) {
    out_.open_map();
    if (!shape.help.empty()) out_.member("description", shape.help);
    section(shape, false);
    out_.close();
  }

  // One key of several, below a key of its own, or just the word.
  void choice(const Setting& it) {
    std::vector<std::string> words_alone;
    out_.open_map();
    out_.member("type", "object");
    out_.key("properties");
    out_.open_map();
    for (const Shape& kind : *it.kinds) {
      out_.key(kind.name);
      part(kind);
      if (may_be_empty(kind)) words_alone.push_back(kind.name);
    }
    out_.close();
    out_.member_raw("additionalProperties", "false");
    out_.member_raw("minProperties", "1");
    out_.member_raw("maxProperties", "1");
    out_.close();
    if (!words_alone.empty()) words(words_alone);
  }

  // Exactly one key of a group; with `none` also none of them.
  void one_key_of(const std::vector<std::string>& names, bool none) {
    out_.open_map();
    out_.key("oneOf");
    out_.open_list();
    std::string any;
    for (const std::string& name : names) {
      std::string required = "{\"required\": [" + json_quoted(name) + "]}";
      any += (any.empty() ? "" : ", ") + required;
      out_.raw(required);
    }
    if (none) out_.raw("{\"not\": {\"anyOf\": [" + any + "]}}");
    out_.close();
    out_.close();
  }

  static std::vector<std::string> names_of(const std::vector<Shape>& kinds) {
    std::vector<std::string> out;
    for (const Shape& kind : kinds) out.push_back(kind.name);
    return out;
  }

  // The members of the schema of a map with this shape's settings, into an open map.
  void map_of(const Shape& shape) {
    out_.member("type", "object");
    std::vector<std::string> required;
    bool grouped = !shape.exactly_one.empty();
    if (!shape.settings.empty()) {
      out_.key("properties");
      out_.open_map();
      for (const Setting& it : shape.settings) {
        grouped |= it.spread;
        if (it.spread) {
          for (const Shape& kind : *it.kinds) {
            out_.key(kind.name);
            part(kind);
          }
        } else {
          out_.key(it.is.name);
          setting(it);
          if (it.is.required) required.push_back(it.is.name);
        }
      }
      out_.close();
    }
    if (!required.empty()) out_.texts("required", required);
    rest(shape);
    if (!grouped) return;
    out_.key("allOf");
    out_.open_list();
    for (const Setting& it : shape.settings)
      if (it.spread) one_key_of(names_of(*it.kinds), !it.is.required);
    for (const std::vector<std::string>& group : shape.exactly_one) one_key_of(group, false);
    out_.close();
  }

  void rest(const Shape& shape) {
    if (!shape.rest) return out_.member_raw("additionalProperties", "false");
    out_.key("additionalProperties");
    out_.open_map();
    if (!shape.rest->is.help.empty()) out_.member("description", shape.rest->is.help);
    if (shape.rest->element) bare(*shape.rest->element);
    out_.close();
  }

  void steps(const std::vector<Shape>& verbs) {
    out_.key("steps");
    out_.open_map();
    out_.member("description", "Steps, run one after another; each is a verb with its options.");
    out_.member_raw("type", R"(["array", "null"])");
    out_.key("items");
    out_.open_map();
    begin_any();
    std::vector<std::string> words_alone, alone;
    out_.open_map();
    out_.member("type", "object");
    out_.key("properties");
    out_.open_map();
    for (const Shape& verb : verbs) {
      if (verb.beside) continue;
      out_.key(verb.name);
      part(verb);
      alone.push_back(verb.name);
      if (may_be_empty(verb)) words_alone.push_back(verb.name);
    }
    out_.key(compensate_name);
    setting(compensate_);
    out_.close();
    out_.member_raw("additionalProperties", "false");
    out_.key("allOf");
    out_.open_list();
    one_key_of(alone, false);
    out_.close();
    out_.close();
    for (Shape verb : verbs) {
      if (!verb.beside) continue;
      verb.settings.push_back(compensate_);
      out_.open_map();
      if (!verb.help.empty()) out_.member("description", verb.help);
      map_of(verb);
      out_.close();
    }
    if (!words_alone.empty()) words(words_alone);
    end_any(false);
    out_.close();
    out_.close();
  }

  JsonText out_;
  const Setting compensate_{
      .is = {.name = compensate_name, .help = "Steps that undo this one; they run, last step first, when the service of an accepted message fails for good."},
      .type = Type::steps};
};

}  // namespace

std::string json_schema(const Shape& root, const std::vector<Shape>& verbs, const std::string& title) {
  return SchemaWriter().write(root, verbs, title);
}

}  // namespace arint::declare
