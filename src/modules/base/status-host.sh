#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh base-access.sh base-sshd.sh base-firewall.sh base-host.sh base-docker.sh
#
# Purpose: say how this host's base is in effect; the worker judges.
# Arguments: <own address> <kind=value>... (see read_wishes)
# Secrets: none.
# Changes: nothing.
# Exit codes: 0 done, 64 wrong use.
# Safe to repeat: yes.

# state_of_unit <unit>: active, or systemd's word for what it is instead.
state_of_unit() { systemctl is-active "$1" 2>/dev/null || true; }

report_guards() {
  fact fail2ban "$(state_of_unit fail2ban.service)"
  if in_container; then fact auditd container; else fact auditd "$(state_of_unit auditd.service)"; fi
}

report_swap() {
  if in_container; then fact swap.on container; else fact swap.on "$(swaps_on | wc -l)"; fi
  fact swap.fstab "$(awk '$1 !~ /^#/ && $3 == "swap"' "$FSTAB" 2>/dev/null | wc -l)"
}

report_resolver() {
  fact resolver "$(state_of_unit systemd-resolved.service)"
  fact resolver.servers "$(sed -n 's/^nameserver //p' /run/systemd/resolve/resolv.conf 2>/dev/null | paste -sd ' ')"
  if [[ $(readlink -f /etc/resolv.conf) == "$RESOLV_CONF" ]]; then fact resolver.used yes; else fact resolver.used no; fi
  # Asked over the bus, one that is stopped would be started by our question.
  if unit_is systemd-resolved.service active && timeout 10 resolvectl query --cache=no --legend=no "$PROBE" >/dev/null 2>&1; then
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
  for wish in "${SYSCTL[@]}"; do fact "sysctl.${wish%%=*}" "$(sysctl -n "${wish%%=*}" 2>/dev/null | tr '\t' ' ')"; done
}

# A newer kernel than the running one is installed, or a package asked for a reboot.
report_reboot() {
  local newest
  newest=$(find /boot -maxdepth 1 -name 'vmlinuz-*' 2>/dev/null | sed 's|.*/vmlinuz-||' | sort -V | tail -n 1)
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
    awk 'NR > 1 && $6 !~ /^\/(run|dev|sys|proc)/ && $5 ~ /%$/ { print $5 + 0, $6 }' | sort -rn | head -n 1
}

# days_since <path>...: whole days since the newest of them was written; -1 when there is none.
days_since() {
  local newest
  newest=$(stat -c %Y -- "$@" 2>/dev/null | sort -n | tail -n 1 || true)
  if [[ -n $newest ]]; then printf '%d' "$((($(date +%s) - newest) / 86400))"; else printf -- -1; fi
}

report_updates() {
  local waiting held
  held=$(IFS='|' && printf '^(%s)' "${HELD_BACK[*]}")
  # apt's simulation: `Inst <package> [<old>] (<new> <origin>:<version>/<suite> [...])`; security suites end in -security.
  waiting=$(apt-get -s -q -o Debug::NoLocking=1 dist-upgrade 2>/dev/null | awk '$1 == "Inst" && /-[Ss]ecurity/ { print $2 }') || true
  fact updates.security "$(grep -c . <<<"$waiting" || true)"
  fact updates.held "$(grep -E "$held" <<<"$waiting" | head -n 3 | paste -sd ' ' || true)"
  fact updates.lists "$(days_since /var/lib/apt/lists /var/lib/apt/periodic/update-{,success-}stamp)"
  fact updates.turn "$(days_since /var/lib/apt/periodic/{upgrade,unattended-upgrades}-stamp)"
}

main() {
  need_args 2 "$@"
  read_wishes "${@:2}"
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
