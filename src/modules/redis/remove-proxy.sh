#!/usr/bin/env bash
# needs: lib.sh system.sh redis.sh haproxy.sh redis-perl.sh redis-update-master.sh
#
# Purpose: lead nobody to Redis any more: this module's part of HAProxy goes, the others' stay.
# Arguments: <own address>
# Secrets: none
# Changes: the timer of redis-update-master and its files, the fragment 40-redis.cfg; HAProxy is reloaded.
# Exit codes: 0 done, also when nothing was there; 64 wrong use, 69 refused before any change, 1 failed.
# Safe to repeat: yes.

FRAGMENT=40-redis.cfg

# without_fragment: the set that stays must be valid by itself.
without_fragment() {
  local output
  scratch_directory
  cp -- "$HAPROXY_FRAGMENTS"/*.cfg "$SCRATCH_DIRECTORY"
  rm -- "$SCRATCH_DIRECTORY/$FRAGMENT"
  if [[ ! -f $SCRATCH_DIRECTORY/00-base.cfg ]]; then haproxy_base 127.0.0.1 >"$SCRATCH_DIRECTORY/00-base.cfg"; fi
  if output=$(haproxy -c -f "$HAPROXY_MAIN" -f "$SCRATCH_DIRECTORY" 2>&1); then return 0; fi
  printf '%s\n' "${output//$SCRATCH_DIRECTORY/$HAPROXY_FRAGMENTS}"
  refuse "HAProxy's configuration would not be valid without $FRAGMENT; nothing was changed." \
    "Correct the file that is named above, then repeat."
}

main() {
  need_args 1 "$@"
  local file action
  if [[ -e $HAPROXY_FRAGMENTS/$FRAGMENT ]]; then without_fragment; fi
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
  action=$(pending_of "$HAPROXY_UNIT")
  if [[ -e $HAPROXY_FRAGMENTS/$FRAGMENT ]]; then
    note_pending "$HAPROXY_UNIT" reload
    action=reload
  fi
  remove_file "$HAPROXY_FRAGMENTS/$FRAGMENT"
  if [[ -n $action ]] && unit_is "$HAPROXY_UNIT" active; then ensure_service "$HAPROXY_UNIT" "$action"; fi
  clear_pending "$HAPROXY_UNIT"
}

main "$@" </dev/null
