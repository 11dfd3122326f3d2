# shellcheck shell=bash
# Purpose: idempotent changes of a host's packages, services, users and kernel settings.
# Arguments: none; put before each script that says `# needs: lib.sh system.sh`.
# Secrets: none.
# Changes: what each ensure_* says, printed as `::change`.
# Exit codes: those of lib.sh.
# Safe to repeat: yes.

APT_UPDATED=no

package_version() {
  local status='' version=''
  # shellcheck disable=SC2016 # dpkg-query's own fields
  read -r status version < <(dpkg-query -W -f '${db:Status-Status} ${Version}\n' "$1" 2>/dev/null) || true
  if [[ $status == installed ]]; then printf '%s' "$version"; fi
}

apt_get() {
  DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 apt-get -q -y -o DPkg::Lock::Timeout=300 \
    -o Dpkg::Options::=--force-confold -o Dpkg::Use-Pty=0 "$@"
}

# state_of <file> <package> <regex of a line that makes it ours>: prints absent, untouched (the package's), ours, foreign.
state_of() {
  local packaged
  if [[ ! -f $1 ]]; then
    printf absent
  elif grep -qE "$3" "$1"; then
    printf ours
  else
    # shellcheck disable=SC2016 # dpkg-query's own field
    packaged=$(dpkg-query -W -f '${Conffiles}\n' "$2" 2>/dev/null | awk -v path="$1" '$1 == path { print $2 }')
    if [[ $packaged == "$(md5sum "$1" | cut -d ' ' -f 1)" ]]; then printf untouched; else printf foreign; fi
  fi
}

# hold_unit <unit>: Debian starts a unit when its package is unpacked, with the package's own configuration. A condition in
# /run, which no reboot survives, lets that start do nothing; a mask there would keep the package from enabling it.
hold_unit() {
  mkdir -p "/run/systemd/system/$1.d"
  printf '[Unit]\nConditionPathExists=/run/keybuzz-released\n' >"/run/systemd/system/$1.d/keybuzz-hold.conf"
}

# release_unit <unit>: also after a script that was cut between the two.
release_unit() {
  if [[ ! -e /run/systemd/system/$1.d/keybuzz-hold.conf ]]; then return 0; fi
  rm -- "/run/systemd/system/$1.d/keybuzz-hold.conf"
  # Somebody else's drop-in may stand beside it.
  rmdir -- "/run/systemd/system/$1.d" 2>/dev/null || true
  systemctl daemon-reload
}

