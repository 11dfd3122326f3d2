import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { clearHost, execInside, startHost, stopHost, supervisorPid, waitBooted } from './host.ts';
import { ensureImage } from './image.ts';
import { raiseInotify, restoreInotify } from './inotify.ts';
import type { FleetHost } from './inventory.ts';
import { ensureDisk, ensureFleetKey, hostDir, writeKnownHosts } from './keys.ts';
import { withLock } from './lock.ts';
import { meetNeeds } from './needs.ts';
import { ensureNamespace, hasNamespace, removeNamespace } from './network.ts';
import type { FleetSettings } from './settings.ts';

/** Told, in order, what is being done; one short line each. */
export type Progress = (text: string) => void;

/** One line of the fleet's status. `state` is systemd's own word, or `off`. */
export interface HostStatus extends FleetHost {
  readonly state: string;
}

function lockFile(settings: FleetSettings): string {
  return join(settings.stateRoot, `${settings.name}.lock`);
}

/** Waits for every one of them, also when some fail, and then fails with all their reasons. */
async function all(works: readonly Promise<void>[]): Promise<void> {
  const failures = (await Promise.allSettled(works)).flatMap((work) =>
    work.status === 'rejected' ? [String(work.reason)] : [],
  );
  if (failures.length > 0) throw new Error(failures.join('\n'));
}

/** The hosts that this fleet has a disk for, on or off. */
export function knownHosts(settings: FleetSettings): readonly FleetHost[] {
  const dir = join(settings.dir, 'hosts');
  if (!existsSync(dir)) return [];
  return readdirSync(dir)
    .map((name) => join(dir, name, 'host.json'))
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')) as FleetHost);
}

/** Whether all of these hosts are on. */
export function areUp(settings: FleetSettings, hosts: readonly FleetHost[]): boolean {
  return hasNamespace(settings.name) && hosts.every(({ name }) => supervisorPid(settings, name) !== undefined);
}

/** Makes a host's disk where there is none, and boots it. */
export async function bootHost(settings: FleetSettings, host: FleetHost): Promise<void> {
  await startHost(settings, host);
  await waitBooted(settings, host.name);
}

/** Throws a host's disk away and boots it from a new one; its SSH host key stays. */
export async function resetHost(settings: FleetSettings, host: FleetHost): Promise<void> {
  await clearHost(settings, host.name);
  for (const part of ['upper', 'work', 'link-down']) {
    rmSync(join(hostDir(settings, host.name), part), { recursive: true, force: true });
  }
  await ensureDisk(settings, host, await ensureImage(settings, () => undefined));
  await bootHost(settings, host);
}

/**
 * Brings these hosts up, together with what they need; what is up already stays as it is, what a crash left behind is
 * cleared first. Returns when systemd in each says `running`.
 */
export async function bringUp(settings: FleetSettings, hosts: readonly FleetHost[], progress: Progress): Promise<void> {
  await meetNeeds();
  const image = await ensureImage(settings, progress);
  await withLock(lockFile(settings), async () => {
    mkdirSync(settings.dir, { recursive: true, mode: 0o700 });
    raiseInotify(settings);
    const names = [...hosts, ...knownHosts(settings)].map(({ name }) => name);
    await ensureNamespace(settings.name, names.includes('install-01'));
    await ensureFleetKey(settings);
    await Promise.all(hosts.map((host) => ensureDisk(settings, host, image)));
    writeKnownHosts(settings, knownHosts(settings));
    await Promise.all(hosts.map((host) => startHost(settings, host)));
    let up = 0;
    progress(`boot: 0/${hosts.length} hosts up`);
    const boots = hosts.map(async (host) => {
      await waitBooted(settings, host.name);
      up += 1;
      progress(`boot: ${up}/${hosts.length} hosts up`);
    });
    await all(boots);
  });
}

/** Takes hosts of the fleet down and forgets them. Idempotent, and works on what a crashed bring-up left. */
export async function removeHosts(settings: FleetSettings, hosts: readonly FleetHost[]): Promise<void> {
  await all(
    hosts.map(async ({ name }) => {
      await stopHost(settings, name);
      rmSync(hostDir(settings, name), { recursive: true, force: true });
    }),
  );
}

/** Takes the whole fleet down: hosts in order, namespace, disks, and, after the last fleet, the machine's setting. */
export async function takeDown(settings: FleetSettings, progress: Progress): Promise<void> {
  await meetNeeds();
  await withLock(lockFile(settings), async () => {
    const hosts = knownHosts(settings);
    progress(`down: stopping ${hosts.length} hosts`);
    await removeHosts(settings, hosts);
    await removeNamespace(settings.name);
    rmSync(settings.dir, { recursive: true, force: true });
    const others = readdirSync(settings.stateRoot, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    if (others.length === 0) restoreInotify(settings);
  });
}

/** What each host of the fleet is doing now. */
export async function fleetStatus(settings: FleetSettings): Promise<readonly HostStatus[]> {
  return Promise.all(
    knownHosts(settings).map(async (host) => {
      if (supervisorPid(settings, host.name) === undefined) return { ...host, state: 'off' };
      const answer = await execInside(settings, host.name, 'systemctl is-system-running').catch(() => undefined);
      return { ...host, state: answer?.stdout.trim() ?? 'starting' };
    }),
  );
}
