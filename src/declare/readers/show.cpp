// SPDX-License-Identifier: GPL-3.0-or-later
// Two passes: the tree as it is in effect (defaults filled in, secrets masked), then that tree as text.
#include "declare/readers/show.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "declare/project.hpp"
#include "declare/readers/json_text.hpp"
#include "declare/replace.hpp"

namespace arint::declare {
namespace {

// scheme://user:password@host: the password is nobody's business.
std::string without_password(std::string text) {
  std::size_t begin = text.find("://");
  if (begin == std::string::npos) return text;
  begin += 3;
  std::size_t at = text.substr(0, text.find_first_of("/?#", begin)).rfind('@');
  std::size_t colon = text.find(':', begin);
  if (at == std::string::npos || at < begin || colon > at) return text;
  return text.replace(colon + 1, at - colon - 1, "***");
}

Node masked(const Position& at) {
  Node out = text_node("***", at);
  out.quoted = true;
  return out;
}

// Never shown: neither secrets nor what no declaration knows.
class InEffect {
 public:
  InEffect(Project& project, const std::vector<Shape>& verbs) : project_(project), verbs_(verbs) {}

  Node part(const Shape& shape, const Node& given) {
    Node map = given;
    if (given.kind != Kind::map) map = map_node(given.at);
    if ((given.kind == Kind::scalar || given.kind == Kind::list) && !shape.shorthand.empty()) map.members.push_back({shape.shorthand, given.at, given});
    Node out = map_node(given.at);
    for (const Setting& it : shape.settings) {
      if (it.spread) {
        for (const Shape& kind : *it.kinds)
          if (const Member* member = map.member(kind.name)) out.members.push_back({member->name, member->at, part(kind, member->value)});
      } else if (const Member* member = map.member(it.is.name)) {
        out.members.push_back({member->name, member->at, value(it, member->value)});
      } else if (it.fallback) {
        out.members.push_back({it.is.name, {}, value(it, *it.fallback)});
      } else if (it.type == Type::section && !it.optional_member && !it.is.required) {
        out.members.push_back({it.is.name, {}, part(*it.section, map_node())});
      }
    }
    for (const Member& member : map.members)
      if (!declared(shape, member.name)) out.members.push_back({member.name, member.at, undeclared(shape, member.value)});
    return out;
  }

 private:
  static bool declared(const Shape& shape, const std::string& name) {
    return std::any_of(shape.settings.begin(), shape.settings.end(), [&](const Setting& it) {
      if (!it.spread) return it.is.name == name;
      return std::any_of(it.kinds->begin(), it.kinds->end(), [&](const Shape& kind) { return kind.name == name; });
    });
  }

  Node undeclared(const Shape& shape, const Node& node) {
    if (!shape.rest) return masked(node.at);
    return shape.rest->element ? value(*shape.rest->element, node) : node;
  }

  Node value(const Setting& it, const Node& node) {
    switch (it.type) {
      case Type::secret: return node.text.empty() && node.kind == Kind::scalar ? node : masked(node.at);
      case Type::expression:
      case Type::value:
      case Type::yaml: return node;
      case Type::section: return part(*it.section, node);
      case Type::choice: return choice(it, node);
      case Type::steps: return steps(node);
      case Type::list:
      case Type::map: return elements(*it.element, node);
      default: return scalar(node);
    }
  }

  Node scalar(const Node& node) {
    if (node.kind != Kind::scalar) return node;
    Node out = node;
    Replaced replaced = replace_or_keep(node, project_);
    if (replaced.from_file || replaced.kept) return out;
    out.text = without_password(std::move(replaced.text));
    for (std::size_t at = 0; (at = out.text.find("${", at)) != std::string::npos; at += 3) out.text.insert(at, "$");
    out.quoted = node.quoted && !replaced.changed;
    return out;
  }

  Node elements(const Setting& element, const Node& node) {
    Node out = node;
    for (Node& item : out.items) item = value(element, item);
    for (Member& member : out.members) member.value = value(element, member.value);
    return out;
  }

