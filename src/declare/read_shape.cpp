// SPDX-License-Identifier: GPL-3.0-or-later
// A map read against its shape: which keys are there, which are missing, which are unknown.
#include <algorithm>

#include "base/text.hpp"
#include "declare/members.hpp"
#include "declare/yaml/yaml.hpp"

namespace arint::declare {
namespace {

std::vector<std::string> allowed_names(const Shape& shape) {
  std::vector<std::string> out;
  for (const Setting& setting : shape.settings) {
    if (!setting.spread) out.push_back(setting.is.name);
    else
      for (const Shape& kind : *setting.kinds) out.push_back(kind.name);
  }
  return out;
}

std::string did_you_mean(const std::string& given, const std::vector<std::string>& known) {
  std::string near = nearest(given, known);
  return near.empty() ? "" : "did you mean " + quoted(near) + "? ";
}

void unknown_key(const Member& member, const std::vector<std::string>& known, Reading& reading) {
  reading.fault(member.at, "unknown option " + quoted(member.name) + "; " + did_you_mean(member.name, known) +
                               (known.empty() ? "There are no options here" : "Known here: " + join(known, ", ")));
}

// A bare value where a map is wanted becomes the map it stands for.
std::optional<Node> as_map(const Shape& shape, const Node& node, Reading& reading) {
  if (node.kind == Kind::map) return node;
  Node out = map_node(node.at);
  if (node.kind == Kind::null) return out;
  if (shape.shorthand.empty()) {
    reading.fault(node.at, std::string("is ") + (node.kind == Kind::list ? "a list" : quoted(node.text)) + "; write a map of options" +
                               (shape.settings.empty() ? "" : ": " + join(allowed_names(shape), ", ")));
    return std::nullopt;
  }
  out.members.push_back({shape.shorthand, node.at, node});
  return out;
}

class MapReader {
 public:
  MapReader(const Shape& shape, const Node& map, void* into, Reading& reading)
      : shape_(shape), map_(map), into_(into), reading_(reading), known_(allowed_names(shape)) {}

  bool read() {
    misspelt();
    for (const Setting& setting : shape_.settings) {
      if (setting.spread) spread(setting);
      else one(setting);
    }
    rest();
    for (const std::vector<std::string>& group : shape_.exactly_one) exactly_one(group);
    return good_;
  }

 private:
  // "ulr" is one mistake: told once, and not again as a missing "url".
  void misspelt() {
    if (shape_.rest) return;
    for (const Member& member : map_.members)
      if (std::find(known_.begin(), known_.end(), member.name) == known_.end()) meant_.push_back(nearest(member.name, known_));
  }
  bool meant(const std::string& name) const { return std::find(meant_.begin(), meant_.end(), name) != meant_.end(); }

  void one(const Setting& setting) {
    Reading::Inside inside(reading_, setting.is.name);
    const Node* given = map_.find(setting.is.name);
    // `~` takes an option away (in env/NAME.yaml, say); a key with nothing behind it is told, or is an empty section.
    if (given && given->kind == Kind::null && !given->text.empty() && setting.optional_member && setting.type != Type::yaml && setting.type != Type::value) given = nullptr;
    if (given) {
      good_ &= setting.read(setting, *given, into_, reading_);
      return;
    }
    if (setting.is.required) {
      good_ = false;
      if (meant(setting.is.name)) return;
      reading_.fault(map_.at, "is missing; it is required: " + setting.is.help + (setting.is.example.empty() ? "" : " Example: " + setting.is.example));
      return;
    }
    if (setting.fallback) {
      good_ &= setting.read(setting, *setting.fallback, into_, reading_);
    } else if (setting.type == Type::section && !setting.optional_member) {
      good_ &= setting.read(setting, map_node(map_.at), into_, reading_);  // its own defaults
    }
  }

  // The key that names the kind stands among our own settings.
  void spread(const Setting& setting) {
    Node found = map_node(map_.at);
    for (const Member& member : map_.members)
      if (std::any_of(setting.kinds->begin(), setting.kinds->end(), [&](const Shape& kind) { return kind.name == member.name; }))
        found.members.push_back(member);
    bool misspelt = std::any_of(setting.kinds->begin(), setting.kinds->end(), [&](const Shape& kind) { return meant(kind.name); });
    if (found.members.empty() && (!setting.is.required || misspelt)) return;
    good_ &= setting.read(setting, found, into_, reading_);
  }

