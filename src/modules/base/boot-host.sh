#!/usr/bin/env bash
# needs: lib.sh
#
# Purpose: say which boot a host runs, so that a reboot can be told from one that did not happen.
# Arguments: none
# Secrets: none
# Changes: nothing
# Exit codes: 0 done, 64 wrong use, 1 failed.
# Safe to repeat: yes.

main() {
  local uptime
  fact boot "$(cat /proc/sys/kernel/random/boot_id)"
  read -r uptime _ </proc/uptime
  fact uptime "${uptime%.*}"
}

main "$@" </dev/null
