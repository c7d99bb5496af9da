// SPDX-License-Identifier: GPL-3.0-or-later
// callback: addresses that come with messages, as OUT channels.
#pragma once
#include "connectors/connector.hpp"

namespace arint::connectors::callback {

Connector callback();

}  // namespace arint::connectors::callback
