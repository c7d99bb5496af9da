// SPDX-License-Identifier: GPL-3.0-or-later
// XML element by element, in both directions.
#pragma once
#include <memory>

#include "format/xml/xml.hpp"

namespace arint::format::xml {

// SplitOptions::at is a path of names, "*" for any. When its last step is a name, an item is that element's value; when it is "*"
// (or the path is empty, which is "/*/*"), an object with one member, so that the name is not lost. Text and elements beside the path
// are parsed and dropped.
std::unique_ptr<Splitter> make_splitter(const SplitOptions& options, const Options& xml);

// Needs Options::root; items are objects with one member, the element's name. The root stands around them.
std::unique_ptr<Joiner> make_joiner(const JoinOptions& options, const Options& xml);

}  // namespace arint::format::xml
