// SPDX-License-Identifier: GPL-3.0-or-later
// Each read of store.hpp, on a connection within a transaction. Throw SqliteError.
#pragma once
#include "store/read.hpp"
#include "store/sqlite/file/bodies.hpp"
#include "store/sqlite/file/connection.hpp"

namespace arint::store {

Result<std::unique_ptr<Loaded>> load(Connection& db, const Bodies& bodies, Number number, std::int32_t run);
Result<std::optional<Summary>> find(Connection& db, const Id& id);
Result<Details> show(Connection& db, const Bodies& bodies, Number number);
Result<Page> list(Connection& db, const Bodies& bodies, const Query& query);
Result<std::string> answer_of(Connection& db, const Bodies& bodies, const Digest& key);
Result<std::optional<EventRead>> event(Connection& db, const Bodies& bodies, std::string_view place);
Result<std::vector<PlaceRead>> places(Connection& db);
Result<std::vector<LineRead>> blocked_lines(Connection& db, unsigned most);
Result<std::int64_t> schedule(Connection& db, std::string_view name);
Result<VersionRead> version(Connection& db, const Digest& hash);
Result<std::optional<std::string>> anchor(Connection& db);

// Every message with this id or cid, newest first.
std::vector<Number> named(Connection& db, const Id& name);
// A content as it lies in two columns, `file` and `bytes`.
Result<std::string> content_at(Statement& row, int file, int bytes, const Bodies& bodies);

}  // namespace arint::store
