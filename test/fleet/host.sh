#!/bin/bash
# One host's life on the machine.
#   host.sh run FLEET HOST ADDRESS DIR BASE REPO   supervises the host until it is off or killed; a reboot boots it again
#   host.sh clear FLEET HOST                       ends whatever a crashed supervisor of it left running
# Started in a mount namespace of its own (unshare --mount --propagation private): the overlay, the control group tree
# and the host's network namespace are seen only here and vanish with this process, so a crash leaves nothing mounted.
set -euo pipefail

rebooted=133 # systemd-nspawn's exit status when the host asked for a reboot

mount_cgroups() {
  umount --recursive --lazy /sys/fs/cgroup 2>/dev/null || true
  mount -t cgroup2 cgroup2 /sys/fs/cgroup
}

# /run/netns of our own with the fleet's namespace in it, so that the host's is listed nowhere else.
mount_namespaces() {
  local fleet=$1 dir=$2
  mkdir -p "$dir/netns"
  mount -t tmpfs tmpfs "$dir/netns"
  touch "$dir/netns/$fleet"
  mount --bind "/run/netns/$fleet" "$dir/netns/$fleet"
  mount --rbind "$dir/netns" /run/netns
}

remove_cgroups() {
  [ ! -d "$1" ] || find "$1" -depth -type d -exec rmdir {} + 2>/dev/null || true
}

# A boot gets a new network namespace: no firewall rule or setting outlives it, as on a real host. The hardware address
# follows from the address, so neighbours need not learn it anew. A cut cable (DIR/link-down) stays cut.
plug_in() {
  local fleet=$1 host=$2 address=$3 dir=$4 port=host.net mac
  # shellcheck disable=SC2086 # four numbers
  mac=$(printf '02:00:%02x:%02x:%02x:%02x' ${address//./ })
  ip netns del "$port" 2>/dev/null || true
  ip -n "$fleet" link del "$host" 2>/dev/null || true
  ip netns add "$port"
  ip -n "$fleet" link add "$host" type veth peer name enp7s0 netns "$port"
  ip -n "$port" link set enp7s0 address "$mac"
  ip -n "$port" addr add "$address/16" dev enp7s0
  ip -n "$port" link set lo up
  ip -n "$port" link set enp7s0 up
  ip -n "$fleet" link set "$host" master br0
  [ -e "$dir/link-down" ] || ip -n "$fleet" link set "$host" up
}

boot() {
  local fleet=$1 host=$2 dir=$3 repo=$4
  echo "$BASHPID" >"/sys/fs/cgroup/$fleet/$host/cgroup.procs"
  echo "$BASHPID" >"$dir/nspawn.pid"
  exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin SYSTEMD_NSPAWN_API_VFS_WRITABLE=network \
    systemd-nspawn --boot --quiet --register=no --keep-unit --directory="$dir/merged" \
    --machine="$fleet-$host" --hostname="$host" --network-namespace-path="/run/netns/host.net" \
    --capability=CAP_NET_ADMIN,CAP_IPC_LOCK --system-call-filter=@swap --console=read-only --resolv-conf=off \
    --timezone=off --link-journal=no --bind-ro="$repo:/srv/repo"
}

run() {
  local fleet=$1 host=$2 address=$3 dir=$4 base=$5 repo=$6 status=$rebooted
  mount_cgroups
  mount_namespaces "$fleet" "$dir"
  # Whoever clears the fleet's last host takes its group along, perhaps right between the making of the two.
  for _ in {1..100}; do
    if mkdir -p "/sys/fs/cgroup/$fleet/$host"; then break; fi
  done
  # A volatile overlay skips fsync and refuses a second mount by this mark; the machine did not crash, so it is whole.
  rm -rf "$dir/work/work/incompat"
  mount -t overlay -o "lowerdir=$base,upperdir=$dir/upper,workdir=$dir/work,volatile" overlay "$dir/merged"
  while [ "$status" -eq "$rebooted" ]; do
    plug_in "$fleet" "$host" "$address" "$dir"
    boot "$fleet" "$host" "$dir" "$repo" &
    status=0
    wait "$!" || status=$?
    echo "host.sh: systemd-nspawn of $host ended with $status"
  done
  ip -n "$fleet" link del "$host" 2>/dev/null || true
  remove_cgroups "/sys/fs/cgroup/$fleet/$host"
}

# The supervisor tidies up by itself at the same time, so at any moment the group may be gone: that is the goal.
clear_host() {
  local group=/sys/fs/cgroup/$1/$2
  mount_cgroups
  for _ in {1..200}; do
    remove_cgroups "$group"
    if [ ! -d "$group" ]; then
      rmdir "/sys/fs/cgroup/$1" 2>/dev/null || true # the last host takes the fleet's group along
      return 0
    fi
    { echo 1 >"$group/cgroup.kill"; } 2>/dev/null || true
    sleep 0.05
  done
  echo "host.sh: processes of $2 in $group did not end within 10 s of SIGKILL" >&2
  return 1
}

main() {
  local verb=$1
  shift
  case $verb in
    run) run "$@" ;;
    clear) clear_host "$@" ;;
    *) echo "host.sh: '$verb' is neither run nor clear" >&2 && return 2 ;;
  esac
}

main "$@" </dev/null
