// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/unit.hpp"

#include <algorithm>

#include "connectors/connector.hpp"
#include "engine/uses.hpp"
#include "flow/values/literal.hpp"
#include "format/catalog.hpp"

namespace arint::engine {
namespace {

const connectors::Connector* connector_named(const std::string& name) {
  for (const connectors::Connector& connector : connectors::all())
    if (connector.name == name) return &connector;
  return nullptr;
}

}  // namespace

std::map<std::string, std::shared_ptr<void>> make_shared_state() {
  std::map<std::string, std::shared_ptr<void>> out;
  for (const connectors::Connector& connector : connectors::all())
    if (connector.in && connector.in->share) out[connector.name] = connector.in->share();
  return out;
}

Unit::Unit(const Configuration& configuration, declare::Reading& reading, message::Core core, log::Generation& numbers,
           const Shared& shared, Versions versions)
    : core_(std::move(core)), versions_(std::move(versions)), folder_(reading.project().folder()), drain_(configuration.node.drain_timeout) {
  core_.config = flow::literal(configuration.config, arena_);
  tables_ = make_tables(configuration.tables, reading, arena_);
  core_.tables = &tables_;
  core_.log_steps = configuration.log.steps;
  core_.node = configuration.node.name;
  core_.formats = &formats_;
  make_formats(configuration, reading, formats_);
  if (shared.delivery) {
    events_ = std::make_unique<delivery::StoreEvents>(shared.delivery->store());
    core_.events = events_.get();
    worker_ = std::make_unique<delivery::Worker>(*shared.delivery, *this, core_);
  }
  make_outgoings(configuration, reading, numbers);
  make_services(configuration, reading, numbers);
  make_channels(configuration, reading, numbers, shared);
  check_services(configuration, services_, reading);
}

std::shared_ptr<const security::Signer> Unit::signer_of(const outgoing::Options& options, bool signs, declare::Reading& reading) const {
  if (!options.security) return nullptr;
  if (!signs) reading.fault(options.security->at, "what goes out by `" + options.kind.kind + "` is not signed, so `security` has no place here");
  auto found = signers_.find(options.security->text);
  return signs && found != signers_.end() ? found->second : nullptr;  // an unknown name: the check of references says so
}

void Unit::make_outgoings(const Configuration& configuration, declare::Reading& reading, log::Generation& numbers) {
  for (const auto& [name, options] : configuration.security) {
    declare::Reading::Inside section(reading, "security");
    declare::Reading::Inside inside(reading, name);
    signers_[name] = security::make_signer(options, reading);
  }
  for (const auto& [name, options] : configuration.outgoing) {
    declare::Reading::Inside section(reading, "outgoing");
    declare::Reading::Inside inside(reading, name);
    const connectors::Connector* connector = connector_named(options.kind.kind);
    if (!connector || !connector->out || !options.kind.options) continue;  // reported when it was read
    const auto share = std::max<std::int64_t>(1, (options.in_flight + core_.count - 1) / core_.count);
    outgoing::Making making{name, core_, reading, static_cast<std::size_t>(share), options.timeout, numbers.addresses(name), signer_of(options, connector->out->signs, reading)};
    std::unique_ptr<outgoing::Connection> connection = connector->out->make(options.kind, making);
    if (!connection) continue;
    forwards_[name] = connector->out->forwards;
    outgoings_[name] = std::make_unique<outgoing::Outgoing>(name, options, std::move(connection), core_, numbers.part(log::PartKind::outgoing, name));
  }
}

void Unit::make_services(const Configuration& configuration, declare::Reading& reading, log::Generation& numbers) {
  for (const auto& [name, steps] : configuration.services)
    services_[name] = std::make_unique<flow::Service>(name, numbers.part(log::PartKind::service, name));
  for (const auto& [name, steps] : configuration.services) {
    declare::Reading::Inside section(reading, "services");
    declare::Reading::Inside inside(reading, name);
    flow::Build build{reading, core_, outgoings_, services_, forwards_, &services_[name]->traits()};
    services_[name]->set_steps(build.steps(steps));
  }
}

void Unit::make_channels(const Configuration& configuration, declare::Reading& reading, log::Generation& numbers,
                         const Shared& shared) {
  for (const auto& [name, options] : configuration.channels) {
    declare::Reading::Inside section(reading, "channels");
    declare::Reading::Inside inside(reading, name);
    const connectors::Connector* connector = connector_named(options.kind.kind);
    if (!connector || !connector->in || !options.kind.options) continue;
    auto channel = std::make_unique<channel::Channel>(name, options, core_, numbers.part(log::PartKind::channel, name));
    const flow::Service* service = nullptr;
    outgoing::Outgoing* forward = nullptr;
    if (options.service)
      if (auto found = services_.find(options.service->text); found != services_.end()) service = found->second.get();
    auto speaks_http = [&](const declare::Name& to) -> outgoing::Outgoing* {
      auto found = outgoings_.find(to.text);
      if (found == outgoings_.end()) return nullptr;
      if (!forwards_[to.text]) reading.fault(to.at, "outgoing " + to.text + " cannot be forwarded to: forward needs one that speaks HTTP");
      return found->second.get();
    };
    if (options.forward) forward = speaks_http(*options.forward);
    if (options.canary) channel->has_canary(speaks_http(options.canary->to));
    channel->leads_to(service, forward);
    message::Expression order_by;
    if (options.order_by) {
      declare::Reading::Inside option(reading, "order_by");
      order_by = message::Expression::compile(*options.order_by, reading);
    }
    if (worker_) {
      channel->runs_on(worker_.get(), versions_.of(service ? service->name() : ""), std::move(order_by));
      if (options.durable) worker_->count(name, delivery::channel_numbers(numbers, name, options.retention, shared.delivery->store()));
    }
    std::unique_ptr<channel::Front>& front = fronts_[connector->name];
    if (!front) {
      auto state = shared.kinds.find(connector->name);
      front = connector->in->make({configuration.node.listen, configuration.node.drain_timeout, state == shared.kinds.end() ? nullptr : state->second, &numbers});
    }
    front->add(*channel, reading);
    channels_[name] = std::move(channel);
  }
}

runtime::Task<Result<void>> Unit::open(const Unit* before) {
  for (auto& [name, outgoing] : outgoings_) {
    Result<void> opened = co_await outgoing->open();
    // A peer that is away now may come back: calls to it fail until then, everything else works.
    static_cast<void>(opened);
    opened_outgoings_.push_back(outgoing.get());
  }
  for (auto& [kind, front] : fronts_) {
    opened_fronts_.push_back(front.get());
    const channel::Front* serves = nullptr;
    if (before)
      if (auto found = before->fronts_.find(kind); found != before->fronts_.end()) serves = found->second.get();
    Result<void> opened = co_await front->open(serves);
    if (!opened) co_return opened;
  }
  if (!before && worker_) worker_->open();
  co_return Result<void>();
}

runtime::Task<Result<delivery::Plan>> Unit::plan(Digest version, std::string_view channel) {
  delivery::Plan out;
  if (auto found = channels_.find(std::string(channel)); found != channels_.end()) {
    const channel::Options& options = found->second->options();
    out.formats = found->second->formats();
    out.memory = options.limits.memory;
    out.retention = options.retention;
    out.on_dead = options.on_dead;
  }
  if (const std::string* served = versions_.service(version)) {
    out.service = services_.at(*served).get();
    out.core = &core_;
    co_return out;
  }
  if (!pinned_.contains(version)) {
    Result<store::VersionRead> read = co_await worker_->delivery().store().version(version);
    if (!read) co_return read.error();
    const Around around{core_, outgoings_, forwards_, folder_};
    if (!pinned_.contains(version)) pinned_.emplace(version, Pinned::compile(*read, around));
  }
  Result<std::unique_ptr<Pinned>>& pinned = pinned_.at(version);
  if (!pinned) co_return pinned.error();
  out.service = (*pinned)->service();
  out.core = &(*pinned)->core();
  co_return out;
}

void Unit::take_over(Unit& before) noexcept {
  for (auto& [kind, front] : fronts_)
    if (auto found = before.fronts_.find(kind); found != before.fronts_.end()) front->take_over(*found->second);
  if (worker_) worker_->open();
}

runtime::Task<void> Unit::close() {
  for (channel::Front* front : opened_fronts_) co_await front->close();
  opened_fronts_.clear();
  if (worker_) co_await worker_->close(drain_);
  for (outgoing::Outgoing* outgoing : opened_outgoings_) co_await outgoing->close();
  opened_outgoings_.clear();
}

}  // namespace arint::engine
