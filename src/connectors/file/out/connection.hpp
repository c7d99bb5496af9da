// SPDX-License-Identifier: GPL-3.0-or-later
// FileConnection: a folder as an OUT channel. Writing blocks, so it is done on threads of its own.
#pragma once
#include <memory>
#include <string>

#include "connectors/file/out/options.hpp"
#include "outgoing/connection.hpp"

namespace arint::connectors::file {

enum class How : std::uint8_t { replace, refuse, append };

class FileConnection final : public outgoing::Connection {
 public:
  FileConnection(std::string folder, mode_t mode, message::Core& core);
  std::string_view peer() const noexcept override { return peer_; }
  runtime::Task<Result<void>> probe() override;
  std::unique_ptr<outgoing::Operation> prepare(const declare::Node& options, declare::Reading& reading) override;

  // The folder is opened for each: it may be mounted anew.
  runtime::Task<Result<void>> write(std::string name, std::string_view bytes, How how);
  const message::Core& core() const noexcept { return core_; }

 private:
  std::string folder_, peer_;
  mode_t mode_;
  message::Core& core_;
};

std::unique_ptr<outgoing::Connection> make(const declare::Choice& options, outgoing::Making& making);

}  // namespace arint::connectors::file
