# shellcheck shell=bash
# Purpose: the part of HAProxy that several modules share: base, statistics, and one fragment for each module.
# Arguments: none; put before each script that says `# needs: lib.sh system.sh preflight.sh perl.sh http.sh haproxy.sh`.
# Secrets: those that the module's fragment holds.
# Changes: package haproxy, a drop-in of haproxy.service, /etc/haproxy/conf.d (a fragment 0640 root:haproxy).
# Exit codes: those of lib.sh; 69 when the whole set of fragments would not be valid.
# Safe to repeat: yes; HAProxy is reloaded only when a fragment changed, restarted only when its command line did.

HAPROXY_UNIT=haproxy.service
HAPROXY_MAIN=/etc/haproxy/haproxy.cfg
HAPROXY_FRAGMENTS=/etc/haproxy/conf.d
HAPROXY_STATS_PORT=8404
HAPROXY_ENVIRONMENT=/etc/haproxy/keybuzz.env

# The distribution's file stays as it is. Both the unit's Environment= and /etc/default/haproxy could set EXTRAOPTS; a
# drop-in's EnvironmentFile= is read last and wins.
haproxy_environment() {
  printf '# Written by keybuzz: HAProxy also loads the fragments, one of each module.\n'
  printf 'EXTRAOPTS=-S /run/haproxy-master.sock -f %s\n' "$HAPROXY_FRAGMENTS"
}

# haproxy_base <private address>
haproxy_base() {
  cat <<END
# Written by keybuzz: what all modules' fragments share.
global
    # A reload leaves the old process with its sessions and without checks: bounded.
    hard-stop-after 30m

defaults keybuzz-tcp
    mode tcp
    log global
    option dontlognull
    option clitcpka
    option srvtcpka
    timeout connect 2s
    timeout check 2s
    timeout client 24h
    timeout server 24h

defaults keybuzz-http
    mode http
    timeout connect 2s
    timeout client 10s
    timeout server 10s

frontend keybuzz_stats from keybuzz-http
    bind $1:$HAPROXY_STATS_PORT
    bind 127.0.0.1:$HAPROXY_STATS_PORT
    monitor-uri /health
    stats enable
    stats uri /stats
END
}

# haproxy_preflight <private address> <fragment> <port of the fragment>...
haproxy_preflight() {
  local address=$1 fragment=$2 port
  shift 2
  require_host "$address"
  require_unit "$HAPROXY_UNIT"
  require_space /etc/haproxy 512
  for port in "$HAPROXY_STATS_PORT" "$@"; do require_port "$port" "$HAPROXY_UNIT"; done
  if [[ -f $HAPROXY_FRAGMENTS/$fragment ]]; then return 0; fi
  for port; do
    if [[ -n $(listener_of "$port") ]]; then
      refuse "HAProxy already listens on port $port, and not because of our fragment." \
        "Take that frontend out of $HAPROXY_MAIN (systemctl reload haproxy), then repeat."
    fi
  done
}

# haproxy_validate <candidate>: the whole set as it would be with the candidate in it.
haproxy_validate() {
  local candidate=$1 set output
  if ! command -v haproxy >/dev/null; then return 0; fi
  scratch_directory
  set=$SCRATCH_DIRECTORY
  if [[ -d $HAPROXY_FRAGMENTS ]]; then cp -- "$HAPROXY_FRAGMENTS"/*.cfg "$set" 2>/dev/null || true; fi
  if [[ ! -f $set/00-base.cfg ]]; then haproxy_base 127.0.0.1 >"$set/00-base.cfg"; fi
  cp -- "$candidate" "$set/"
  if output=$(haproxy -c -f "$HAPROXY_MAIN" -f "$set" 2>&1); then return 0; fi
  output=$(redact "${output//$set/$HAPROXY_FRAGMENTS}")
  printf '%s\n' "$output"
  refuse "HAProxy's configuration would not be valid with ${candidate##*/}; the running one was left alone. It says: $(
    printf '%s\n' "$output" | sed -n 's/^\[ALERT\][^:]*: *//p' | awk 'NR == 1'
  )" "Correct the file it names, then repeat."
}

