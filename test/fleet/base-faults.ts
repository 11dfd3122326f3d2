import type { Fixture } from './checks-page.ts';
import type { InjectedFault } from './injected.ts';

const on = 'redis-01';

/** A small file system of its own, full to so many of its 100 blocks. */
const filled = (blocks: number): string =>
  `mkdir -p /srv/small && mount -t tmpfs -o size=400k tmpfs /srv/small && dd if=/dev/zero of=/srv/small/x bs=4k count=${blocks} status=none`;
const emptied = 'umount /srv/small && rmdir /srv/small';

/** Each fault of the base as root makes it by hand on a host, how it is taken back, and what must notice it. */
export const BASE_FAULTS: readonly InjectedFault[] = [
  {
    ...{ title: 'Docker stopped', on, turns: { services: 'fail' } },
    make: 'systemctl stop docker.socket docker.service',
    undo: 'systemctl start docker',
  },
  {
    ...{ title: 'fail2ban stopped', on, turns: { services: 'fail' } },
    make: 'systemctl stop fail2ban',
    undo: 'systemctl start fail2ban',
  },
  {
    ...{ title: 'swap in /etc/fstab', on, turns: { swap: 'fail' } },
    make: 'echo "/swapfile none swap sw 0 0" >>/etc/fstab',
    undo: 'sed -i /swapfile/d /etc/fstab',
  },
  {
    ...{ title: 'the firewall off', on, turns: { firewall: 'fail' } },
    make: 'ufw --force disable',
    undo: 'ufw --force enable',
  },
  {
    ...{ title: 'a rule gone from the kernel', on, turns: { firewall: 'fail' } },
    make: 'iptables -D ufw-user-input -p tcp --dport 26379 -s 10.0.0.0/16 -j ACCEPT',
    undo: 'ufw reload',
  },
  {
    ...{ title: 'IPv6 open to everybody', on, turns: { firewall: 'fail' } },
    make: 'ip6tables -P INPUT ACCEPT',
    undo: 'ip6tables -P INPUT DROP',
  },
  {
    ...{ title: 'passwords for sshd, in a file that comes first', on, turns: { sshd: 'fail' } },
    make: 'echo "PasswordAuthentication yes" >/etc/ssh/sshd_config.d/00-by-hand.conf',
    undo: 'rm /etc/ssh/sshd_config.d/00-by-hand.conf',
  },
  {
    ...{ title: 'systemd-resolved stopped', on, turns: { resolver: 'fail' } },
    make: 'systemctl stop systemd-resolved',
    undo: 'systemctl start systemd-resolved',
  },
  {
    ...{ title: 'another kernel setting', on, turns: { sysctl: 'fail' } },
    make: 'sysctl -w net.core.somaxconn=128',
    undo: 'sysctl -w net.core.somaxconn=65535',
  },
  {
    ...{ title: 'a reboot that is due', on, turns: { reboot: 'warn' } },
    make: 'touch /run/reboot-required',
    undo: 'rm /run/reboot-required',
  },
  { ...{ title: 'a file system that fills', on, turns: { disk: 'warn' } }, make: filled(90), undo: emptied },
  { ...{ title: 'a full file system', on, turns: { disk: 'fail' } }, make: filled(99), undo: emptied },
  {
    ...{ title: 'lists of packages that are old', on, turns: { updates: 'warn' } },
    make: 'touch -d "9 days ago" /var/lib/apt/lists',
    undo: 'touch /var/lib/apt/lists',
  },
];

export const BASE_FIXTURES: readonly Fixture[] = [
  { check: 'clock', test: 'test/modules/base/assess.test.ts', because: "a host's clock is its machine's" },
  { check: 'swap', test: 'test/modules/base/assess.test.ts', because: "swap that is on is the machine's" },
];

/** The base lets SSH in by this rule; without it a host that still runs says nothing. */
const closed = 'INPUT -p tcp --dport 22 -j REJECT --reject-with tcp-reset';

export const INVENTORY_FAULTS: readonly InjectedFault[] = [
  {
    ...{ title: 'a host that refuses SSH', on: 'haproxy-01' },
    make: `iptables -I ${closed}`,
    undo: `iptables -D ${closed}`,
    turns: { reachable: 'unknown', identity: 'unknown', 'private-route': 'unknown', peers: 'unknown' },
  },
  {
    ...{ title: "a host with another's name", on, turns: { identity: 'fail' } },
    make: 'hostname redis-99',
    undo: 'hostname redis-01',
  },
  {
    ...{ title: 'a host that sends to its neighbours from another address', on, turns: { 'private-route': 'fail' } },
    make: 'ip address add 192.0.2.9/32 dev lo && ip route add 10.0.0.0/23 dev enp7s0 src 192.0.2.9',
    undo: 'ip route del 10.0.0.0/23 && ip address del 192.0.2.9/32 dev lo',
  },
];

const OWN_KNOWLEDGE = 'the worker reads it from servers.tsv';

export const INVENTORY_FIXTURES: readonly Fixture[] = ['unique', 'servers', 'roles'].map((check) => ({
  ...{ check, because: OWN_KNOWLEDGE },
  test: 'test/modules/inventory/assess.test.ts',
}));
