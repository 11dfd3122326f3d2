# shellcheck shell=bash
# Purpose: the firewall (UFW): nothing comes in but what a rule allows. Ours are added and removed one by one.
# Arguments: none; put before each script that says `# needs: lib.sh preflight.sh base-firewall.sh`.
#            It takes RULES, an array of `name,protocol,port,from`; protocol and port may be any, from may be any.
# Secrets: none.
# Changes: UFW's rules with a comment `keybuzz:...`, its default for what comes in, and that it is on.
# Exit codes: those of lib.sh.
# Safe to repeat: yes; rules of others are never touched.

USER_RULES=/etc/ufw/user.rules
# UFW keeps comments as hex: this is `keybuzz:`.
OWN_COMMENT=6b657962757a7a3a

# hex_of <text in ASCII>
hex_of() {
  local index
  for ((index = 0; index < ${#1}; index++)); do printf '%02x' "'${1:index:1}"; done
}

# wanted_rules: each of RULES as `<protocol> <port> <from> <hex comment> <name>`, as UFW would note it.
wanted_rules() {
  local rule name protocol port from
  for rule in "${RULES[@]}"; do
    IFS=, read -r name protocol port from <<<"$rule"
    printf '%s %s %s %s %s\n' "$protocol" "$port" "${from/#any/0.0.0.0/0}" "$(hex_of "keybuzz:$name")" "$name"
  done
}

# noted_rules: what UFW has noted to let in, ours and others', as `<protocol> <port> <from> <hex comment or ->`.
noted_rules() {
  if [[ ! -f $USER_RULES ]]; then return 0; fi
  awk '$1 $2 $4 == "###tupleallow" && $7 == "0.0.0.0/0" && / in( |$)/ {
    print $5, $6, $9, ($NF ~ /^comment=/ ? substr($NF, 9) : "-") }' "$USER_RULES"
}

# compare_rules: a line `add <protocol> <port> <from> <name>` or `delete ...` per difference. A rule that somebody else
# made serves as well as ours.
compare_rules() {
  awk -v own="^$OWN_COMMENT" '
    side == "noted" { comment[$1 " " $2 " " $3] = $4; next }
    { key = $1 " " $2 " " $3; wanted[key] = 1 }
    !(key in comment) || (comment[key] ~ own && comment[key] != $4) { print "add", key, $5 }
    END { for (key in comment) if (comment[key] ~ own && !(key in wanted)) print "delete", key, "-" }
  ' side=noted <(noted_rules) side=wanted <(wanted_rules) | sort
}

# ufw_words <protocol> <port> <from>: sets WORDS to how UFW is told.
ufw_words() {
  WORDS=()
  if [[ $1 != any ]]; then WORDS+=(proto "$1"); fi
  WORDS+=(from "${3/#0.0.0.0\/0/any}" to any)
  if [[ $2 != any ]]; then WORDS+=(port "$2"); fi
}

# has_rule <protocol> <port> <from>: the kernel has it.
has_rule() {
  local -a words=(-w 5 -C ufw-user-input)
  if [[ $3 != 0.0.0.0/0 ]]; then words+=(-s "$3"); fi
  if [[ $1 != any ]]; then words+=(-p "$1"); fi
  case $2 in
    any) ;;
    *[:,]*) words+=(-m multiport --dports "$2") ;;
    *) words+=(--dport "$2") ;;
  esac
  iptables "${words[@]}" -j ACCEPT 2>/dev/null
}

# missing_rules: names of the rules that the kernel lacks, by commas.
missing_rules() {
  local protocol port from name lacking=''
  while read -r protocol port from _ name; do
    if ! has_rule "$protocol" "$port" "$from"; then lacking+=",$name"; fi
  done < <(wanted_rules)
  printf '%s' "${lacking#,}"
}

# input_policies: what becomes of a packet that no rule takes: `DROP`, or both families' when they differ. A host without
# IPv6 has one.
input_policies() {
  {
    iptables -w 5 -S INPUT
    if [[ -e /proc/net/if_inet6 ]]; then ip6tables -w 5 -S INPUT; fi
  } 2>/dev/null | sed -n 's/^-P INPUT //p' | sort -u | paste -sd '/' || true
}