  Node choice(const Setting& it, const Node& node) {
    Node out = node;
    for (Member& member : out.members) {
      auto kind = std::find_if(it.kinds->begin(), it.kinds->end(), [&](const Shape& one) { return one.name == member.name; });
      member.value = kind == it.kinds->end() ? masked(member.value.at) : part(*kind, member.value);
    }
    return out;
  }

  Node steps(const Node& node) {
    Node out = node;
    for (Node& step : out.items) {
      std::optional<Member> compensate;
      if (const Member* beside = step.member(compensate_name)) {
        compensate = Member{beside->name, beside->at, steps(beside->value)};
        std::erase_if(step.members, [](const Member& member) { return member.name == compensate_name; });
      }
      for (const Shape& verb : verbs_) {
        const Member* key = step.member(verb.name);
        if (!key) continue;
        if (verb.beside) {
          step = part(verb, Node(step));
        } else {
          Node options = part(verb, key->value);
          for (Member& member : step.members) member.value = &member == key ? std::move(options) : masked(member.value.at);
        }
        break;
      }
      if (compensate) step.members.push_back(std::move(*compensate));
    }
    return out;
  }

  Project& project_;
  const std::vector<Shape>& verbs_;
};

class Writer {
 public:
  std::string write(const Node& root) {
    members(root, 0);
    return std::move(out_);
  }

 private:
  static std::string indent(int depth) { return std::string(static_cast<std::size_t>(depth) * 2, ' '); }

  void line(const std::string& text, const Position& at) { out_ += text + "  # " + (at.line > 0 ? at.text() : "default") + "\n"; }

  // Without quotes only where it is read back as the same value.
  static std::string scalar(const Node& node) {
    if (node.kind == Kind::null) return "~";
    bool other_than_text = scalar_type(node) != Scalar::text;
    if (other_than_text) return node.text;
    bool bare = !node.text.empty() && scalar_type(text_node(node.text)) == Scalar::text && node.text != "~" && lower(node.text) != "null";
    auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '/'; };
    bare = bare && letter(node.text[0]) && std::all_of(node.text.begin(), node.text.end(), [&](char c) { return letter(c) || c == '-' || c == '.'; });
    return bare ? node.text : json_quoted(node.text);
  }
  static std::string key(const std::string& name) { return scalar(text_node(name)) + ":"; }

  // A list of single values that stood on one line stays on one.
  static bool one_line(const Node& list) {
    return std::all_of(list.items.begin(), list.items.end(), [&](const Node& item) {
      return item.kind != Kind::list && item.kind != Kind::map && item.at.line == list.items.front().at.line && item.at.file == list.items.front().at.file;
    });
  }

  static const Position& origin(const Node& node) { return node.kind == Kind::list && !node.items.empty() ? node.items.front().at : node.at; }

  void members(const Node& map, int depth) {
    for (const Member& member : map.members) value(indent(depth) + key(member.name), member.value, depth + 1);
  }

  // `before` is what stands in front of the value on its line; what does not fit on one line follows at `depth`.
  void value(const std::string& before, const Node& node, int depth) {
    if (node.kind == Kind::map && !node.members.empty()) {
      out_ += before + "\n";
      members(node, depth);
    } else if (node.kind == Kind::list && !one_line(node)) {
      out_ += before + "\n";
      for (const Node& item : node.items) this->item(item, depth);
    } else if (node.kind == Kind::list) {
      std::string items;
      for (const Node& item : node.items) items += (items.empty() ? "" : ", ") + scalar(item);
      line(before + " [" + items + "]", origin(node));
    } else {
      line(before + " " + (node.kind == Kind::map ? "{}" : scalar(node)), node.at);
    }
  }

  void item(const Node& node, int depth) {
    if (node.kind != Kind::map || node.members.empty()) return value(indent(depth) + "-", node, depth + 1);
    std::size_t begin = out_.size();
    members(node, depth + 1);
    out_[begin + static_cast<std::size_t>(depth) * 2] = '-';  // in the indentation of its first line
  }

  std::string out_;
};

}  // namespace

std::string effective(const Shape& root, Project& project, const std::vector<Shape>& verbs) {
  return Writer().write(InEffect(project, verbs).part(root, project.root()));
}

}  // namespace arint::declare
