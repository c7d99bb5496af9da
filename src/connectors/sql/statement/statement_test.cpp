// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sql/statement/statement.hpp"

#include <gtest/gtest.h>

#include <random>

#include "base/text.hpp"

namespace arint::connectors::sql {
namespace {

using Names = std::vector<std::string>;

Statement good(std::string_view sql, Dialect dialect = Dialect::postgresql) {
  Statement out;
  StatementFault fault;
  EXPECT_TRUE(compile(sql, dialect, out, fault)) << sql << ": " << fault.sentence;
  return out;
}

std::string text(std::string_view sql, Dialect dialect = Dialect::postgresql) { return good(sql, dialect).text; }

// "7: what is wrong"
std::string bad(std::string_view sql, Dialect dialect = Dialect::postgresql) {
  Statement out;
  StatementFault fault;
  EXPECT_FALSE(compile(sql, dialect, out, fault)) << sql << " gave " << out.text;
  return std::to_string(fault.offset) + ": " + fault.sentence;
}

TEST(Statement, names_become_numbers_and_a_name_that_repeats_is_one_parameter) {
  const Statement statement = good("insert into orders(id, total, id2) values (:id, :total,:id)");
  EXPECT_EQ(statement.text, "insert into orders(id, total, id2) values ($1, $2,$1)");
  EXPECT_EQ(statement.names, (Names{"id", "total"}));
  EXPECT_EQ(text("select :a, :b, :a", Dialect::sqlite), "select ?1, ?2, ?1");
  EXPECT_EQ(text("select * from t limit:n"), "select * from t limit $1") << "not the word limit$1";
  EXPECT_EQ(good("select :grün, :a1_b").names, (Names{"grün", "a1_b"}));
}

TEST(Statement, what_only_looks_like_a_parameter_is_left_alone) {
  for (const char* sql : {
           "select ':a', 'it''s :b', \":c\", \"x\"\":d\"",
           "select E'\\' :a', e'\\\\' || 'x'",
           "select 1 -- :a\n, 2",
           "select 1 /* :a /* nested :b */ :c */",
           "select $$ :a $$, $tag$ :b $$ :c $tag$",
           "select x::text, y::numeric(10,2), '1'::int",
           "select a[1:2], a[b:c], a[f(1):2], a['x':y], (a)[1:]",
           "select f(a := 1)",
           "select '{\"a\": 1}'::jsonb ? 'a', j @> '{}', j ->> 'k'",
           "select foo$1 from t",
       })
    EXPECT_EQ(text(sql), sql);
  for (const char* sql : {"select [:a], `:b`, \":c\", ':d'", "select 1 -- ? @x $y", "select 1 /* ? */"})
    EXPECT_EQ(text(sql, Dialect::sqlite), sql);
}

TEST(Statement, parameters_beside_casts_and_in_brackets) {
  EXPECT_EQ(text("select :a::text, (:b)::int"), "select $1::text, ($2)::int");
  EXPECT_EQ(text("select a[:i], a[:lo : :hi], a[1::n]"), "select a[$1], a[$2 : $3], a[1::n]");
  EXPECT_EQ(text("select array[:a, :b], a[(:x)]"), "select array[$1, $2], a[($3)]");
  EXPECT_EQ(text("select 'x'||:a||'y'"), "select 'x'||$1||'y'");
  EXPECT_EQ(text("select E'\\''||:a"), "select E'\\''||$1");
}

TEST(Statement, one_command_only) {
  EXPECT_EQ(text(" select 1 ; -- done\n"), " select 1  -- done");
  EXPECT_EQ(bad("select 1; drop table x").substr(0, 12), "10: a second");
  EXPECT_EQ(bad("select 1;;").substr(0, 11), "9: a second");
  EXPECT_EQ(text("select ';'"), "select ';'");
  EXPECT_EQ(bad(""), "0: there is no statement here");
  EXPECT_EQ(bad("  -- nothing\n /* at all */ "), "0: there is no statement here");
  EXPECT_EQ(bad(" ; "), "1: there is no statement before this \";\"");
}

TEST(Statement, what_has_no_end_and_other_kinds_of_parameters_are_refused_with_their_place) {
  EXPECT_EQ(bad("select 'abc"), "7: this quote is not closed");
  EXPECT_EQ(bad("select 'abc''"), "7: this quote is not closed");
  EXPECT_EQ(bad("select E'abc\\'"), "8: this quote is not closed");
  EXPECT_EQ(bad("select \"abc"), "7: this quote is not closed");
  EXPECT_EQ(bad("select $x$ abc $y$"), "7: this $x$ quote is not closed");
  EXPECT_EQ(bad("select /* /* */"), "7: this comment is not closed");
  EXPECT_EQ(bad("select $1"), "7: parameters have names here: write `:name`, not \"$1\"");
  EXPECT_EQ(bad(std::string_view("select \0", 8)), "7: a zero byte cannot stand in SQL");
  for (const char* sql : {"select ?", "select ?1", "select @a", "select $a"})
    EXPECT_EQ(bad(sql, Dialect::sqlite).substr(0, 36), "7: only `:name` is a parameter here,") << sql;
  EXPECT_EQ(bad("select :1", Dialect::sqlite), "7: the name of a parameter begins with a letter");
  EXPECT_EQ(text("select 1 /* /* */", Dialect::sqlite), "select 1 /* /* */") << "SQLite's comments do not nest";
}

TEST(Statement, tells_what_only_reads_and_what_may_be_done_twice) {
  for (const char* sql : {"select a, count(*) from t where b in (:x) group by a", "SELECT 1", "(select 1) union (select 2)", "values (1)", "table t",
                          "with x as (select 1) select * from x", "select coalesce(:a::numeric(10), 1)"}) {
    EXPECT_TRUE(good(sql).reads) << sql;
    EXPECT_TRUE(good(sql).pure) << sql;
  }
  for (const char* sql : {"select nextval('s')", "select book_order(:id)", "select \"f\"(1)", "select s.f (1)"}) {
    EXPECT_TRUE(good(sql).reads) << sql;
    EXPECT_FALSE(good(sql).pure) << sql;
  }
  for (const char* sql : {"insert into t values (1)", "update t set a = 1", "delete from t", "select 1 into t", "call p()", "create table t(a int)",
                          "with x as (delete from t returning *) select * from x", "select * from t for update", "explain analyze delete from t"})
    EXPECT_FALSE(good(sql).reads) << sql;
  EXPECT_EQ(good("with x(a) as (select 1) insert into t select * from x").command, "insert");
  EXPECT_EQ(good("/* hello */ Update t set a = 1").command, "update");
  EXPECT_EQ(good("select replace('a', 'b', :c)").pure, true);
  EXPECT_EQ(good("select 'delete', \"update\"").reads, true) << "quoted words are no commands";
}

TEST(Statement, its_opening_is_one_line) {
  EXPECT_EQ(good("  insert  into\n  t(a)\n values (:a)").opening, "\"insert into t(a) values (:a)\"");
  EXPECT_LE(good("select " + std::string(1000, 'x')).opening.size(), 70u);
}

// Whatever the text: it ends, and outside of what was refused nothing but parameters changes. Putting the names back gives the text.
TEST(Statement, random_texts_are_compiled_or_refused_and_never_changed_otherwise) {
  static constexpr std::string_view pieces[] = {"'", "\"", "$$", "$a$", ":a", ":bc", "::", ":", "[", "]", "(", ")", "--", "\n", "/*", "*/", ";", "E'",
                                                "\\", "select ", "x", " ", "1", "?", "@", "$1", ",", "ü", "`", "with ", "insert ", "1:2", ":="};
  std::mt19937 random(20261124);
  std::size_t compiled = 0;
  for (int round = 0; round < 200'000; ++round) {
    std::string sql;
    for (std::size_t i = random() % 14; i > 0; --i) sql += pieces[random() % std::size(pieces)];
    const Dialect dialect = random() % 2 ? Dialect::postgresql : Dialect::sqlite;
    Statement out;
    StatementFault fault;
    if (!compile(sql, dialect, out, fault)) {
      ASSERT_LE(fault.offset, sql.size());
      ASSERT_FALSE(fault.sentence.empty());
      continue;
    }
    ++compiled;
    // What was copied is the text itself, with the blanks at its end and the ";" gone; a parameter may bring one blank before it.
    std::size_t at = 0;
    for (std::size_t i = 0; i < sql.size(); ++i) {
      if (at < out.text.size() && out.text[at] == sql[i] && sql[i] != ':') {
        ++at;
        continue;
      }
      if (sql[i] == ':' && at < out.text.size() && out.text[at] == ':') {
        ++at;
        continue;
      }
      if (sql[i] == ';' || sql[i] == ' ' || sql[i] == '\n') continue;
      ASSERT_EQ(sql[i], ':') << sql << " -> " << out.text;
      if (out.text[at] == ' ') ++at;
      ASSERT_TRUE(out.text[at] == '$' || out.text[at] == '?') << sql << " -> " << out.text;
      const std::size_t number = static_cast<std::size_t>(out.text[at + 1] - '1');
      at += 2;
      ASSERT_LT(number, out.names.size());
      ASSERT_EQ(sql.substr(i + 1, out.names[number].size()), out.names[number]);
      i += out.names[number].size();
    }
    ASSERT_EQ(at, out.text.size()) << sql << " -> " << out.text;
  }
  EXPECT_GT(compiled, 10'000u);
}

}  // namespace
}  // namespace arint::connectors::sql
