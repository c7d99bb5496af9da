// SPDX-License-Identifier: GPL-3.0-or-later
// What the product speaks.
#include "connectors/callback/callback.hpp"
#include "connectors/connector.hpp"
#include "connectors/http/http.hpp"
#include "connectors/sql/sql.hpp"

namespace arint::connectors {

const std::vector<Connector>& all() {
  static const std::vector<Connector> list{
      callback::callback(),
      http::http(),
      sql::sql(),
  };
  return list;
}

}  // namespace arint::connectors
