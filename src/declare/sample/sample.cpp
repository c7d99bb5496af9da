// SPDX-License-Identifier: GPL-3.0-or-later
#include "declare/sample/sample.hpp"

namespace arint::declare::sample {
namespace {

Settings<Retry> retry_settings() {
  return Settings<Retry>{}
      .add(&Retry::total, {.name = "for", .help = "Try again until then.", .fallback = "30s", .least = "1ms", .most = "7d"})
      .add(&Retry::attempts, {.name = "attempts", .help = "At most this often.", .unit = "attempts", .fallback = "3", .least = 1, .most = 100})
      .add(&Retry::factor, {.name = "factor", .help = "Each wait is this much longer.", .fallback = "2", .least = 1, .most = 10});
}

Settings<Http> http_settings() {
  return Settings<Http>{"http", "Calls an HTTP server."}
      .add(&Http::url, {.name = "url", .help = "Server to call.", .required = true, .example = "https://erp.example/api"})
      .add(&Http::user, {.name = "user", .help = "Who calls.", .example = "arint"})
      .add(&Http::password, {.name = "password", .help = "Password, when the server asks one.", .fallback = ""})
      .add(&Http::headers, {.name = "headers", .help = "Sent with each call.", .fallback = "{}"})
      .add(&Http::body, {.name = "body", .help = "Largest answer.", .fallback = "1MiB", .most = "1GiB"})
      .add(&Http::keep_alive, {.name = "keep_alive", .help = "Whether connections are used again.", .fallback = "true"})
      .section(&Http::retry, {.name = "retry", .help = "When a call fails."}, retry_settings())
      .place(&Http::at);
}

Settings<Sql> sql_settings() {
  return Settings<Sql>{"sql", "Asks a database."}
      .add(&Sql::url, {.name = "url", .help = "Database to ask.", .required = true, .example = "postgresql://orders@db/orders"})
      .add(&Sql::keys, {.name = "keys", .help = "Keys of encrypted columns.", .example = "[\"${env:KEY}\"]"});
}

std::vector<Shape> formats() {
  return {Settings<Topic>{"json", "JSON."},
          Settings<Csv>{"csv", "Separated values."}.add(&Csv::separator, {.name = "separator", .help = "Between values.", .fallback = ",", .example = ";"})};
}

Settings<Outgoing> outgoing_settings() {
  return Settings<Outgoing>{"outgoing", "A connection to another system."}
      .one_of(&Outgoing::kind, {http_settings(), sql_settings(), Settings<Topic>{"topic", "Publishes to a topic."}},
              {.help = "What it connects to.", .required = true})
      .add(&Outgoing::in_flight, {.name = "in_flight", .help = "Calls at once.", .unit = "calls", .fallback = "16", .least = 1})
      .one_of(&Outgoing::format, formats(), {.name = "format", .help = "What it speaks.", .fallback = "json"})
      .add(&Outgoing::schema, {.name = "schema", .help = "What bodies must look like.", .example = "schemas/order.json"});
}

Settings<Channel> channel_settings() {
  return Settings<Channel>{"channel", "Where callers come in."}
      .add(&Channel::path, {.name = "path", .help = "Path it answers on.", .required = true, .example = "/orders"})
      .add(&Channel::methods, {.name = "methods", .help = "Methods it answers to.", .fallback = "[POST]", .choices = {"GET", "POST", "PUT"}})
      .add(&Channel::service, {.name = "service", .help = "Service it invokes.", .example = "accept-order", .refers = "service"})
      .add(&Channel::forward, {.name = "forward", .help = "Outgoing it passes requests on to.", .example = "erp", .refers = "outgoing"})
      .add(&Channel::reply, {.name = "reply", .help = "When the caller is answered.", .fallback = "result"})
      .add(&Channel::timeout, {.name = "timeout", .help = "Longest wait for the answer.", .example = "5s"})
      .exactly_one({"service", "forward"})
      .check([](Channel& channel, const Node& node, Reading& reading) {
        if (!channel.path.starts_with('/')) reading.fault(node.find("path")->at, "a path begins with \"/\"");
      });
}

}  // namespace

const Words<Reply>& words_of(Reply) {
  static const Words<Reply> words{{"accepted", Reply::accepted}, {"result", Reply::result}};
  return words;
}

Settings<Root> root_settings() {
  return Settings<Root>{"", "A project."}
      .section(&Root::channels, {.name = "channels", .help = "Where callers come in, by name.", .defines = "channel"}, channel_settings())
      .add(&Root::services, {.name = "services", .help = "What channels invoke, by name.", .example = "{ accept-order: [ { log: received } ] }", .defines = "service"})
      .section(&Root::outgoing, {.name = "outgoing", .help = "Connections to other systems, by name.", .defines = "outgoing"}, outgoing_settings())
      .add(&Root::notes, {.name = "notes", .help = "Whatever you like.", .example = "{ owner: sales }"});
}

std::vector<Shape> verbs() {
  return {
      Settings<Topic>{"log", "Writes a line."},
      Settings<Send>{"send", "Calls an outgoing."}
          .add(&Send::to, {.name = "to", .help = "Outgoing to call.", .required = true, .example = "erp", .refers = "outgoing"})
          .add(&Send::body, {.name = "body", .help = "What is sent.", .example = "$order"})
          .add(&Send::into, {.name = "into", .help = "Variable for the answer.", .example = "booked"})
          .shorthand("to"),
      Settings<Set>{"set", "Changes the body."}.rest(&Set::fields, {.help = "A field and its new value."}),
      Settings<Route>{"route", "Goes one way of several."}
          .section(&Route::cases, {.name = "cases", .help = "The ways.", .required = true},
                   Settings<Case>{}
                       .add(&Case::when, {.name = "when", .help = "Only then.", .example = "total > 5"})
                       .add(&Case::then, {.name = "do", .help = "What is done.", .required = true, .example = "[ log ]"}))
          .shorthand("cases"),
      Settings<Try>{"try", "Does something even when steps fail."}
          .add(&Try::steps, {.name = "try", .help = "What is tried.", .required = true, .example = "[ log ]"})
          .add(&Try::finally, {.name = "finally", .help = "What is done in any case.", .example = "[ log ]"})
          .beside(),
  };
}

Project::Environment variables() {
  return [](const std::string& name) -> std::optional<std::string> {
    if (name == "HOST") return "db";
    if (name == "PORT") return "8080";
    if (name == "EMPTY") return "";
    return std::nullopt;
  };
}

}  // namespace arint::declare::sample
