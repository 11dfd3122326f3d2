# shellcheck shell=bash
# Purpose: our settings of sshd, in a drop-in that comes first; validated as the whole set would be.
# Arguments: none; put before each script that says `# needs: lib.sh system.sh base-access.sh base-sshd.sh`.
#            It takes SSHD, an array of `Keyword=value`, and PEER, an address from which we log in.
# Secrets: none.
# Changes: the drop-in, and a reload of sshd.
# Exit codes: those of lib.sh.
# Safe to repeat: yes.

sshd_lines() {
  printf '# Written by keybuzz. The first value counts in sshd, so this file comes first.\n'
  printf '%s\n' "${SSHD[@]/=/ }"
}

# effective_sshd [<directory>]: what holds when root comes from PEER; with a directory, of the configuration there.
effective_sshd() {
  sshd -T ${1:+-f "$1/sshd_config"} -C "user=root,host=keybuzz,addr=$PEER"
}

# sshd_value <text of sshd -T> <keyword>: sets FOUND to its value, under the name that we use for it.
sshd_value() {
  FOUND=''
  if [[ $'\n'$1 =~ $'\n'"${2,,} "([^$'\n']*) ]]; then FOUND=${BASH_REMATCH[1]}; fi
  if [[ $FOUND == without-password ]]; then FOUND=prohibit-password; fi
}

# candidate_sshd: sets SCRATCH_DIRECTORY to one with sshd's whole configuration as it would be.
candidate_sshd() {
  scratch_directory
  mkdir "$SCRATCH_DIRECTORY/sshd_config.d"
  cp -- /etc/ssh/sshd_config.d/*.conf "$SCRATCH_DIRECTORY/sshd_config.d/" 2>/dev/null || true
  sshd_lines >"$SCRATCH_DIRECTORY/sshd_config.d/${SSHD_OWN##*/}"
  sed "s|/etc/ssh/sshd_config[.]d/|$SCRATCH_DIRECTORY/sshd_config.d/|" /etc/ssh/sshd_config >"$SCRATCH_DIRECTORY/sshd_config"
}

# root_is_left_out <text of sshd -T>: by a list of users or groups that would count from the next reload on.
root_is_left_out() {
  printf '%s\n' "$1" | awk '
    $1 == "allowusers" { listed = 1; if ($2 ~ /^(root|[*])(@|$)/) named = 1 }
    $1 == "allowgroups" { listed = 1; if ($2 ~ /^(root|[*])$/) named = 1 }
    $1 == "denyusers" && $2 ~ /^(root|[*])(@|$)/ { denied = 1 }
    END { exit !(denied || (listed && !named)) }'
}

# require_sshd: refuses a configuration that sshd would not take, that would not hold, or that would leave us out.
require_sshd() {
  local effective wish
  candidate_sshd
  if ! effective=$(effective_sshd "$SCRATCH_DIRECTORY" 2>"$SCRATCH_DIRECTORY/error"); then
    refuse "sshd would not take its configuration: $(tail -n 1 "$SCRATCH_DIRECTORY/error")." \
      "Mend the file it names (sshd -t shows it, too), then repeat."
  fi
  for wish in "${SSHD[@]}"; do
    sshd_value "$effective" "${wish%%=*}"
    if [[ $FOUND != "${wish#*=}" ]]; then
      refuse "sshd would go on with ${wish%%=*} ${FOUND:-unset} instead of ${wish#*=}: something comes before $SSHD_OWN." \
        "Make 'Include /etc/ssh/sshd_config.d/*.conf' the first line of /etc/ssh/sshd_config, then repeat."
    fi
  done
  if root_is_left_out "$effective"; then
    refuse "sshd's lists of users or groups (AllowUsers and the like) would keep root out." \
      "Add root to them below /etc/ssh, or take them out, then repeat."
  fi
}

# ensure_sshd: the drop-in, and what runs reads it. sshd -t comes before each reload in the unit itself.
ensure_sshd() {
  local before=$CHANGES
  if [[ ! -f $SSHD_OWN ]] || ! holds "$SSHD_OWN" "$(sshd_lines)"; then note_pending ssh.service reload; fi
  ensure_dir "${SSHD_OWN%/*}" 0755 root:root
  ensure_file "$SSHD_OWN" 0644 root:root sshd_lines
  if ((CHANGES == before)) && [[ -z $(pending_of ssh.service) ]]; then return 0; fi
  change service ssh.service reload
  if ! applying; then return 0; fi
  # With socket activation it may not run yet: then the next connection reads the new file.
  if unit_is ssh.service active && ! systemctl reload ssh.service; then
    fail "sshd did not reload." "See journalctl -u ssh on the host."
  fi
  clear_pending ssh.service
}

report_sshd() {
  local effective wish
  if ! effective=$(effective_sshd 2>/dev/null); then
    fact sshd broken
    return 0
  fi
  fact sshd ok
  for wish in "${SSHD[@]}"; do
    sshd_value "$effective" "${wish%%=*}"
    fact "sshd.${wish%%=*}" "$FOUND"
  done
}
