// SPDX-License-Identifier: GPL-3.0-or-later
// The table of functions as a whole, and ARINT's own: what they give, and how they refuse.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "format/catalog.hpp"
#include "mapping/expression.hpp"
#include "mapping/tables.hpp"

namespace arint::mapping {
namespace {

// What `source` gives over `input`, as JSON; "absent", or the whole error.
std::string result(std::string_view source, std::string_view input = "{}", const Environment& environment = {}) {
  auto compiled = Expression::compile(source);
  if (!compiled) return compiled.error().sentence;
  document::Arena arena;
  Result<document::Value> body = format::find("json")->read(input, {}, arena);
  if (!body) return body.error().sentence;
  Result<document::Value> value = evaluate(**compiled, *body, environment, arena);
  if (!value) return value.error().sentence;
  if (value->is_absent()) return "absent";
  std::string out;
  Result<void> written = format::find("json")->write(*value, {}, out);
  return written ? out : written.error().sentence;
}

TEST(Functions, each_is_explained_and_gives_what_its_example_says) {
  document::Arena arena;
  const document::Member vat[] = {{"DE", document::Value::integer(19)}, {"FR", document::Value::integer(20)}};
  const Tables tables{{"vat", *Table::make(document::Value::object(vat), "")}};
  const Environment examples{.tables = &tables};
  std::set<std::string_view> names;
  for (const FunctionAbout& one : functions()) {
    EXPECT_TRUE(names.insert(one.name).second) << one.name << " is declared twice";
    EXPECT_TRUE(one.help.ends_with('.') || one.help.ends_with('?')) << one.name;
    EXPECT_FALSE(one.subject.empty()) << one.name;
    ASSERT_NE(one.example.find("$" + std::string(one.name)), std::string_view::npos) << one.name << " has no example of itself";
    const std::string found = result(one.example, "{}", examples);
    if (!one.result.empty()) {
      EXPECT_EQ(found, one.result) << one.example;
    } else if (one.name != "error") {
      EXPECT_EQ(found.find(" at 1:"), std::string::npos) << one.example << ": " << found;
    }
    EXPECT_TRUE(is_function(one.name));
  }
  EXPECT_GT(names.size(), 80u);
}

TEST(Functions, nothing_in_gives_nothing_out) {
  for (const char* source : {"$hash(no)", "$hmac(no, 'k')", "$bytes(no)", "$base64urlEncode(no)", "$base64urlDecode(no)", "$decimalAdd(no, 1)", "$decimalAdd(1, no)",
                             "$decimalDivide(no, 2, 1)", "$decimalRound(no, 2)", "$decimalSum(no)", "$decimalText(no)", "$dateAdd(no, 'P1D')", "$dateDifference('2024-01-01', no)",
                             "$dateInZone(no, 'Z')", "$dateFormat(no, '[D]')", "$durationSeconds(no)", "$mask(no)", "$maskCards(no)"})
    EXPECT_EQ(result(source), "absent") << source;
}

// The sentence of an error of ARINT's own functions; its position must be that of the call.
std::string refusal(std::string_view source, std::string_view input = "{}") {
  const std::string whole = result(source, input), begin = "U2001 at 1:" + std::to_string(source.find('(') + 1) + ": ";
  return whole.starts_with(begin) ? whole.substr(begin.size()) : "not at the call: " + whole;
}

TEST(Functions, errors_say_where_which_argument_and_what_fits) {
  EXPECT_EQ(refusal("1 + $hash('x', 'sha-3')"), "argument 2 of $hash must be one of sha-256, sha-384, sha-512, sha-1, md5, found the text \"sha-3\"");
  EXPECT_EQ(refusal("$hash({'a': 1})"), "argument 1 of $hash must be text or bytes, found an object with 1 member");
  EXPECT_EQ(refusal("$hash('x', 'md5', 'hexa')"), "argument 3 of $hash must be one of hex, base64, base64url, found the text \"hexa\"");
  EXPECT_EQ(refusal("$hmac('x', 5)"), "argument 2 of $hmac, the key, must be text or bytes");
  EXPECT_EQ(refusal("$bytes('secret!')"), "argument 1 of $bytes must be well-formed base64") << "and shows no secret";
  EXPECT_EQ(refusal("$bytes(5)"), "argument 1 of $bytes must be text or bytes, found 5");
  EXPECT_EQ(refusal("$base64urlDecode('a+b')").substr(0, 30), "argument 1 of $base64urlDecode");
  EXPECT_EQ(refusal("$base64urlDecode('_w')").substr(0, 30), "argument 1 of $base64urlDecode") << "the byte 0xFF is no UTF-8";
  EXPECT_EQ(refusal("$uuid(5)"), "argument 1 of $uuid must be 4 (random) or 7 (ordered by time), found 5");
  EXPECT_EQ(refusal("$decimalAdd(1, 'x')"), "argument 2 of $decimalAdd must be a decimal number or a text like \"12.50\", found the text \"x\"");
  EXPECT_EQ(result("$decimalAdd(1, true)").substr(0, 5), "T0410");
  EXPECT_EQ(refusal("$decimalDivide(1, '0.00', 2)"), "argument 2 of $decimalDivide must be another number than zero, found the text \"0.00\"");
  EXPECT_EQ(refusal("$decimalRound(1, 1.5)"), "argument 2 of $decimalRound must be a whole number from -1000 to 1000, found 1.5");
  EXPECT_EQ(refusal("$decimalRound(1, 2, 'nearest')").substr(0, 57), "argument 3 of $decimalRound must be one of half-even, hal");
  EXPECT_EQ(refusal("$decimalSum([1, null])"), "item 1 of argument 1 of $decimalSum must be a decimal number or a text like \"12.50\", found null");
  EXPECT_EQ(refusal("$decimalAdd(n, 1)", R"({"n":1e999999})"), "$decimalAdd would need more than 10000 digits");
  EXPECT_EQ(refusal("$dateAdd('2023-02-29', 'P1D')"),
            "argument 1 of $dateAdd must be an ISO 8601 date or time like \"2024-02-29\" or \"2024-02-29T12:00:00Z\", found the text \"2023-02-29\"");
  EXPECT_EQ(refusal("$dateAdd('2023-02-28', '1 day')").substr(0, 23), "argument 2 of $dateAdd ");
  EXPECT_EQ(refusal("$dateAdd('9999-12-31', 'P1D')"), "the result of $dateAdd lies outside the years 0000 to 9999");
  EXPECT_EQ(refusal("$dateDifference('2024-01-01', '2024-01-02', 'fortnights')").substr(0, 64), "argument 3 of $dateDifference must be one of years, months, week");
  EXPECT_EQ(refusal("$dateInZone('2024-01-01', 'CET')").substr(0, 26), "argument 2 of $dateInZone ");
  EXPECT_EQ(result("$dateFormat('2024-01-01', '[Q]')").substr(0, 10), "D3132 at 1");
  EXPECT_EQ(refusal("$durationSeconds('P1M')").substr(0, 31), "argument 1 of $durationSeconds ");
  EXPECT_EQ(refusal("$mask('x', -1)"), "argument 2 of $mask must be a whole number from 0 to 1000000, found -1");
  EXPECT_EQ(refusal("$mask('x', 0, 0, 'ab')"), "argument 4 of $mask must be one character, found the text \"ab\"");
}

TEST(Functions, hashes_take_texts_bytes_and_keys_in_any_form) {
  EXPECT_EQ(result("$hash('')"), R"("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")");
  EXPECT_EQ(result("$hash('\xc3\xa9', 'sha-1')"), R"("bf15be717ac1b080b4f1c456692825891ff5073d")") << "as UTF-8";
  EXPECT_EQ(result("$hash($bytes('', 'hex'), 'md5', 'base64')"), R"("1B2M2Y8AsgTpgAmY7PhCfg==")");
  EXPECT_EQ(result("$hmac('x', $bytes('azE=')) = $hmac('x', 'k1')"), "true");
  EXPECT_EQ(result("$hmac('x', '') = $hmac('x', 'k1')"), "false");
  EXPECT_EQ(result("'abc' ~> $hash('md5')"), R"("900150983cd24fb0d6963f7d28e17f72")");
}

TEST(Functions, decimals_are_exact_where_numbers_are_not) {
  EXPECT_EQ(result("a + b", R"({"a":0.1,"b":0.2})"), "0.30000000000000004") << "doubles";
  EXPECT_EQ(result("$decimalCompare($decimalAdd(a, b), '0.3')", R"({"a":0.1,"b":0.2})"), "0");
  EXPECT_EQ(result("$decimalAdd(a, b)", R"({"a":1.10,"b":2.20})"), "3.30");
  const std::string long_number = std::string(200, '9') + ".25";
  EXPECT_EQ(result("$decimalAdd(a, '0.75')", R"({"a":)" + long_number + "}"), "1" + std::string(200, '0') + ".00");
  EXPECT_EQ(result("$decimalSum(items.price)", R"({"items":[{"price":19.99},{"price":"0.01"},{"price":1e2}]})"), "120.00");
  EXPECT_EQ(result("$decimalSum([])"), "0");
  EXPECT_EQ(result("$decimalSum('1.50')"), "1.50") << "one stands for an array of one";
  EXPECT_EQ(result("$decimalDivide(1, 3, 30)"), "0.333333333333333333333333333333");
  EXPECT_EQ(result("$decimalRound(2.5, 0) & $decimalRound(-2.5, 0, 'ceiling')"), R"("2-2")");
  EXPECT_EQ(result("$decimalMultiply('1.05', '1.05')"), "1.1025");
  EXPECT_EQ(result("$decimalText($decimalMultiply(12, '0.50'))"), R"("6.00")");
  EXPECT_EQ(result("$reduce([1..50], function($a, $b) { $decimalMultiply($a, $b) })"), "30414093201713378043612608166064768844377641568960512000000000000");
}

TEST(Functions, a_budget_holds_in_long_decimals) {
  Environment small;
  small.budget.steps = 100'000;
  const std::string source = "($n := $pad('', 5000, '7'); $f := function($i) { $i = 0 ? 0 : ($decimalMultiply($n, $n); $f($i - 1)) }; $f(1000))";
  EXPECT_EQ(result(source, "{}", small).substr(0, 5), "U1001");
}

TEST(Functions, dates_follow_the_calendar) {
  EXPECT_EQ(result("$dateAdd($dateAdd('2024-01-31', 'P1M'), 'P1M')"), R"("2024-03-29")");
  EXPECT_EQ(result("$dateAdd('2024-03-31T10:00:00.000+02:00', '-P1M')"), R"("2024-02-29T10:00:00.000+02:00")");
  EXPECT_EQ(result("$dateDifference('2024-01-31', '2024-03-01')"), R"("P1M1D")");
  EXPECT_EQ(result("$dateDifference('2024-03-01T00:00:00Z', '2024-02-29T23:00:00-01:00', 'hours')"), "0");
  EXPECT_EQ(result("$dateFormat('2024-02-29T23:30:00Z', '[Y0001]-[M01]-[D01] [Z]', '+0100')"), R"("2024-03-01 +01:00")");
  EXPECT_EQ(result("$durationSeconds('PT0.5S')"), "0.5");
}

TEST(Functions, masks_show_ends_only) {
  EXPECT_EQ(result("$mask('1234567890')"), R"("******7890")");
  EXPECT_EQ(result("$mask('abc')"), R"("***")") << "too short to show anything";
  EXPECT_EQ(result("$mask('abcd', 2, 2)"), R"("****")");
  EXPECT_EQ(result("$mask('\xc3\xa9\xc3\xa9\xc3\xa9', 1, 1, '\xe2\x80\xa2')"), "\"\xc3\xa9\xe2\x80\xa2\xc3\xa9\"") << "characters, not bytes";
  EXPECT_EQ(result("$mask(4111111111111111, 6)"), R"("411111******1111")");
}

TEST(Functions, card_numbers_are_found_wherever_they_stand) {
  auto masked = [](std::string_view text) { return result("$maskCards(t)", R"({"t":")" + std::string(text) + "\"}"); };
  EXPECT_EQ(masked("4111111111111111"), R"("411111******1111")");
  EXPECT_EQ(masked("a 4111-1111-1111-1111, b 378282246310005."), R"("a 4111-11**-****-1111, b 378282*****0005.")");
  EXPECT_EQ(masked("3782 822463 10005"), R"("3782 82**** *0005")");
  EXPECT_EQ(masked("4111111111111111 5555555555554444"), R"("411111******1111 555555******4444")");
  EXPECT_EQ(masked("4222222222222"), R"("422222***2222")") << "13 digits";
  EXPECT_EQ(masked("6304000000000000000"), R"("630400*********0000")") << "19 digits";
  for (const char* other : {"4111111111111112", "41111111111111111", "1700000000000", "2024-01-15 10:30", "411111111111", "04111111111111111", "4111  1111  1111  1111",
                            "4111-1111 1111-1111", "99999999999999999999999999999999"})
    EXPECT_EQ(masked(other), "\"" + std::string(other) + "\"");
  EXPECT_EQ(result("$maskCards($)", R"({"card":4111111111111111,"deep":[{"note":"card 5555555555554444","n":1.50}],"ok":true})"),
            R"({"card":"411111******1111","deep":[{"note":"card 555555******4444","n":1.50}],"ok":true})");
}

TEST(Functions, tables_are_looked_up_by_name_and_key) {
  document::Arena arena;
  auto json = [&](std::string_view text) { return *format::find("json")->read(text, {}, arena); };
  const Tables tables{{"countries", *Table::make(json(R"([{"code":"DE","name":"Germany"},{"code":49,"name":"by number"}])"), "code")},
                      {"vat", *Table::make(json(R"({"DE":19.00})"), "")}};
  const Environment with{.tables = &tables};
  EXPECT_EQ(result("$table('countries', 'DE').name", "{}", with), R"("Germany")");
  EXPECT_EQ(result("$table('countries', 49).name & $table('countries', '49').name", "{}", with), R"("by numberby number")");
  EXPECT_EQ(result("$table('vat', country)", R"({"country":"DE"})", with), "19.00") << "digits as they are in the table";
  EXPECT_EQ(result("$table('vat', 'XX')", "{}", with), "absent");
  EXPECT_EQ(result("$table('vat', no)", "{}", with), "absent");
  EXPECT_EQ(result("$table('vat', 'XX') ? 1 : 'none'", "{}", with), R"("none")");
  EXPECT_EQ(result("$count($tableRows('countries')) + $tableRows('vat').DE", "{}", with), "21");
  EXPECT_EQ(result("$table('vats', 1)", "{}", with), "U2001 at 1:7: argument 1 of $table must be the name of a table of the project (section `tables`), found the text \"vats\"");
  EXPECT_EQ(result("$tableRows('vat')").substr(0, 5), "U2001") << "no tables at all";
  EXPECT_FALSE((*Expression::compile("$table('vat', 'DE')"))->constant()) << "another project, another table";
  const auto used = (*Expression::compile("$table('vat', x) + ('rates' ~> $table(y)) + $table(name, x)"))->tables_used();
  ASSERT_EQ(used.size(), 2u);
  EXPECT_EQ(used[0].name + " " + used[1].name, "vat rates");
}

TEST(Functions, a_table_must_have_one_row_for_a_key) {
  document::Arena arena;
  auto made = [&](std::string_view text, std::string_view key) {
    Result<Table> table = Table::make(*format::find("json")->read(text, {}, arena), key);
    return table ? "good" : table.error().sentence;
  };
  EXPECT_EQ(made("[]", "code"), "good");
  EXPECT_EQ(made(R"([{"code":1},{"code":"1"}])", "code"), "row 2 has the same code as one before, \"1\"");
  EXPECT_EQ(made(R"([{"code":1},{"kode":2}])", "code"), "row 2 has no text or number \"code\": it is an object with 1 member");
  EXPECT_EQ(made("[1]", "code"), "row 1 has no text or number \"code\": it is 1");
  EXPECT_EQ(made("[]", ""), "it is a list; say with `key` which member the rows are looked up by");
  EXPECT_EQ(made("{}", "code"), "it is an object, whose members are the entries by name; leave `key` out");
  EXPECT_EQ(made("5", ""), "a table is an object, or a list of objects, but this is 5");
}

TEST(Functions, uuids_come_from_the_seed_and_the_clock_of_the_run) {
  Environment one{.now_millis = 1'645'557'742'000, .seed = {1, 2}}, other{.now_millis = 1'645'557'742'000, .seed = {1, 3}};
  EXPECT_EQ(result("$uuid()", "{}", one), result("$uuid()", "{}", one)) << "a run that is repeated";
  EXPECT_NE(result("$uuid()", "{}", one), result("$uuid()", "{}", other));
  EXPECT_EQ(result("$uuid() = $uuid()", "{}", one), "false");
  EXPECT_EQ(result("$count($distinct([1..1000].$uuid()))", "{}", one), "1000");
  EXPECT_EQ(result("$uuid() ~> /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/ ~> $exists()", "{}", one), "true");
  EXPECT_EQ(result("$substring($uuid(7), 0, 15)", "{}", one), R"("017f22e2-79b0-7")") << "the time of RFC 9562, A.6";
  EXPECT_NE(result("$random()", "{}", one), result("$random()", "{}", other));
}

}  // namespace
}  // namespace arint::mapping
