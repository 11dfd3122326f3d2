# shellcheck shell=bash
# Purpose: refuse by name, before any change, what would make a deploy go wrong.
# Arguments: none; put before each script that says `# needs: lib.sh preflight.sh`.
# Secrets: only looked at.
# Changes: nothing.
# Exit codes: 69 when refused.
# Safe to repeat: yes.

# require_host <private address>: root on Debian or Ubuntu with systemd, and the host that the inventory means.
require_host() {
  local id
  if ((EUID != 0)); then refuse "The script runs as $(id -un), not as root." "Correct USER_SSH in the inventory."; fi
  # shellcheck source=/dev/null # the host's own file
  id=$(. /etc/os-release && printf '%s' "$ID")
  case $id in
    debian | ubuntu) ;;
    *) refuse "The system is ${id:-unknown}; only Debian and Ubuntu are known." "Rebuild the host with one of them." ;;
  esac
  if [[ ! -d /run/systemd/system ]]; then refuse "systemd does not run here." "Rebuild the host with systemd."; fi
  if [[ -z $(ip -o address show to "$1") ]]; then
    refuse "The address $1 is not on this host." "Correct IP_PRIVEE in the inventory, or the host's network."
  fi
}

# listener_of <port>: `<program> <pid>` of each process that listens on the TCP port, one a line.
listener_of() {
  local line told='' process='\("([^"]+)",pid=([0-9]+)'
  while read -r line; do
    while [[ $line =~ $process ]]; do
      line=${line#*"${BASH_REMATCH[0]}"}
      if [[ $told != *"|${BASH_REMATCH[2]}|"* ]]; then printf '%s %s\n' "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"; fi
      told+="|${BASH_REMATCH[2]}|"
    done
  done < <(ss -Hltnp "sport = :$1")
}

# listens <port>: somebody does.
listens() { [[ -n $(listener_of "$1") ]]; }

# require_port <port> <unit>: nobody listens on it, or our own unit does.
require_port() {
  local program pid group
  if ! command -v ss >/dev/null; then refuse "The program ss is missing." "apt-get install iproute2."; fi
  while read -r program pid; do
    group=''
    IFS= read -r -d '' group 2>/dev/null <"/proc/$pid/cgroup" || true
    if [[ -n $pid && $group != *"/$2"$'\n'* ]]; then
      refuse "Port $1 is held by $program (pid $pid), which is not $2." \
        "Stop it for good (a container: docker rm -f; a service: systemctl disable --now), then repeat."
    fi
  done < <(listener_of "$1")
}

# require_plain <name of a secret>...: configuration files of several syntaxes take it as it is, without quotes.
require_plain() {
  local name
  for name; do
    if [[ ! ${!name} =~ ^[A-Za-z0-9._~+/=-]+$ ]]; then
      refuse "The secret $name holds other characters than letters, digits and ._~+/=-." \
        "Choose another in the service and in the module's credentials file."
    fi
  done
}

# require_unit <unit>: nobody masked it.
require_unit() {
  if [[ $(systemctl is-enabled "$1" 2>/dev/null || true) == masked* ]]; then
    refuse "$1 is masked on this host: somebody stopped it on purpose." "systemctl unmask $1, then repeat."
  fi
}

# nearest <path>: the path itself or its nearest ancestor that is there.
nearest() {
  local path=$1
  while [[ ! -e ${path:-/} ]]; do path=${path%/*}; done
  printf '%s' "${path:-/}"
}

# disk_used <path>: percent of its file system, or of its nearest ancestor's.
disk_used() { df -Pk -- "$(nearest "$1")" | awk 'NR == 2 { sub("%", "", $5); print $5 }'; }

# require_space <path> <MiB>: so much and 5 % are free on the path's file system.
require_space() {
  local there total available
  there=$(nearest "$1")
  { read -r _; read -r _ total _ available _; } < <(df -Pk -- "$there")
  if ((available / 1024 < $2 || available * 20 < total)); then
    refuse "Only $((available / 1024)) MiB ($((available * 100 / total)) %) are free for $1; $2 MiB and 5 % are needed." \
      "Free space on the file system of $there, or give it a larger volume."
  fi
}

# require_mount <path>: no volume that /etc/fstab promises is missing, and the file system can be written and lasts.
require_mount() {
  local path=$1 kind options device point promised=' '
  if [[ -f /etc/fstab ]]; then
    while read -r device point _ || [[ -n $device ]]; do
      if [[ $device != '#'* ]]; then promised+="$point "; fi
    done </etc/fstab
  fi
  while [[ -n $path ]]; do
    if [[ $promised == *" $path "* ]] && ! mountpoint -q "$path"; then
      refuse "$path is in /etc/fstab but not mounted: data would go to the wrong disk." "mount $path, then repeat."
    fi
    path=${path%/*}
  done
  read -r kind options < <(findmnt -n -o FSTYPE,OPTIONS -T "$(nearest "$1")")
  case $kind in
    tmpfs | ramfs) refuse "$1 would be in memory ($kind): a reboot loses it." "Mount a disk there, then repeat." ;;
    *) ;;
  esac
  if [[ ,$options, == *,ro,* ]]; then refuse "The file system of $1 is read-only." "Remount it, or check its disk."; fi
}
