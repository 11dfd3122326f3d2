# shellcheck shell=bash
# Purpose: let a host take back a change of sshd and firewall by itself, unless somebody confirms it in time.
# Arguments: none; put before each script that says `# needs: lib.sh base-access.sh`.
# Secrets: none.
# Changes: while a change waits to be confirmed, /var/lib/keybuzz/access, a unit of systemd and a timer.
# Exit codes: those of lib.sh.
# Safe to repeat: yes; arming again keeps what was kept first and begins the time anew.

ACCESS=/var/lib/keybuzz/access
ACCESS_LOCK=/var/lib/keybuzz/access.lock
ROLLBACK=keybuzz-access-rollback
SSHD_OWN=/etc/ssh/sshd_config.d/00-keybuzz.conf
ACCESS_FILES=("$SSHD_OWN" /etc/default/ufw /etc/ufw/ufw.conf /etc/ufw/user.rules /etc/ufw/user6.rules)

is_armed() { [[ -e $ACCESS/armed ]]; }

# The unit's program: it must not depend on anything that a deploy may change.
rollback_program() {
  printf '#!/bin/bash\n# Written by keybuzz: puts sshd and firewall back as they were before a change that nobody confirmed.\n'
  printf 'exec 9>>%q\nflock 9\ncd %q || exit 0\n' "$ACCESS_LOCK" "$ACCESS"
  printf 'files=(%s)\n' "${ACCESS_FILES[*]}"
  cat <<'END'
if [[ ! -e armed ]]; then exit 0; fi
if ! grep -qs '^ENABLED=yes' kept/etc/ufw/ufw.conf; then ufw --force disable; fi
for file in "${files[@]}"; do
  if [[ -e kept$file ]]; then cp -a -- "kept$file" "$file"; else rm -f -- "$file"; fi
done
if grep -qs '^ENABLED=yes' /etc/ufw/ufw.conf; then ufw reload; fi
systemctl reload-or-restart ssh.service
date -u +%FT%TZ >taken-back
rm -f armed
END
}

# Enabled, so that a host which is restarted before anybody confirmed comes up as it was.
rollback_unit() {
  cat <<END
# Written by keybuzz; gone once the change of sshd and firewall is confirmed.
[Unit]
Description=Take back a change of sshd and firewall that nobody confirmed
After=ssh.service ufw.service
ConditionPathExists=$ACCESS/armed

[Service]
Type=oneshot
ExecStart=/bin/bash $ACCESS/rollback

[Install]
WantedBy=multi-user.target
END
}

keep_access() {
  local file
  rm -rf -- "$ACCESS"
  (umask 077 && mkdir -p -- "$ACCESS/kept")
  for file in "${ACCESS_FILES[@]}"; do
    if [[ -e $file ]]; then cp -a --parents -- "$file" "$ACCESS/kept"; fi
  done
  rollback_program >"$ACCESS/rollback"
  rollback_unit >"/etc/systemd/system/$ROLLBACK.service"
  systemctl daemon-reload
  systemctl --quiet enable "$ROLLBACK.service"
  sync -f "$ACCESS"
  : >"$ACCESS/armed"
}

# arm_rollback <seconds>: from now on the host goes back by itself when so many seconds have passed. An earlier change that is
# being taken back just now is waited for: what is kept is the whole of what was there before.
arm_rollback() {
  if ! applying; then return 0; fi
  (umask 077 && mkdir -p -- "${ACCESS_LOCK%/*}")
  exec 9>>"$ACCESS_LOCK"
  flock 9
  if ! is_armed; then keep_access; fi
  systemctl stop "$ROLLBACK.timer" 2>/dev/null || true
  # One whose time came while we have the lock has done nothing yet, and would take back what nobody has changed yet.
  systemctl stop "$ROLLBACK.service" 2>/dev/null || true
  if ! systemd-run --quiet --unit="$ROLLBACK.service" --on-active="$1" --timer-property=AccuracySec=1s; then
    fail "systemd set no timer to take a change of sshd and firewall back; nothing was changed." \
      "See journalctl -n 50 on the host."
  fi
  exec 9>&-
}

disarm() {
  systemctl stop "$ROLLBACK.timer" 2>/dev/null || true
  systemctl --quiet disable "$ROLLBACK.service" 2>/dev/null || true
  rm -f -- "/etc/systemd/system/$ROLLBACK.service"
  systemctl daemon-reload
}

# forget_rollback: what an earlier run's taking back has left behind is no news to those who come after it.
forget_rollback() {
  if ! applying || is_armed || [[ ! -e $ACCESS ]]; then return 0; fi
  disarm
  rm -rf -- "$ACCESS"
}

# confirm_access: nothing is taken back any more. Fails when it already was.
confirm_access() {
  exec 9>>"$ACCESS_LOCK"
  flock 9
  if is_armed; then
    rm -f -- "$ACCESS/armed"
    disarm
    rm -rf -- "$ACCESS"
    fact access confirmed
  elif [[ -e $ACCESS/taken-back ]]; then
    fact access taken-back
    fail "Nobody came in over a new connection in time, so this host took its changes of sshd and firewall back at $(cat "$ACCESS/taken-back")." \
      "Find what would have kept us out (ufw show added, sshd -T), then resume: it is tried again."
  else
    fact access unchanged
  fi
}
