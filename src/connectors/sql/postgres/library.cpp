// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sql/postgres/library.hpp"

#include <dlfcn.h>

namespace arint::connectors::sql {
namespace {

Result<void> load() {
  const std::string wanted = "PostgreSQL needs the library libpq.so.5, 14 or newer (Debian: libpq5): ";
  void* const library = ::dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
  if (!library) return Error{Fault::refused, wanted + ::dlerror()};
  for (Symbol* symbol = Symbol::first; symbol; symbol = symbol->next) {
    symbol->at = ::dlsym(library, symbol->name);
    if (!symbol->at) return Error{Fault::refused, wanted + "it has no " + symbol->name};
  }
  return {};
}

}  // namespace

Result<void> load_libpq() {
  static const Result<void> loaded = load();
  return loaded;
}

}  // namespace arint::connectors::sql