# haproxy_deploy <private address> <fragment> <function that prints it> [<argument>...]
haproxy_deploy() {
  local address=$1 fragment=$2 before action
  shift 2
  ensure_package haproxy '' "$HAPROXY_UNIT"
  ensure_dir "$HAPROXY_FRAGMENTS" 0755 root:root
  ensure_drop_in "$HAPROXY_UNIT" "EnvironmentFile=-$HAPROXY_ENVIRONMENT"
  action=$(pending_of "$HAPROXY_UNIT")
  if [[ $action != restart ]]; then note_pending "$HAPROXY_UNIT" reload; fi
  before=$CHANGES
  ensure_file --validate haproxy_validate "$HAPROXY_FRAGMENTS/00-base.cfg" 0644 root:root haproxy_base "$address"
  ensure_file --validate haproxy_validate "$HAPROXY_FRAGMENTS/$fragment" 0640 root:haproxy "$@"
  if ((CHANGES > before)); then action=${action:-reload}; fi
  if [[ ! -f $HAPROXY_ENVIRONMENT ]]; then note_pending "$HAPROXY_UNIT" restart; fi
  before=$CHANGES
  ensure_file "$HAPROXY_ENVIRONMENT" 0644 root:root haproxy_environment
  if ((CHANGES > before)); then action=restart; fi
  ensure_service "$HAPROXY_UNIT" "$action"
  clear_pending "$HAPROXY_UNIT"
}

# haproxy_settled <backend> <number of servers> [<most that may be up>]: its new process shows them all, and has found out
# which one is up; where all serve, as many as there are may be.
haproxy_settled() {
  haproxy_statistics | awk -F, -v backend="$1" -v wanted="$2" -v most="${3:-1}" '
    $1 == backend && $2 != "BACKEND" { servers++; up += $18 ~ /^UP/ }
    END { exit !(servers == wanted && up <= most) }'
}

# haproxy_statistics: HAProxy's own table, comma separated; status as http_ask's 3 and 4 when there is none.
haproxy_statistics() { http_ask 127.0.0.1 "$HAPROXY_STATS_PORT" GET '/stats;csv' </dev/null | awk 'NR > 1'; }

# haproxy_up <table of haproxy_statistics> <backend>: names of its servers that are up, joined by commas.
haproxy_up() {
  printf '%s\n' "$1" | awk -F, -v backend="$2" '
    $1 == backend && $2 != "BACKEND" && $18 ~ /^UP/ { printf "%s%s", separator, $2; separator = "," }'
}

# haproxy_without <fragment>: refuses unless the set that stays is valid by itself.
haproxy_without() {
  local output
  scratch_directory
  cp -- "$HAPROXY_FRAGMENTS"/*.cfg "$SCRATCH_DIRECTORY"
  rm -- "$SCRATCH_DIRECTORY/$1"
  if [[ ! -f $SCRATCH_DIRECTORY/00-base.cfg ]]; then haproxy_base 127.0.0.1 >"$SCRATCH_DIRECTORY/00-base.cfg"; fi
  if output=$(haproxy -c -f "$HAPROXY_MAIN" -f "$SCRATCH_DIRECTORY" 2>&1); then return 0; fi
  printf '%s\n' "${output//$SCRATCH_DIRECTORY/$HAPROXY_FRAGMENTS}"
  refuse "HAProxy's configuration would not be valid without $1; nothing was changed." \
    "Correct the file that is named above, then repeat."
}

# haproxy_remove <fragment>: takes it out and reloads; haproxy_without was asked before. The others stay.
haproxy_remove() {
  local action
  action=$(pending_of "$HAPROXY_UNIT")
  if [[ -e $HAPROXY_FRAGMENTS/$1 ]]; then
    note_pending "$HAPROXY_UNIT" reload
    action=reload
  fi
  remove_file "$HAPROXY_FRAGMENTS/$1"
  if [[ -n $action ]] && unit_is "$HAPROXY_UNIT" active; then ensure_service "$HAPROXY_UNIT" "$action"; fi
  clear_pending "$HAPROXY_UNIT"
}
