// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pinned.hpp"

#include "base/text.hpp"
#include "engine/pinned_text.hpp"
#include "engine/versions.hpp"
#include "flow/values/literal.hpp"
#include "format/catalog.hpp"

namespace arint::engine {
namespace {

// What a flow is made of. Channels and outgoings are taken as they are now, so what they said then is not read.
declare::Node sections_of_flows(const declare::Node& root) {
  declare::Node out = declare::map_node(root.at);
  for (const declare::Member& member : root.members)
    if (pinned_section(member.name)) out.members.push_back(member);
  return out;
}

}  // namespace

void make_formats(const Configuration& configuration, declare::Reading& reading, format::Named& formats) {
  for (const auto& [name, options] : configuration.formats) {
    declare::Reading::Inside section(reading, "formats");
    declare::Reading::Inside inside(reading, name);
    if (format::find(name)) reading.fault(reading.definitions().at("format").at(name), "a format of ARINT is called " + name + "; choose another name");
    if (name == "array") reading.fault(reading.definitions().at("format").at(name), "`as: array` of map means a list; choose another name");
    if (std::unique_ptr<const format::Format> made = format::make(options.kind)) formats.add(name, std::move(made));
  }
}

Result<std::unique_ptr<Pinned>> Pinned::compile(const store::VersionRead& version, const Around& around) {
  Problems problems;
  declare::Project project = Versions::project_of(version, around.folder, problems);
  declare::Reading reading(problems, project);
  Configuration configuration;
  const declare::Node root = sections_of_flows(project.root());
  declare::read(shape(), root, configuration, reading);
  std::unique_ptr<Pinned> out(new Pinned(around.core));
  out->build(configuration, reading, around);
  std::vector<std::string> outgoings, formats;
  for (const auto& [name, outgoing] : around.outgoings) outgoings.push_back(name);
  for (const format::Format* format : format::all()) formats.emplace_back(format->name());
  for (const auto& [name, options] : configuration.formats) formats.push_back(name);
  std::vector<std::string> or_array = formats;
  or_array.emplace_back("array");
  declare::check_references(reading, {{"outgoing", outgoings}, {"format", formats}, {"format or array", or_array}});
  auto found = out->services_.find(version.service);
  if (problems.faulty() || found == out->services_.end())
    return Error{Fault::rejected, "the version of service " + version.service + " that this message is bound to no longer fits: " + std::string(trim(problems.text()))};
  out->service_ = found->second.get();
  return out;
}

void Pinned::build(const Configuration& configuration, declare::Reading& reading, const Around& around) {
  core_.config = flow::literal(configuration.config, arena_);
  tables_ = make_tables(configuration.tables, reading, arena_);
  core_.tables = &tables_;
  core_.formats = &formats_;
  make_formats(configuration, reading, formats_);
  // Counted, but shown only as part of the messages' own numbers: the service of that name may be another one by now.
  for (const auto& [name, steps] : configuration.services)
    services_[name] = std::make_unique<flow::Service>(name, std::make_shared<log::Part>(core_.count));
  for (const auto& [name, steps] : configuration.services) {
    declare::Reading::Inside section(reading, "services");
    declare::Reading::Inside inside(reading, name);
    flow::Build build{reading, core_, around.outgoings, services_, around.forwards};
    services_[name]->set_steps(build.steps(steps));
  }
}

}  // namespace arint::engine
