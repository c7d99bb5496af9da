// SPDX-License-Identifier: GPL-3.0-or-later
// Format: bytes on one side, the document tree on the other. One object per format and set of options, immutable, shared by all threads.
//
// What a user configures (delimiter, pretty, root element) is in the object: each folder has `Options` and `make(Options)`.
// What changes from message to message (charset, limits) is given at each call. Formats know no sockets and no files.
//
// Faults: always Fault::malformed. Reading says line, column and byte, what was found and what was expected; writing says the place
// in the document ("items[3].price") and why the format cannot hold it. At most 80 bytes of the user's data are ever repeated.
#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "document/arena.hpp"
#include "document/value.hpp"

namespace arint::format {

struct ReadOptions {
  std::string charset = {};       // what the sender said (Content-Type's parameter); empty: the format's own option or default
  std::size_t depth = 1000;       // deepest nesting accepted
};

struct WriteOptions {
  std::size_t depth = 1000;               // deepest nesting written
  std::size_t limit_bytes = 1ull << 30;   // most bytes appended by one call
};

struct SplitOptions {
  std::string charset = {};
  // Where the items are, one name per level. JSON: "/data/orders" is the array there, "" the outermost array (or a sequence of
  // documents). XML: "/orders/order" are the elements of that name there, "" every child of the root. Others have one place only.
  std::string at = {};
  std::size_t item_bytes = 16u << 20;  // longest item; also bounds what the splitter keeps
  std::size_t depth = 1000;            // deepest nesting within an item
};

struct JoinOptions {
  std::size_t depth = 1000;
  std::size_t item_bytes = 1ull << 30;  // most bytes one item may become
};

// Cuts a document that need not fit in memory into its items. Sans-I/O: feed bytes as they come, in any pieces, and ask for items.
//
//   splitter->feed(bytes);                                   // or finish() after the last
//   while (item = splitter->next(arena), item.ok() && *item) ...   // nullopt: wants more bytes; after finish(): that was all
//
// How the bytes were cut never changes the items. After a fault the splitter is spent: next() repeats the fault.
class Splitter {
 public:
  virtual ~Splitter() = default;
  // The bytes are copied. Call next() until it gives nothing before feeding more: that is what bounds the memory.
  virtual void feed(std::string_view bytes) = 0;
  virtual void finish() = 0;
  // The item lives in `arena` wholly; reset the arena between items.
  virtual Result<std::optional<document::Value>> next(document::Arena& arena) = 0;
};

// The other direction: a document written item by item.
class Joiner {
 public:
  virtual ~Joiner() = default;
  // Appends to `out`, which the caller empties when he likes. After a fault `out` is as before, and the item may be left out.
  virtual Result<void> add(const document::Value& item, std::string& out) = 0;
  virtual Result<void> finish(std::string& out) = 0;  // once, at the end
};

// What reading and then writing keeps.
enum class RoundTrip {
  byte_exact,  // the same bytes
  canonical,   // the same content in one way of writing it
  lossy,       // `sentence` says what goes
};
struct RoundTripPromise {
  RoundTrip kind;
  std::string_view sentence;
};

class Format {
 public:
  virtual ~Format() = default;
  virtual std::string_view name() const = 0;                              // "json": the word in configuration
  virtual std::span<const std::string_view> media_types() const = 0;      // lower case, no parameters; the first is the one written
  virtual std::span<const std::string_view> extensions() const = 0;       // "json", without the dot
  virtual std::string content_type() const = 0;                           // what a writer sends: "text/csv; charset=utf-8; header=present"
  virtual RoundTripPromise round_trip() const = 0;

  // Text and numbers may point into `bytes`: the caller keeps them as long as the tree.
  // The arena's limit is a fault like any other, never an exception.
  virtual Result<document::Value> read(std::string_view bytes, const ReadOptions& options, document::Arena& arena) const = 0;

  // Appends to `out`. After a fault `out` is as before.
  virtual Result<void> write(const document::Value& value, const WriteOptions& options, std::string& out) const = 0;

  // Null when a document of this format has no items.
  virtual std::unique_ptr<Splitter> split(const SplitOptions&) const { return nullptr; }
  virtual std::unique_ptr<Joiner> join(const JoinOptions&) const { return nullptr; }
};

}  // namespace arint::format
