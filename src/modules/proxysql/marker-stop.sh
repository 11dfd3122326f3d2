#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh mariadb.sh perl.sh marker.sh mariadb-marker.sh
#
# Purpose: end the markers, tell what the move cost, and take table and files away.
# Arguments: <address of each member, joined by commas> <outage in seconds that is good> <name=address:port of each entry>...
# Secrets: APP_PASSWORD
# Changes: the writer's unit, directory and table go; the one word of the verdict stays in /run for marker-verdict.sh.
# Exit codes: 0 done, also when no marker runs; 64 wrong use.
# Safe to repeat: yes.

main() {
  need_args 3 "$@"
  use_secrets APP_PASSWORD
  markers_of proxysql
  end_mariadb_markers 0 "$@"
}

main "$@" </dev/null
