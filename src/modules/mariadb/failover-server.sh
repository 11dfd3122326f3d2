#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh mariadb.sh units.sh mariadb-moves.sh
#
# Purpose: let this host's member leave the cluster in order, when it is the one whose turn it is; return-server.sh brings
#          it back.
# Arguments: <own name> <name=address of each member, own too>...
# Secrets: APP_PASSWORD
# Changes: MariaDB of this host stops, its sessions end; a drop-in in /run remembers the unit for return-server.sh.
# Exit codes: 0 it left, or another's turn it is; 64 wrong use, 69 refused, 1 it did not leave, or the others don't go on.
# Safe to repeat: no: each time the member of that moment leaves.

# A transaction this old would be lost, and its client may not try again.
TRANSACTION_SECONDS=15

LONG_SQL="select count(*) from information_schema.innodb_trx where trx_started < now() - interval $TRANSACTION_SECONDS second"

main() {
  need_args 3 "$@"
  use_secrets APP_PASSWORD
  local start count
  know_members "$1" "${@:2}"
  use_client_file "$APP" APP_PASSWORD
  if ! is_chosen; then return 0; fi
  unit_of_port "$MARIADB_PORT"
  change member "$UNIT" "leaves the cluster in order, and comes back; its sessions end"
  # Only root sees others' transactions; where it may not, nobody is asked.
  if count=$(ask_root <<<"$LONG_SQL") && ((count > 0)); then
    refuse "Transactions have run for more than $TRANSACTION_SECONDS s on $OWN ($count of them); its stop would end them." \
      "Wait for them, or end them (information_schema.innodb_trx names them), then repeat."
  fi
  if ! applying; then return 0; fi
  keep_stopped "$UNIT"
  remember_data
  read -r start _ </proc/uptime
  if ! systemctl stop "$UNIT" || ! wait_for 60 is_down "$UNIT"; then
    fail "$UNIT did not stop." "See journalctl -u $UNIT on the host."
  fi
  await_others "$start" leave
}

main "$@" </dev/null
