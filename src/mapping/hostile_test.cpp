// SPDX-License-Identifier: GPL-3.0-or-later
// Sources that are made to hurt: each ends in a code, soon, and never in a crash.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "document/value.hpp"
#include "format/json/json.hpp"
#include "mapping/expression.hpp"

namespace arint::mapping {
namespace {

using document::Value;

std::string repeated(std::string_view text, std::size_t count) {
  std::string out;
  while (count-- > 0) out += text;
  return out;
}

// "ok", or the code of what is wrong; `input` is $source.
std::string code_of(const std::string& expression, const std::string& input = "", std::chrono::milliseconds time = std::chrono::milliseconds(500)) {
  CompileError wrong;
  auto compiled = Expression::compile(expression, {}, &wrong);
  if (!compiled) return wrong.code;
  document::Arena arena;
  Variable variables[] = {{"source", Value::text(input)}};
  Environment environment{.variables = variables};
  environment.budget.time = time;
  environment.budget.bytes = 32u << 20;
  EvaluationError failed;
  return evaluate(**compiled, Value(), environment, arena, &failed) ? "ok" : failed.code;
}

constexpr std::size_t many = 100'000;

// Nested 10^5 deep in every way the language has.
const std::string deep[] = {
    repeated("(", many) + "1" + repeated(")", many),
    repeated("(", many),
    repeated("[", many) + repeated("]", many),
    repeated("{'a':", many) + "1" + repeated("}", many),
    repeated("-", many) + "1",
    repeated("a[", many) + "1" + repeated("]", many),
    repeated("$f(", many) + repeated(")", many),
    repeated("1?", many) + "1" + repeated(":1", many),
    repeated("$a:=", many) + "1",
    repeated("function($x){", many) + "1" + repeated("}", many),
    repeated("|$|", many) + "{}" + repeated("|", many),
    repeated("a??", many) + "1",
    repeated("a^(", many) + "1" + repeated(")", many),
    repeated("`", many),
    repeated("/(", many),
};

TEST(Hostile, NestingIsRefusedBeforeItCanHurt) {
  for (const std::string& source : deep) {
    std::string code = code_of(source);
    EXPECT_TRUE(code == "U1002" || code.starts_with("S0")) << code << " for " << source.substr(0, 40);
  }
  EXPECT_EQ(code_of(deep[0]), "U1002");
  EXPECT_EQ(code_of(repeated("(", 400) + "1" + repeated(")", 400)), "ok");
}

TEST(Hostile, LongChainsAreRefusedOrWork) {
  for (const char* link : {"+1", ".a", "&'a'", "[0]", " and 1", "~>$string()", "=1", "^(a)", "{'a':1}", "@$b", "#$i", "[]"}) {
    std::string code = code_of("a" + repeated(link, many));
    EXPECT_TRUE(code == "ok" || code.starts_with("U100") || code.starts_with("S0") || code.starts_with("T") || code.starts_with("D")) << code << " for " << link;
  }
  EXPECT_EQ(code_of("[" + repeated("1,", many) + "1]"), "ok");
  EXPECT_EQ(code_of("(" + repeated("$a:=1;", many) + "$a)"), "ok");
  EXPECT_EQ(code_of("'" + repeated("\\u0041", many) + "'"), "ok");
  EXPECT_EQ(code_of(repeated(" ", 1 << 20) + "1"), "U1002");
}

TEST(Hostile, EvalOfHostileTextIsAnErrorOfTheEvaluation) {
  for (const std::string& source : deep) {
    std::string code = code_of("$eval($source)", source);
    EXPECT_TRUE(code == "D3120" || code == "D3121" || code.starts_with("U100") || code.starts_with("S0")) << code << " for " << source.substr(0, 40);
  }
  for (const char* source : {"$eval($source)", "$eval('$eval($source)')", "($f := function() { $f() + 1 }; $f())", "($f := function() { $f() }; $f())",
                             "[1..10000000]", "$pad('', 500000000)", "/(a+)+$/", "\xFF\xFE", "'", "/*", "$$$$$", "%.%.%", "function(", "\\", "\"\\ud800"}) {
    std::string code = code_of("$eval($source)", source);
    EXPECT_NE(code, "") << source;
  }
  // The stack may end in the evaluation, or while the innermost text is parsed.
  const std::string code = code_of("$eval($source)", "$eval($source)");
  EXPECT_TRUE(code.starts_with("U1001") || code.starts_with("D312") || code.starts_with("U1002")) << code;
}

TEST(Hostile, RecursionEndsWithAndWithoutTailCalls) {
  EXPECT_EQ(code_of("($f := function($n) { $f($n + 1) }; $f(0))"), "U1001");
  EXPECT_EQ(code_of("($f := function($n) { 1 + $f($n + 1) }; $f(0))"), "U1001");
  EXPECT_EQ(code_of("($a := function($n) { $b($n) }; $b := function($n) { $a($n) }; $a(0))"), "U1001");
  EXPECT_EQ(code_of("($f := function($n) { $map([1, 2], $f) }; $f(0))"), "U1001");
  EXPECT_EQ(code_of("($f := function($x) { $sort([2, 1], $f) }; $f(0))"), "U1001");
  EXPECT_EQ(code_of("($y := function($g) { $g($g) }; $y($y))"), "U1001");
  EXPECT_EQ(code_of("($f := function($n) { $n = 0 ? 'end' : $f($n - 1) }; $f(100000))", "", std::chrono::milliseconds(60'000)), "ok");
}

TEST(Hostile, PatternsTakeLinearTime) {
  const std::string text(50'000, 'a');
  for (const char* pattern : {"/^(a+)+$/", "/(a|a)*b/", "/(a*)*b/", "/^(([a-z])+.)+[A-Z]([a-z])+$/", "/(.*)(.*)(.*)(.*)[b]/"})
    EXPECT_EQ(code_of(std::string("$contains($source, ") + pattern + ") ? 1 : 2", text, std::chrono::milliseconds(60'000)), "ok") << pattern;
  EXPECT_NE(code_of("$contains('a', /(((a{1000}){1000}){1000})/)"), "");
}

// The JSON text `{"a":"xxx..."}` with so many x, in a few pages of memory: one of a MiB, seen again and again.
class HugeText {
 public:
  static constexpr std::size_t piece = 1 << 20, page = 4096;

  explicit HugeText(std::size_t length) : bytes_(page + length + page) {
    void* room = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    at_ = room == MAP_FAILED ? nullptr : static_cast<char*>(room);
    const int file = memfd_create("huge", 0);
    const std::string text(piece, 'x');
    if (!at_ || write(file, text.data(), piece) != static_cast<ssize_t>(piece)) throw std::runtime_error("no memory for the test");
    for (std::size_t to = page; to < page + length; to += piece) mmap(at_ + to, piece, PROT_READ, MAP_PRIVATE | MAP_FIXED, file, 0);
    close(file);
    begins_.copy(at_ + page - begins_.size(), begins_.size());
    ends_.copy(at_ + page + length, ends_.size());
    json_ = {at_ + page - begins_.size(), begins_.size() + length + ends_.size()};
  }
  ~HugeText() { munmap(at_, bytes_); }
  HugeText(const HugeText&) = delete;
  std::string_view json() const noexcept { return json_; }

 private:
  static constexpr std::string_view begins_ = R"({"a":")", ends_ = R"("})";
  std::size_t bytes_;
  char* at_;
  std::string_view json_;
};

TEST(Hostile, ATextOfAGigabyteIsReadInPlaceAndNothingIsMadeOfItBeyondTheLimits) {
  constexpr std::size_t gigabyte = 1u << 30;
  const HugeText huge(gigabyte);
  document::Arena arena(1 << 20);
  Result<Value> document = format::json::read(huge.json(), arena);
  ASSERT_TRUE(document.ok()) << document.error().sentence;
  EXPECT_EQ(document->get("a").size(), gigabyte);
  EXPECT_LE(arena.used_bytes(), 64u << 10) << "the text is a slice of the input";
  std::string out;
  const Result<void> written = format::json::write(*document, out, {.limit_bytes = 1 << 20});
  ASSERT_FALSE(written.ok());
  EXPECT_NE(written.error().sentence.find("longer than the 1MiB allowed"), std::string::npos) << written.error().sentence;
  EXPECT_LT(out.capacity(), 2u << 20) << "no room was made for it";
  for (const char* source : {"$uppercase(a)", "a & a", "$split(a, '')", "$replace(a, 'x', 'yy')", "$base64encode(a)", "$eval(a)", "$length(a) & a"}) {
    EvaluationError failed;
    EXPECT_FALSE(evaluate(**Expression::compile(source), *document, {}, arena, &failed).ok()) << source;
    EXPECT_TRUE(failed.code == "U1001" || failed.code.starts_with("D312") || failed.code == "U1002") << source << ": " << failed.code;
  }
  EXPECT_LE(arena.used_bytes(), 1u << 20);
}

TEST(Hostile, ATextWithoutEndIsRefusedHoweverLong) {
  const HugeText huge(1u << 30);
  document::Arena arena(1 << 20);
  EXPECT_FALSE(format::json::read(huge.json().substr(0, huge.json().size() - 2), arena).ok());
  EXPECT_LE(arena.used_bytes(), 64u << 10);
}

}  // namespace
}  // namespace arint::mapping
