// SPDX-License-Identifier: GPL-3.0-or-later
// Pages of what a project is made of, and the index.
#include <algorithm>

#include "base/text.hpp"
#include "command/reference/reference.hpp"
#include "connectors/connector.hpp"
#include "declare/readers/docs.hpp"
#include "engine/configuration.hpp"
#include "flow/build.hpp"
#include "security/scheme.hpp"

namespace arint::command::reference {
namespace {

constexpr std::string_view made_by = "<!-- made by `arint docs` (`make docs`); edit the declarations, not this page -->\n\n";

// What a map of named parts holds: the settings of one of them.
const declare::Shape& part_of(const std::string& section) {
  const declare::Setting* setting = engine::shape().find(section);
  return *setting->element->section;
}

std::string failures(const std::vector<connectors::Failure>& list, std::string_view title, std::string_view column) {
  if (list.empty()) return "";
  std::string out = "## " + std::string(title) + "\n\n" + table({column, "when"});
  for (const connectors::Failure& one : list) out += "| `" + one.word + "` | " + declare::docs_cell(one.when) + " |\n";
  return out + "\n";
}

std::string channel_page(const connectors::Connector& connector) {
  std::string out = "# Channel: " + connector.name + "\n\n" + connector.in->options.help + " Under `channels.<name>." + connector.name +
                    "`; what every channel can be told: [channels](channels.md).\n\n";
  declare::Shape shape = connector.in->options;
  shape.name = shape.help = "";
  out += declare::docs_page(shape, 2);
  return out + failures(connector.in_failures, "What the channel answers when it does not run the service", "status") +
         "What a fault inside the service becomes for the caller: [faults](faults.md).\n";
}

std::string outgoing_page(const connectors::Connector& connector) {
  std::string out = "# Outgoing: " + connector.name + "\n\n" + connector.out->options.help + " Under `outgoing.<name>." + connector.name +
                    "`; what every outgoing can be told: [outgoings](outgoings.md).\n\n";
  declare::Shape options = connector.out->options, send = connector.out->send;
  const std::string verb = send.name == "notify" ? "notify" : "send";
  options.name = options.help = send.name = "";
  out += declare::docs_page(options, 2) + "## What `" + verb + "` takes\n\nBeside `to` and `into`. " + declare::docs_page(send, 2);
  out += connector.out->forwards ? "`forward` can lead to it.\n\n" : "`forward` cannot lead to it.\n\n";
  return out + failures(connector.out_failures, "Faults", "fault") + "What is done about each: [faults](faults.md).\n";
}

std::string index(const std::map<std::string, std::string>& pages) {
  std::string out = R"(# Reference

Every option, with what it takes, its default, its meaning and an example. These pages come from the declarations in the code; a test fails
when they are not what `arint docs` writes.

)" + table({"page", "what is there"});
  for (const auto& [file, text] : pages) {
    std::size_t from = text.find("# ") + 2;
    std::string title = text.substr(from, text.find('\n', from) - from);
    std::size_t begin = text.find("\n\n", from) + 2;
    std::string first = text.substr(begin, text.find('\n', begin) - begin);
    out += "| [" + title + "](" + file + ") | " + declare::docs_cell(first.substr(0, first.find(". ") + (first.find(". ") != std::string::npos))) + " |\n";
  }
  return out + R"(
## What a value can be

)" + table({"value", "how it is written"}) + R"(| text | as it is; `${env:NAME}`, `${env:NAME:-default}` and `${file:PATH}` in it are replaced, `$${` is a literal `${` |
| secret | as text; it is masked wherever the configuration is shown |
| expression | JSONata, evaluated for each message; nothing is replaced in it. A constant text is quoted twice: `"'received'"` |
| expression or literal | a text is an expression, any other YAML stands for itself |
| text with {expressions} | each `{...}` is JSONata and gives way to its value; `{{` is a brace. The option's meaning says so |
| duration | a number and one of `ms` `s` `m` `h` `d`: `500ms`, `1.5h` |
| size | a number and one of `B` `KiB` `MiB` `GiB`; without one, bytes |
| name of ... | the name of a part of the project; names are `[a-z0-9][a-z0-9-]*` |
| file | a file of the project, relative to its folder; nothing outside it |
| list of ... | YAML list; of methods and formats a single one may stand without brackets |

`a.b` is option `b` inside `a`; `a[].b` stands in each item of the list `a`; `<name>` is a name that you choose. Options that are **required** have
no default, `none` means that the option may be left out, and its meaning says what is then done.
)";
}

}  // namespace

std::string table(std::initializer_list<std::string_view> columns) {
  std::string head = "|", line = "|";
  for (std::string_view column : columns) {
    head.append(" ").append(column).append(" |");
    line += "---|";
  }
  return head + "\n" + line + "\n";
}

