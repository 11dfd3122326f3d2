#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh perl.sh http.sh postgresql.sh units.sh
#
# Purpose: kill Patroni and PostgreSQL of this host without a warning, when its member leads, and see who leads then.
# Arguments: <own name> <name=address of each member, own too>...
# Secrets: none
# Changes: a drop-in in /run that keeps systemd from starting Patroni again (return-server.sh removes it); both are killed.
# Exit codes: 0 another leads, or this host's member does not; 64 wrong use, 69 refused, 1 nobody took over or it can't be
#             killed.
# Safe to repeat: no: each time the leader of that moment is killed.

# The leader's lock lasts for ttl (30 s) after it was last renewed.
TAKEOVER_SECONDS=60

is_replaced() { has_leader && [[ $LEADER != "$SELF" ]]; }

main() {
  need_args 3 "$@"
  local start
  know_members "$1" "${@:2}"
  find_leader
  if [[ -z $LEADER ]]; then refuse "No member leads, so none can be killed as leader." "See status postgresql."; fi
  if [[ $LEADER != "$SELF" ]]; then return 0; fi
  unit_of_port "$PATRONI_PORT"
  change primary "$UNIT" "killed (SIGKILL) with its PostgreSQL, kept stopped until another leads"
  if ! applying; then return 0; fi
  keep_stopped "$UNIT"
  fact old-leader "$SELF"
  read -r start _ </proc/uptime
  kill_unit "$UNIT" "$POSTGRES_PORT"
  if ! wait_for "$TAKEOVER_SECONDS" is_replaced; then
    fail "No other member leads within $TAKEOVER_SECONDS s." "See journalctl -u patroni on the members; status postgresql."
  fi
  fact new-leader "$LEADER"
  check takeover pass "$(seconds_since "$start")s" "$LEADER took over from $SELF"
}

main "$@" </dev/null
