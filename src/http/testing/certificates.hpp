// SPDX-License-Identifier: GPL-3.0-or-later
// A certificate authority for tests: makes keys and certificates in a folder of its own, gone when it ends.
#pragma once
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

namespace arint::http::testing {

struct Identity {
  std::string certificate_file;
  std::string key_file;
};

class Authority {
 public:
  explicit Authority(const std::string& name = "Test authority") {
    char folder[] = "/tmp/arint-certificates-XXXXXX";
    if (!::mkdtemp(folder)) std::abort();
    folder_ = folder;
    key_.reset(EVP_EC_gen("P-256"));
    certificate_.reset(X509_new());
    fill(certificate_.get(), name, key_.get());
    extend(certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
    X509_set_issuer_name(certificate_.get(), X509_get_subject_name(certificate_.get()));
    X509_sign(certificate_.get(), key_.get(), EVP_sha256());
    write(file(), certificate_.get(), nullptr);
  }
  ~Authority() { std::filesystem::remove_all(folder_); }
  Authority(const Authority&) = delete;

  std::string file() const { return folder_ + "/ca.pem"; }
  // `names` as in a subjectAltName: "DNS:localhost,IP:127.0.0.1".
  Identity issue(const std::string& label, const std::string& names) {
    Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    Certificate made(X509_new(), X509_free);
    fill(made.get(), label, key.get());
    extend(made.get(), NID_subject_alt_name, names);
    X509_set_issuer_name(made.get(), X509_get_subject_name(certificate_.get()));
    X509_sign(made.get(), key_.get(), EVP_sha256());
    Identity out{folder_ + "/" + label + ".pem", folder_ + "/" + label + ".key"};
    write(out.certificate_file, made.get(), nullptr);
    write(out.key_file, nullptr, key.get());
    return out;
  }

 private:
  using Key = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;
  using Certificate = std::unique_ptr<X509, void (*)(X509*)>;

  void fill(X509* certificate, const std::string& name, EVP_PKEY* key) {
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial_);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_pubkey(certificate, key);
  }
  static void extend(X509* certificate, int what, const std::string& value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, what, value.c_str());
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }
  static void write(const std::string& path, X509* certificate, EVP_PKEY* key) {
    std::FILE* out = std::fopen(path.c_str(), "w");
    if (!out) std::abort();
    if (certificate) PEM_write_X509(out, certificate);
    if (key) PEM_write_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(out);
  }

  std::string folder_{};
  long serial_ = 0;
  Key key_{nullptr, EVP_PKEY_free};
  Certificate certificate_{nullptr, X509_free};
};

}  // namespace arint::http::testing
