// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/http/http.hpp"

namespace arint::connectors::http {

Connector http() { return {"http", "HTTP/1.1 and HTTPS, in and out.", in(), out()}; }

}  // namespace arint::connectors::http