ufw_is_enabled() { grep -qs '^ENABLED=yes' /etc/ufw/ufw.conf; }
firewall_is_on() { ufw_is_enabled && [[ $(input_policies) == DROP ]]; }

# open_ports: TCP ports on which something listens for others, and no rule lets anybody in, as `<port> <program>`.
# What Docker publishes does not pass these rules.
open_ports() {
  local port program
  ss -Hltn | awk '{ print $4 }' | grep -vE '^(127\.|\[::1\])' | sed 's/.*://' | sort -un | while read -r port; do
    if cat <(wanted_rules) <(noted_rules) | awk -v port="$port" '
      $1 != "udp" { n = split($2, part, ","); for (i = 1; i <= n; i++) { split(part[i], range, ":")
        if (port >= range[1] + 0 && port <= (range[2] == "" ? range[1] : range[2]) + 0) found = 1 } }
      END { exit !found }'; then continue; fi
    read -r program _ < <(listener_of "$port") || program='a program'
    if [[ $program != docker-proxy ]]; then printf '%s %s\n' "$port" "${program:-a program}"; fi
  done || true
}

show_others() {
  noted_rules | awk -v own="^$OWN_COMMENT" '$4 !~ own { print "Left alone, since it is not ours: allow", $1, $2, "from", $3 }'
}

# ensure_rules: one by one, the new ones before the old ones go.
ensure_rules() {
  local verb protocol port from name
  while read -r verb protocol port from name; do
    ufw_words "$protocol" "$port" "$from"
    if [[ $verb == add ]]; then
      change rule "$name:$protocol/$port" "allow from ${from/#0.0.0.0\/0/anywhere}"
      if applying; then ufw allow "${WORDS[@]}" comment "keybuzz:$name" >/dev/null; fi
    else
      change rule "$protocol/$port" "removed: from ${from/#0.0.0.0\/0/anywhere}"
      if applying; then ufw --force delete allow "${WORDS[@]}" >/dev/null; fi
    fi
  done < <(compare_rules)
}

ensure_firewall() {
  local port program
  show_others
  if ! firewall_is_on; then
    while read -r port program; do
      change port "$port/tcp" "closed to others: $program listens there, and no rule lets anybody in"
    done < <(open_ports)
  fi
  ensure_rules
  if [[ -n $(package_version ufw) ]]; then ensure_defaults; fi
  if ! ufw_is_enabled; then
    change firewall ufw enabled
    if applying; then ufw --force enable >/dev/null; fi
  elif ! firewall_is_on || { [[ -n $(missing_rules) ]] && { applying || [[ -z $(compare_rules) ]]; }; }; then
    change firewall ufw reload
    if applying; then ufw reload >/dev/null; fi
  fi
  if ! applying; then return 0; fi
  if ! firewall_is_on || [[ -n $(missing_rules) ]]; then
    fail "The firewall is not in effect: INPUT is $(input_policies), without a rule for: $(missing_rules)." \
      "See ufw status verbose on the host; it goes back by itself."
  fi
}

# ensure_defaults: UFW denies what no rule allows, of both families, and comes up at boot.
ensure_defaults() {
  if ! grep -qs '^DEFAULT_INPUT_POLICY="DROP"' /etc/default/ufw; then
    change firewall default 'deny incoming'
    if applying; then ufw default deny incoming >/dev/null; fi
  fi
  if ! grep -qs '^IPV6=yes' /etc/default/ufw; then
    change firewall ipv6 filtered
    if applying; then sed -i 's/^IPV6=.*/IPV6=yes/' /etc/default/ufw; fi
  fi
  if ! unit_is ufw.service enabled; then
    change service ufw.service enabled
    if applying; then systemctl --quiet enable ufw.service; fi
  fi
}

report_firewall() {
  if [[ -z $(package_version ufw) ]]; then
    fact firewall absent
    return 0
  fi
  if ufw_is_enabled; then fact firewall on; else fact firewall off; fi
  fact firewall.policy "$(input_policies)"
  fact firewall.missing "$(missing_rules)"
  fact firewall.others "$(show_others | wc -l)"
}