  void rest() {
    Node others = map_node(map_.at);
    for (const Member& member : map_.members) {
      if (std::find(known_.begin(), known_.end(), member.name) != known_.end()) continue;
      if (shape_.rest) {
        others.members.push_back(member);
      } else {
        unknown_key(member, known_, reading_);
        good_ = false;
      }
    }
    if (shape_.rest) good_ &= shape_.rest->read(*shape_.rest, others, into_, reading_);
  }

  void exactly_one(const std::vector<std::string>& group) {
    std::vector<const Member*> there;
    for (const std::string& name : group)
      if (const Member* member = map_.member(name)) there.push_back(member);
    if (there.size() == 1) return;
    good_ = false;
    if (std::any_of(group.begin(), group.end(), [&](const std::string& name) { return meant(name); })) return;
    if (there.empty()) reading_.fault(map_.at, "one of " + join(group, ", ") + " is required");
    else reading_.fault(there[1]->at, quoted(there[1]->name) + " and " + quoted(there[0]->name) + " cannot both be given; write one of " + join(group, ", "));
  }

  const Shape& shape_;
  const Node& map_;
  void* into_;
  Reading& reading_;
  std::vector<std::string> known_, meant_;
  bool good_ = true;
};

// The kind's options into a struct of their own.
bool read_kind(const Shape& kind, const Member& member, Choice& into, Reading& reading) {
  into.kind = kind.name;
  into.at = member.at;
  into.node = member.value;
  into.type = kind.type;
  std::shared_ptr<void> options = kind.make();
  bool good = read_shape(kind, member.value, options.get(), kind.type, reading);
  into.options = std::move(options);
  return good;
}

}  // namespace

namespace {

// What undoes the step, taken out of its item: it stands beside every verb.
Node taken(Node& step, Reading& reading) {
  for (std::size_t i = 0; i < step.members.size(); ++i) {
    if (step.members[i].name != compensate_name) continue;
    Node out = std::move(step.members[i].value);
    step.members.erase(step.members.begin() + static_cast<std::ptrdiff_t>(i));
    if (out.kind == Kind::list && !out.items.empty()) return out;
    reading.fault(out.at, std::string(compensate_name) + " is a list of steps, at least one");
  }
  return {};
}

}  // namespace

bool read_shape(const Shape& shape, const Node& node, void* into, std::type_index type, Reading& reading) {
  invariant(shape.type == type, "a shape is read into the struct it was declared for");
  std::optional<Node> map = as_map(shape, node, reading);
  if (!map) return false;
  if (shape.place) shape.place(into, node.at);
  bool good = MapReader(shape, *map, into, reading).read();
  if (!good) return false;
  std::size_t before = reading.problems().list().size();
  for (const auto& rule : shape.checks) rule(into, *map, reading);
  const std::vector<Problem>& all = reading.problems().list();
  return std::all_of(all.begin() + static_cast<std::ptrdiff_t>(before), all.end(), [](const Problem& p) { return p.warning; });
}

bool check(const Shape& shape, const Node& node, Reading& reading) {
  std::shared_ptr<void> scratch = shape.make();
  return read_shape(shape, node, scratch.get(), shape.type, reading);
}

std::vector<Choice> read_steps(const Steps& steps, const std::vector<Shape>& verbs, Reading& reading) {
  std::vector<Choice> out;
  std::vector<std::string> known;
  for (const Shape& verb : verbs) known.push_back(verb.name);
  const Shape* before = nullptr;  // the step before, when its options stand beside its verb
  for (std::size_t i = 0; i < steps.node.items.size(); ++i) {
    Reading::Inside inside(reading, i);
    const Node& item = steps.node.items[i];
    Node step = map_node(item.at);
    if (item.kind == Kind::scalar && !item.quoted) step.members.push_back({item.text, item.at, Node{.at = item.at}});
    if (item.kind == Kind::map) step = item;
    if (step.members.empty()) continue;  // reported when the list was read
    const Node compensate = taken(step, reading);
    const Shape* verb = nullptr;
    const Member* key = nullptr;
    for (const Member& member : step.members)
      for (const Shape& one : verbs)
        if (!verb && one.name == member.name) verb = &one, key = &member;
    if (!verb && step.members.empty()) {
      reading.fault(item.at, std::string(compensate_name) + " undoes the step it stands beside: write both in one item");
      continue;
    }
    if (!verb) {
      const Member& first = step.members.front();
      if (before && before->find(first.name)) {
        reading.fault(first.at, quoted(first.name) + " is an option of the " + quoted(before->name) + " before it; write both in one item: { " + before->name + ": ..., " +
                                    first.name + ": ... }");
        continue;
      }
      reading.fault(first.at, "unknown step " + quoted(first.name) + "; " + did_you_mean(first.name, known) + "Known steps: " + join(known, ", "));
      continue;
    }
    before = verb->beside ? verb : nullptr;
    Reading::Inside at_verb(reading, verb->name);
    Choice choice;
    choice.index = i;
    choice.compensate = compensate;
    if (verb->beside) {
      read_kind(*verb, {verb->name, key->at, step}, choice, reading);
    } else {
      for (const Member& member : step.members)
        if (&member != key)
          reading.fault(member.at, quoted(member.name) + " stands beside " + quoted(verb->name) + "; a step has one verb: begin another step, or move it below " + quoted(verb->name));
      read_kind(*verb, *key, choice, reading);
    }
    out.push_back(std::move(choice));
  }
  return out;
}

void check_references(Reading& reading, const std::map<std::string, std::vector<std::string>>& known) {
  for (const Reference& reference : reading.references()) {
    std::vector<std::string> names;
    if (auto found = known.find(reference.kind); found != known.end()) names = found->second;
    if (auto found = reading.definitions().find(reference.kind); found != reading.definitions().end())
      for (const auto& [name, at] : found->second) names.push_back(name);
    if (std::find(names.begin(), names.end(), reference.name.text) != names.end()) continue;
    std::sort(names.begin(), names.end());
    Reading::Inside inside(reading, reference.path);
    reading.fault(reference.name.at, "there is no " + reference.kind + " named " + quoted(reference.name.text) + "; " +
                                         did_you_mean(reference.name.text, names) +
                                         (names.empty() ? "None is defined" : "Defined: " + join(names, ", ")));
  }
}

namespace members {

bool read_value(const Setting& setting, const Node& node, Choice& into, Reading& reading) {
  std::vector<std::string> known;
  for (const Shape& kind : *setting.kinds) known.push_back(kind.name);
  Node bare = map_node(node.at);
  if (node.kind == Kind::scalar) bare.members.push_back({node.text, node.at, Node{.at = node.at}});
  if (node.kind == Kind::list) {
    reading.fault(node.at, "is a list; write one of " + join(known, ", "));
    return false;
  }
  const Node& map = node.kind == Kind::map ? node : bare;
  bool good = true;
  const Shape* first = nullptr;
  const Member* key = nullptr;
  for (const Member& member : map.members) {
    auto kind = std::find_if(setting.kinds->begin(), setting.kinds->end(), [&](const Shape& one) { return one.name == member.name; });
    if (kind == setting.kinds->end()) {
      reading.fault(member.at, quoted(member.name) + " is not known here; " + did_you_mean(member.name, known) + (nearest(member.name, known).empty() ? "write one of " : "Write one of ") + join(known, ", "));
      good = false;
    } else if (first) {
      reading.fault(member.at, quoted(member.name) + " and " + quoted(first->name) + " cannot both be given; write one of " + join(known, ", "));
      good = false;
    } else {
      first = &*kind;
      key = &member;
    }
  }
  if (!first) {
    if (good) reading.fault(map.at, "one of " + join(known, ", ") + " is missing; it is required" + (setting.is.help.empty() ? "" : ": " + setting.is.help));
    return false;
  }
  Reading::Inside inside(reading, first->name);
  return read_kind(*first, *key, into, reading) && good;
}

namespace {
void forget_places(Node& node) {
  node.at = {};
  node.written = {};
  for (Node& item : node.items) forget_places(item);
  for (Member& member : node.members) {
    member.at = {};
    forget_places(member.value);
  }
}
}  // namespace

void complete(Setting& setting) {
  for (const std::optional<Bound>& bound : {setting.is.least, setting.is.most}) {
    const Setting* leaf = &setting;
    while (leaf->element) leaf = leaf->element.get();
    bool fits = !bound || (leaf->type == Type::duration ? parse_duration(bound->text).has_value() :
                           leaf->type == Type::size ? parse_size(bound->text).has_value() : real_of(bound->text).has_value());
    invariant(fits, "a bound is written as a value of its type: 1, \"1ms\", \"16KiB\"");
  }
  if (!setting.is.fallback) return;
  bool structured = setting.type == Type::list || setting.type == Type::map || setting.type == Type::section || setting.type == Type::choice ||
                    setting.type == Type::yaml || setting.type == Type::steps || setting.type == Type::value;
  if (!structured) {
    setting.fallback = text_node(*setting.is.fallback);
    return;
  }
  Problems problems;
  setting.fallback = parse_yaml("default of " + setting.is.name, *setting.is.fallback, problems);
  forget_places(*setting.fallback);  // a default has no place in the user's files
  invariant(!problems.faulty(), "the fallback of a list, map or section is YAML");
}

}  // namespace members
}  // namespace arint::declare
