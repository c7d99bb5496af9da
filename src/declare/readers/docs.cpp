// SPDX-License-Identifier: GPL-3.0-or-later
#include "declare/readers/docs.hpp"

#include "base/text.hpp"

namespace arint::declare {
namespace {

// A cell of a table: a bar or a line break would end it.
std::string cell(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '|') out += "\\|";
    else if (c == '\n') out += "<br>";
    else out += c;
  }
  return out;
}

std::string code(const std::string& text) {
  if (text.empty()) return "";
  bool tick = text.find('`') != std::string::npos;
  return tick ? "`` " + cell(text) + " ``" : "`" + cell(text) + "`";
}

std::string range(const Describe& is) {
  if (is.least && is.most) return ", " + is.least->text + " to " + is.most->text;
  if (is.least) return ", at least " + is.least->text;
  if (is.most) return ", at most " + is.most->text;
  return "";
}

std::string type_cell(const Setting& it) {
  const Setting* leaf = &it;
  std::string out;
  for (; leaf->element; leaf = leaf->element.get()) out += leaf->type == Type::list ? "list of " : "map of names to ";
  if (leaf->type == Type::section) return out + "settings";
  if (!leaf->is.choices.empty()) {
    std::vector<std::string> words;
    for (const std::string& word : leaf->is.choices) words.push_back(code(word));
    return out + (it.element ? "" : "one of ") + join(words, ", ");
  }
  return cell(out + type_words(*leaf) + range(leaf->is));
}

std::string default_cell(const Setting& it) {
  if (it.is.required) return "**required**";
  if (!it.is.fallback) return it.type == Type::section && !it.optional_member ? "" : "optional";
  if (it.is.fallback->empty()) return "empty";
  return code(*it.is.fallback);
}

class Page {
 public:
  Page(std::string& out, int level) : out_(out), level_(level) {}

  void write(const Shape& shape) {
    if (!shape.name.empty()) out_ += std::string(static_cast<std::size_t>(level_), '#') + " " + shape.name + "\n\n";
    if (!shape.help.empty()) out_ += shape.help + "\n\n";
    if (const Setting* short_for = shape.find(shape.shorthand))
      out_ += "A bare value stands for `" + short_for->is.name + "`.\n\n";
    if (shape.settings.empty() && !shape.rest) out_ += "It has no options.\n\n";
    else table(shape);
    for (const std::vector<std::string>& group : shape.exactly_one) {
      std::vector<std::string> names;
      for (const std::string& name : group) names.push_back(code(name));
      out_ += "Exactly one of " + join(names, ", ") + " is written.\n\n";
    }
    kinds(shape);
  }

 private:
  void table(const Shape& shape) {
    out_ += "| option | type | unit | default | meaning | example |\n|---|---|---|---|---|---|\n";
    rows(shape, "");
    out_ += "\n";
  }

  void rows(const Shape& shape, const std::string& prefix) {
    for (const Setting& it : shape.settings) row(it, prefix + it.is.name);
    if (shape.rest) row(*shape.rest, prefix + "<name>", shape.rest->element ? shape.rest->element.get() : nullptr);
  }

  // `shown` is what one entry holds where the setting itself is a map of the user's names.
  void row(const Setting& it, const std::string& name, const Setting* shown = nullptr) {
    const Setting& typed = shown ? *shown : it;
    if (it.spread) {
      for (const Shape& kind : *it.kinds)
        out_ += "| " + code(name + kind.name) + " | settings | | " + (it.is.required ? "**one of the kinds**" : "optional") + " | " + cell(kind.help) + " | |\n";
      return;
    }
    std::string since = it.is.since.empty() ? "" : " Since " + it.is.since + ".";
    out_ += "| " + code(name) + " | " + type_cell(typed) + " | " + cell(it.is.unit) + " | " + default_cell(it) + " | " + cell(it.is.help + since) + " | " +
            code(it.is.example) + " |\n";
    std::string below = name;
    const Setting* leaf = &typed;
    for (; leaf->element; leaf = leaf->element.get()) below += leaf->type == Type::list ? "[]" : ".<name>";
    if (leaf->type == Type::section) rows(*leaf->section, below + ".");
  }

  void kinds(const Shape& shape) {
    for (const Setting& it : shape.settings) {
      const Setting* leaf = &it;
      while (leaf->element) leaf = leaf->element.get();
      if (leaf->type == Type::choice)
        for (const Shape& kind : *leaf->kinds) Page(out_, level_ + 1).write(kind);
      if (leaf->type == Type::section) kinds(*leaf->section);
    }
  }

  std::string& out_;
  int level_;
};

}  // namespace

std::string docs_page(const Shape& shape, int level) {
  std::string out;
  Page(out, level).write(shape);
  return out;
}

}  // namespace arint::declare
