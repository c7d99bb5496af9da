// SPDX-License-Identifier: GPL-3.0-or-later
// What the product speaks.
#include "connectors/callback/callback.hpp"
#include "connectors/connector.hpp"
#include "connectors/file/file.hpp"
#include "connectors/http/http.hpp"
#include "connectors/sql/sql.hpp"
#include "connectors/timer/timer.hpp"

namespace arint::connectors {

const std::vector<Connector>& all() {
  static const std::vector<Connector> list{
      callback::callback(),
      file::file(),
      http::http(),
      sql::sql(),
      timer::timer(),
  };
  return list;
}

}  // namespace arint::connectors
