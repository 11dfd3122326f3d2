#!/usr/bin/env bash
# needs: lib.sh perl.sh http.sh postgresql.sh postgresql-promotion.sh
#
# Purpose: make this host's member the leader, when the old leader's host is lost and this one has most of what that wrote.
# Arguments: <own name> <name of the lost member> <name=address of each member, own and lost too>...
# Secrets: PATRONI_PASSWORD
# Changes: Patroni's request for a failover to this host's member; its PostgreSQL becomes the leader.
# Exit codes: 0 a member leads, or another one's turn it is; 64 wrong use, 69 refused, 1 nobody leads.
# Safe to repeat: yes: where a member leads nothing is done.

# The lost leader's lock lasts for ttl (30 s) after it was last renewed.
TAKEOVER_SECONDS=90

tell_leader() {
  local told="${LEADER_NAME:-$LEADER} leads; $LOST is off. It follows once it is turned on again: poweron $LOST"
  fact new-leader "$LEADER"
  check promotion pass "$1" "$told"
  if [[ $(json_of "$CLUSTER" pause) == true ]]; then
    check patroni-may-act warn paused "Patroni is paused: patronictl -c $PATRONI_FILE resume, before $LOST is turned on again"
  fi
}

main() {
  need_args 4 "$@"
  use_secrets PATRONI_PASSWORD
  local start reply code
  LOST=$2
  know_members "$1" "${@:3}"
  know_others
  if find_other_leader; then
    if ! applying; then
      refuse "$LEADER_NAME leads already: Patroni has promoted it by itself." \
        "Nothing has to be forced. Should $LOST be off: poweron $LOST; then status postgresql."
    fi
    tell_leader 0s
    return 0
  fi
  refuse_living "$LOST" "$LOST_ADDRESS"
  choose_member
  if [[ $CHOSEN != "$SELF" ]]; then return 0; fi
  change primary postgresql "promoted at $CHOSEN_LSN, $CHOSEN_BEHIND bytes behind: $CHOSEN_LOSS"
  printf '| %s\n' "$OWN has what $LOST wrote up to $CHOSEN_LSN, $CHOSEN_BEHIND bytes less than that last told Patroni." "$CHOSEN_WHY"
  if ! applying; then return 0; fi
  read -r start _ </proc/uptime
  reply=$(HTTP_SECONDS=60 ask_patroni "$SELF" POST /failover <<<"{\"candidate\": \"$CHOSEN_NAME\"}") || reply=none
  code=${reply%%$'\n'*}
  # Refused for good; what Patroni only does not know yet is waited for.
  if [[ $code == 4?? ]]; then
    fail "Patroni does not promote $CHOSEN_NAME: ${reply//$'\n'/ }" "See status postgresql; is PATRONI_PASSWORD that of the cluster?"
  fi
  if ! wait_for "$TAKEOVER_SECONDS" find_other_leader; then
    fail "No member leads $TAKEOVER_SECONDS s after Patroni was asked to promote $CHOSEN_NAME (it said: ${reply//$'\n'/ })." \
      "See journalctl -u $PATRONI_UNIT on $OWN. Patroni keeps the request and may still do it: see status postgresql, then resume."
  fi
  read_cluster
  tell_leader "$(seconds_since "$start")s"
}

main "$@" </dev/null
