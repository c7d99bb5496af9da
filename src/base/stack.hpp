// SPDX-License-Identifier: GPL-3.0-or-later
// How far a recursion may go: everything that recurses over what a stranger wrote compares its frame with this.
#pragma once

namespace arint {

// The lowest address of this thread's stack that such a recursion may reach; 128 KiB are left below it for functions that do not
// look. Counts on at most 7 MiB from the first call on this thread. Costs a thread-local read.
const char* end_of_stack() noexcept;

// Is the caller's frame beyond it?
[[gnu::always_inline]] inline bool out_of_stack() noexcept { return static_cast<const char*>(__builtin_frame_address(0)) < end_of_stack(); }

}  // namespace arint
