// SPDX-License-Identifier: GPL-3.0-or-later
// The verbs of the product: one function per folder of steps/, listed in catalog.cpp.
#pragma once
#include "flow/build.hpp"

namespace arint::flow {

Verb call_verb();
Verb delay_verb();
Verb delete_verb();
Verb emit_verb();
Verb fail_verb();
Verb for_each_verb();
Verb forward_verb();
Verb log_verb();
Verb map_verb();
Verb merge_verb();
Verb notify_verb();
Verb parallel_verb();
Verb patch_verb();
Verb pick_verb();
Verb reply_verb();
Verb route_verb();
Verb send_verb();
Verb set_verb();
Verb try_verb();
Verb validate_verb();
Verb wait_for_verb();

}  // namespace arint::flow
