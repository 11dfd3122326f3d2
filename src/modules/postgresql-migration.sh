# shellcheck shell=bash
# shellcheck disable=SC2034 # names for the scripts behind us
# Purpose: what the scripts of a migration from RAFT to etcd ask and remember.
# Arguments: none; put before each script that says `# needs: lib.sh perl.sh http.sh postgresql.sh postgresql-migration.sh`.
# Secrets: POSTGRES_PASSWORD for leads_here, PATRONI_PASSWORD for set_setting.
# Changes: set_setting: Patroni's dynamic settings, in the store that this host's member uses.
# Exit codes: those of lib.sh.
# Safe to repeat: yes.

# A dynamic setting of ours that Patroni keeps and ignores: `pausing`, and `moved` once the leader has left RAFT. Members
# that are still there must not be let act then: they would elect a second leader.
MIGRATION=keybuzz_migration

require_ours() {
  if [[ -z $(store_of_member) ]]; then
    refuse "Patroni on this host was not configured by us." "Migrate it by hand, as README.md of the module tells."
  fi
}

# leads_here: this host's PostgreSQL itself is not in recovery, whatever Patroni says.
leads_here() {
  use_passfile "$SUPERUSER" POSTGRES_PASSWORD
  [[ $(ask_own_sql postgres <<<'select pg_is_in_recovery()') == f ]]
}

# member_says <address> <key>: of GET /patroni there; nothing when it does not answer.
member_says() {
  local reply
  reply=$(ask_patroni "$1" GET /patroni) || return 0
  json_of "${reply#*$'\n'}" "$2"
}

# has_left <address>: the member there answers, and nobody listens for RAFT beside it.
has_left() {
  local status=0
  if [[ -z $(member_says "$1" state) ]]; then return 1; fi
  http_ask "$1" "$RAFT_PORT" GET / </dev/null >/dev/null || status=$?
  ((status == 3))
}

# setting_of <key>: the dynamic setting as this host's member knows it.
setting_of() {
  local reply
  reply=$(ask_patroni "$SELF" GET /config) || return 0
  json_of "${reply#*$'\n'}" "$1"
}

# patch_settings <JSON>: sets REPLY; fails where Patroni does not take them, as when another member changes them right now.
patch_settings() {
  REPLY=$(ask_patroni "$SELF" PATCH /config <<<"$1") || REPLY=none
  [[ ${REPLY%%$'\n'*} == 200 ]]
}

# set_setting <JSON>: fails by itself.
set_setting() {
  if ! wait_for 10 patch_settings "$1"; then
    fail "Patroni of this host did not take the settings $1: ${REPLY//$'\n'/ }" "See journalctl -u $PATRONI_UNIT; is PATRONI_PASSWORD that of the cluster?"
  fi
}
