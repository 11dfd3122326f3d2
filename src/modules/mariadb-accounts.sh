# shellcheck shell=bash
# Purpose: users of the cluster, made on one member as root over its socket; Galera brings them to the others.
# Arguments: none; put before each script that says `# needs: lib.sh preflight.sh mariadb.sh mariadb-accounts.sh`.
# Secrets: the passwords that ensure_mariadb_account is given; no statement holds them, only what they are checked with.
# Changes: what ensure_mariadb_account says.
# Exit codes: those of lib.sh.
# Safe to repeat: yes.

# root_answers: the server of this host takes statements; while it is not there yet, a check can only predict.
root_answers() {
  if ask_root <<<"select 1" >/dev/null; then return 0; fi
  if applying; then
    fail "The MariaDB of this host does not answer root over its socket." "See status mariadb, and journalctl -u mariadb."
  fi
  return 1
}

# as_root <statement>: sets ROWS to what it gives; fails by itself.
as_root() {
  local status=0
  ROWS=$(ask_root <<<"$1") || status=$?
  if ((status != 0)); then
    fail "MariaDB did not take: ${1%%\'\**} (status $status)." "See journalctl -u mariadb on the host."
  fi
}

# mariadb_hash <name of the password variable>: as mysql_native_password keeps it, SHA-1 twice.
mariadb_hash() {
  local once bytes
  once=$(printf '%s' "${!1}" | sha1sum | cut -c 1-40)
  bytes=$(fold -w 2 <<<"$once" | sed 's/^/\\x/' | tr -d '\n')
  # shellcheck disable=SC2059 # the bytes are the format
  once=$(printf "$bytes" | sha1sum | cut -c 1-40)
  printf '*%s' "${once^^}"
}

# ensure_mariadb_account <user> <from where> <name of the password variable> <privileges it has, as in grant>
ensure_mariadb_account() {
  local user=$1 from=$2 hash privileges=$4 whole=
  hash=$(mariadb_hash "$3")
  as_root "select coalesce(max(authentication_string = '$hash'), -1) from mysql.user where user = '$user' and host = '$from'"
  case $ROWS in
    -1) whole=created ;;
    1) ;;
    *) whole="with the password of the credentials file" ;;
  esac
  if [[ -n $whole ]]; then
    change account "$user" "$whole"
    if applying; then
      as_root "create user if not exists '$user'@'$from' identified by password '$hash'"
      as_root "alter user '$user'@'$from' identified by password '$hash'"
      as_root "grant $privileges to '$user'@'$from'"
    fi
    return 0
  fi
  ensure_privileges "$user" "$from" "$privileges"
}

# ensure_privileges <user> <from where> <privileges>: `all privileges on <database>.*`, or `usage on *.*`, which all have.
ensure_privileges() {
  local database=${3#all privileges on }
  if [[ $database == "$3" ]]; then return 0; fi
  as_root "select count(*) from information_schema.schema_privileges where table_schema = '${database%.\*}'
    and grantee = concat('''', '$1', '''@''', '$2', '''') and privilege_type = 'DROP'"
  if [[ $ROWS != 0 ]]; then return 0; fi
  change account "$1" "$3"
  if applying; then as_root "grant $3 to '$1'@'$2'"; fi
}
