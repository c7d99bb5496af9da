// SPDX-License-Identifier: GPL-3.0-or-later
#include "format/declared.hpp"

#include "format/charset/charset.hpp"
#include "format/csv/csv.hpp"
#include "format/json/json.hpp"
#include "format/xml/xml.hpp"

namespace arint::format {

namespace json {

[[maybe_unused]] static const declare::Words<Duplicates>& words_of(Duplicates) {
  static const declare::Words<Duplicates> words{{"last", Duplicates::last}, {"refuse", Duplicates::refuse}};
  return words;
}

}  // namespace json

namespace {

// As csv::Options, but a character is a text here.
struct Csv {
  std::string delimiter{};
  bool names = true;
  std::string charset{};
  std::vector<std::string> columns{};
  Position at{};
};

declare::Settings<json::Options> json_settings(bool lines) {
  declare::Settings<json::Options> out{lines ? "ndjson" : "json", lines ? "One JSON document a line." : "JSON (RFC 8259)."};
  out.add(&json::Options::duplicate_keys, {.name = "duplicates", .help = "Of two equal names in an object the `last` counts, or the document is refused.",
                                           .fallback = "last"})
      .add(&json::Options::comments, {.name = "comments", .help = "Reading: // and /* */ are blanks.", .fallback = "false"})
      .add(&json::Options::canonical, {.name = "canonical", .help = "Writing: RFC 8785, the same bytes for the same document.", .fallback = "false"});
  if (!lines) out.add(&json::Options::pretty, {.name = "pretty", .help = "Writing: two blanks an indent.", .fallback = "false"});
  return out;
}

declare::Settings<Csv> csv_settings() {
  return declare::Settings<Csv>{"csv", "Comma-separated values (RFC 4180)."}
      .add(&Csv::delimiter, {.name = "delimiter", .help = "Between two fields; `auto` finds one of , ; tab and | in the first line.", .fallback = ",", .example = ";"})
      .add(&Csv::names, {.name = "names", .help = "Whether the first line has the names of the columns.", .fallback = "true"})
      .add(&Csv::charset, {.name = "charset", .help = "Reading, when the sender does not say; writing, always.", .fallback = "utf-8", .example = "windows-1252"})
      .add(&Csv::columns, {.name = "columns", .help = "Writing: these, in this order; without them all, as they first appear.", .example = "[id, name]"})
      .place(&Csv::at)
      .check([](Csv& options, const declare::Node&, declare::Reading& reading) {
        if (options.delimiter != "auto" && options.delimiter.size() != 1) reading.fault(options.at, "a delimiter is one character of ASCII, or auto");
        if (!known_charset(options.charset)) reading.fault(options.at, "there is no charset " + options.charset);
      });
}

declare::Settings<xml::Options> xml_settings() {
  return declare::Settings<xml::Options>{"xml", "XML 1.0 with namespaces."}
      .add(&xml::Options::root, {.name = "root", .help = "Writing: the root element of a document that is no object with one member.", .fallback = "", .example = "order"})
      .add(&xml::Options::declaration, {.name = "declaration", .help = "Writing: begin with <?xml ...?>.", .fallback = "true"})
      .add(&xml::Options::pretty, {.name = "pretty", .help = "Writing: two blanks an indent, but for mixed content.", .fallback = "false"})
      .add(&xml::Options::attribute_prefix, {.name = "attribute_prefix", .help = "What attributes' names begin with in the document.", .fallback = "@"})
      .add(&xml::Options::text_name, {.name = "text_name", .help = "The member with the text of an element that has attributes or children.", .fallback = "#text"});
}

}  // namespace

declare::Settings<Declared> declared_settings() {
  return declare::Settings<Declared>{"format", "A format with options, under a name of your own."}.one_of(
      &Declared::kind, {csv_settings(), json_settings(false), json_settings(true), xml_settings()}, {.help = "Which format it is.", .required = true});
}

std::unique_ptr<const Format> make(const declare::Choice& kind) {
  if (!kind.options) return nullptr;  // reported when it was read
  if (kind.kind == "csv") {
    const Csv& options = kind.as<Csv>();
    return csv::make({.delimiter = options.delimiter == "auto" ? '\0' : options.delimiter.empty() ? ',' : options.delimiter[0],
                      .header = options.names, .charset = options.charset, .columns = options.columns});
  }
  if (kind.kind == "xml") return xml::make(kind.as<xml::Options>());
  json::Options options = kind.as<json::Options>();
  options.lines = kind.kind == "ndjson";
  return json::make(options);
}

}  // namespace arint::format
