// SPDX-License-Identifier: GPL-3.0-or-later
// Whom a client trusts when nobody says whom.
#include "http/wire/tls_context.hpp"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

namespace arint::http {
namespace {

// What is read is shared by the whole process, so this asks for it once.
TEST(SystemAuthorities, AreReadWithTheFirstCallAndOneByOneWhereTheyCanBe) {
  const bool one_by_one = !std::getenv("SSL_CERT_FILE") && !std::getenv("SSL_CERT_DIR");
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen("/etc/ssl/certs/ca-certificates.crt", "r"), std::fclose);
  ASSERT_TRUE(file) << "the package ca-certificates is there";
  const std::unique_ptr<X509, void (*)(X509*)> root(PEM_read_X509(file.get(), nullptr, nullptr, nullptr), X509_free);
  ASSERT_TRUE(root);
  std::shared_ptr<TlsContext> context = TlsContext::client(TlsClientOptions()).value();
  EXPECT_EQ(sk_X509_OBJECT_num(X509_STORE_get0_objects(SSL_CTX_get_cert_store(context->get()))), 0) << "nobody has called yet";
  context->about_to_call();
  X509_STORE* store = SSL_CTX_get_cert_store(context->get());
  const std::unique_ptr<X509_STORE_CTX, void (*)(X509_STORE_CTX*)> asked(X509_STORE_CTX_new(), X509_STORE_CTX_free);
  ASSERT_EQ(X509_STORE_CTX_init(asked.get(), store, root.get(), nullptr), 1);
  EXPECT_EQ(X509_verify_cert(asked.get()), 1) << X509_verify_cert_error_string(X509_STORE_CTX_get_error(asked.get()));
  if (one_by_one) {
    EXPECT_LT(sk_X509_OBJECT_num(X509_STORE_get0_objects(store)), 50);
  }
}

}  // namespace
}  // namespace arint::http
