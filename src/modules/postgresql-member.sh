# shellcheck shell=bash
# Purpose: how a member of the cluster is configured, whatever its store.
# Arguments: none; put before each script that says `# needs: lib.sh system.sh perl.sh http.sh postgresql.sh postgresql-etcd.sh
#            postgresql-cluster.sh postgresql-member.sh` and sets SCOPE, MAJOR, NETWORK, SYNCHRONOUS and STORE.
# Secrets: POSTGRES_PASSWORD REPLICATION_PASSWORD PATRONI_PASSWORD, RAFT_PASSWORD or ETCD_PASSWORD, in what patroni_config prints.
# Changes: the packages that ensure_store_packages says.
# Exit codes: those of lib.sh.
# Safe to repeat: yes.

# The one that the distribution's security support covers.
major_of_distribution() {
  # shellcheck source=/dev/null # the host's own file
  case $(. /etc/os-release && printf '%s-%s' "$ID" "${VERSION_ID:-}") in
    debian-12) printf 15 ;;
    debian-13) printf 17 ;;
    ubuntu-22.04) printf 14 ;;
    ubuntu-24.04) printf 16 ;;
    *) ;;
  esac
}

# ensure_store_packages: what Patroni needs to talk to its store.
ensure_store_packages() {
  if [[ $STORE == etcd3 ]]; then
    ensure_package python3-etcd
  else
    ensure_package python3-pysyncobj
    # What encrypts RAFT's connections.
    ensure_package python3-cryptography
  fi
}

# joined <text>...: as the items of a list in YAML.
joined() { printf '"%s", ' "$@" | sed 's/, $//'; }

store_section() {
  local partners=() address
  if [[ $STORE == etcd3 ]]; then
    printf 'etcd3:\n  hosts: [%s]\n' "$(joined "${ADDRESSES[@]/%/:$ETCD_PORT}")"
    printf '  username: %s\n  password: "%s"\n' "$ETCD_USER" "$ETCD_PASSWORD"
    return 0
  fi
  for address in "${ADDRESSES[@]}"; do
    if [[ $address != "$SELF" ]]; then partners+=("$address:$RAFT_PORT"); fi
  done
  printf 'raft:\n  data_dir: %s\n  self_addr: %s\n' "$RAFT_DATA" "$SELF:$RAFT_PORT"
  printf '  partner_addrs: [%s]\n  password: "%s"\n' "$(joined "${partners[@]}")" "$RAFT_PASSWORD"
}

# Without `bootstrap` Patroni never begins a new cluster: only the seed may.
patroni_config() {
  cat <<END
# Written by keybuzz. What all members share stands in Patroni's store: patronictl -c $PATRONI_FILE show-config
scope: $SCOPE
name: $OWN
restapi:
  listen: $SELF:$PATRONI_PORT
  connect_address: $SELF:$PATRONI_PORT
  authentication:
    username: $PATRONI_USER
    password: "$PATRONI_PASSWORD"
$(store_section)
postgresql:
  listen: $SELF,127.0.0.1:$POSTGRES_PORT
  connect_address: $SELF:$POSTGRES_PORT
  data_dir: $POSTGRES_DATA
  bin_dir: /usr/lib/postgresql/$MAJOR/bin
  use_unix_socket: true
  # A copy for a new member begins with a checkpoint, which takes minutes when PostgreSQL spreads it over time.
  basebackup:
    checkpoint: fast
  authentication:
    superuser:
      username: $SUPERUSER
      password: "$POSTGRES_PASSWORD"
    replication:
      username: $REPLICATION_USER
      password: "$REPLICATION_PASSWORD"
  parameters:
    unix_socket_directories: /var/run/postgresql
END
  if [[ $OWN == "$SEED" ]]; then
    printf 'bootstrap:\n  dcs: %s\n' "$(cluster_settings "$NETWORK" "$SYNCHRONOUS")"
    printf '  initdb: [encoding: UTF8, locale: C.UTF-8, data-checksums]\n'
  fi
}
