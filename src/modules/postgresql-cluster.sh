# shellcheck shell=bash
# Purpose: what belongs to the PostgreSQL cluster and to no member alone: Patroni's dynamic settings, what a password is
#          checked with.
# Arguments: none; put before each script that says `# needs: lib.sh perl.sh http.sh postgresql.sh postgresql-cluster.sh`.
# Secrets: the password that scram_verifier is given.
# Changes: nothing.
# Exit codes: none of its own.
# Safe to repeat: yes.

# cluster_settings <network> <synchronous: on|off>: as JSON, which is YAML too. Patroni demands loop_wait + 2 *
# retry_timeout <= ttl. The superuser comes from members only, applications from the private network.
cluster_settings() {
  local address rules=('local all postgres peer' 'local all all scram-sha-256')
  # Patroni asks its own PostgreSQL how far it is; without it, it can't tell that a rewind is due.
  rules+=("host replication $REPLICATION_USER 127.0.0.1/32 scram-sha-256")
  local synchronous=false
  if [[ $2 == on ]]; then synchronous=true; fi
  for address in "${ADDRESSES[@]}"; do
    rules+=("host replication $REPLICATION_USER $address/32 scram-sha-256" "host all $SUPERUSER $address/32 scram-sha-256")
  done
  rules+=("host all $SUPERUSER,$REPLICATION_USER all reject" "host all all $1 scram-sha-256")
  rules+=('host all all 127.0.0.1/32 scram-sha-256')
  printf '{"ttl": 30, "loop_wait": 10, "retry_timeout": 10, "maximum_lag_on_failover": 1048576, "synchronous_mode": %s,' "$synchronous"
  printf ' "postgresql": {"use_pg_rewind": true, "use_slots": true, "parameters": {"max_connections": 200}, "pg_hba": ['
  printf '"%s", ' "${rules[@]}" | sed 's/, $//'
  printf ']}}\n'
}

# settings_that_differ <wanted> <present>: both JSON; `name value` of each that differs, one a line. Others may have more.
settings_that_differ() {
  python3 -c '
import json, sys
def differ(name, wanted, present):
    if not isinstance(wanted, dict):
        if wanted != present:
            print(name, json.dumps(wanted))
        return
    for key, value in wanted.items():
        differ(f"{name}.{key}" if name else key, value, present.get(key) if isinstance(present, dict) else None)
differ("", json.loads(sys.argv[1]), json.loads(sys.argv[2]))' "$1" "$2"
}

# stdin: the stored verifier, the password.
# shellcheck disable=SC2016 # python's own braces
SCRAM_VERIFIER='
import base64, hashlib, hmac, os, sys
stored, password = sys.stdin.readline().strip(), sys.stdin.readline().rstrip("\n")
def encode(value):
    return base64.b64encode(value).decode()
def verifier(salt, rounds):
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, rounds)
    client = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    return f"SCRAM-SHA-256${rounds}:{encode(salt)}${encode(client)}:{encode(server)}"
parts = stored.split("$")
if len(parts) == 3 and parts[0] == "SCRAM-SHA-256":
    rounds, salt = parts[1].split(":")
    if verifier(base64.b64decode(salt), int(rounds)) == stored:
        sys.exit(0)
print(verifier(os.urandom(16), 4096))
'

# scram_verifier <stored verifier, or nothing> <name of the password variable>: prints nothing when they belong together, else
# a new verifier. So the password itself is in no statement, which a log or a view of activity could show.
scram_verifier() { printf '%s\n%s\n' "$1" "${!2}" | python3 -c "$SCRAM_VERIFIER"; }
