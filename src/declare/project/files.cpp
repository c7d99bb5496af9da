// SPDX-License-Identifier: GPL-3.0-or-later
// The files of a project: what may be read, how much of it, and that it is read once.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/text.hpp"
#include "base/units.hpp"
#include "declare/project.hpp"

namespace arint::declare {
namespace {

namespace fs = std::filesystem;

Error cannot(const std::string& path, int error) {
  return {Fault::unreachable, "cannot read " + arint::quoted(path) + ": " + std::strerror(error)};
}

Error too_large(const std::string& path, std::size_t most_bytes) {
  return {Fault::rejected, arint::quoted(path) + " is larger than " + to_text(Size{most_bytes})};
}

// O_NONBLOCK: a pipe put where a file is expected must not stop us.
Result<std::string> slurp(const std::string& full, const std::string& shown, std::size_t most_bytes) {
  int descriptor = ::open(full.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return cannot(shown, errno);
  struct Close {
    int descriptor;
    ~Close() { ::close(descriptor); }
  } close{descriptor};
  struct stat status {};
  if (::fstat(descriptor, &status)) return cannot(shown, errno);
  if (!S_ISREG(status.st_mode)) return Error{Fault::rejected, arint::quoted(shown) + " is not a file"};
  std::string out;
  char block[16384];
  for (;;) {
    ssize_t got = ::read(descriptor, block, sizeof block);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cannot(shown, errno);
    if (got == 0) return out;
    out.append(block, static_cast<std::size_t>(got));
    if (out.size() > most_bytes) return too_large(shown, most_bytes);
  }
}

// What the path alone says; nullopt when it may be a file of the project.
std::optional<Error> refused_path(const std::string& path) {
  auto refuse = [](const char* why) { return Error{Fault::rejected, why}; };
  if (path.empty()) return refuse("the path is empty");
  if (path.find('\0') != std::string::npos) return refuse("the path holds a zero byte");
  if (path[0] == '/') return refuse("the path is absolute; write it relative to the project folder");
  for (const fs::path& step : fs::path(path))
    if (step == "..") return refuse("the path may not hold \"..\"; files of a project stay in its folder");
  return std::nullopt;
}

}  // namespace

std::string Project::normal_path(const std::string& path) { return fs::path(path).lexically_normal().string(); }

Result<std::string> Project::inside(const std::string& path) const {
  if (folder_.empty()) return Error{Fault::rejected, "there is no project folder to read files from"};
  std::error_code problem;
  fs::path full = fs::canonical(fs::path(folder_) / path, problem);
  if (problem) return Error{Fault::unreachable, "cannot read " + arint::quoted(path) + ": " + problem.message()};
  // A symbolic link may point around in the folder (mounted configuration does), not out of it.
  fs::path home = fs::canonical(folder_, problem);
  auto [at_home, at_full] = std::mismatch(home.begin(), home.end(), full.begin(), full.end());
  if (problem || at_home != home.end()) return Error{Fault::rejected, "the path leads out of the project folder"};
  return full.string();
}

Result<void> Project::has_file(const std::string& path) const {
  if (std::optional<Error> error = refused_path(path)) return *std::move(error);
  if (files_.contains(normal_path(path))) return {};
  Result<std::string> full = inside(path);
  if (!full) return full.error();
  std::error_code problem;
  if (!fs::is_regular_file(*full, problem)) return Error{Fault::rejected, arint::quoted(path) + " is not a file"};
  if (::access(full->c_str(), R_OK)) return cannot(path, errno);
  return {};
}

Result<std::shared_ptr<const std::string>> Project::load(const std::string& path, std::size_t most_bytes) {
  if (std::optional<Error> error = refused_path(path)) return *std::move(error);
  std::string normal = normal_path(path);
  if (auto known = files_.find(normal); known != files_.end()) {
    if (known->second->size() <= most_bytes) return known->second;
    return too_large(path, most_bytes);
  }
  Result<std::string> full = inside(path);
  if (!full) return full.error();
  Result<std::string> text = slurp(*full, path, most_bytes);
  if (!text) return text.error();
  return files_[normal] = std::make_shared<const std::string>(*std::move(text));
}

Result<std::string> Project::read_file(const std::string& path, std::size_t most_bytes) {
  Result<std::shared_ptr<const std::string>> text = load(path, most_bytes);
  if (!text) return text.error();
  return **text;
}

Result<std::string> Project::read_outside(const std::string& path) {
  constexpr std::size_t most = 64u << 10;
  if (path.empty() || path.find('\0') != std::string::npos) return Error{Fault::rejected, "write \"${file:PATH}\""};
  fs::path full(path);
  if (full.is_relative() && folder_.empty()) return Error{Fault::rejected, "there is no project folder to read files from"};
  if (full.is_relative()) full = fs::path(folder_) / full;
  auto known = outside_.find(path);
  if (known == outside_.end()) {
    Result<std::string> text = slurp(full.string(), path, most);
    if (!text) return text.error();
    known = outside_.emplace(path, std::make_shared<const std::string>(*std::move(text))).first;
  }
  std::string out = *known->second;
  if (out.ends_with('\n')) out.pop_back();
  if (out.ends_with('\r')) out.pop_back();
  return out;
}

}  // namespace arint::declare
