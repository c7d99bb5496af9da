// SPDX-License-Identifier: GPL-3.0-or-later
// Tickets over two ends in memory: who resumes, what a rotation changes, and that without random bytes nothing is sealed.
#include "http/wire/tls_tickets.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cstdio>
#include <filesystem>

#include "http/wire/tls_context.hpp"

namespace arint::http {
namespace {

bool starved = false;
bool sometimes(unsigned char* to, std::size_t size) { return !starved && TlsTickets::random_bytes(to, size); }

// A certificate of one's own in a file, for as long as the tests run.
class Identity {
 public:
  Identity() {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* made = X509_new();
    X509_gmtime_adj(X509_getm_notBefore(made), 0);
    X509_gmtime_adj(X509_getm_notAfter(made), 3600);
    X509_set_pubkey(made, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
    X509_set_issuer_name(made, X509_get_subject_name(made));
    X509_sign(made, key, EVP_sha256());
    path_ = (std::filesystem::temp_directory_path() / "arint-tickets-XXXXXX").string();
    std::FILE* file = ::fdopen(::mkstemp(path_.data()), "w");
    PEM_write_X509(file, made);
    PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
    X509_free(made);
    EVP_PKEY_free(key);
  }
  ~Identity() { std::filesystem::remove(path_); }
  Identity(const Identity&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct Session {
  ~Session() { SSL_SESSION_free(kept); }
  SSL_SESSION* kept = nullptr;
};

class Tickets : public testing::Test {
 protected:
  void SetUp() override {
    starved = false;
    client_ = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_session_cache_mode(client_, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  }
  void TearDown() override { SSL_CTX_free(client_); }

  Result<std::shared_ptr<TlsContext>> serve(std::shared_ptr<TlsTickets> tickets) {
    TlsServerOptions options;
    options.certificate_file = options.key_file = identity_.path();
    return TlsContext::server(options, std::move(tickets));
  }

  enum class Outcome { failed, full, resumed };
  // Both ends of one connection; `session` is offered when there is one, and holds the newest afterwards.
  Outcome meet(TlsContext& context, Session& session, int version) {
    SSL* caller = SSL_new(client_);
    SSL* node = SSL_new(context.get());
    SSL_set_min_proto_version(caller, version);
    SSL_set_max_proto_version(caller, version);
    if (context.tickets()) context.tickets()->lend(node);
    BIO *one = nullptr, *other = nullptr;
    BIO_new_bio_pair(&one, 0, &other, 0);
    SSL_set_bio(caller, one, one);
    SSL_set_bio(node, other, other);
    SSL_set_connect_state(caller);
    SSL_set_accept_state(node);
    if (session.kept) SSL_set_session(caller, session.kept);
    bool done = false;
    for (int turn = 0; turn < 10 && !done; ++turn) {
      const bool here = SSL_do_handshake(caller) == 1;
      done = SSL_do_handshake(node) == 1 && here;
    }
    char byte = 0;
    SSL_read(caller, &byte, 1);  // the tickets of TLS 1.3
    const Outcome out = !done ? Outcome::failed : SSL_session_reused(node) ? Outcome::resumed : Outcome::full;
    SSL_SESSION_free(session.kept);
    session.kept = SSL_get1_session(caller);
    SSL_shutdown(caller);
    SSL_free(caller);
    SSL_free(node);
    return out;
  }

  Identity identity_;
  SSL_CTX* client_ = nullptr;
};

TEST_F(Tickets, ASessionIsResumedWhereverTheSameKeysAre) {
  auto tickets = std::make_shared<TlsTickets>();
  Result<std::shared_ptr<TlsContext>> here = serve(tickets), there = serve(tickets), elsewhere = serve(std::make_shared<TlsTickets>());
  ASSERT_TRUE(here && there && elsewhere);
  for (int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    Session session;
    SCOPED_TRACE(version);
    EXPECT_EQ(meet(**here, session, version), Outcome::full);
    EXPECT_EQ(meet(**here, session, version), Outcome::resumed);
    EXPECT_EQ(meet(**there, session, version), Outcome::resumed);
    EXPECT_EQ(meet(**elsewhere, session, version), Outcome::full);
  }
}

TEST_F(Tickets, ARotatedKeyOpensAndTheOneBeforeItDoesNot) {
  auto tickets = std::make_shared<TlsTickets>();
  Result<std::shared_ptr<TlsContext>> context = serve(tickets);
  ASSERT_TRUE(context);
  Session first, second;
  EXPECT_EQ(meet(**context, first, TLS1_3_VERSION), Outcome::full);
  SSL_SESSION_up_ref(first.kept);
  second.kept = first.kept;
  EXPECT_TRUE(tickets->rotate());
  EXPECT_EQ(meet(**context, second, TLS1_3_VERSION), Outcome::resumed);
  EXPECT_TRUE(tickets->rotate());
  EXPECT_EQ(meet(**context, first, TLS1_3_VERSION), Outcome::full) << "its key is two rotations old";
  EXPECT_EQ(meet(**context, second, TLS1_3_VERSION), Outcome::resumed) << "it was given a ticket of the newer key";
}

TEST_F(Tickets, WithoutRandomBytesNoListenerIsMade) {
  starved = true;
  auto tickets = std::make_shared<TlsTickets>(std::chrono::hours(12), sometimes);
  EXPECT_FALSE(tickets->ready());
  Result<std::shared_ptr<TlsContext>> context = serve(tickets);
  ASSERT_FALSE(context);
  EXPECT_EQ(context.error().fault, Fault::busy);
  EXPECT_NE(context.error().sentence.find("no random bytes"), std::string::npos) << context.error().sentence;
  starved = false;
  context = serve(tickets);
  EXPECT_TRUE(context) << "once there are some, it is made";
}

TEST_F(Tickets, AKeyThatIsDueAndCannotBeMadeSealsNothing) {
  auto tickets = std::make_shared<TlsTickets>(std::chrono::seconds(0), sometimes);
  Result<std::shared_ptr<TlsContext>> context = serve(tickets);
  ASSERT_TRUE(context);
  Session session;
  EXPECT_EQ(meet(**context, session, TLS1_3_VERSION), Outcome::full);
  starved = true;
  EXPECT_FALSE(tickets->rotate());
  EXPECT_EQ(meet(**context, session, TLS1_3_VERSION), Outcome::failed);
  starved = false;
  EXPECT_EQ(meet(**context, session, TLS1_3_VERSION), Outcome::full);
}

}  // namespace
}  // namespace arint::http
