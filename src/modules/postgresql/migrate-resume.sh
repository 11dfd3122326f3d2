#!/usr/bin/env bash
# needs: lib.sh system.sh perl.sh http.sh postgresql.sh postgresql-migration.sh
#
# Purpose: let Patroni act again, in the store where the leader is.
# Arguments: <own name> <name=address of each member, own too>...
# Secrets: PATRONI_PASSWORD
# Changes: Patroni's dynamic setting `pause`, in the store that this host's member uses; starts Patroni where it is enabled
#          and does not run. A member that stayed in RAFT when the leader left it stays paused.
# Exit codes: 0 done, also when nothing was paused; 64 wrong use, 69 not ours, 1 it does not act again.
# Safe to repeat: yes.

acts() { [[ -n $(member_says "$SELF" state) && $(member_says "$SELF" pause) != true ]]; }
answers() { [[ -n $(member_says "$SELF" state) ]]; }
# others_left: who stays in RAFT then can't be let act; with a majority it would elect another leader.
others_left() {
  local address
  if [[ $(setting_of "$MIGRATION") == moved ]]; then return 0; fi
  for address in "${ADDRESSES[@]}"; do
    if [[ $address != "$SELF" ]] && has_left "$address"; then return 0; fi
  done
  return 1
}
# knows_settings: its store is reached when it knows the settings.
knows_settings() { [[ -n $(setting_of ttl) ]]; }
try_to_act() {
  if knows_settings && [[ $(setting_of pause) == true ]]; then
    # Every member tries; the others' attempts lose against the first.
    patch_settings "{\"pause\": null, \"$MIGRATION\": null}" || true
  fi
  acts
}

main() {
  need_args 3 "$@"
  use_secrets PATRONI_PASSWORD
  know_members "$1" "${@:2}"
  if [[ -z $(store_of_member) ]]; then return 0; fi
  if ! applying; then
    if [[ $(store_of_member) == raft || $(setting_of pause) == true ]]; then
      change setting patroni:pause "off again, whatever happened"
    fi
    return 0
  fi
  if unit_is "$PATRONI_UNIT" enabled && ! unit_is "$PATRONI_UNIT" active; then
    change service "$PATRONI_UNIT" start
    systemctl start "$PATRONI_UNIT"
  fi
  if ! wait_for 60 answers; then
    fail "Patroni of this host does not answer after 60 s." "See journalctl -u $PATRONI_UNIT on the host, then resume the run."
  fi
  if [[ $(store_of_member) == raft ]] && others_left; then
    fact left-paused "$OWN, which stayed in RAFT: repeat migrate postgresql to take it along"
    return 0
  fi
  if ! wait_for 60 try_to_act; then
    fail "Patroni of this host is still paused after 60 s." "Does its store have a majority? See dcs-quorum in status postgresql, then resume the run."
  fi
}

main "$@" </dev/null
