import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Image } from './image.ts';
import { allHosts, type FleetHost } from './inventory.ts';
import { must } from './process.ts';
import type { FleetSettings } from './settings.ts';

/** State directory of one host. */
export function hostDir(settings: FleetSettings, host: string): string {
  return join(settings.dir, 'hosts', host);
}

async function ensureKey(file: string, comment: string): Promise<void> {
  if (existsSync(file)) return;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  await must(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', file]);
}

/** Makes the key that opens every host of this fleet (once). */
export async function ensureFleetKey(settings: FleetSettings): Promise<void> {
  await ensureKey(settings.sshKeyFile, settings.name);
}

function put(file: string, text: string, mode = 0o644): void {
  writeFileSync(file, text, { mode });
}

/**
 * Prepares what a host's disk holds beyond the image: name, machine id, its own SSH host key (kept for its lifetime),
 * the fleet's key for root, and /etc/hosts with the whole inventory; and notes the image that it lies on. A disk that
 * exists is left as it is.
 */
export async function ensureDisk(settings: FleetSettings, host: FleetHost, image: Image): Promise<void> {
  const dir = hostDir(settings, host.name);
  const keyFile = join(dir, 'ssh_host_ed25519_key');
  await ensureKey(keyFile, `root@${host.name}`);
  put(join(dir, 'host.json'), `${JSON.stringify(host)}\n`);
  const upper = join(dir, 'upper');
  if (existsSync(join(upper, 'etc', 'hostname'))) return;
  for (const part of ['merged', 'work', 'upper', 'upper/etc/ssh']) mkdirSync(join(dir, part), { recursive: true });
  mkdirSync(join(upper, 'root', '.ssh'), { recursive: true, mode: 0o700 });
  const names = allHosts().map(({ name, address }) => `${address} ${name}\n`);
  put(join(dir, 'image.json'), `${JSON.stringify(image)}\n`);
  put(join(upper, 'etc/hosts'), `127.0.0.1 localhost\n::1 localhost ip6-localhost\n${names.join('')}`);
  put(join(upper, 'etc/machine-id'), `${randomUUID().replaceAll('-', '')}\n`, 0o444);
  put(join(upper, 'etc/ssh/ssh_host_ed25519_key'), readFileSync(keyFile, 'utf8'), 0o600);
  put(join(upper, 'etc/ssh/ssh_host_ed25519_key.pub'), readFileSync(`${keyFile}.pub`, 'utf8'));
  put(join(upper, 'root/.ssh/authorized_keys'), readFileSync(`${settings.sshKeyFile}.pub`, 'utf8'), 0o600);
  put(join(upper, 'etc/hostname'), `${host.name}\n`); // last: its presence says that the disk is whole
}

/** Writes known_hosts from the hosts' pinned keys, in the inventory's form: `<address> <type> <key>` a line. */
export function writeKnownHosts(settings: FleetSettings, hosts: readonly FleetHost[]): void {
  const lines = hosts.map(({ name, address }) => {
    const [type = '', key = ''] = readFileSync(join(hostDir(settings, name), 'ssh_host_ed25519_key.pub'), 'utf8').split(
      ' ',
    );
    return `${address} ${type} ${key}\n`;
  });
  writeFileSync(settings.knownHostsFile, lines.join(''), { mode: 0o644 });
}

/** argv of an SSH client for this host, to be run inside the namespace: only the pinned key, never a question. */
export function sshArgv(settings: FleetSettings, host: FleetHost, command: string): string[] {
  const option = (text: string) => ['-o', text];
  return [
    ...['ssh', '-F', 'none', '-i', settings.sshKeyFile],
    ...option('BatchMode=yes'),
    ...option('IdentitiesOnly=yes'),
    ...option('StrictHostKeyChecking=yes'),
    ...option(`UserKnownHostsFile=${settings.knownHostsFile}`),
    ...option('GlobalKnownHostsFile=/dev/null'),
    ...option('ConnectTimeout=10'),
    `root@${host.address}`,
    command,
  ];
}
