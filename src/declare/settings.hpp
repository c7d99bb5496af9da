// SPDX-License-Identifier: GPL-3.0-or-later
// Settings<S>: the one declaration of a part's options. Each line names a member of S, and says everything a user or a reader
// must know about it; nothing about the option is written anywhere else.
//
//   Settings<Options> options() {
//     return Settings<Options>{"nats", "Publishes to and receives from a NATS server."}
//         .add(&Options::url,       {.name = "url", .help = "Server to connect to.", .required = true, .example = "nats://127.0.0.1:4222"})
//         .add(&Options::in_flight, {.name = "in_flight", .help = "Messages sent and not yet confirmed.", .unit = "messages",
//                                    .fallback = "64", .least = 1});
//   }
//
// A member may be: std::string, Secret, bool, std::int64_t, double, Millis, Size, an enum with words_of(), Expression, Value,
// Name, File, Node (free YAML), Steps, Choice (one_of), a struct with Settings of its own (section), and std::optional,
// std::vector, std::map<std::string, ...> and Fields<...> of these.
#pragma once
#include "declare/members.hpp"
#include "declare/reading.hpp"

namespace arint::declare {

template <class S>
class Settings {
 public:
  explicit Settings(std::string name = "", std::string help = "") {
    shape_.name = std::move(name);
    shape_.help = std::move(help);
    shape_.type = typeid(S);
    shape_.make = [] { return std::static_pointer_cast<void>(std::make_shared<S>()); };
  }

  template <class T>
  Settings& add(T S::*member, Describe is) {
    shape_.settings.push_back(make_setting(member, std::move(is), {}));
    return *this;
  }

  // Nested settings; T is N, or an optional, vector, map or Fields of N.
  template <class T, class N>
  Settings& section(T S::*member, Describe is, const Settings<N>& inner) {
    static_assert(std::is_same_v<members::leaf_t<T>, N>, "the member holds what the inner settings describe");
    shape_.settings.push_back(make_setting(member, std::move(is), {.section = std::make_shared<const Shape>(inner.shape())}));
    return *this;
  }

  // Exactly one key names the kind. Without Describe::name that key stands among the part's own settings (`http:` beside
  // `service:`); with a name it stands below it, and a kind that needs no options may be written as a word: `format: json`.
  template <class T>
  Settings& one_of(T S::*member, std::vector<Shape> kinds, Describe is) {
    static_assert(std::is_same_v<members::leaf_t<T>, Choice>, "one_of fills a Choice");
    bool spread = is.name.empty();
    Setting setting = make_setting(member, std::move(is), {.kinds = std::make_shared<const std::vector<Shape>>(std::move(kinds))});
    setting.spread = spread;
    shape_.settings.push_back(std::move(setting));
    return *this;
  }

  // Every key that is not a setting is the user's own; T is a map or Fields.
  template <class T>
  Settings& rest(T S::*member, Describe is) {
    shape_.rest = make_setting(member, std::move(is), {});
    return *this;
  }
  template <class T, class N>
  Settings& rest(T S::*member, Describe is, const Settings<N>& inner) {
    shape_.rest = make_setting(member, std::move(is), {.section = std::make_shared<const Shape>(inner.shape())});
    return *this;
  }

  // A bare scalar or list stands for this setting: `forward: erp` is `forward: { to: erp }`.
  Settings& shorthand(std::string setting) { return shape_.shorthand = std::move(setting), *this; }
  // A step whose options stand beside its verb; the verb itself is one of the settings.
  Settings& beside() { return shape_.beside = true, *this; }
  // One of these settings, and only one, must be written.
  Settings& exactly_one(std::vector<std::string> names) { return shape_.exactly_one.push_back(std::move(names)), *this; }
  // Keeps where the part stands in the file.
  Settings& place(Position S::*member) {
    shape_.place = [member](void* owner, const Position& at) { static_cast<S*>(owner)->*member = at; };
    return *this;
  }
  // A rule between settings; runs after all were read without fault. It reports with reading.fault().
  Settings& check(std::function<void(S&, const Node&, Reading&)> rule) {
    shape_.checks.push_back([rule = std::move(rule)](void* owner, const Node& node, Reading& reading) {
      rule(*static_cast<S*>(owner), node, reading);
    });
    return *this;
  }

  const Shape& shape() const { return shape_; }
  operator const Shape&() const { return shape_; }

 private:
  template <class T>
  static Setting make_setting(T S::*member, Describe is, members::Inner inner) {
    Setting setting = members::describe<T>(std::move(is), inner);
    setting.read = [member](const Setting& self, const Node& node, void* owner, Reading& reading) {
      return members::read_member(self, node, static_cast<S*>(owner)->*member, reading);
    };
    return setting;
  }

  Shape shape_;
};

template <class S>
bool read(const Settings<S>& settings, const Node& node, S& into, Reading& reading) {
  return read_shape(settings.shape(), node, &into, typeid(S), reading);
}

}  // namespace arint::declare
