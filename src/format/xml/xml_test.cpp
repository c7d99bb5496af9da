// SPDX-License-Identifier: GPL-3.0-or-later
#include "format/xml/xml.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <thread>

#include "base/text.hpp"
#include "format/json/json.hpp"

namespace arint::format::xml {
namespace {

using namespace std::string_literals;
using document::Arena;
using document::Value;

std::string to_json(std::string_view text, Options options = {}, ReadOptions read_options = {}) {
  Arena arena;
  Result<Value> read = make(options)->read(text, read_options, arena);
  if (!read) return read.error().sentence;
  std::string out;
  Result<void> written = json::write(*read, out);
  return written ? out : written.error().sentence;
}

std::string from_json(std::string_view text, Options options = {.declaration = false}) {
  Arena arena;
  Result<Value> read = json::read(text, arena);
  if (!read) return read.error().sentence;
  std::string out;
  Result<void> written = make(options)->write(*read, {}, out);
  return written ? out : written.error().sentence;
}

std::string again(std::string_view text) {
  Arena arena;
  Options plain{.declaration = false};
  Result<Value> read = make(plain)->read(text, {}, arena);
  if (!read) return read.error().sentence;
  std::string out;
  Result<void> written = make(plain)->write(*read, {}, out);
  return written ? out : written.error().sentence;
}

TEST(Xml, maps_elements_attributes_and_text) {
  EXPECT_EQ(to_json("<a>text</a>"), R"({"a":"text"})");
  EXPECT_EQ(to_json("<a/>"), R"({"a":""})");
  EXPECT_EQ(to_json("<a> </a>"), R"({"a":" "})");
  EXPECT_EQ(to_json("<a id='7' b=\"\">text</a>"), R"({"a":{"@id":"7","@b":"","#text":"text"}})");
  EXPECT_EQ(to_json("<a>\n  <b>1</b>\n  <c x='y'/>\n</a>"), R"({"a":{"b":"1","c":{"@x":"y"}}})");
  EXPECT_EQ(to_json("<a>x<![CDATA[<&]]>y<!-- c --><?pi?>z&lt;&#65;&amp;</a>"), R"({"a":"x<&yz<A&"})");
  EXPECT_EQ(to_json("<a b='&lt;&amp;&#38;&#10;'/>"), R"({"a":{"@b":"<&&\n"}})");
}

TEST(Xml, names_that_repeat_are_one_member) {
  EXPECT_EQ(to_json("<o><l><q>1</q></l><l><q>2</q></l><n/></o>"), R"({"o":{"l":[{"q":"1"},{"q":"2"}],"n":""}})");
  EXPECT_EQ(to_json("<o><l>1</l><n/><l>2</l></o>"), R"({"o":{"l":["1","2"],"n":"","#order":["l","n","l"]}})");
  EXPECT_EQ(to_json("<p>Hello <b>x</b> world</p>"), R"({"p":{"#text":["Hello "," world"],"b":"x","#order":["#text","b","#text"]}})");
  EXPECT_EQ(to_json("<p>Hello <b>x</b></p>"), R"({"p":{"#text":"Hello ","b":"x"}})");
}

TEST(Xml, order_survives_a_round_trip_also_through_json) {
  for (std::string text : {"<o><l>1</l><n/><l>2</l><n>3</n></o>", "<p>Hello <b>x</b> <i>y</i> world</p>", "<p>a<b/>c<b/>d</p>",
                           "<p><b/>tail</p>", "<a x=\"1\" y=\"&lt;&quot;&#9;\">t&amp;&gt;&#13;</a>", "<a xml:space=\"preserve\"> <b/> </a>",
                           "<s:E xmlns:s=\"urn:s\" xmlns=\"urn:d\"><s:B/><c s:x=\"1\" x=\"2\"/></s:E>"}) {
    EXPECT_EQ(again(text), text);
    EXPECT_EQ(from_json(to_json(text)), text);
  }
}

TEST(Xml, an_order_that_no_longer_fits_is_followed_as_far_as_it_goes) {
  EXPECT_EQ(from_json(R"({"o":{"a":["1","2"],"new":"n","#order":["a","gone","a","a",7]}})"), "<o><a>1</a><a>2</a><new>n</new></o>");
  EXPECT_EQ(from_json(R"({"o":{"a":["1","2","3"],"b":"x","#order":["b","a"]}})"), "<o><b>x</b><a>1</a><a>2</a><a>3</a></o>");
}

TEST(Xml, nil_is_null) {
  constexpr std::string_view xsi = " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";
  EXPECT_EQ(to_json("<a" + std::string(xsi) + "><b xsi:nil='true'/><c xsi:nil='1' u='m'/><d xsi:nil='false'/></a>"),
            R"({"a":{"@xmlns:xsi":"http://www.w3.org/2001/XMLSchema-instance","b":null,"c":{"@xsi:nil":"1","@u":"m"},"d":{"@xsi:nil":"false"}}})");
  EXPECT_EQ(from_json(R"({"a":{"b":null}})"), "<a><b" + std::string(xsi) + " xsi:nil=\"true\"/></a>");
  EXPECT_EQ(to_json("<a><b" + std::string(xsi) + " xsi:nil=\"true\"/></a>"), R"({"a":{"b":null}})");
  EXPECT_EQ(again("<a" + std::string(xsi) + "><b xsi:nil=\"true\"/></a>"), "<a" + std::string(xsi) + "><b xsi:nil=\"true\"/></a>");
  EXPECT_EQ(from_json(R"({"a":{"b":null,"@c":null}})", {.declaration = false, .null = Null::empty}), "<a><b/></a>");
  EXPECT_EQ(from_json(R"({"a":{"b":null,"c":1}})", {.declaration = false, .null = Null::omit}), "<a><c>1</c></a>");
}

TEST(Xml, writes_numbers_arrays_and_the_root_by_option) {
  EXPECT_EQ(from_json(R"({"a":{"n":[1,2.50],"t":true,"e":[],"x":""}})", {}),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a><n>1</n><n>2.50</n><t>true</t><x/></a>");
  EXPECT_EQ(from_json(R"({"a":1,"b":2})", {.root = "doc", .declaration = false}), "<doc><a>1</a><b>2</b></doc>");
  EXPECT_EQ(from_json(R"("x")", {.root = "doc", .declaration = false}), "<doc>x</doc>");
  EXPECT_EQ(from_json(R"({"a":[{"b":1}]})"), "<a><b>1</b></a>");
  EXPECT_EQ(from_json(R"({"a":{"b":[{"c":1},2],"d":{"#text":"x","e":""}}})", {.declaration = false, .pretty = true}),
            "<a>\n  <b>\n    <c>1</c>\n  </b>\n  <b>2</b>\n  <d>x<e/></d>\n</a>");
}

TEST(Xml, what_cannot_be_written_is_named_by_its_place) {
  EXPECT_EQ(from_json(R"({"a":1,"b":2})"),
            "XML, at the document itself: found an object with 2 members, expected an object with one member to be the root element; else name one with `root`");
  EXPECT_EQ(from_json(R"({"a":{"b":[{"c d":1}]}})"), "XML, at a.b[0].`c d`: \"c d\" is no name of an XML element");
  EXPECT_EQ(from_json(R"({"a":{"b":["ok",[1]]}})"), "XML, at a.b[1]: an array within an array has no element names");
  EXPECT_EQ(from_json(R"({"a":{"@b":{"c":1}}})"), "XML, at a.`@b`: found an object with 1 member, expected a text, a number or another single value");
  EXPECT_EQ(from_json(R"({"a":{"b":"x\u0001"}})"), "XML, at a.b: found \"\\x01\" in the text, a character that XML cannot hold");
  EXPECT_EQ(from_json(R"({"a":{"@b":"\ud800"}})").substr(0, 16), "XML, at a.`@b`: ");
  EXPECT_EQ(from_json(R"({"a":{"s:b":1}})"), "XML, at a.`s:b`: the prefix \"s\" is not declared; add a member \"@xmlns:s\" with the namespace");
  EXPECT_EQ(from_json(R"({"a":{"@p:x":1,"@q:x":2,"@xmlns:p":"u","@xmlns:q":"u"}})"), "XML, at a: two attributes are both \"x\" of the same namespace");
  EXPECT_EQ(from_json(R"({"a":{"@xmlns:p":""}})"), "XML, at a.`@xmlns:p`: a prefix cannot be given an empty namespace");
  EXPECT_EQ(from_json(R"({"1a":1})"), "XML, at `1a`: \"1a\" is no name of an XML element");
}

TEST(Xml, reads_charsets_by_mark_header_and_declaration) {
  EXPECT_EQ(to_json("<?xml version='1.0' encoding='ISO-8859-1'?><a>\xE9</a>"), "{\"a\":\"\xC3\xA9\"}");
  EXPECT_EQ(to_json("<?xml version='1.0' encoding=\"ISO-8859-1\"?><a>\xC3\xA9</a>", {}, {.charset = "utf-8"}), "{\"a\":\"\xC3\xA9\"}");
  EXPECT_EQ(to_json("\xEF\xBB\xBF<a>\xC3\xA9</a>", {}, {.charset = "iso-8859-1"}), "{\"a\":\"\xC3\xA9\"}");
  EXPECT_EQ(to_json("\xFF\xFE<\0a\0/\0>\0"s), R"({"a":""})");
  EXPECT_EQ(to_json("\0<\0a\0/\0>"s), R"({"a":""})");
  EXPECT_EQ(to_json("<?xml version='1.0' encoding='utf-16'?><a/>"), R"({"a":""})");
  EXPECT_EQ(to_json("<?xml version='1.0' encoding='klingon'?><a/>"), "XML: the charset \"klingon\" is unknown");
  EXPECT_EQ(to_json("<a>\xE9</a>"), "XML: byte 3: found 0xe9, which begins no character of utf-8");
}

TEST(Xml, refuses_what_is_not_well_formed_and_says_where) {
  EXPECT_EQ(to_json("<a>\n <b></a>").substr(0, 15), "XML, line 2, co");
  EXPECT_NE(to_json("<a><b></a>").find("mismatch"), std::string::npos);
  for (const std::string& bad : std::vector<std::string>{"", " ", "x", "<a>", "<a/><b/>", "<a/>x", "<a b=1/>", "<a b='1' b='2'/>", "<a b='<'/>", "<a>&nbsp;</a>", "<a>&#0;</a>", "<a>\x01</a>",
                          "<a>]]></a>", "<1/>", "<a:b/>", "<a b:c='1'/>", "<a xmlns:p='u' xmlns:q='u' p:x='' q:x=''/>", "<a><!-- -- --></a>", std::string("<a\0/>", 5),
                          "<a>&#xD800;</a>", "<a>\xEF\xBF\xBF</a>", "<?xml version='1.0'?><?xml version='1.0'?><a/>"}) {
    std::string said = to_json(bad);
    EXPECT_EQ(said.substr(0, 4), "XML,") << bad << " gave " << said;
    EXPECT_LT(said.size(), 200u);
  }
}

TEST(Xml, no_dtd_no_entities_no_files) {
  for (std::string_view attack :
       {"<!DOCTYPE a><a/>", "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
        "<!DOCTYPE a [<!ENTITY % p SYSTEM 'http://127.0.0.1:1/x'>%p;]><a/>",
        "<!DOCTYPE l [<!ENTITY a 'lol'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>]><l>&c;</l>"})
    EXPECT_NE(to_json(attack).find("found a DOCTYPE, which is never accepted"), std::string::npos) << to_json(attack);
  EXPECT_EQ(to_json("<a xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='file:///etc/passwd'/></a>"),
            R"({"a":{"@xmlns:xi":"http://www.w3.org/2001/XInclude","xi:include":{"@href":"file:///etc/passwd"}}})");
}

TEST(Xml, depth_attributes_names_and_namespaces_are_bounded) {
  std::string deep;
  for (int i = 0; i < 1'000'000; ++i) deep += "<a>";
  EXPECT_NE(to_json(deep).find("nested deeper than the 1000 levels allowed"), std::string::npos);

  std::string tag = "<a><!-- a='' > ' --><![CDATA[=\"<]]]><?p = '?><b c='=='/><c";
  for (int i = 0; i < 200'000; ++i) tag += " a" + std::to_string(i) + "=''";
  EXPECT_NE(to_json(tag + "/></a>").find("more than the 1000 attributes allowed"), std::string::npos);

  std::string names = "<a>";
  for (int i = 0; i < 100'000; ++i) names += "<n" + std::to_string(i) + "/>";
  EXPECT_NE(to_json(names + "</a>").find("different names"), std::string::npos);

  std::string spaces = "<a";
  for (int i = 0; i < 500; ++i) spaces += " xmlns:n" + std::to_string(i) + "='u'";
  EXPECT_NE(to_json(spaces + "/>").find("namespace declarations"), std::string::npos);
}

TEST(Xml, a_thousand_attributes_and_many_children_are_fine) {
  std::string text = "<a";
  for (int i = 0; i < 1000; ++i) text += " a" + std::to_string(i) + "=\"1\"";
  text += ">";
  for (int i = 0; i < 10'000; ++i) text += "<n" + std::to_string(i % 5000) + "/>";
  text += "</a>";
  EXPECT_EQ(again(text), text);
}

TEST(Xml, the_arena_limit_is_a_fault) {
  Arena arena(50'000);
  std::string text = "<a>";
  for (int i = 0; i < 10'000; ++i) text += "<b>x</b>";
  EXPECT_EQ(make()->read(text + "</a>", {}, arena).error().sentence, "XML: the document needs more memory than the 50000B allowed for it");
}

TEST(Xml, names_of_two_kinds_that_would_be_one_are_refused) {
  EXPECT_NE(to_json("<a x='1'><x/></a>", {.attribute_prefix = ""}).find("would be called \"x\""), std::string::npos);
  EXPECT_EQ(to_json("<a x='1'>t</a>", {.attribute_prefix = "-", .text_name = "value"}), R"({"a":{"-x":"1","value":"t"}})");
}

// Any document reads back as the same tree.
TEST(Xml, round_trip_of_random_documents) {
  std::mt19937 random(7);
  auto name = [&] { return std::string(1, static_cast<char>('a' + random() % 4)); };
  auto text = [&] {
    std::string out;
    constexpr std::string_view alphabet[] = {"x", " ", "\n", "&amp;", "&lt;", "]]&gt;", "\xC3\xA9", "&#13;", "\xF0\x9F\x98\x80", "\t"};
    for (std::size_t n = random() % 6; n > 0; --n) out += alphabet[random() % std::size(alphabet)];
    return out;
  };
  std::function<std::string(int)> element = [&](int depth) {
    std::string tag = name(), out = "<" + tag;
    for (char attribute : std::string("pqr"))
      if (random() % 4 == 0) out += std::string(" ") + attribute + "=\"" + text() + "\"";
    out += ">";
    for (std::size_t n = depth ? random() % 6 : 0; n > 0; --n) out += random() % 3 ? element(depth - 1) : text();
    if (depth == 0) out += text();
    return out + "</" + tag + ">";
  };
  for (int i = 0; i < 1000; ++i) {
    std::string source = element(4), first = to_json(source);
    std::string written = again(source);
    EXPECT_EQ(to_json(written), first) << source;
    EXPECT_EQ(again(written), written);
  }
}

// A thread keeps its parser from one document to the next: nothing of the last one may be seen.
TEST(Xml, each_document_is_read_as_if_it_were_the_first) {
  std::string many_names = "<r>", deep = "<x>", broken = "<a xmlns:p='u'><p:b c='1'>";
  for (int i = 0; i < 1'500; ++i) many_names += "<n" + std::to_string(i) + "/>";
  many_names += "</r>";
  for (int i = 0; i < 300; ++i) deep += "<y>";
  const std::string documents[] = {"<a xmlns:p='u' xml:space='preserve'> <p:b c='1'>&amp;&#65;</p:b></a>", "<p:b/>", broken, "<a>\n <b/>\n</a>", many_names, "<a><b>1</b></a>", deep,
                                   "<!DOCTYPE a><a/>", "<a/>", "<a/><b/>", "<a b='1' b='2'/>", "<a>x", "", "<a>\xC3\xA9</a>", "<?xml version='1.0' encoding='ISO-8859-1'?><a>\xE9</a>", "<a> </a>"};
  std::vector<std::string> first;
  for (const std::string& text : documents) {
    std::string out;
    std::thread([&] { out = to_json(text); }).join();  // a thread of its own has kept nothing
    first.push_back(std::move(out));
  }
  for (int round = 0; round < 3; ++round)
    for (std::size_t i = 0; i < std::size(documents); ++i)
      for (std::size_t before : {i, (i * 7 + static_cast<std::size_t>(round)) % std::size(documents)}) {
        to_json(documents[before]);
        EXPECT_EQ(to_json(documents[i]), first[i]) << documents[before].substr(0, 40) << " before " << documents[i].substr(0, 40);
      }
}

TEST(Xml, what_needs_an_escape_is_found_wherever_it_stands) {
  for (std::size_t length : {0u, 1u, 15u, 16u, 17u, 40u})
    for (std::size_t at = 0; at < length; ++at)
      for (const auto& [plain, escaped] : {std::pair<std::string, std::string>{"<", "&lt;"}, {">", "&gt;"}, {"&", "&amp;"}, {"\"", "\""}, {"\r", "&#13;"}, {"\n", "\n"}, {"é", "é"}, {"\x7F", "\x7F"}}) {
        std::string text(length, 'x'), wanted = "<a>" + std::string(at, 'x') + escaped + std::string(length - at - 1, 'x') + "</a>";
        text.replace(at, 1, plain);
        const document::Member member{"a", Value::text(text)};
        std::string out;
        ASSERT_TRUE(make({.declaration = false})->write(Value::object({&member, 1}), {}, out));
        EXPECT_EQ(trim(out), wanted);
      }
  for (const char* wrong : {"xxxxxxxxxxxxxxxxxxx\x01", "\x1F", "x\xFF", "\xEF\xBF\xBE"}) {
    const document::Member member{"a", Value::text(wrong)};
    std::string out;
    EXPECT_FALSE(make()->write(Value::object({&member, 1}), {}, out)) << wrong;
  }
}

}  // namespace
}  // namespace arint::format::xml
