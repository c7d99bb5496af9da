// SPDX-License-Identifier: GPL-3.0-or-later
// What a shell and `man` want to know, from the command line's own declaration.
#include <CLI/CLI.hpp>

#include "base/text.hpp"
#include "command/reference/reference.hpp"

namespace arint::command::reference {
namespace {

std::vector<const CLI::App*> below(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

struct Command {
  std::string name{};                  // "log tail"
  const CLI::App* app = nullptr;
};

void walk(const CLI::App& app, const std::string& prefix, std::vector<Command>& out) {
  for (const CLI::App* one : below(app)) {
    const std::string name = prefix.empty() ? one->get_name() : prefix + " " + one->get_name();
    out.push_back({name, one});
    walk(*one, name, out);
  }
}

// The words that may follow: commands below it, and options.
std::string words_of(const CLI::App& app) {
  std::string out;
  for (const CLI::App* one : below(app)) out += one->get_name() + " ";
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) out += "--" + name + " ";
  if (!out.empty()) out.pop_back();
  return out;
}

// roff: a leading point or quote is a request, a hyphen that is typed is "\-".
std::string roff(const std::string& text) {
  std::string out;
  for (char c : text) {
    if (c == '\\') out += "\\e";
    else if (c == '-') out += "\\-";
    else if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) out += std::string("\\&") + c;
    else out += c;
  }
  return out;
}

}  // namespace

std::string bash_completion(const CLI::App& app) {
  std::vector<Command> all;
  walk(app, "", all);
  std::string cases = "    \"\") words=\"" + words_of(app) + "\" ;;\n";
  for (const Command& one : all) cases += "    \"" + one.name + "\") words=\"" + words_of(*one.app) + "\" ;;\n";
  std::string groups;
  for (const Command& one : all)
    if (!below(*one.app).empty()) groups += (groups.empty() ? "\"" : "|\"") + one.name + "\"";
  return R"(# Completion of arint for bash: source it, or put it into /usr/share/bash-completion/completions/arint. Made by `arint completion`.
_arint() {
  local word=${COMP_WORDS[COMP_CWORD]} command= words= i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in -*) continue ;; esac
    case $command in
      "") command=${COMP_WORDS[i]} ;;
      )" + groups + R"() command="$command ${COMP_WORDS[i]}"; break ;;
      *) break ;;
    esac
  done
  case $command in
)" + cases + R"(  esac
  case $word in
    -*) ;;
    *) case $command in ""|)" + groups + R"() ;; *) words= ;; esac ;;
  esac
  [ -n "$words" ] && COMPREPLY=($(compgen -W "$words" -- "$word"))
  [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "$word"))
}
complete -o filenames -F _arint arint
)";
}

std::string man_page(const CLI::App& app, const std::string& version) {
  std::vector<Command> all;
  walk(app, "", all);
  std::string out = ".\\\" Made by `arint man`.\n.TH ARINT 1 \"\" \"arint " + version + "\" \"ARINT\"\n.SH NAME\narint \\- " + roff(app.get_description()) +
                    "\n.SH SYNOPSIS\n.B arint\n.I COMMAND\n[\\fIOPTIONS\\fR]\n.SH DESCRIPTION\nA project is a folder with " + roff("arint.yaml") +
                    ". The commands below check, test and serve it, and ask a node that serves it.\n.SH COMMANDS\n";
  for (const Command& one : all) {
    if (!below(*one.app).empty()) continue;
    std::string usage;
    std::string rows;
    for (const CLI::Option* option : one.app->get_options()) {
      const bool positional = option->get_positional();
      if (option->get_name() == "--help" || option->get_name() == "--help-all") continue;
      const std::string shown = positional ? option->get_name(true) : option->get_name(false, true);
      if (positional) usage += option->get_required() ? " \\fI" + roff(shown) + "\\fR" : " [\\fI" + roff(shown) + "\\fR]";
      rows += ".TP\n.B " + roff(shown) + (positional || option->get_items_expected_max() == 0 ? "" : " \\fIVALUE\\fR") + "\n" + roff(option->get_description()) +
              (option->get_default_str().empty() ? "" : " (default: " + roff(option->get_default_str()) + ")") + "\n";
    }
    out += ".SS arint " + roff(one.name) + usage + "\n" + roff(one.app->get_description()) + ".\n" + rows;
  }
  return out + R"(.SH EXIT STATUS
0: well. 1: it failed. 2: the configuration or the call is wrong.
.SH FILES
.TP
.I arint.yaml
The project, with every
.I conf.d/*.yaml
beside it.
.TP
.I tests/*.test.yaml
Its tests.
.TP
.I data/
What a node writes: actions.log, store.db, arint.sock.
)";
}

}  // namespace arint::command::reference
