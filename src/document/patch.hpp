// SPDX-License-Identifier: GPL-3.0-or-later
// Changes to a document that are documents themselves: JSON Patch (RFC 6902) and JSON Merge Patch (RFC 7396).
//
// Nothing is changed in place: the result shares with `target` and with the patch all that stays, so a patch that fails half way has
// changed nothing. What is new lies in `arena`, whose limit (ArenaFull) also bounds a hostile patch.
#pragma once
#include "base/result.hpp"
#include "document/arena.hpp"
#include "document/value.hpp"

namespace arint::document {

// All operations in order, or none. What comes out is nested at most 2,000 deep, and copies and moves carry at most 10,000,000 values.
// An absent target has nothing but its root, which `add` at "" makes.
// Fault::malformed: the patch is none; Fault::rejected: it does not fit this document (a place that is not there, a test that fails).
// The sentence names the operation, counted from 1, what it does and where: "operation 2, remove at \"/a/b\": ...".
Result<Value> patched(Arena& arena, const Value& target, const Value& operations);

// Members of the patch replace those of the target, null removes, objects go on inside. Any document is a merge patch.
// Fault::malformed: the patch is nested deeper than 2,000.
Result<Value> merged(Arena& arena, const Value& target, const Value& patch);

}  // namespace arint::document
