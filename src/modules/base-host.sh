# shellcheck shell=bash
# Purpose: what every host is made of besides sshd and firewall: packages, clock, swap, kernel, journal, names, updates.
# Arguments: none; put before each script that says `# needs: lib.sh system.sh base-host.sh`.
# Secrets: none.
# Changes: what each ensure_* says, printed as `::change`.
# Exit codes: those of lib.sh.
# Safe to repeat: yes.

# read_wishes <word>...: sets the arrays and names that the functions here and in base-*.sh take, from `kind=value`.
# shellcheck disable=SC2034 # taken by the shell that the script names beside this
read_wishes() {
  local word
  RULES=() SSHD=() SYSCTL=() RESOLVERS=() ZONE='' PEER='' PROBE='' EXEMPT=() ROLLBACK_SECONDS=''
  for word; do
    case ${word%%=*} in
      rule) RULES+=("${word#*=}") ;;
      sshd) SSHD+=("${word#*=}") ;;
      sysctl) SYSCTL+=("${word#*=}") ;;
      resolver) RESOLVERS+=("${word#*=}") ;;
      exempt) EXEMPT+=("${word#*=}") ;;
      zone) ZONE=${word#*=} ;;
      peer) PEER=${word#*=} ;;
      probe) PROBE=${word#*=} ;;
      rollback) ROLLBACK_SECONDS=${word#*=} ;;
      *)
        printf 'There is no wish %s.\n' "$word"
        exit 64
        ;;
    esac
  done
}

# A container shares the machine's clock, swap and audit: they are not its own to change.
CONTAINER=''
in_container() {
  if [[ -z $CONTAINER ]]; then
    if systemd-detect-virt --quiet --container; then CONTAINER=yes; else CONTAINER=no; fi
  fi
  [[ $CONTAINER == yes ]]
}

clock_unit() {
  if [[ -n $(package_version chrony) ]]; then printf chrony.service; else printf systemd-timesyncd.service; fi
}

# Debian has the client apart from version 13 on.
docker_is_split() {
  # shellcheck source=/dev/null # the host's own file
  (. /etc/os-release && [[ $ID == debian && ${VERSION_ID:-99} -ge 13 ]])
}

ensure_base_packages() {
  local -a names=(ca-certificates curl jq rsync ufw fail2ban python3-systemd unattended-upgrades systemd-resolved)
  if ! in_container; then
    names+=(auditd)
    if [[ $(clock_unit) != chrony.service ]]; then names+=(systemd-timesyncd); fi
  fi
  # Docker's own packages serve as well as the distribution's, and the two can't be together.
  if [[ -z $(package_version docker-ce) ]]; then
    names+=(docker.io)
    if docker_is_split; then names+=(docker-cli); fi
  fi
  if applying; then
    if [[ -z $(package_version fail2ban) ]]; then hold_unit fail2ban.service; fi
    if [[ -z $(package_version docker.io)$(package_version docker-ce) ]]; then hold_unit docker.service; fi
  fi
  ensure_packages "${names[@]}"
}

ensure_clock() {
  local zone=/usr/share/zoneinfo/$ZONE unit
  if [[ $(readlink -f /etc/localtime) != "$(readlink -f "$zone")" ]]; then
    change link /etc/localtime "$zone"
    if applying; then ln -sfn -- "$zone" /etc/localtime; fi
  fi
  if [[ -f /etc/timezone ]]; then ensure_file /etc/timezone 0644 root:root printf '%s' "$ZONE"; fi
  if in_container; then return 0; fi
  unit=$(clock_unit)
  if [[ -n $(package_version "${unit%.service}") ]]; then ensure_service "$unit"; fi
}

FSTAB=/etc/fstab

without_swap() {
  sed -E '/^[[:space:]]*#/!s/^([^[:space:]]+[[:space:]]+[^[:space:]]+[[:space:]]+swap([[:space:]]|$))/# keybuzz: \1/' "$FSTAB"
}

swaps_on() { awk 'NR > 1 { print $1 }' /proc/swaps; }

# What is swapped out has to fit into memory, or the kernel would kill for it.
require_swap() {
  local used available
  if in_container; then return 0; fi
  used=$(awk 'NR > 1 { sum += $4 } END { print sum + 0 }' /proc/swaps)
  available=$(awk '$1 == "MemAvailable:" { print $2 }' /proc/meminfo)
  if ((used > 0 && used + 65536 > available)); then
    refuse "$((used / 1024)) MiB are swapped out and only $((available / 1024)) MiB of memory are free: swap can't be switched off." \
      "Free memory on the host, or give it more, then repeat."
  fi
}

