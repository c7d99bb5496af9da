// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <string>

#include "http/wire/proxy/networks.hpp"
#include "http/wire/proxy/header.hpp"

namespace arint::http {
namespace {

// "192.0.2.1:56324", "peer" when the connection is the peer's own, "refused", or "more" when it is not complete; `rest` is what follows.
std::string read(std::string input, std::string* rest = nullptr) {
  ProxyHeader header;
  while (header.wants() > 0) {
    if (header.wants() > input.size()) return "more";
    const std::size_t wanted = header.wants();
    header.feed(std::string_view(input).substr(0, wanted));
    input.erase(0, wanted);
  }
  if (rest) *rest = input;
  if (header.refused()) return "refused";
  return header.source() ? header.source()->text() : "peer";
}

std::string binary(unsigned char command, unsigned char family, std::string payload) {
  std::string out("\r\n\r\n\0\r\nQUIT\n", 12);
  out += static_cast<char>(command);
  out += static_cast<char>(family);
  out += static_cast<char>(payload.size() >> 8);
  out += static_cast<char>(payload.size() & 255);
  return out + payload;
}
const std::string four("\xc0\x00\x02\x01\xc6\x33\x64\x07\xdc\x04\x01\xbb", 12);

TEST(ProxyProtocol, reads_the_text_form_and_not_a_byte_more) {
  std::string rest;
  EXPECT_EQ(read("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\nGET / HTTP/1.1", &rest), "192.0.2.1:56324");
  EXPECT_EQ(rest, "GET / HTTP/1.1");
  EXPECT_EQ(read("PROXY TCP6 2001:db8::1 2001:db8::2 1 2\r\n"), "[2001:db8::1]:1");
  EXPECT_EQ(read("PROXY UNKNOWN\r\n"), "peer");
  EXPECT_EQ(read("PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n"), "peer");
  EXPECT_EQ(read("PROXY TCP4 192.0.2.1"), "more");
}

TEST(ProxyProtocol, refuses_what_is_not_exactly_the_text_form) {
  for (const char* line : {"GET / HTTP/1.1\r\nHost: x\r\n", "PROXY TCP4 192.0.2.1 198.51.100.7 56324\r\n", "PROXY TCP4 192.0.2.1 198.51.100.7 56324 443 \r\n",
                           "PROXY TCP4  192.0.2.1 198.51.100.7 56324 443\r\n", "PROXY TCP4 192.0.2.01 198.51.100.7 56324 443\r\n",
                           "PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n", "PROXY TCP4 192.0.2.1 198.51.100.7 056 443\r\n", "PROXY TCP4 192.0.2.1 198.51.100.7 70000 443\r\n",
                           "PROXY TCP5 192.0.2.1 198.51.100.7 1 2\r\n", "proxy TCP4 192.0.2.1 198.51.100.7 1 2\r\n", "PROXY TCP4 192.0.2.1 198.51.100.7 1 2\rX\n",
                           "PROXY UNKNOWNX\r\n"})
    EXPECT_EQ(read(line), "refused") << line;
  EXPECT_EQ(read("PROXY UNKNOWN " + std::string(200, 'x') + "\r\n"), "refused");
}

TEST(ProxyProtocol, reads_the_binary_form_with_whole_tlvs) {
  std::string rest;
  EXPECT_EQ(read(binary(0x21, 0x11, four) + "GET", &rest), "192.0.2.1:56324");
  EXPECT_EQ(rest, "GET");
  EXPECT_EQ(read(binary(0x21, 0x11, four + std::string("\x04\x00\x02xy", 5))), "192.0.2.1:56324");
  EXPECT_EQ(read(binary(0x20, 0x00, "")), "peer");
  EXPECT_EQ(read(binary(0x20, 0x11, four)), "peer");
  EXPECT_EQ(read(binary(0x21, 0x21, std::string("\x20\x01\x0d\xb8", 4) + std::string(11, '\0') + "\x01" + std::string(16, '\0') + std::string("\x00\x50\x01\xbb", 4))),
            "[2001:db8::1]:80");
}

TEST(ProxyProtocol, refuses_a_binary_form_with_wrong_lengths) {
  EXPECT_EQ(read(binary(0x21, 0x11, four.substr(1))), "refused");
  EXPECT_EQ(read(binary(0x21, 0x11, four + "\x04")), "refused");
  EXPECT_EQ(read(binary(0x21, 0x11, four + std::string("\x04\x00\x05xy", 5))), "refused");
  EXPECT_EQ(read(binary(0x22, 0x11, four)), "refused");
  EXPECT_EQ(read(binary(0x11, 0x11, four)), "refused");
  EXPECT_EQ(read(binary(0x21, 0x12, four)), "refused");
  EXPECT_EQ(read(binary(0x21, 0x11, std::string(5000, 'x'))), "refused");
}

TEST(Networks, contain_what_they_say) {
  Networks networks;
  for (const char* text : {"10.0.0.0/8", "192.0.2.7", "2001:db8::/33"}) EXPECT_TRUE(networks.add(text).ok()) << text;
  for (const char* text : {"10.0.0.1/8", "10.0.0.0/33", "10.0.0/8", "host", "2001:db8::1/64", "10.0.0.0/", ""}) EXPECT_FALSE(networks.add(text).ok()) << text;
  const auto inside = [&](const char* text) { return networks.contain(*runtime::Address::parse(text)); };
  EXPECT_TRUE(inside("10.255.0.1:1"));
  EXPECT_FALSE(inside("11.0.0.1:1"));
  EXPECT_TRUE(inside("192.0.2.7:9"));
  EXPECT_FALSE(inside("192.0.2.6:9"));
  EXPECT_TRUE(inside("[2001:db8:7fff::1]:1"));
  EXPECT_FALSE(inside("[2001:db8:8000::1]:1"));
  EXPECT_TRUE(inside("[::ffff:10.1.1.1]:1"));
  EXPECT_FALSE(inside("unix:/x"));
  EXPECT_TRUE(networks.add("unix").ok());
  EXPECT_TRUE(inside("unix:/x"));
}

}  // namespace
}  // namespace arint::http
