// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/metrics/page.hpp"

#include <charconv>

namespace arint::log {
namespace {

// In HELP texts a quote needs no escape, in label values it does.
void append_escaped(std::string& out, std::string_view text, bool label) {
  for (char c : text) {
    if (c == '\n') out += "\\n";
    else if (c == '\\' || (label && c == '"')) out.append(1, '\\').append(1, c);
    else out += c;
  }
}

std::string plain(double value) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

// Labels of a series with one more behind them.
std::string with(std::string_view labels, std::string_view name, std::string_view value) {
  std::string out(labels.empty() ? "{" : labels.substr(0, labels.size() - 1));
  if (!labels.empty()) out += ',';
  out.append(name).append("=\"").append(value).append("\"}");
  return out;
}

// The `le` of each bucket; texts are part of the names that are frozen.
const std::array<std::string, Histogram::bounds + 1>& bucket_words() {
  static const auto words = [] {
    std::array<std::string, Histogram::bounds + 1> out;
    for (unsigned i = 0; i < Histogram::bounds; ++i) out[i] = plain(Histogram::bound_seconds(i));
    out[Histogram::bounds] = "+Inf";
    return out;
  }();
  return words;
}

struct Total {
  std::string_view suffix;
  Number Cell::*member;
  std::string_view channel, service, outgoing;  // help, by kind of part
  std::string_view help(PartKind kind) const { return kind == PartKind::channel ? channel : kind == PartKind::service ? service : outgoing; }
};
constexpr std::array totals{
    Total{"_received_total", &Cell::received_, "Messages the channel took in.", "Runs of the service that began.", "Answers the outgoing got."},
    Total{"_sent_total", &Cell::sent_, "Answers the channel gave.", "Runs of the service that ended well.", "Calls the outgoing made."},
    Total{"_received_bytes_total", &Cell::received_bytes_, "Bytes of the messages taken in.", "Bytes of the messages given to runs.", "Bytes of the answers got."},
    Total{"_sent_bytes_total", &Cell::sent_bytes_, "Bytes of the answers given.", "Bytes of the results of runs.", "Bytes of the calls made."},
};

struct Duration {
  std::string_view suffix, help;
};
Duration duration_of(PartKind kind) {
  switch (kind) {
    case PartKind::channel: return {"_answer_seconds", "From the end of a message to the end of its answer."};
    case PartKind::service: return {"_run_seconds", "How long runs of the service took."};
    case PartKind::outgoing: return {"_send_seconds", "How long calls took, with the wait for the answer."};
  }
  return {};
}

std::uint64_t sum(const Part& part, Number Cell::*member) {
  std::uint64_t out = 0;
  for (unsigned core = 0; core < part.cores(); ++core) out += (part.at(core).*member).get();
  return out;
}

}  // namespace

std::string label_text(const Labels& labels) {
  std::string out;
  for (const auto& [name, value] : labels) {
    out.append(out.empty() ? "{" : ",").append(name).append("=\"");
    append_escaped(out, value, true);
    out += '"';
  }
  return out.empty() ? out : out + "}";
}

void Page::begin(std::string_view name, std::string_view help, std::string_view type) {
  out_.append("# HELP ").append(name).append(" ");
  append_escaped(out_, help, false);
  out_.append("\n# TYPE ").append(name).append(" ").append(type).append("\n");
}

void Page::number(std::string_view name, std::string_view labels, double value) {
  out_.append(name).append(labels).append(" ").append(plain(value)).append("\n");
}

void Page::count(std::string_view name, std::string_view labels, std::uint64_t value) {
  char text[24];
  out_.append(name).append(labels).append(" ").append(text, std::to_chars(text, text + sizeof text, value).ptr).append("\n");
}

template <class At>
void Page::histogram(std::string_view name, std::string_view labels, unsigned cores, At&& at) {
  std::uint64_t so_far = 0, nanoseconds = 0;
  std::string bucket = std::string(name) + "_bucket";
  for (unsigned i = 0; i <= Histogram::bounds; ++i) {
    for (unsigned core = 0; core < cores; ++core) so_far += at(core).count(i);
    count(bucket, with(labels, "le", bucket_words()[i]), so_far);
  }
  for (unsigned core = 0; core < cores; ++core) nanoseconds += at(core).sum_nanoseconds();
  number(std::string(name) + "_sum", labels, static_cast<double>(nanoseconds) / 1e9);
  count(std::string(name) + "_count", labels, so_far);  // the buckets' own sum, so that a scrape never contradicts itself
}

void Page::parts(PartKind kind) {
  struct Row {
    std::string labels;
    const Part* part;
  };
  std::vector<Row> rows;
  for (const auto& [key, part] : current_.parts_)
    if (key.first == kind) rows.push_back({label_text({{std::string(word(kind)), key.second}}), part.get()});
  if (rows.empty()) return;
  std::string prefix = "arint_" + std::string(word(kind));
  for (const Total& total : totals) {
    std::string name = prefix + std::string(total.suffix);
    begin(name, total.help(kind), "counter");
    for (const Row& row : rows) count(name, row.labels, sum(*row.part, total.member));
  }
  begin(prefix + "_faults_total", "Failures by kind.", "counter");
  for (const Row& row : rows)
    for (std::size_t fault = 0; fault < fault_count; ++fault) {
      std::uint64_t value = 0;
      for (unsigned core = 0; core < row.part->cores(); ++core) value += row.part->at(core).faults_[fault].get();
      count(prefix + "_faults_total", with(row.labels, "fault", word(static_cast<Fault>(fault))), value);
    }
  begin(prefix + "_in_flight", "Work begun and not ended.", "gauge");
  // Each core's number may be read at another moment; a difference below zero is shown as none.
  for (const Row& row : rows)
    number(prefix + "_in_flight", row.labels, std::max(0.0, static_cast<double>(static_cast<std::int64_t>(sum(*row.part, &Cell::in_flight_)))));
  Duration duration = duration_of(kind);
  std::string name = prefix + std::string(duration.suffix);
  begin(name, duration.help, "histogram");
  for (const Row& row : rows)
    histogram(name, row.labels, row.part->cores(), [&row](unsigned core) -> const Histogram& { return row.part->at(core).seconds_; });
}

void Page::addresses() {
  struct Row {
    std::string labels;
    std::shared_ptr<const AddressPart> part;
  };
  std::vector<Row> rows;
  for (const auto& [outgoing, held] : current_.addresses_)
    for (auto& [address, part] : held->all()) rows.push_back({label_text({{"outgoing", outgoing}, {"address", address}}), std::move(part)});
  if (rows.empty()) return;
  struct Series {
    std::string_view name, help, type;
    Number AddressCell::*member;
  };
  constexpr std::array series{
      Series{"arint_outgoing_address_calls_total", "Requests sent to the address.", "counter", &AddressCell::calls},
      Series{"arint_outgoing_address_connects_total", "Connections opened to it, or tried.", "counter", &AddressCell::connects},
      Series{"arint_outgoing_address_ejections_total", "Times it was left alone for failing in a row.", "counter", &AddressCell::ejections},
      Series{"arint_outgoing_address_faults_total", "Connects and requests that failed, and answers of 502, 503 and 504.", "counter", &AddressCell::faults},
      Series{"arint_outgoing_address_in_flight", "Requests in progress.", "gauge", &AddressCell::in_flight},
      Series{"arint_outgoing_address_up", "Cores that send requests to it; 0: all leave it alone.", "gauge", &AddressCell::up},
  };
  for (const Series& one : series) {
    begin(one.name, one.help, one.type);
    for (const Row& row : rows) count(one.name, row.labels, row.part->sum(one.member));
  }
}

void Page::families(const Generation& generation) {
  for (const auto& [name, family] : generation.families_) {
    // A family may have series in both; it is written once, with all of them.
    bool second = &generation == &current_ && fixed_.families_.contains(name);
    if (second) continue;
    begin(name, family.help, family.type);
    auto write = [&, &name = name](const Generation::Named& home) {
      for (const auto& [labels, series] : home.series) {
        if (const auto* counter = std::get_if<std::shared_ptr<Counter>>(&series)) {
          std::uint64_t value = 0;
          for (unsigned core = 0; core < (*counter)->cores(); ++core) value += (*counter)->at(core).get();
          count(name, labels, value);
        } else if (const auto* durations = std::get_if<std::shared_ptr<Durations>>(&series)) {
          histogram(name, labels, (*durations)->cores(), [&](unsigned core) -> const Histogram& { return (*durations)->at(core); });
        } else {
          number(name, labels, std::get<Generation::Read>(series)());
        }
      }
    };
    write(family);
    if (auto more = current_.families_.find(name); &generation == &fixed_ && more != current_.families_.end()) write(more->second);
  }
}

std::string Page::text() {
  for (PartKind kind : {PartKind::channel, PartKind::service, PartKind::outgoing}) parts(kind);
  addresses();
  families(fixed_);
  families(current_);
  return std::move(out_);
}

}  // namespace arint::log
