#!/usr/bin/env bash
# needs: lib.sh system.sh perl.sh redis.sh http.sh haproxy.sh redis-perl.sh redis-update-master.sh
#
# Purpose: lead nobody to Redis any more: this module's part of HAProxy goes, the others' stay.
# Arguments: <own address>
# Secrets: none
# Changes: the timer of redis-update-master and its files, the fragment 40-redis.cfg; HAProxy is reloaded.
# Exit codes: 0 done, also when nothing was there; 64 wrong use, 69 refused before any change, 1 failed.
# Safe to repeat: yes.

FRAGMENT=40-redis.cfg

main() {
  need_args 1 "$@"
  local file
  if [[ -e $HAPROXY_FRAGMENTS/$FRAGMENT ]]; then haproxy_without "$FRAGMENT"; fi
  if [[ -e $UPDATER_UNITS/$UPDATER.timer ]]; then
    change service "$UPDATER.timer" "stopped and disabled"
    if applying; then systemctl --quiet disable --now "$UPDATER.timer"; fi
  fi
  for file in "$UPDATER_UNITS/$UPDATER.timer" "$UPDATER_UNITS/$UPDATER.service" "$UPDATER_PROGRAM" "$UPDATER_SETTINGS"; do
    remove_file "$file"
  done
  if applying; then
    systemctl reset-failed "$UPDATER.service" 2>/dev/null || true
    rm -rf -- "${UPDATER_RESULT%/*}"
    systemctl daemon-reload
  fi
  haproxy_remove "$FRAGMENT"
}

main "$@" </dev/null