std::string project() {
  std::string out = R"(# arint.yaml

The project file: a section for each of these, all optional. Sections may be spread over `arint.yaml` and every `conf.d/*.yaml`; a name
defined twice is a fault. `--env NAME` then merges `env/NAME.yaml`, which may only change names that exist. An unknown key is refused,
with the nearest known one. `arint config show` prints what is in effect.

)" + table({"section", "what it holds"});
  std::string parts;
  for (const declare::Setting& setting : engine::shape().settings) {
    const std::string& name = setting.is.name;
    std::string link = "`" + name + "`";
    if (name == "channels" || name == "outgoing") link = "[" + link + "](" + (name == "channels" ? name : "outgoings") + ".md)";
    if (name == "formats") link = "[" + link + "](formats.md#options)";
    if (name == "security") link = "[" + link + "](security.md)";
    if (name == "services") link = "[" + link + "](steps.md)";
    if (setting.type == declare::Type::section) {
      link = "[" + link + "](#" + name + ")";
      parts += (parts.empty() ? "\n" : "") + declare::docs_page(*setting.section, 2);
    }
    if (name == "tables") {
      link = "[" + link + "](#" + name + ")";
      parts += (parts.empty() ? "\n" : "") + declare::docs_page(part_of(name), 2);
    }
    const std::string example = setting.is.example.empty() ? "" : " Example: " + declare::docs_code(name + ": " + setting.is.example);
    out += "| " + link + " | " + declare::docs_cell(setting.is.help) + example + " |\n";
  }
  while (parts.ends_with("\n\n")) parts.pop_back();
  return out + parts;
}

std::string channels() {
  declare::Shape shape = part_of("channels");
  shape.name = "Channels";
  return declare::docs_page(shape, 1, "channel-") + R"(In YAML, under `channels:` by name:

```yaml
channels:
  orders:
    http: { path: /orders, methods: [POST] }
    format: json
    service: accept-order
services:
  accept-order:
    - reply: { status: 201 }
```
)";
}

std::string outgoings() {
  declare::Shape shape = part_of("outgoing");
  shape.name = "Outgoings";
  return declare::docs_page(shape, 1, "outgoing-") + R"(In YAML, under `outgoing:` by name; steps `send`, `notify` and `forward` say it:

```yaml
outgoing:
  erp:
    http: { url: "https://erp.plant-7.acme/api" }
    timeout: 10s
    in_flight: 32
    retry: { attempts: 3, for: 8s }
```
)";
}

std::string security() {
  declare::Shape shape = part_of("security");
  std::string out = "# Security\n\n" + shape.help + " In YAML, under `security:` by name; outgoings say it: `security: webhook-signing`.\n\n";
  for (const security::Scheme& scheme : security::schemes()) out += declare::docs_page(scheme.options, 2);
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

std::string steps() {
  std::string out = R"(# Steps

A service is a list of steps, run one after another. Each is a verb with its options; a verb that needs none may stand alone.

)" + table({"verb", "what it does"});
  std::string parts;
  for (const flow::Verb& verb : flow::verbs()) {
    out += "| [`" + verb.shape.name + "`](#" + verb.shape.name + ") | " + declare::docs_cell(verb.shape.help) + " |\n";
    parts += declare::docs_page(verb.shape, 2);
  }
  out += R"(
## What undoes a step

Beside every verb may stand `compensate:`, the steps that undo it:

```yaml
- send: { to: bank, path: /charges, into: charged }
  compensate: [ send: { to: bank, path: /refunds, body: "{ 'charge': $charged.body.id }" } ]
```

When the service of an accepted message fails for good, they run for each step that ended well, and for each whose outcome is unknown
(`timeout`): the last first, on the body and the variables that the step left, with `$fault` as in `catch`. They are recorded, retried and
continued after a crash as all steps are. Then the message is dead; one that fails for good ends there, and goes on when a person resumes it.
A called service is undone where it fails. Durable channels only.

## When a step fails

A step that fails ends the service, unless `try` handles it; the line in the action log says which step, and where in the file. Every step
can fail with `malformed`: the body is not what its format says, or an expression does not fit the data. `send`, `forward` and `call` fail
as what they call does; `timeout` is also what a step ends with when the channel's time is over. What each fault means: [faults](faults.md).

)";
  while (parts.ends_with("\n\n")) parts.pop_back();
  return out + parts;
}

std::map<std::string, std::string> pages(const CLI::App& app) {
  std::map<std::string, std::string> out;
  out["project.md"] = project();
  out["channels.md"] = channels();
  out["outgoings.md"] = outgoings();
  out["security.md"] = security();
  out["steps.md"] = steps();
  out["formats.md"] = formats();
  out["functions.md"] = functions();
  out["faults.md"] = faults();
  out["metrics.md"] = metrics();
  out["commands.md"] = commands(app);
  for (const connectors::Connector& connector : connectors::all()) {
    if (connector.in) out["channel-" + connector.name + ".md"] = channel_page(connector);
    if (connector.out) out["outgoing-" + connector.name + ".md"] = outgoing_page(connector);
  }
  out["README.md"] = index(out);
  for (auto& [name, text] : out) text = std::string(made_by) + text;
  return out;
}

}  // namespace arint::command::reference
