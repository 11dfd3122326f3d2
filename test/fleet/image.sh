#!/bin/bash
# Makes what the hosts are booted from. Each target appears whole or not at all.
#   image.sh base TARGET MIRROR "PACKAGES"            a Debian 13 root directory, not configured for any one host
#   image.sh repo TARGET MIRROR BASE PACKAGES_FILE    a local apt repository of what BASE lacks of the listed sets
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

sources() {
  local mirror=$1
  printf 'deb [signed-by=%s] %s trixie main\n' "$keyring" "$mirror"
  printf 'deb [signed-by=%s] %s trixie-updates main\n' "$keyring" "$mirror"
  printf 'deb [signed-by=%s] %s-security trixie-security main\n' "$keyring" "$mirror"
}

make_base() {
  local target=$1 mirror=$2 packages=$3 unit
  local -a masks=()
  for unit in apt-daily.service apt-daily.timer apt-daily-upgrade.service apt-daily-upgrade.timer fstrim.timer \
    e2scrub_all.timer e2scrub_reap.service dpkg-db-backup.timer systemd-firstboot.service console-getty.service \
    getty.target networking.service systemd-networkd-wait-online.service; do
    masks+=("$unit")
  done
  rm -rf "$target.partial"
  sources "$mirror" | mmdebstrap --quiet --mode=root --variant=minbase --format=directory \
    --include="${packages// /,}" --aptopt='Acquire::Retries "5"' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' \
    --customize-hook="sync-in '$here/base' /" \
    --customize-hook="chroot \"\$1\" systemctl enable fleet-sysctl.service" \
    --customize-hook="chroot \"\$1\" systemctl mask ${masks[*]}" \
    --customize-hook="rm -f \"\$1\"/etc/ssh/ssh_host_* \"\$1\"/etc/machine-id \"\$1\"/etc/hostname \"\$1\"/etc/resolv.conf" \
    --customize-hook="echo 'deb [trusted=yes] file:/srv/repo ./' >\"\$1\"/etc/apt/sources.list" \
    --customize-hook="mkdir -p \"\$1\"/srv/repo" \
    trixie "$target.partial" -
  mv "$target.partial" "$target"
}

make_repo() {
  local target=$1 mirror=$2 base=$3 list=$4 name packages work
  work=$target.partial
  rm -rf "$work"
  mkdir -p "$work"/{etc,state/lists/partial,cache/archives/partial,log}
  sources "$mirror" >"$work/etc/sources.list"
  local -a apt=(apt-get -q -y -o "Dir::State=$work/state" -o "Dir::State::status=$base/var/lib/dpkg/status"
    -o "Dir::Cache=$work/cache" -o "Dir::Etc::SourceList=$work/etc/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null -o "Dir::Log=$work/log"
    -o APT::Install-Recommends=false -o APT::Sandbox::User=root -o Acquire::Languages=none
    -o Acquire::Retries=5)
  "${apt[@]}" update
  while IFS=: read -r name packages; do
    case $name in '' | '#'* | base) continue ;; esac
    # shellcheck disable=SC2086 # a list of package names
    "${apt[@]}" --download-only install $packages </dev/null
  done <"$list"
  mkdir "$work/debs"
  find "$work/cache/archives" -maxdepth 1 -name '*.deb' -exec mv -t "$work/debs" {} +
  # What Debian packages nowhere, and a program of ours stands in for.
  for name in "$here"/stand-ins/*; do
    cp -a "$name" "$work/stand-in"
    dpkg-deb --root-owner-group --build "$work/stand-in" "$work/debs/${name##*/}-stand-in.deb" >/dev/null
    rm -rf "$work/stand-in"
  done
  (cd "$work/debs" && apt-ftparchive packages . >Packages && apt-ftparchive release . >Release)
  mv "$work/debs" "$target"
  rm -rf "$work"
}

main() {
  local kind=$1
  shift
  case $kind in
    base) make_base "$@" ;;
    repo) make_repo "$@" ;;
    *) echo "image.sh: '$kind' is neither base nor repo" >&2 && return 2 ;;
  esac
}

main "$@" </dev/null
