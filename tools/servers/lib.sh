# SPDX-License-Identifier: GPL-3.0-or-later
# lib.sh - what every script of tools/servers shares. Sourced, bash only.
#
# The contract: `NAME start DIR PORT [OPTION...]` makes DIR, starts the real server in the background on 127.0.0.1:PORT (0: a free one),
# waits until it answers, and prints one line, `READY PORT HOW-TO-CONNECT`. `NAME stop DIR` ends it by the process id in DIR/pid, and only
# if that process is still the one that was started. DIR is kept, so that a second start finds the same data.
set -euo pipefail

die() { echo "$(basename "$0"): $*" >&2; exit 1; }

port_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# A port nobody answers on, below the range the kernel hands out (32768), so that no outgoing connection takes it meanwhile.
# `start` tries again with another when the server finds it taken all the same.
free_port() {
  local try port
  for try in {1..50}; do
    port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
    port_open "$port" || { echo "$port"; return; }
  done
  die "found no free port after $try tries"
}

# wait_until TENTHS PID COMMAND...: true once COMMAND succeeds, false when the time is over or the process is gone.
wait_until() {
  local tenths=$1 pid=$2 i
  shift 2
  for ((i = 0; i < tenths; i++)); do
    "$@" >/dev/null 2>&1 && return 0
    kill -0 "$pid" 2>/dev/null || return 1
    sleep 0.1
  done
  return 1
}

# The start time of a process, field 22 of its stat: with the id it tells a process from a later one with the same id.
born() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

remember() { printf '%s %s\n' "$2" "$(born "$2")" >"$1/pid"; }

running() { # DIR: prints the process id when the server of DIR runs
  local pid birth
  [ -f "$1/pid" ] || return 1
  read -r pid birth <"$1/pid" || return 1
  [ -n "$birth" ] && [ "$(born "$pid")" = "$birth" ] && echo "$pid"
}

# stop DIR SIGNAL: asks with SIGNAL, waits 10 s, then kills.
stop() {
  local pid i
  if pid=$(running "$1"); then
    kill -"$2" "$pid" 2>/dev/null || true
    for ((i = 0; i < 100; i++)); do
      [ "$(running "$1")" ] || break
      sleep 0.1
    done
    [ -z "$(running "$1")" ] || kill -KILL "$pid" 2>/dev/null || true
  fi
  rm -f "$1/pid"
}

# Where this is root, a command runs as the user given; else as who we are.
as_user() {
  local user=$1
  shift
  if [ "$(id -u)" = 0 ]; then setpriv --reuid "$user" --regid "$(id -gn "$user")" --clear-groups -- "$@"; else "$@"; fi
}
