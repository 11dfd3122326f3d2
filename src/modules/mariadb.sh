# shellcheck shell=bash
# shellcheck disable=SC2034 # names for the scripts behind us
# Purpose: talk to MariaDB, and learn from the whole Galera cluster which members run and where a stopped one stands.
# Arguments: none; put before each script that says `# needs: lib.sh preflight.sh mariadb.sh`.
# Secrets: those that use_client_file is given, in a file in memory.
# Changes: nothing.
# Exit codes: those of lib.sh; ask_mariadb has its own.
# Safe to repeat: yes.

MARIADB_PORT=3306
GALERA_PORT=4567
IST_PORT=4568
SST_PORT=4444
MARIADB_UNIT=mariadb.service
MARIADB_HOME=/opt/keybuzz/mariadb
MARIADB_DATA=$MARIADB_HOME/data
# Read after the package's own files, so that ours count.
MARIADB_FILE=/etc/mysql/mariadb.conf.d/90-keybuzz.cnf
MARIADB_SOCKET=/run/mysqld/mysqld.sock
# The applications' user, and the database that it owns.
APP=erpnext
# What wsrep_recover said of a member that was killed; a reboot takes it away.
POSITION_FILE=/run/keybuzz-mariadb.position
NO_UUID=00000000-0000-0000-0000-000000000000

# use_client_file <user> <name of its password variable>: sets CLIENT_FILE for ask_mariadb; in memory, for us alone. The server's
# certificate is one that it made itself: clients from 11.4 on would refuse it through a proxy.
use_client_file() {
  local password=${!2}
  password=${password//\\/\\\\}
  scratch_directory
  CLIENT_FILE=$SCRATCH_DIRECTORY/client
  (
    umask 077
    printf '[client]\nuser=%s\npassword="%s"\nprotocol=tcp\nconnect-timeout=3\nssl-verify-server-cert=0\n' \
      "$1" "${password//\"/\\\"}" >"$CLIENT_FILE"
  )
}

# ask_mariadb <address> <port> <database, or nothing> [<client's option>...]: SQL on stdin; prints each row on a line, its columns
# parted by tabs. Status 2: no session; 3: an error in the SQL, or the node takes none; 5: the password was refused;
# 124: no answer in time; 127: there is no client.
ask_mariadb() { run_mariadb --defaults-file="$CLIENT_FILE" -h "$1" -P "$2" ${3:+"$3"} "${@:4}"; }

# ask_root: the MariaDB of this host over its socket, where root needs no password.
ask_root() { run_mariadb --no-defaults -u root -S "$MARIADB_SOCKET"; }

run_mariadb() {
  local status=0 errors number
  errors=$(mktemp)
  timeout 8 mariadb "$1" -N -B "${@:2}" 2>"$errors" || status=$?
  number=$(sed -nE 's/^ERROR ([0-9]+).*/\1/p' "$errors" | head -n 1)
  rm -f -- "$errors"
  case $status:$number in
    0:* | 124:* | 127:*) return "$status" ;;
    *:1044 | *:1045 | *:1698) return 5 ;;
    *:1040 | *:1130 | *:2[0-9][0-9][0-9]) return 2 ;;
    *) return 3 ;;
  esac
}

# mariadb_word <status of ask_mariadb>: what a fact says.
mariadb_word() {
  case $1 in
    0) printf answers ;;
    3) printf refuses ;;
    5) printf wrong-password ;;
    127) printf no-client ;;
    *) printf silent ;;
  esac
}

# port_state <address> <port>: prints open, closed (somebody said that nobody listens) or silent.
port_state() {
  perl -e '
    use strict; use warnings; use Errno qw(ECONNREFUSED); use IO::Socket::INET;
    my $socket = IO::Socket::INET->new(PeerAddr => $ARGV[0], PeerPort => $ARGV[1], Proto => "tcp", Timeout => 2);
    print $socket ? "open" : $! == ECONNREFUSED ? "closed" : "silent"' "$1" "$2"
}

# find_running: sets RUNNING to the addresses of the other members that are in a cluster, and SILENT to those that don't say.
find_running() {
  local address
  RUNNING='' SILENT=''
  for address in "${ADDRESSES[@]}"; do
    if [[ $address == "$SELF" ]]; then continue; fi
    case $(port_state "$address" "$GALERA_PORT") in
      open) RUNNING+=" $address" ;;
      closed) ;;
      *) SILENT+=" $address" ;;
    esac
  done
}

# wsrep_status <text of `show global status`> <name>
wsrep_status() { awk -v name="$2" '$1 == name { print $2 }' <<<"$1"; }

# mariadb_directory: where the server of this host keeps its data, as its configuration says.
mariadb_directory() {
  local directory=''
  if command -v my_print_defaults >/dev/null; then
    directory=$(my_print_defaults mysqld server mariadb mariadbd galera | sed -n 's/^--datadir=//p' | tail -n 1)
  fi
  directory=${directory:-/var/lib/mysql}
  printf '%s' "${directory%/}"
}

# grastate <data directory> <name>: what Galera noted when it last ran there.
grastate() { sed -nE "s/^$2:[[:space:]]*//p" "$1/grastate.dat" 2>/dev/null || true; }

# read_position <data directory>: sets POSITION to `uuid:seqno` of a stopped member, `none` where it never was one, `unknown`
# while only wsrep_recover can tell; and SAFE to 1 where Galera may begin a cluster.
read_position() {
  local uuid seqno
  uuid=$(grastate "$1" uuid) seqno=$(grastate "$1" seqno) SAFE=$(grastate "$1" safe_to_bootstrap)
  if [[ -z $uuid || $uuid == "$NO_UUID" ]]; then
    POSITION=none SAFE=0
  elif [[ $seqno != -1 ]]; then
    POSITION=$uuid:$seqno
  elif [[ -f $POSITION_FILE && ! $1/ib_logfile0 -nt $POSITION_FILE ]]; then
    # Its redo log tells a start since then, also one by hand.
    POSITION=$(cat -- "$POSITION_FILE")
  else
    POSITION=unknown
  fi
}
