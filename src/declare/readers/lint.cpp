// SPDX-License-Identifier: GPL-3.0-or-later
#include "declare/readers/lint.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.hpp"
#include "declare/project.hpp"
#include "declare/reading.hpp"
#include "declare/yaml/yaml.hpp"

namespace arint::declare {
namespace {

struct Synonyms {
  std::string_view word;
  std::string_view instead_of;  // separated by blanks
};
// design.md, section 2: the same words everywhere.
constexpr std::array synonyms{
    Synonyms{"url", "uri endpoint href base_url server_url dsn connection_string"},
    Synonyms{"listen", "bind bind_address listen_address listen_on"},
    Synonyms{"connect_timeout", "connection_timeout dial_timeout timeout_connect open_timeout"},
    Synonyms{"first_byte_timeout", "read_timeout response_timeout header_timeout ttfb_timeout"},
    Synonyms{"timeout", "time_out total_timeout request_timeout max_time deadline"},
    Synonyms{"in_flight", "concurrency inflight max_in_flight max_concurrency parallelism max_connections"},
    Synonyms{"queue", "queue_size max_queue backlog queue_length"},
    Synonyms{"retry", "retries retry_policy backoff back_off"},
    Synonyms{"attempts", "max_attempts tries max_retries retry_count"},
    Synonyms{"initial", "initial_delay initial_interval first_delay"},
    Synonyms{"limits", "limit quotas"},
    Synonyms{"user", "username user_name login"},
    Synonyms{"password", "pass passwd passphrase pwd"},
    Synonyms{"headers", "header http_headers"},
    Synonyms{"security", "auth authentication"},
    Synonyms{"service", "handler"},
    Synonyms{"format", "content_format encoding_format data_format"},
    Synonyms{"file", "filename file_name file_path"},
    Synonyms{"into", "store_in save_as"},
};

std::string canonical(const std::string& name) {
  for (const Synonyms& one : synonyms)
    for (std::string_view other : split(one.instead_of, ' '))
      if (other == name) return std::string(one.word);
  return "";
}

bool snake_case(std::string_view name) {
  if (name.empty() || name[0] < 'a' || name[0] > 'z') return false;
  return std::all_of(name.begin(), name.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

bool carries_unit(const Setting& it) {
  for (std::string_view unit : {"_ms", "_seconds", "_secs", "_sec", "_minutes", "_hours", "_bytes", "_kb", "_mb", "_kib", "_mib"})
    if (it.is.name.ends_with(unit)) return true;
  return false;
}

bool names_files(const Setting& it) {
  if (it.element) return names_files(*it.element);
  if (it.type == Type::section) return std::any_of(it.section->settings.begin(), it.section->settings.end(), names_files);
  return it.type == Type::file;
}

class Lint {
 public:
  std::vector<std::string> findings;

  explicit Lint(const std::vector<Waiver>& waivers) : waivers_(waivers), used_(waivers.size(), false) {}

  void part(const Shape& shape, const std::string& path, bool named) {
    if (named) sentence(shape.help, path);
    std::set<std::string> names;
    for (const Setting& it : shape.settings) {
      if (it.spread) {
        for (const Shape& kind : *it.kinds) {
          twice(names, kind.name, path);
          part(kind, below(path, kind.name), true);
        }
        continue;
      }
      twice(names, it.is.name, path);
      setting(shape, it, below(path, it.is.name));
    }
    if (shape.rest) sentence(shape.rest->is.help, below(path, "<name>"));
    if (shape.rest && shape.rest->element) inner(*shape.rest->element, below(path, "<name>"));
    if (!shape.shorthand.empty() && !shape.find(shape.shorthand)) say(path, "name", "the shorthand " + quoted(shape.shorthand) + " is not a setting");
    for (const std::vector<std::string>& group : shape.exactly_one)
      for (const std::string& name : group)
        if (!shape.find(name)) say(path, "name", quoted(name) + " of a group is not a setting");
  }

  void unused_waivers() {
    for (std::size_t i = 0; i < waivers_.size(); ++i)
      if (!used_[i]) findings.push_back(waivers_[i].path + ": waiver: nothing to waive for the rule " + quoted(waivers_[i].rule));
  }

 private:
  static std::string below(const std::string& path, const std::string& name) { return path.empty() ? name : path + "." + name; }

  void say(const std::string& path, const std::string& rule, const std::string& what) {
    for (std::size_t i = 0; i < waivers_.size(); ++i)
      if (waivers_[i].path == path && waivers_[i].rule == rule) {
        used_[i] = true;
        return;
      }
    findings.push_back(path + ": " + rule + ": " + what);
  }

  void sentence(const std::string& help, const std::string& path) {
    if (help.empty()) say(path, "help", "has none");
    else if (help[0] >= 'a' && help[0] <= 'z') say(path, "help", "begins with a small letter");
    else if (!help.ends_with('.') && !help.ends_with('?')) say(path, "help", "does not end with a full stop");
  }

  void twice(std::set<std::string>& names, const std::string& name, const std::string& path) {
    if (!names.insert(name).second) say(below(path, name), "twice", "is declared twice");
  }

  void setting(const Shape& shape, const Setting& it, const std::string& path) {
    sentence(it.is.help, path);
    if ((it.is.help.find("{expression") != std::string::npos) != it.is.in_text) say(path, "text", "is text with {expressions} by its help or by its declaration, not by both");
    if (!snake_case(it.is.name)) say(path, "name", "is not snake_case");
    if (carries_unit(it)) say(path, "name", "carries its unit; durations and sizes are written with one");
    if (std::string word = canonical(it.is.name); !word.empty()) say(path, "word", "is called " + quoted(word) + " everywhere else");
    const Setting* leaf = &it;
    while (leaf->element) leaf = leaf->element.get();
    bool shows_itself = leaf->type == Type::section || leaf->type == Type::steps || leaf->type == Type::choice || leaf->type == Type::flag || !leaf->is.choices.empty();
    if (!shows_itself && it.is.example.empty() && (!it.is.fallback || it.is.fallback->empty()) && !(it.type == Type::secret && it.is.fallback))
      say(path, "example", "has neither an example nor a default");
    if (it.is.required && it.is.fallback) say(path, "default", "a required option has a default");
    if (it.fallback) accepted(shape, it, *it.fallback, path, "default");
    if (!it.is.example.empty()) example(shape, it, path);
    inner(it, path);
  }

  void inner(const Setting& it, const std::string& path) {
    const Setting* leaf = &it;
    while (leaf->element) leaf = leaf->element.get();
    if (leaf->type == Type::section) part(*leaf->section, path, false);
    if (leaf->type == Type::choice)
      for (const Shape& kind : *leaf->kinds) part(kind, below(path, kind.name), true);
  }

  void example(const Shape& shape, const Setting& it, const std::string& path) {
    if (names_files(it)) return;  // no project, no files
    Problems problems;
    Node node = it.type >= Type::yaml ? parse_yaml("example", it.is.example, problems) : text_node(it.is.example);
    if (problems.faulty()) return say(path, "sample", problems.list().front().sentence);
    accepted(shape, it, node, path, "sample");
  }

  void accepted(const Shape& shape, const Setting& it, const Node& node, const std::string& path, const std::string& rule) {
    Problems problems;
    // Any variable may stand in an example.
    Project project = Project::from_text("", problems, [](const std::string&) { return std::optional<std::string>("1"); });
    Reading reading(problems, project);
    std::shared_ptr<void> scratch = shape.make();
    if (!it.read(it, node, scratch.get(), reading)) say(path, rule, quoted(node.text) + " is not accepted: " + (problems.list().empty() ? "" : problems.list().front().sentence));
  }

  const std::vector<Waiver>& waivers_;
  std::vector<bool> used_;
};

}  // namespace

std::vector<std::string> lint(const Shape& shape, const std::vector<Waiver>& waivers) {
  Lint lint(waivers);
  lint.part(shape, shape.name, !shape.name.empty());
  lint.unused_waivers();
  return std::move(lint.findings);
}

}  // namespace arint::declare
