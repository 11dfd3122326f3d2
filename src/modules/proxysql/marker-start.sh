#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh mariadb.sh perl.sh marker.sh mariadb-marker.sh
#
# Purpose: begin to write markers through each entry; a unit of its own goes on when this script and the worker end.
# Arguments: <address of each member, joined by commas> <name=address:port of each entry>...
# Secrets: APP_PASSWORD
# Changes: package mariadb-client, a transient unit and a directory in /run on this host; the table keybuzz_marker.
# Exit codes: 0 every entry takes writes, 64 wrong use, 69 refused, 1 an entry takes none within 10 s.
# Safe to repeat: yes; it ends an earlier writer and begins anew.

main() {
  need_args 2 "$@"
  use_secrets APP_PASSWORD
  markers_of proxysql
  begin_mariadb_markers entry "$@"
}

main "$@" </dev/null
