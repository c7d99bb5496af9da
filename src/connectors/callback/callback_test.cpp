// SPDX-License-Identifier: GPL-3.0-or-later
// What may be called back: addresses as they are written, and where they lead.
#include <gtest/gtest.h>

#include "connectors/callback/reach.hpp"
#include "connectors/callback/url.hpp"

namespace arint::connectors::callback {
namespace {

bool allowed(std::string_view url, std::string_view pattern) {
  const Result<Url> parsed = parse_url(url);
  return parsed && fits(*parsed, parse_pattern(pattern).value());
}

TEST(AllowList, compares_parts_and_not_texts) {
  constexpr std::string_view pattern = "https://*.partner.example/hooks/";
  for (std::string_view good : {"https://shop.partner.example/hooks/7", "HTTPS://Shop.Partner.Example/hooks", "https://shop.partner.example:443/hooks/a/b?x=1"})
    EXPECT_TRUE(allowed(good, pattern)) << good;
  for (std::string_view bad : {
           "http://shop.partner.example/hooks/7",              // scheme
           "https://shop.partner.example:8443/hooks/7",        // port
           "https://partner.example/hooks/7",                  // * is a label
           "https://a.b.partner.example/hooks/7",              // and one only
           "https://shop.partner.example.evil.example/hooks/", // a prefix is no host
           "https://shop.partner.example@evil.example/hooks/", // a user
           "https://evil.example/https://shop.partner.example/hooks/",
           "https://evil.example#.partner.example/hooks/", "https://evil.example\\.partner.example/hooks/", "https://evil.example?.partner.example/hooks/",
           "https://shop.partner.example/hooksx",              // a segment, not some characters
           "https://shop.partner.example/hooks/../admin", "https://shop.partner.example/hooks/%2e%2e/admin", "https://shop.partner.example/hooks%2fx",
           "https://shop.partner.example//hooks/", "https://shop.partner.example/", "https://shop.partner.example",
           "https://shop.partner.example./hooks/",             // a name in another spelling
           "https://shop.partner.example:/hooks/", "https://shop.partner.example:0/hooks/", "https://shop.partner.example:0443/hooks/", "https://shop.partner.example:65536/hooks/",
           "ftp://shop.partner.example/hooks/", "file:///hooks/", "gopher://shop.partner.example/hooks/", "//shop.partner.example/hooks/", "shop.partner.example/hooks/", "",
           "https://shop.partner.example/hooks/a b", "https://shop.partner.example/hooks/\r\nX: y", "https://sh\xc3\xb6p.partner.example/hooks/", "https://*.partner.example/hooks/"})
    EXPECT_FALSE(allowed(bad, pattern)) << bad;
  EXPECT_TRUE(allowed("http://127.0.0.1:8080/x", "http://127.0.0.1:8080"));
  EXPECT_TRUE(allowed("http://[0:0::1]:8080/x", "http://[::1]:8080/"));
  EXPECT_TRUE(allowed("https://a.b/anything", "https://a.b"));
}

// What the system's resolver would take for 127.0.0.1 or 169.254.169.254.
TEST(Url, hosts_that_are_numbers_in_disguise_are_refused) {
  for (std::string_view bad : {"http://2130706433/", "http://0x7f000001/", "http://0x7f.0.0.1/", "http://017700000001/", "http://0177.0.0.1/", "http://127.1/", "http://127.0.1/",
                               "http://2852039166/", "http://0xa9fea9fe/", "http://0xA9.254.169.254/", "http://0251.0376.0251.0376/", "http://169.254.43518/", "http://0/",
                               "http://127.0.0.1./", "http://127.0.0.01/", "http://127.0.0.256/", "http://127%2e0.0.1/", "http://[::1/", "http://[fe80::1%25lo]/", "http://[::ffff:0x7f.0.0.1]/"})
    EXPECT_FALSE(parse_url(bad)) << bad;
  EXPECT_EQ(parse_url("http://[0:0:0:0:0:FFFF:7f00:1]/").value().host, "::ffff:127.0.0.1");
}

TEST(Reach, only_what_is_public) {
  const auto reachable = [](const char* text) { return is_public(runtime::Address::parse(text).value()); };
  for (const char* inside : {"127.0.0.1:80", "127.255.255.254:80", "0.0.0.0:80", "10.1.2.3:80", "100.64.0.1:80", "169.254.169.254:80", "172.16.0.1:80", "172.31.255.255:80", "192.168.1.1:80",
                             "192.0.0.8:80", "198.19.0.1:80", "224.0.0.1:80", "240.0.0.1:80", "255.255.255.255:80", "[::]:80", "[::1]:80", "[fe80::1]:80", "[fd00::1]:80", "[fec0::1]:80",
                             "[ff02::1]:80", "[::ffff:127.0.0.1]:80", "[::ffff:169.254.169.254]:80", "[64:ff9b::a9fe:a9fe]:80", "[2002:7f00:1::]:80", "[2002:a9fe:a9fe::1]:80", "[2001::1]:80",
                             "[2001:db8::1]:80", "[::127.0.0.1]:80", "unix:/run/x"})
    EXPECT_FALSE(reachable(inside)) << inside;
  for (const char* outside : {"1.1.1.1:80", "172.32.0.1:80", "172.15.0.1:80", "100.128.0.1:80", "169.253.0.1:80", "192.169.0.1:80", "223.255.255.255:80", "[2606:4700::1111]:80",
                              "[2002:101:101::1]:80", "[::ffff:1.1.1.1]:80", "[2001:4860::1]:80"})
    EXPECT_TRUE(reachable(outside)) << outside;
}

}  // namespace
}  // namespace arint::connectors::callback