# ensure_package <name> [<version>] [<unit that must not start by itself>...]: an empty version takes the repository's.
ensure_package() {
  local name=$1 version=${2:-} installed unit
  shift $(($# < 2 ? 1 : 2))
  installed=$(package_version "$name")
  if [[ -n $installed && (-z $version || $installed == "$version") ]]; then return 0; fi
  if ! applying; then
    change package "$name" "${version:-newest, predicted}"
    return 0
  fi
  for unit; do hold_unit "$unit"; done
  apt_install "$name${version:+=$version}"
  for unit; do release_unit "$unit"; done
  change package "$name" "$(package_version "$name")"
}

# ensure_packages <name>...: the newest of each that is missing, all in one go. What must not start by itself is held before.
ensure_packages() {
  local name
  local -a missing=()
  for name; do
    if [[ -z $(package_version "$name") ]]; then missing+=("$name"); fi
  done
  if ((${#missing[@]} == 0)); then return 0; fi
  if applying; then apt_install "${missing[@]}"; fi
  for name in "${missing[@]}"; do
    if applying; then change package "$name" "$(package_version "$name")"; else change package "$name" 'newest, predicted'; fi
  done
}

# apt_install <name[=version]>...
apt_install() {
  # A host that lost power, or a script that was cut, in the middle of an installation: apt would refuse until this is done.
  if [[ -n $(dpkg --audit) || -n $(ls -A /var/lib/dpkg/updates) ]]; then
    DEBIAN_FRONTEND=noninteractive dpkg --force-confold --configure -a
  fi
  # Another apt may hold the lists for a while.
  if [[ $APT_UPDATED == no ]]; then
    if ! wait_for 120 apt_get update; then fail "apt-get update did not succeed within 120 s." "See its last lines above."; fi
    APT_UPDATED=yes
  fi
  if ! apt_get install --no-install-recommends --allow-downgrades "$@"; then
    fail "apt-get could not install $*." "See its last lines above; dpkg --configure -a may be needed."
  fi
}

unit_is() { systemctl --quiet "is-$2" "$1" 2>/dev/null; }

# ensure_service <unit> [restart|reload]: enabled and running; the second argument when its configuration changed. Where the script sets
# START_SECONDS, one that gives up at first is waited for so long: systemd starts it again (Restart=).
ensure_service() {
  local unit=$1 action=${2:-}
  if applying; then release_unit "$unit"; fi
  if applying && [[ $(systemctl show -p NeedDaemonReload --value "$unit") == yes ]]; then systemctl daemon-reload; fi
  if ! unit_is "$unit" enabled; then
    change service "$unit" enabled
    if applying; then systemctl --quiet enable "$unit"; fi
  fi
  if ! unit_is "$unit" active; then
    action=start
  elif [[ -z $action ]]; then
    return 0
  fi
  change service "$unit" "$action"
  if ! applying; then return 0; fi
  # One that was started time and again is not started before its interval is over: what made it fail may have been mended since.
  if [[ $action != reload ]]; then systemctl reset-failed "$unit" 2>/dev/null || true; fi
  if ! systemctl "$action" "$unit" && ! comes_up "$unit"; then
    fail_unit "$unit" "$action"
  fi
}

# fail_unit <unit> <what it did not>: fails, with the unit's last lines in the log.
fail_unit() {
  journalctl --no-pager -q -n 20 -u "$1" || true
  fail "$1 did not $2." "Its last lines are in the log: journalctl -u $1."
}

comes_up() { ((${START_SECONDS:-0} > 0)) && wait_for "$START_SECONDS" unit_is "$1" active; }

# stop_for_good <unit>: stopped and disabled.
stop_for_good() {
  if ! unit_is "$1" active && ! unit_is "$1" enabled; then return 0; fi
  change service "$1" "stopped and disabled"
  if applying && ! systemctl --quiet disable --now "$1"; then
    fail "$1 could not be stopped." "See journalctl -u $1 on the host."
  fi
}

# move_aside <directory>: kept, under a name with the date, which a fact tells.
move_aside() {
  local kept
  if [[ ! -d $1 ]]; then return 0; fi
  change directory "$1" "kept, moved aside under a name with the date"
  if ! applying; then return 0; fi
  kept=$1.removed-$(date -u +%Y%m%dT%H%M%SZ)
  mv -T -- "$1" "$kept"
  fact "kept-${1##*/}" "$kept"
}

# A script that is cut between a new configuration and the reload would leave the old one running, and the next would
# find nothing to change. So what a unit will need is noted before its files are touched, where a reboot takes it away.
PENDING=/run/keybuzz-pending

# note_pending <unit> <reload|restart>; pending_of <unit>: prints it, nothing when there is none; clear_pending <unit>
note_pending() {
  if ! applying; then return 0; fi
  mkdir -p "$PENDING"
  printf '%s' "$2" >"$PENDING/$1"
}
pending_of() { if [[ -f $PENDING/$1 ]]; then cat -- "$PENDING/$1"; fi; }
clear_pending() { if applying; then rm -f -- "$PENDING/$1"; fi; }

# ensure_drop_in <unit> [<line for its [Service] section>...]: lets the unit come up however late its address does, and
# adds the lines. Binding to an address that is not there yet fails, and after five quick failures systemd would give up.
# It counts from the next start on; what runs is left alone.
ensure_drop_in() {
  ensure_dir "/etc/systemd/system/$1.d" 0755 root:root
  ensure_file "/etc/systemd/system/$1.d/keybuzz.conf" 0644 root:root drop_in "${@:2}"
}

drop_in() {
  printf '%s\n' '# Written by keybuzz.' '[Unit]' 'Wants=network-online.target' 'After=network-online.target' \
    'StartLimitIntervalSec=0' '' '[Service]' 'RestartSec=1' "$@"
}

# ensure_user <name> <home>: a system user without a shell.
ensure_user() {
  if getent passwd "$1" >/dev/null; then return 0; fi
  change user "$1" "system, $2"
  if applying; then useradd --system --user-group --home-dir "$2" --no-create-home --shell /usr/sbin/nologin "$1"; fi
}

# sysctl_value <key>: sets FOUND to what the kernel goes by, empty when it knows no such key.
sysctl_value() {
  FOUND=''
  IFS= read -r FOUND 2>/dev/null <"/proc/sys/${1//.//}" || true
  FOUND=${FOUND//$'\t'/ }
}

# ensure_sysctl <key> <value>: now and after a reboot.
ensure_sysctl() {
  ensure_line /etc/sysctl.d/60-keybuzz.conf "$1 = $2" "^${1//./[.]} *="
  sysctl_value "$1"
  if [[ $FOUND == "$2" ]]; then return 0; fi
  change sysctl "$1" "$2"
  if applying; then sysctl -q -w "$1=$2"; fi
}
