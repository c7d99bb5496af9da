// SPDX-License-Identifier: GPL-3.0-or-later
#include "command/stored/words.hpp"

namespace arint::command {
namespace {

void add_project(CLI::App* command, Place& place) {
  command->add_option("--project", place.folder, "Folder of the project")->capture_default_str();
  command->add_option("--env", place.environment, "Merge env/NAME.yaml into the configuration");
}

void add_conditions(CLI::App* command, StoreWords& words) {
  command->add_option("--channel", words.channel, "Of this channel");
  command->add_option("--service", words.service, "Of this service");
  command->add_option("--outgoing", words.outgoing, "That wait for or failed at this outgoing");
  command->add_option("--state", words.state, "In this state: waiting, retrying, held, dead, done, ...");
  command->add_option("--fault", words.fault, "With this fault: unreachable, timeout, ...");
  command->add_option("--from", words.from, "Accepted at this time or later: 2026-11-24T08:00:00Z");
  command->add_option("--to", words.to, "Accepted before this time");
  command->add_option("--cid", words.cid, "Of this conversation");
  command->add_option("--text", words.text, "With this text in the body");
}

}  // namespace

Conditions StoreWords::wanted() const {
  return {{"channel", channel}, {"service", service}, {"outgoing", outgoing}, {"state", state}, {"fault", fault},
          {"from", from},       {"to", to},           {"cid", cid},           {"text", text}};
}

void add_messages(CLI::App& app, Place& place, StoreWords& words, int& code) {
  CLI::App* messages = app.add_subcommand("messages", "About accepted messages, also while no node runs")->require_subcommand(1);
  CLI::App* list = messages->add_subcommand("list", "Print them, newest first");
  list->add_option("DIR", place.folder, "Folder of the project, the one with arint.yaml")->capture_default_str();
  list->add_option("--env", place.environment, "Merge env/NAME.yaml into the configuration");
  add_conditions(list, words);
  list->callback([&] { code = list_messages(place, words.wanted()); });

  CLI::App* show = messages->add_subcommand("show", "Print one with its attempts and what is recorded");
  show->add_option("ID", words.ids, "Ids of messages")->required();
  add_project(show, place);
  show->callback([&] { code = show_messages(place, words.ids); });

  for (const auto& [name, help] : {std::pair("resume", "Go on with the same run: held, dead, retrying or waiting ones"),
                                   std::pair("replay", "Begin a new run, with new keys, of what is done, dead or held"), std::pair("drop", "Give them up")}) {
    CLI::App* one = messages->add_subcommand(name, help);
    one->add_option("ID", words.ids, "Ids of messages; or conditions, for all that fit");
    add_project(one, place);
    add_conditions(one, words);
    if (name == std::string_view("replay")) {
      one->add_option("--from-step", words.from_step, "What earlier steps recorded is kept; as `arint messages show` names it");
      one->add_option("--into", words.into, "ONE=OTHER: what is sent to outgoing ONE goes to OTHER");
    }
    one->callback([&, what = std::string(name)] {
      Decision decision{what, words.ids, words.wanted(), words.from_step, words.into};
      code = decide_messages(place, decision);
    });
  }

  CLI::App* edit = messages->add_subcommand("edit", "Begin a new run of one with another body");
  edit->add_option("ID", words.ids, "Id of the message")->required()->expected(1);
  edit->add_option("--body", words.body, "File with the new body; - is standard input")->required();
  edit->add_option("--content-type", words.content_type, "Its media type, when it is another one");
  add_project(edit, place);
  edit->callback([&] { code = edit_message(place, words.ids.front(), words.body, words.content_type); });
}

void add_store(CLI::App& app, Place& place, StoreWords& words, int& code) {
  CLI::App* store = app.add_subcommand("store", "About the store of accepted messages")->require_subcommand(1);
  using Act = int (*)(const Place&);
  struct Word {
    const char* name;
    const char* help;
    Act act;
  };
  for (const Word& word : {Word{"status", "Print how it is", store_status}, Word{"check", "Read all of it, and print what is wrong", store_check},
                           Word{"compact", "Give free pages back to the file system", store_compact}}) {
    CLI::App* one = store->add_subcommand(word.name, word.help);
    add_project(one, place);
    one->callback([&, act = word.act] { code = act(place); });
  }
  CLI::App* backup = store->add_subcommand("backup", "Copy it into a new folder, while the node runs or not");
  backup->add_option("FOLDER", words.folder, "Where to; it must not be there")->required();
  add_project(backup, place);
  backup->callback([&] { code = store_backup(place, words.folder); });
  CLI::App* restore = store->add_subcommand("restore", "Put a backup in its place, while no node runs; what was there is kept beside it");
  restore->add_option("FOLDER", words.folder, "The backup")->required();
  add_project(restore, place);
  restore->callback([&] { code = store_restore(place, words.folder); });
}

}  // namespace arint::command
