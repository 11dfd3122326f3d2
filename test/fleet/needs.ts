import { existsSync } from 'node:fs';
import { must } from './process.ts';

/** Programs and files the fleet needs of the machine, and the Debian package each comes from. */
const needed: Readonly<Record<string, string>> = {
  '/usr/bin/systemd-nspawn': 'systemd-container',
  '/usr/bin/mmdebstrap': 'mmdebstrap',
  '/usr/bin/apt-ftparchive': 'apt-utils',
  '/usr/sbin/nft': 'nftables',
  '/usr/bin/nsenter': 'util-linux',
  '/usr/bin/ssh': 'openssh-client',
  '/usr/share/keyrings/debian-archive-keyring.gpg': 'debian-archive-keyring',
};

/** Makes sure that this machine can run a fleet: root, Linux, and the packages above (installed when it is Debian). */
export async function meetNeeds(): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new Error('The fleet needs root: it makes network namespaces, mounts and booted hosts. Run it with sudo.');
  }
  const missing = Object.entries(needed).flatMap(([path, name]) => (existsSync(path) ? [] : [name]));
  if (!existsSync('/usr/sbin/ip') && !existsSync('/sbin/ip')) missing.push('iproute2');
  if (missing.length === 0) return;
  if (!existsSync('/etc/debian_version')) {
    throw new Error(`The fleet needs these Debian packages, and this is no Debian: ${missing.join(', ')}.`);
  }
  await must(['apt-get', '-q', 'update']);
  await must([
    'env',
    'DEBIAN_FRONTEND=noninteractive',
    'apt-get',
    '-q',
    '-y',
    '--no-install-recommends',
    'install',
    ...missing,
  ]);
}
