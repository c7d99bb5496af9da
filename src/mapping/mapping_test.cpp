// SPDX-License-Identifier: GPL-3.0-or-later
// The language as a user meets it: an expression, an input, a result as JSON.
#include <gtest/gtest.h>

#include <string>

#include "format/catalog.hpp"
#include "mapping/expression.hpp"

namespace arint::mapping {
namespace {

// What `source` gives over `input`, as JSON; "absent", or the error's code.
std::string result(std::string_view source, std::string_view input = "{}", const Environment& environment = {}) {
  CompileError wrong;
  auto compiled = Expression::compile(source, {}, &wrong);
  if (!compiled) return wrong.code;
  document::Arena arena;
  Result<document::Value> body = format::find("json")->read(input, {}, arena);
  if (!body) return body.error().sentence;
  EvaluationError failed;
  Result<document::Value> value = evaluate(**compiled, *body, environment, arena, &failed);
  if (!value) return failed.code;
  if (value->is_absent()) return "absent";
  std::string out;
  Result<void> written = format::find("json")->write(*value, {}, out);
  return written ? out : written.error().sentence;
}

constexpr std::string_view order = R"({"id":7,"items":[{"sku":"A","price":2.5,"quantity":4},{"sku":"B","price":10,"quantity":1}],"note":null})";

TEST(Mapping, paths_give_one_item_as_itself_and_several_as_an_array) {
  EXPECT_EQ(result("items.sku", order), R"(["A","B"])");
  EXPECT_EQ(result("items[price > 5].sku", order), R"("B")");
  EXPECT_EQ(result("items[price > 5].sku[]", order), R"(["B"])");
  EXPECT_EQ(result("items[-1].sku", order), R"("B")");
  EXPECT_EQ(result("missing.too", order), "absent");
  EXPECT_EQ(result("note", order), "null");
}

TEST(Mapping, aggregates_constructors_and_groups) {
  EXPECT_EQ(result("$sum(items.(price * quantity))", order), "20");
  EXPECT_EQ(result("{ 'order': id, 'lines': $count(items) }", order), R"({"order":7,"lines":2})");
  EXPECT_EQ(result("items{ sku: price }", order), R"({"A":2.5,"B":10})");
  EXPECT_EQ(result("items^(>price).sku", order), R"(["B","A"])");
  EXPECT_EQ(result("[1..5][$ % 2 = 0]"), "[2,4]");
}

TEST(Mapping, numbers_become_text_as_ecmascript_writes_fifteen_digits) {
  for (auto [input, text] : {std::pair{"12.5", "12.5"}, {"12.50", "12.5"}, {"-0.0", "0"}, {"0.000001", "0.000001"}, {"0.0000001", "1e-7"}, {"1e3", "1000"},
                             {"0.1000000000000000055", "0.1000000000000000055"}, {"100", "100"}, {"1200.75", "1200.75"}})
    EXPECT_EQ(result("$string($)", input), '"' + std::string(text) + '"') << input;
  EXPECT_EQ(result("0.1 + 0.2 & ''"), R"("0.3")");
  EXPECT_EQ(result("1 / 3 & ''"), R"("0.333333333333333")");
}

// Found by tests/differential.
TEST(Mapping, corners_where_the_reference_was_met_only_by_comparing) {
  EXPECT_EQ(result("'a' ~> $map(function($x) { 10 ~> $map(function($y) { 5 }) })"), "5");
  EXPECT_EQ(result("items^(price).none^(price).sku", order), "absent");
  EXPECT_EQ(result("nothing ~> $power"), "T0411");
  EXPECT_EQ(result("($f := $string ~> $power; $f(1))"), "T0410");
  EXPECT_EQ(result("sum($error('never called'))"), "T1005");
  EXPECT_EQ(result("$substring('abc', nothing, 2)"), R"("")");
  EXPECT_EQ(result("$substring('abc', nothing)"), R"("abc")");
  EXPECT_EQ(result("$split('a', nothing, 0)"), "[]");
  EXPECT_EQ(result("$match('', function($text) { $text })"), "absent");
  EXPECT_EQ(result("'a' ~> $map(function($x) { $map(10, function($y) { 5 }) })"), "[5]");
  EXPECT_EQ(result("{} in {}"), "false");
  EXPECT_EQ(result("[$ in $, items[1] in items, {'id': 7} in {'id': 7}, items in items]", order), "[true,true,false,false]");
  EXPECT_EQ(result("$power(2, missing)"), "D3061");
}

TEST(Mapping, joins_parents_and_transforms) {
  EXPECT_EQ(result("items.{ 'order': %.id, 'sku': sku }", order), R"([{"order":7,"sku":"A"},{"order":7,"sku":"B"}])");
  EXPECT_EQ(result("items#$i.($i & sku)", order), R"(["0A","1B"])");
  EXPECT_EQ(result("items@$x.$x.price", order), "[2.5,10]");
  EXPECT_EQ(result("($ ~> |items[sku='A']|{'price': 3}|).items.price", order), "[3,10]");
}

TEST(Mapping, functions_close_over_compose_and_recur_without_a_stack) {
  EXPECT_EQ(result("($add := function($a, $b) { $a + $b }; $one := $add(1, ?); $one(41))"), "42");
  EXPECT_EQ(result("'a b' ~> $uppercase() ~> $split(' ')"), R"(["A","B"])");
  EXPECT_EQ(result("($f := function($n) { $n = 0 ? 'done' : $f($n - 1) }; $f(100000))"), R"("done")");
  EXPECT_EQ(result("$map([1,2,3], function($v) { $v * $v })"), "[1,4,9]");
}

TEST(Mapping, text_patterns_numbers_and_dates) {
  EXPECT_EQ(result("$replace('265USD', /([0-9]+)USD/, '$$$1')"), R"("$265")");
  EXPECT_EQ(result("$formatNumber(12345.6, '#,###.00')"), R"("12,345.60")");
  EXPECT_EQ(result("$fromMillis(1510067557121)"), R"("2017-11-07T15:12:37.121Z")");
  EXPECT_EQ(result("$toMillis('2017-11-07T15:12:37.121Z')"), "1510067557121");
}

TEST(Mapping, digits_change_only_by_arithmetic) {
  EXPECT_EQ(result("price", R"({"price":1.10})"), "1.10");
  EXPECT_EQ(result("price", R"({"price":1e999999})"), "1e999999");
  EXPECT_EQ(result("price + 0", R"({"price":1.10})"), "1.1");
}

TEST(Mapping, mistakes_have_the_codes_of_the_language) {
  EXPECT_EQ(result("1 +"), "S0207");
  EXPECT_EQ(result("'x' + 1"), "T2001");
  EXPECT_EQ(result("$sum('x')"), "T0412");
  EXPECT_EQ(result("$undefined_one()"), "T1006");
  EXPECT_EQ(result("1/0"), "D1001");
}

TEST(Mapping, a_slash_behind_an_opening_bracket_divides) {
  for (const char* source : {"(/a/)", "[/a/]", "{/a/: 1}", "-/a/", "|/a/|{}|", "$match('a', (/a/))"}) EXPECT_EQ(result(source), "S0211") << source;
  EXPECT_EQ(result("('a' ~> $match(/a/)).match"), R"("a")");
  EXPECT_EQ(result("($p := /a/; $contains('a', $p))"), "true");
  EXPECT_EQ(result("[1, 6 / 2 / 3]"), "[1,1]");
}

TEST(Mapping, a_runaway_expression_ends_within_its_budget) {
  Environment small;
  small.budget.steps = 100'000;
  small.budget.bytes = 1 << 20;
  EXPECT_EQ(result("($f := function() { $f() }; $f())", "{}", small), "U1001");
  EXPECT_EQ(result("($f := function($x) { $f($x & $x) }; $f('abcdefgh'))", "{}", small), "U1001");
  EXPECT_EQ(result("($f := function($n) { 1 + $f($n) }; $f(1))", "{}", small), "U1001");
  EXPECT_EQ(result(std::string(100'000, '(')), "U1002");
}

TEST(Mapping, a_budget_of_bytes_holds_within_one_function) {
  Environment small;
  small.budget.bytes = 1 << 20;
  EXPECT_EQ(result("$length($pad('', 1000000))", "{}", small), "1000000");
  EXPECT_EQ(result("$length($pad('', 1100000))", "{}", small), "U1001");
  document::Arena arena(64 << 20);
  auto expression = Expression::compile("$length($pad('', 900000000))");
  EvaluationError detail;
  ASSERT_FALSE(evaluate(**expression, {}, small, arena, &detail));
  EXPECT_EQ(detail.sentence, "the evaluation needs more than 1048576 bytes of memory");
  EXPECT_EQ(detail.offset, 12u);
  EXPECT_LE(arena.used_bytes(), 1u << 20);
  EXPECT_EQ(arena.limit_bytes(), 64u << 20) << "the limit of the run is in force again";
}

TEST(Mapping, aggregates_over_paths_make_no_array_between) {
  std::string items = R"({"items":[)";
  for (int i = 0; i < 20'000; ++i) items += R"({"price":2,"quantity":3},)";
  items.back() = ']';
  items += '}';
  Environment small;
  small.budget.bytes = 32 << 10;  // 20,000 values would be ten times that
  EXPECT_EQ(result("$sum(items.(price * quantity))", items, small), "120000");
  EXPECT_EQ(result("$count(items.price)", items, small), "20000");
  EXPECT_EQ(result("$max(items.quantity)", items, small), "3");
  EXPECT_EQ(result("$average(items[price = 2].quantity)", items, small), "3");
  EXPECT_EQ(result("items.price", items, small), "U1001");
}

TEST(Mapping, aggregates_say_the_same_with_and_without_an_array_between) {
  constexpr std::string_view input = R"({"a":[{"n":1,"l":[1,2],"t":"x"},{"n":2.5,"l":[3]},{"l":[]}],"m":{"l":[[1,2],[3]]}})";
  for (const char* path : {"a.n", "a.l", "a.t", "a.(n * 2)", "a.[n]", "a.none", "m.l", "a[n > 1].l", "a.l[0]", "a.n[]", "a^(>n).n", "a.(l ~> $sum())", "a[0].l", "a.[n, l]", "a.*", "a#$i.$i", "(a.n)"})
    for (const char* function : {"$sum", "$count", "$max", "$min", "$average"}) {
      const std::string whole = std::string("($v := ") + path + "; " + function + "($v))";
      EXPECT_EQ(result(std::string(function) + "(" + path + ")", input), result(whole, input)) << function << "(" << path << ")";
    }
  EXPECT_EQ(result("$sum(a.n)", input), "3.5");
  EXPECT_EQ(result("$sum(a.t)", input), "T0412");
}

TEST(Mapping, what_functions_take_counts_as_work) {
  Environment small;
  small.budget.steps = 100'000;
  EXPECT_EQ(result("($s := $pad('', 200000); $f := function($n) { $n < 200 ? ($uppercase($s); $f($n + 1)) : 0 }; $f(0))", "{}", small), "U1001");
}

TEST(Mapping, calls_that_can_only_fail_are_known_beforehand) {
  auto unknown = [](const char* source) {
    std::string out;
    const auto expression = Expression::compile(source);
    for (const UnknownFunction& one : (*expression)->unknown_functions())
      out += one.name + "@" + std::to_string(one.offset) + " " + one.near + ";";
    return out;
  };
  EXPECT_EQ(unknown("a + $summ(items.price) + $nosuch(1, ?)"), "summ@4 sum;nosuch@25 ;");
  EXPECT_EQ(unknown("items ~> $lenght()"), "lenght@9 length;");
  EXPECT_EQ(unknown("($f := function($g) { $g(1) }; $f($sum); a.b(1); $map(x, $f))"), "");
}

TEST(Mapping, variables_are_given_and_the_clock_stands_still) {
  const Variable given[] = {{"x", document::Value::integer(2)}};
  Environment environment;
  environment.variables = given;
  environment.now_millis = 0;
  EXPECT_EQ(result("$x * 21", "{}", environment), "42");
  EXPECT_EQ(result("$now()", "{}", environment), R"("1970-01-01T00:00:00.000Z")");
  EXPECT_EQ(result("$random() = $random()", "{}", environment), "false");
  auto used = Expression::compile("$x.y + total");
  ASSERT_TRUE(used);
  EXPECT_EQ((*used)->variables_used(), std::vector<std::string>{"x"});
  EXPECT_TRUE((*used)->uses_context());
  EXPECT_FALSE((*Expression::compile("$x + 1"))->uses_context());
}

}  // namespace
}  // namespace arint::mapping
