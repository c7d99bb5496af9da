// SPDX-License-Identifier: GPL-3.0-or-later
// Everything the runtime offers: one event loop per core, coroutines, deadlines, sockets, groups, blocking-work pools.
//
// All of it is single-threaded: an object lives on the loop it was made on. The one thread-safe call is Loop::post().
// I/O errors are values (IoResult), never exceptions. An exception means a bug of ours.
//
// Rules for whoever awaits (g++ 12 frees such temporaries twice, docs/decisions/0005-event-loop.md):
//   - no brace-built aggregate, initializer list or capturing lambda in an expression that holds `co_await`: name it first;
//   - memory handed to an operation stays alive and untouched until the await ends;
//   - a spawned coroutine takes its parameters by value.
#pragma once
#include "runtime/core/loop.hpp"
#include "runtime/core/operation.hpp"
#include "runtime/core/task.hpp"
#include "runtime/io/address.hpp"
#include "runtime/io/buffer.hpp"
#include "runtime/io/foreign.hpp"
#include "runtime/io/listener.hpp"
#include "runtime/io/signals.hpp"
#include "runtime/io/socket.hpp"
#include "runtime/offload/handover.hpp"
#include "runtime/offload/offload.hpp"
#include "runtime/sync/event.hpp"
#include "runtime/sync/gate.hpp"
#include "runtime/sync/group.hpp"
#include "runtime/time/clock.hpp"
#include "runtime/time/deadline.hpp"
#include "runtime/time/sleep.hpp"
