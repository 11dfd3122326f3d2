#!/usr/bin/env bash
# needs: lib.sh perl.sh http.sh postgresql.sh postgresql-migration.sh
#
# Purpose: where this host's member leads and its store is still RAFT: keep Patroni of all members from acting.
# Arguments: <own name> <name=address of each member, own too>...
# Secrets: POSTGRES_PASSWORD PATRONI_PASSWORD
# Changes: Patroni's dynamic setting `pause`, which migrate-resume.sh takes back; elsewhere nothing.
# Exit codes: 0 done, 64 wrong use, 69 refused, 1 not every member heard of it.
# Safe to repeat: yes.

all_paused() {
  local address
  for address in "${ADDRESSES[@]}"; do
    if [[ $(member_says "$address" pause) != true ]]; then return 1; fi
  done
}

main() {
  need_args 3 "$@"
  use_secrets POSTGRES_PASSWORD PATRONI_PASSWORD
  know_members "$1" "${@:2}"
  require_ours
  if ! leads_here || [[ $(store_of_member) == etcd3 ]]; then return 0; fi
  if [[ $(member_says "$SELF" pause) == true && $(setting_of "$MIGRATION") != pausing ]]; then
    refuse "Somebody paused Patroni." "When their work is done: patronictl -c $PATRONI_FILE resume, then repeat."
  fi
  change setting patroni:pause "true, until the members have moved"
  if ! applying; then return 0; fi
  set_setting "{\"pause\": true, \"$MIGRATION\": \"pausing\"}"
  if ! wait_for 60 all_paused; then
    fail "Not every member says after 60 s that it is paused." "See not-paused in status postgresql."
  fi
}

main "$@" </dev/null
