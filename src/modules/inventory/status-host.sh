#!/usr/bin/env bash
# needs: lib.sh
#
# Purpose: say who this host is, and which way it sends to the others; the worker compares with its inventory.
# Arguments: <own address> <address of another host>
# Secrets: none.
# Changes: nothing.
# Exit codes: 0 done, 64 wrong use.
# Safe to repeat: yes.

main() {
  need_args 2 "$@"
  fact name "$(cat /proc/sys/kernel/hostname)"
  if [[ -n $(ip -o address show to "$1") ]]; then fact address yes; else fact address no; fi
  # The address that a packet to another host would carry: its own private one when it goes the private way.
  fact route.source "$(ip -j route get "$2" 2>/dev/null | grep -oE '"prefsrc":"[0-9.]+"' | cut -d '"' -f 4 || true)"
}

main "$@" </dev/null
