// SPDX-License-Identifier: GPL-3.0-or-later
// What a node tells the service manager that started it (systemd, `Type=notify-reload`): one datagram to the socket NOTIFY_SOCKET.
// Without that variable nothing is told. Source: sd_notify(3), "Notes".
#pragma once
#include <string>
#include <string_view>

namespace arint::command {

// Reads the variable and takes it out of the environment, so that no child answers for us. Before the first thread starts.
class ServiceManager {
 public:
  ServiceManager();

  // All parts are open; also after a reload, well or not.
  void ready() const noexcept { tell("READY=1"); }
  // The project is read again; ready() follows.
  void reloading() const noexcept;
  void stopping() const noexcept { tell("STOPPING=1"); }

 private:
  // Never waits: a manager that does not read misses it.
  void tell(std::string_view state) const noexcept;

  std::string address_{};  // as the kernel has it: an abstract one begins with a zero byte; empty: nobody listens
};

}  // namespace arint::command
