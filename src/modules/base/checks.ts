import type { CheckSpec } from '../contract.ts';

/** Per cent of a file system, or of its inodes, from which on it is worth a warning, and too full. */
export const DISK_WARN = 85;
export const DISK_MAX = 95;

/** Milliseconds that a clock may be off. */
export const CLOCK_OFFSET_MAX = 500;

/** Days that a security update may wait, and that the lists of packages may be old. */
export const UPDATES_DAYS_MAX = 7;

const PLATFORM = "the platform's document, module 2";

/** The module's questions, in the order in which `assessBase` answers them. */
export const CHECKS: readonly CheckSpec[] = [
  {
    id: 'services',
    title: 'Base services run',
    criterion: 'Docker answers and logs to json-file with our limits; fail2ban and auditd are active',
    source: `${PLATFORM}; docs.docker.com, JSON File logging driver: options count for new containers after a restart`,
  },
  {
    id: 'swap',
    title: 'No swap',
    criterion: 'nothing in /proc/swaps and no swap in /etc/fstab',
    source: `${PLATFORM}; kernel.org, proc(5): /proc/swaps`,
  },
  {
    id: 'firewall',
    title: 'Firewall',
    criterion: "UFW is on, the kernel's INPUT policy is DROP (IPv6 too), and it has every rule of the host's role",
    source: `${PLATFORM}; iptables(8): -S, -C`,
  },
  {
    id: 'sshd',
    title: 'sshd',
    criterion: 'sshd -T shows our values for root from the orchestrator: no passwords, root by key, the limits',
    source: `${PLATFORM}; sshd(8): -T`,
  },
  {
    id: 'resolver',
    title: 'Names resolve',
    criterion: 'systemd-resolved asks the resolvers of the settings, is used, and knows the name of the settings',
    source: `${PLATFORM}; resolvectl(1): query`,
  },
  {
    id: 'clock',
    title: 'Clock',
    criterion: `NTP synchronised, at most ${CLOCK_OFFSET_MAX} ms off; another time zone is a warning`,
    source: `${PLATFORM}; timedatectl(1): NTPSynchronized`,
  },
  {
    id: 'sysctl',
    title: 'Kernel settings',
    criterion: '/proc/sys has the values of the settings',
    source: `${PLATFORM}; sysctl(8)`,
  },
  {
    id: 'reboot',
    title: 'No reboot is due',
    criterion: 'neither a package asks for a reboot nor a newer kernel waits; else a warning',
    source: `${PLATFORM}; Debian policy: /run/reboot-required`,
  },
  {
    id: 'disk',
    title: 'Disks have room',
    criterion: `no file system above ${DISK_WARN} % of its space or inodes (warning), none above ${DISK_MAX} %`,
    source: `${PLATFORM}; df(1)`,
  },
  {
    id: 'updates',
    title: 'Security updates',
    criterion: `none waits longer than ${UPDATES_DAYS_MAX} days, none waits for a module's own roll; else a warning`,
    source: `${PLATFORM}; wiki.debian.org, UnattendedUpgrades`,
  },
];