ensure_no_swap() {
  local swap
  if [[ -f $FSTAB ]]; then ensure_file "$FSTAB" 0644 root:root without_swap; fi
  if in_container; then return 0; fi
  for swap in $(swaps_on); do
    change swap "$swap" off
    if applying && ! swapoff -- "$swap"; then fail "The swap $swap could not be switched off." "Free memory, then repeat."; fi
  done
}

ensure_kernel() {
  local wish
  for wish in "${SYSCTL[@]}"; do ensure_sysctl "${wish%%=*}" "${wish#*=}"; done
}

# ensure_configured <unit> <restart|reload> <path> <mode> <function that prints the content>: the file, and the unit reads it.
ensure_configured() {
  local unit=$1 action=$2 before=$CHANGES
  ensure_dir "${3%/*}" 0755 root:root
  if ! "$5" | cmp -s -- - "$3"; then note_pending "$unit" "$action"; fi
  ensure_file "$3" "$4" root:root "$5"
  if ((CHANGES == before)) && [[ -z $(pending_of "$unit") ]]; then action=''; fi
  ensure_service "$unit" "$action"
  clear_pending "$unit"
}

journal_limits() { printf '# Written by keybuzz.\n[Journal]\nSystemMaxUse=200M\nRuntimeMaxUse=200M\n'; }

ensure_journal() {
  local path=/etc/systemd/journald.conf.d/keybuzz.conf before=$CHANGES
  ensure_dir "${path%/*}" 0755 root:root
  if ! journal_limits | cmp -s -- - "$path"; then note_pending systemd-journald.service restart; fi
  ensure_file "$path" 0644 root:root journal_limits
  if ((CHANGES == before)) && [[ -z $(pending_of systemd-journald.service) ]]; then return 0; fi
  change service systemd-journald.service restart
  if applying; then systemctl restart systemd-journald.service; fi
  clear_pending systemd-journald.service
}

resolver_file() {
  printf '# Written by keybuzz.\n[Resolve]\nDNS=%s\nDomains=~.\n' "${RESOLVERS[*]}"
}

# Before the package: with it the host asks systemd-resolved, which must know whom to ask.
ensure_resolver_file() {
  local path=/etc/systemd/resolved.conf.d/keybuzz.conf
  ensure_dir "${path%/*}" 0755 root:root
  if ! resolver_file | cmp -s -- - "$path"; then note_pending systemd-resolved.service restart; fi
  ensure_file "$path" 0644 root:root resolver_file
}

RESOLV_CONF=/run/systemd/resolve/stub-resolv.conf

ensure_resolver() {
  local action
  action=$(pending_of systemd-resolved.service)
  ensure_service systemd-resolved.service "$action"
  clear_pending systemd-resolved.service
  if [[ $(readlink /etc/resolv.conf) != *"${RESOLV_CONF#/}" ]]; then
    change link /etc/resolv.conf "$RESOLV_CONF"
    if applying; then ln -sfn -- "$RESOLV_CONF" /etc/resolv.conf; fi
  fi
}

# What the modules roll member by member: an update by night would restart it without asking the cluster.
HELD_BACK=(postgresql patroni etcd pgbouncer redis rabbitmq-server erlang mariadb galera proxysql haproxy docker containerd)

update_turns() {
  printf '// Written by keybuzz.\nAPT::Periodic::Update-Package-Lists "1";\nAPT::Periodic::Unattended-Upgrade "1";\n'
}

update_choice() {
  printf '// Written by keybuzz: which updates come by themselves. The modules roll these, member by member.\n'
  printf 'Unattended-Upgrade::Package-Blacklist {\n'
  printf '  "^%s";\n' "${HELD_BACK[@]}"
  printf '};\nUnattended-Upgrade::Automatic-Reboot "false";\n'
}

# shellcheck disable=SC2016 # Perl's own variable
needrestart_lists() { printf '# Written by keybuzz: an update restarts nothing by itself.\n$nrconf{restart} = "l";\n'; }

ensure_updates() {
  ensure_file /etc/apt/apt.conf.d/20auto-upgrades 0644 root:root update_turns
  ensure_file /etc/apt/apt.conf.d/52keybuzz 0644 root:root update_choice
  if [[ -d /etc/needrestart/conf.d ]]; then
    ensure_file /etc/needrestart/conf.d/keybuzz.conf 0644 root:root needrestart_lists
  fi
}

# From where the bot and the hosts themselves come, so that no mistyped password of somebody else bans them.
ban_rules() {
  printf '# Written by keybuzz.\n[DEFAULT]\nbackend = systemd\nignoreip = 127.0.0.1/8 ::1 %s\n\n[sshd]\nenabled = true\n' "${EXEMPT[*]}"
}

ensure_guards() {
  ensure_configured fail2ban.service restart /etc/fail2ban/jail.d/keybuzz.local 0644 ban_rules
  if ! in_container; then ensure_service auditd.service; fi
}
