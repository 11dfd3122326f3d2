# shellcheck shell=bash
# Purpose: MinIO's files on a node, and what is refused before any of them is touched.
# Arguments: none; put before each script that says
#            `# needs: lib.sh system.sh preflight.sh artifact.sh perl.sh json-perl.sh http.sh s3.sh minio.sh minio-server.sh`.
# Secrets: ROOT_PASSWORD, in the environment file of the unit, which root alone may read.
# Changes: what minio_files says.
# Exit codes: those of lib.sh.
# Safe to repeat: yes.

# take_minio_args <own name> <volumes> <drives> <names in DNS, joined by commas> <address, version, SHA-256 of minio> <the same of
# mc> <name=address of each node>...
take_minio_args() {
  need_args 13 "$@"
  VOLUMES=$2 DRIVES=$3
  IFS=, read -ra NAMES <<<"$4"
  SERVER_PIN=("${@:5:3}") CLIENT_PIN=("${@:8:3}")
  know_members "$1" "${@:11}"
}

minio_environment() {
  cat <<END
# Written by keybuzz: module minio.
MINIO_ROOT_USER=$S3_USER
MINIO_ROOT_PASSWORD=$ROOT_PASSWORD
MINIO_VOLUMES="$VOLUMES"
MINIO_OPTS="--address :$API_PORT --console-address :$CONSOLE_PORT"
MINIO_UPDATE=off
# A drive on the system's file system is used as well: the check disk warns of it.
MINIO_ROOTDRIVE_THRESHOLD_SIZE=1B
END
}

minio_unit() {
  cat <<END
# Written by keybuzz: module minio.
[Unit]
Description=MinIO
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
# It serves only once enough nodes run: nobody waits for that here.
Type=exec
User=minio
Group=minio
WorkingDirectory=$MINIO_HOME
EnvironmentFile=$MINIO_ENV
ExecStart=$MINIO_BIN server \$MINIO_OPTS \$MINIO_VOLUMES
Restart=always
RestartSec=1
LimitNOFILE=1048576
TasksMax=infinity
TimeoutStopSec=60
NoNewPrivileges=yes
ProtectSystem=full
PrivateTmp=yes

[Install]
WantedBy=multi-user.target
END
}

minio_nodes_text() { printf '%s\n' "$VOLUMES"; }

is_our_minio() { grep -qE '^# Written by keybuzz' "$MINIO_ENV" 2>/dev/null; }

# minio_files_differ: what the unit runs with, or the program itself, is not as it is to be.
minio_files_differ() {
  ! minio_environment | cmp -s -- - "$MINIO_ENV" || ! minio_unit | cmp -s -- - "$MINIO_UNIT_FILE" ||
    ! is_artifact "$MINIO_BIN" "${SERVER_PIN[2]}"
}

dns_addresses() { getent ahostsv4 "$1" | awk '{ print $1 }' | sort -u | paste -s -d ,; }

# Seconds until a host knows a name that was written a moment ago: resolvers remember for a while that there was none.
NAMES_SECONDS=120

# knows_name <name>: sets NAME_IS to its addresses. That there was none is forgotten, so that the next question is a new one.
knows_name() {
  NAME_IS=$(dns_addresses "$1")
  if [[ -n $NAME_IS ]]; then return 0; fi
  resolvectl flush-caches 2>/dev/null || true
  return 1
}

# preflight_minio_names: MinIO finds its own drives, and the others', by their names. Check mode can't know whether one that is not there
# will be written before.
preflight_minio_names() {
  local at
  for at in "${!NAMES[@]}"; do
    if ! applying && ! knows_name "${NAMES[at]}"; then continue; fi
    wait_for "$NAMES_SECONDS" knows_name "${NAMES[at]}" || true
    if [[ $NAME_IS != "${ADDRESSES[at]}" ]]; then
      refuse "${NAMES[at]} is ${NAME_IS:-not known} on this host, not ${ADDRESSES[at]}." \
        "Where the zone is in the project at Hetzner of the worker's token it is written; elsewhere enter ${NAMES[at]} A ${ADDRESSES[at]} at its DNS host. A line in /etc/hosts of this host counts before both."
    fi
  done
}

# preflight_minio_nodes: which drives there are, in which order, is part of what the data is.
preflight_minio_nodes() {
  local begun
  begun=$(cat -- "$NODES_FILE" 2>/dev/null || true)
  if [[ -z $begun || $begun == "$VOLUMES" ]]; then return 0; fi
  refuse "The nodes or drives of a MinIO that holds data can't be changed: it was begun with $begun, and is now to be $VOLUMES." \
    "Put the inventory right again. To move to other nodes, begin a second MinIO and copy (mc mirror): see \"Other nodes\" in README.md of the module."
}

minio_preflight() {
  local port
  require_host "$SELF"
  require_plain ROOT_PASSWORD
  if ((${#ROOT_PASSWORD} < 8)); then refuse "ROOT_PASSWORD has fewer than the 8 characters that MinIO wants." "Choose a longer one in minio.env."; fi
  if [[ $(uname -m) != x86_64 ]]; then
    refuse "This host is $(uname -m), and the pinned programs are for x86_64." "Use a host of x86_64."
  fi
  require_unit "$MINIO_UNIT"
  if [[ -e $MINIO_ENV ]] && ! is_our_minio; then
    refuse "$MINIO_ENV was written by somebody else: another MinIO is on this host." "Take it off by hand, or leave the host out of the inventory."
  fi
  preflight_minio_nodes
  for port in "$API_PORT" "$CONSOLE_PORT"; do require_port "$port" "$MINIO_UNIT"; done
  require_space "$MINIO_DATA" 1024
  require_mount "$MINIO_DATA"
  preflight_minio_names
}

# minio_files: files only; what runs goes on with the old ones until it is restarted.
minio_files() {
  local drive
  if minio_files_differ && unit_is "$MINIO_UNIT" active; then note_pending "$MINIO_UNIT" restart; fi
  ensure_user minio "$MINIO_HOME"
  ensure_dir "$MINIO_HOME" 0755 root:root
  ensure_dir "$MINIO_HOME/bin" 0755 root:root
  ensure_dir "$MINIO_DATA" 0755 root:root
  for ((drive = 1; drive <= DRIVES; drive++)); do ensure_dir "$MINIO_DATA/drive$drive" 0750 minio:minio; done
  fetch_artifact minio "${SERVER_PIN[@]}" "$MINIO_BIN"
  # shellcheck disable=SC2153 # minio.sh has it
  fetch_artifact mc "${CLIENT_PIN[@]}" "$CLIENT_BIN"
  ensure_file "$NODES_FILE" 0644 root:root minio_nodes_text
  ensure_file "$MINIO_ENV" 0600 root:root minio_environment
  ensure_file "$MINIO_UNIT_FILE" 0644 root:root minio_unit
}
