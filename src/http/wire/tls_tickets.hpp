// SPDX-License-Identifier: GPL-3.0-or-later
// TlsTickets: the keys that session tickets are sealed with (RFC 5077, 4; RFC 8446, 4.6.1). One object for all listeners, cores and
// configurations of a node, so that a caller resumes whichever core it meets, also after a reload; never on disk.
//
// A key seals for `rotate` and opens for twice that: what is found out later opens no more than a day of old tickets. Without random
// bytes for a new key no handshake succeeds that would need it: an old key is never used beyond its time.
#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>

struct ssl_ctx_st;
struct ssl_st;

namespace arint::http {

class TlsTickets {
 public:
  // Fills with random bytes that stay secret; false when there are none to be had.
  using Fill = bool (*)(unsigned char* to, std::size_t size);
  static bool random_bytes(unsigned char* to, std::size_t size) noexcept;

  explicit TlsTickets(std::chrono::seconds rotate = std::chrono::hours(12), Fill fill = random_bytes);
  ~TlsTickets();  // wipes the keys
  TlsTickets(const TlsTickets&) = delete;

  // Contexts that use it must not outlive it.
  void serve(ssl_ctx_st* context);
  // To each connection of such a context, before its handshake.
  void lend(ssl_st* tls);
  // There is a key to seal with. When not, a context is not to be served: TlsContext::server refuses it.
  bool ready();
  // A new key now; the one before still opens. False: no random bytes, and nothing has changed.
  bool rotate();

 private:
  struct Key {
    std::array<unsigned char, 16> name;
    std::array<unsigned char, 32> cipher, mac;
  };
  friend struct TicketCall;
  bool renew();
  bool find(const unsigned char* name, Key& out, bool& old);
  bool newest(Key& out);

  std::mutex mutex_;
  const std::chrono::seconds rotate_;
  const Fill fill_;
  Key now_{}, before_{};
  bool has_now_ = false, has_before_ = false;
  std::chrono::steady_clock::time_point made_{};
};

}  // namespace arint::http
