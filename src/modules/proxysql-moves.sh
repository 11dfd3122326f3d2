# shellcheck shell=bash
# Purpose: which member is the writer for the proxies, and whether they have found another.
# Arguments: none; put before each script that says
#            `# needs: lib.sh system.sh preflight.sh mariadb.sh units.sh mariadb-moves.sh proxysql.sh proxysql-moves.sh`.
# Secrets: the file of use_client_file.
# Changes: nothing.
# Exit codes: those of lib.sh.
# Safe to repeat: yes.

# ProxySQL asks each second; a killed member it misses at once, and the others go on after 5 s.
WRITER_SECONDS=30

# take_move_args <own name> <addresses of the proxies, joined by commas> <name=address of each member>...
take_move_args() {
  IFS=, read -ra PROXIES <<<"$2"
  know_members "$1" "${@:3}"
  use_client_file "$APP" APP_PASSWORD
}

# is_writer: every proxy leads to this host's member. Refuses where they lead to different ones.
is_writer() {
  local proxy writer writers=''
  for proxy in "${PROXIES[@]}"; do
    writer=$(writer_behind "$proxy" "$MARIADB_PORT") || refuse "Nobody answers behind the ProxySQL at $proxy." "See status proxysql."
    writers+=" $writer"
  done
  if [[ $writers != " $SELF"* ]]; then return 1; fi
  for writer in $writers; do
    if [[ $writer != "$SELF" ]]; then refuse "The proxies lead to different members:$writers." "See one-writer in status proxysql."; fi
  done
}

# others_write: each proxy leads to another member.
others_write() {
  local proxy writer
  for proxy in "${PROXIES[@]}"; do
    writer=$(writer_behind "$proxy" "$MARIADB_PORT") || return 1
    if [[ -z $writer || $writer == "$SELF" ]]; then return 1; fi
  done
}

# await_writer <uptime when it began> <check>
await_writer() {
  if ! wait_for "$WRITER_SECONDS" others_write; then
    fail "Not every proxy leads to another member within $WRITER_SECONDS s." "See one-writer in status proxysql."
  fi
  check "$2" pass "$(seconds_since "$1")s" "both proxies lead to another member than $OWN"
}
