// SPDX-License-Identifier: GPL-3.0-or-later
#include "declare/readers/docs.hpp"

#include "base/text.hpp"

namespace arint::declare {
namespace {

std::string range(const Describe& is) {
  if (is.least && is.most) return ", " + is.least->text + " to " + is.most->text;
  if (is.least) return ", at least " + is.least->text;
  if (is.most) return ", at most " + is.most->text;
  return "";
}

// What may be written: the type, what a number counts, and its range.
std::string value_cell(const Setting& it) {
  const Setting* leaf = &it;
  std::string out;
  for (; leaf->element; leaf = leaf->element.get()) out += leaf->type == Type::list ? "list of " : "map of names to ";
  if (leaf->type == Type::section) return out + "settings";
  if (!leaf->is.choices.empty()) {
    std::vector<std::string> words;
    for (const std::string& word : leaf->is.choices) words.push_back(docs_code(word));
    return out + (it.element ? "" : "one of ") + join(words, ", ");
  }
  const std::string unit = it.is.unit.empty() ? "" : " (" + it.is.unit + ")";
  return docs_cell(out + type_words(*leaf) + unit + range(leaf->is));
}

std::string default_cell(const Setting& it) {
  if (it.is.required) return "**required**";
  if (!it.is.fallback) return "none";
  if (it.type == Type::section) return "as below";
  if (it.is.fallback->empty() || *it.is.fallback == "\"\"" || *it.is.fallback == "{}") return "empty";
  return docs_code(*it.is.fallback);
}

class Page {
 public:
  Page(std::string& out, int level, const std::string& kind_page) : out_(out), level_(level), kind_page_(kind_page) {}

  void write(const Shape& shape) {
    if (!shape.name.empty()) out_ += std::string(static_cast<std::size_t>(level_), '#') + " " + shape.name + "\n\n";
    if (!shape.help.empty()) out_ += shape.help + "\n\n";
    if (const Setting* short_for = shape.find(shape.shorthand))
      out_ += "A bare value stands for `" + short_for->is.name + "`.\n\n";
    if (shape.beside && shape.settings.size() > 1)
      out_ += "Its options stand beside the verb, in the same item: `{ " + shape.name + ": ..., " + shape.settings[1].is.name + ": ... }`.\n\n";
    if (shape.settings.empty() && !shape.rest) out_ += "It has no options.\n\n";
    else table(shape);
    for (const std::vector<std::string>& group : shape.exactly_one) {
      std::vector<std::string> names;
      for (const std::string& name : group) names.push_back(docs_code(name));
      out_ += "Exactly one of " + join(names, ", ") + " is written.\n\n";
    }
    if (kind_page_.empty()) kinds(shape);
  }

 private:
  void table(const Shape& shape) {
    out_ += "| option | value | default | meaning | example |\n|---|---|---|---|---|\n";
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
      for (const Shape& kind : *it.kinds) {
        const std::string word = docs_code(name + kind.name);
        const std::string linked = kind_page_.empty() ? word : "[" + word + "](" + kind_page_ + kind.name + ".md)";
        out_ += "| " + linked + " | settings | " + (it.is.required ? "**one of the kinds**" : "none") + " | " + docs_cell(kind.help) + " | |\n";
      }
      return;
    }
    std::string since = it.is.since.empty() ? "" : " Since " + it.is.since + ".";
    out_ += "| " + docs_code(name) + " | " + value_cell(typed) + " | " + default_cell(it) + " | " + docs_cell(it.is.help + since) + " | " +
            docs_code(it.is.example) + " |\n";
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
        for (const Shape& kind : *leaf->kinds) Page(out_, level_ + 1, kind_page_).write(kind);
      if (leaf->type == Type::section) kinds(*leaf->section);
    }
  }

  std::string& out_;
  int level_;
  const std::string& kind_page_;
};

}  // namespace

// A bar or a line break would end the cell.
std::string docs_cell(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '|') out += "\\|";
    else if (c == '\n') out += "<br>";
    else out += c;
  }
  return out;
}

std::string docs_code(const std::string& text) {
  if (text.empty()) return "";
  bool tick = text.find('`') != std::string::npos;
  return tick ? "`` " + docs_cell(text) + " ``" : "`" + docs_cell(text) + "`";
}

std::string docs_page(const Shape& shape, int level, const std::string& kind_page) {
  std::string out;
  Page(out, level, kind_page).write(shape);
  return out;
}

}  // namespace arint::declare
