// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sql/postgres/library.hpp"

#include <dlfcn.h>

namespace arint::connectors::sql {
namespace {

template <class F>
bool find(void* library, const char* name, F& function) {
  function.at = reinterpret_cast<decltype(function.at)>(::dlsym(library, name));
  return function.at != nullptr;
}

Result<void> load() {
  constexpr const char* file = "libpq.so.5";
  void* library = ::dlopen(file, RTLD_NOW | RTLD_LOCAL);
  const char* missing = nullptr;
#define ARINT_FIND(name) \
  if (library && !missing && !find(library, #name, name)) missing = #name;
  ARINT_LIBPQ(ARINT_FIND)
#undef ARINT_FIND
  if (library && !missing) return {};
  const char* said = ::dlerror();
  return Error{Fault::refused, std::string("PostgreSQL needs the library ") + file + " 14 or newer (Debian: libpq5): " +
                                   (said ? said : std::string("it has no ") + (missing ? missing : "such file"))};
}

}  // namespace

Result<void> load_libpq() {
  static const Result<void> loaded = load();
  return loaded;
}

}  // namespace arint::connectors::sql
