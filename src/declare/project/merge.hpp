// SPDX-License-Identifier: GPL-3.0-or-later
// How the files of a project become one tree.
#pragma once
#include "declare/yaml/node.hpp"

namespace arint::declare {

// Adds a file of conf.d: sections are united, a name that is already in one is a fault naming both places.
void unite(Node& into, const Node& more, Problems& problems);

// Lays env/NAME.yaml over the tree: maps are merged deeply, anything else replaces. A key that was not there is marked
// Member::added; maps that define names refuse those when they are read, since only a shape knows which maps do.
void overlay(Node& into, const Node& over);

}  // namespace arint::declare
