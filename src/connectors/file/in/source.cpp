// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/file/in/source.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace arint::connectors::file {

runtime::Task<Result<std::string_view>> Source::next() {
  if (at_ == size_) co_return std::string_view();
  if (!file_.open()) {
    at_ = size_;
    co_return std::string_view(buffer_);
  }
  buffer_.resize(std::min<std::uint64_t>(piece_bytes, size_ - at_));
  auto work = [&]() -> std::int64_t {
    const ssize_t got = ::pread(file_.get(), buffer_.data(), buffer_.size(), static_cast<off_t>(at_));
    return got < 0 ? -errno : got;
  };
  const runtime::IoResult got = co_await runtime::offload(work);
  if (got.error() == ECANCELED || got.error() == ETIMEDOUT) co_return Error{Fault::cancelled, "the file was not read to its end"};
  if (!got.ok()) co_return file_error("read", "the file", got.error());
  if (got.n == 0) co_return Error{Fault::unreachable, "the file became shorter while it was read"};
  at_ += static_cast<std::uint64_t>(got.n);
  co_return std::string_view(buffer_).substr(0, static_cast<std::size_t>(got.n));
}

bool Source::unchanged(std::int64_t modified_ns) const {
  struct stat is {};
  if (!file_.open() || ::fstat(file_.get(), &is) != 0) return true;
  return static_cast<std::uint64_t>(is.st_size) == size_ && is.st_mtim.tv_sec * 1'000'000'000 + is.st_mtim.tv_nsec == modified_ns;
}

}  // namespace arint::connectors::file
