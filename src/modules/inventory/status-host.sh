#!/usr/bin/env bash
# needs: lib.sh
#
# Purpose: say who this host is, and which way it sends to the others; the worker compares with its inventory.
# Arguments: <own address> <address of another host> <address of each host that works with it>...
# Secrets: none.
# Changes: nothing.
# Exit codes: 0 done, 64 wrong use.
# Safe to repeat: yes.

# Seconds that a host of the same network has to take a connection.
PEER_SECONDS=3

# silent_peers <address>...: those that take no connection to sshd, joined by commas; all are tried at the same time.
silent_peers() {
  local address
  for address; do
    # shellcheck disable=SC2016 # The other bash expands it.
    { timeout "$PEER_SECONDS" bash -c 'exec 3<>"/dev/tcp/$0/22"' "$address" 2>/dev/null || printf '%s\n' "$address"; } &
  done
  wait
}

main() {
  need_args 2 "$@"
  fact name "$(cat /proc/sys/kernel/hostname)"
  if [[ -n $(ip -o address show to "$1") ]]; then fact address yes; else fact address no; fi
  # The address that a packet to another host would carry: its own private one when it goes the private way.
  fact route.source "$(ip -j route get "$2" 2>/dev/null | grep -oE '"prefsrc":"[0-9.]+"' | cut -d '"' -f 4 || true)"
  fact peers "$(($# - 2))"
  fact peers.silent "$(silent_peers "${@:3}" | sort | paste -s -d ,)"
}

main "$@" </dev/null
