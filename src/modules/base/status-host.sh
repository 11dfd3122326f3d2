#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh base-access.sh base-sshd.sh base-firewall.sh base-host.sh base-docker.sh
#
# Purpose: say how this host's base is in effect; the worker judges.
# Arguments: <own address> <kind=value>... (see read_wishes)
# Secrets: none.
# Changes: a note in /run of what apt said last.
# Exit codes: 0 done, 64 wrong use.
# Safe to repeat: yes.

# ask_states <unit>...: sets STATES, by unit, to active or systemd's word for what it is instead, all in one question.
declare -A STATES=()
ask_states() {
  local -a words
  mapfile -t words < <(systemctl is-active "$@" 2>/dev/null)
  for ((; $# > 0; )); do
    STATES[$1]=${words[0]:-}
    words=("${words[@]:1}")
    shift
  done
}

report_guards() {
  fact fail2ban "${STATES[fail2ban.service]}"
  if in_container; then fact auditd container; else fact auditd "${STATES[auditd.service]}"; fi
}

report_swap() {
  local noted=0
  if in_container; then fact swap.on container; else fact swap.on "$(swaps_on | wc -l)"; fi
  if [[ -f $FSTAB ]]; then noted=$(awk '$1 !~ /^#/ && $3 == "swap" { count++ } END { print count + 0 }' "$FSTAB"); fi
  fact swap.fstab "$noted"
}

report_resolver() {
  fact resolver "${STATES[systemd-resolved.service]}"
  fact resolver.servers "$(sed -n 's/^nameserver //p' /run/systemd/resolve/resolv.conf 2>/dev/null || true)"
  if [[ $(readlink -f /etc/resolv.conf) == "$RESOLV_CONF" ]]; then fact resolver.used yes; else fact resolver.used no; fi
  # Asked over the bus, one that is stopped would be started by our question.
  if [[ ${STATES[systemd-resolved.service]} == active ]] && timeout 10 resolvectl query --cache=no --legend=no "$PROBE" >/dev/null 2>&1; then
    fact resolver.answers yes
  else
    fact resolver.answers no
  fi
}

# clock_offset: milliseconds between the clock and its source, as chrony or systemd-timesyncd last saw it.
clock_offset() {
  local message
  if [[ $(clock_unit) == chrony.service ]]; then
    chronyc -c tracking 2>/dev/null | awk -F, '{ o = $5 < 0 ? -$5 : $5; printf "%d", o * 1000 }' || true
    return 0
  fi
  # Of NTPMessage: after the bytes of the reference come origin, receive, transmit and destination, in microseconds.
  message=$(busctl --json=short get-property org.freedesktop.timesync1 /org/freedesktop/timesync1 \
    org.freedesktop.timesync1.Manager NTPMessage 2>/dev/null) || return 0
  sed -nE 's/.*\],([0-9]+),([0-9]+),([0-9]+),([0-9]+),(true|false),.*/\1 \2 \3 \4/p' <<<"$message" |
    awk '{ o = (($2 - $1) + ($3 - $4)) / 2; printf "%d", (o < 0 ? -o : o) / 1000 }'
}

report_clock() {
  local zone
  zone=$(readlink -f /etc/localtime)
  fact clock.zone "${zone#/usr/share/zoneinfo/}"
  if in_container; then
    fact clock container
    return 0
  fi
  fact clock "$(timedatectl show -p NTPSynchronized --value 2>/dev/null)"
  fact clock.offset "$(clock_offset)"
}

report_kernel() {
  local wish
  for wish in "${SYSCTL[@]}"; do
    sysctl_value "${wish%%=*}"
    fact "sysctl.${wish%%=*}" "$FOUND"
  done
}

# A newer kernel than the running one is installed, or a package asked for a reboot.
report_reboot() {
  local newest=''
  local -a kernels=(/boot/vmlinuz-*)
  if [[ -e ${kernels[0]} ]]; then newest=$(printf '%s\n' "${kernels[@]#/boot/vmlinuz-}" | sort -V | tail -n 1); fi
  if [[ -e /run/reboot-required ]]; then
    fact reboot "asked for: $(sort -u /run/reboot-required.pkgs 2>/dev/null | head -n 3 | paste -sd ' ' || true)"
  elif [[ -n $newest && $newest != "$(uname -r)" ]] && ! in_container; then
    fact reboot "$newest waits"
  else
    fact reboot no
  fi
}

# fullest [-i]: `<percent> <mount point>` of the fullest file system, by space or by inodes.
fullest() {
  df -P -l -x devtmpfs -x squashfs -x efivarfs "$@" 2>/dev/null |
    awk 'NR > 1 && $6 !~ /^\/(run|dev|sys|proc)/ && $5 ~ /%$/ && (point == "" || $5 + 0 > used) { used = $5 + 0; point = $6 }
      END { if (point != "") print used, point }'
}

# days_since <path>...: whole days since the newest of them was written; -1 when there is none.
days_since() {
  local second newest='' now
  while read -r second; do
    if [[ -z $newest || $second -gt $newest ]]; then newest=$second; fi
  done < <(stat -c %Y -- "$@" 2>/dev/null)
  printf -v now '%(%s)T' -1
  if [[ -n $newest ]]; then printf '%d' "$(((now - newest) / 86400))"; else printf -- -1; fi
}

# All that apt's answer follows from; what changes any of it changes a time, a size or an inode.
APT_INPUTS=(/var/lib/apt/lists /var/lib/apt/extended_states /var/lib/dpkg/status /etc/apt)
APT_NOTE=/run/keybuzz-updates

# apt_inputs: one word for the state of them.
apt_inputs() { find "${APT_INPUTS[@]}" -type f -printf '%p %i %s %C@\n' 2>/dev/null | sort | sha256sum; }

# waiting_updates: the packages that have a security update, one a line; status 1 when apt does not say. Apt takes seconds of
# a processor for it, so its last answer is kept, and given again while all that it follows from is as it was.
waiting_updates() {
  local inputs note='' names
  inputs=$(apt_inputs) || true
  if [[ -f $APT_NOTE ]]; then IFS= read -r -d '' note <"$APT_NOTE" || true; fi
  if [[ -n $inputs && ${note%%$'\n'*} == "$inputs" ]]; then
    printf '%s' "${note#*$'\n'}"
    return 0
  fi
  # Of its simulation: `Inst <package> [<old>] (<new> <origin>:<version>/<suite> [...])`; security suites end in -security.
  names=$(apt-get -s -q -o Debug::NoLocking=1 dist-upgrade 2>/dev/null | awk '$1 == "Inst" && /-[Ss]ecurity/ { print $2 }') || return 1
  printf '%s\n' "$names"
  # Where there is no room for it apt is asked again.
  if printf '%s\n%s\n' "$inputs" "$names" >"$APT_NOTE.$BASHPID"; then mv -f -- "$APT_NOTE.$BASHPID" "$APT_NOTE"; fi 2>/dev/null || true
}

report_updates() {
  local package names pattern count=0
  local -a held=()
  pattern=$(IFS='|' && printf '^(%s)' "${HELD_BACK[*]}")
  if names=$(waiting_updates); then
    for package in $names; do
      count=$((count + 1))
      if [[ $package =~ $pattern ]]; then held+=("$package"); fi
    done
    fact updates.security "$count"
    fact updates.held "${held[*]:0:3}"
  fi
  fact updates.lists "$(days_since /var/lib/apt/lists /var/lib/apt/periodic/update-{,success-}stamp)"
  fact updates.turn "$(days_since /var/lib/apt/periodic/{upgrade,unattended-upgrades}-stamp)"
}

main() {
  need_args 2 "$@"
  read_wishes "${@:2}"
  ask_states docker.service fail2ban.service auditd.service systemd-resolved.service
  report_docker
  report_guards
  report_swap
  report_firewall
  report_sshd
  report_resolver
  report_clock
  report_kernel
  report_reboot
  fact disk "$(fullest)"
  fact disk.inodes "$(fullest -i)"
  report_updates
}

main "$@" </dev/null
