import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cgroupFile, execInside } from './host.ts';
import { hostDir } from './keys.ts';
import { must, run, until } from './process.ts';
import type { FleetSettings } from './settings.ts';

/** Cuts a host's cable, or plugs it in again. A cut outlives the host's reboot; peers see silence, not closed sockets. */
export async function setLink(settings: FleetSettings, host: string, state: 'up' | 'down'): Promise<void> {
  const mark = join(hostDir(settings, host), 'link-down');
  if (state === 'down') writeFileSync(mark, '');
  else rmSync(mark, { force: true });
  const port = await run(['ip', '-n', settings.name, 'link', 'show', host]);
  if (port.exitCode === 0) await must(['ip', '-n', settings.name, 'link', 'set', host, state]); // no port: it is off
}

/** Whether the host's cable is cut by {@link setLink}. */
export function isCut(settings: FleetSettings, host: string): boolean {
  return existsSync(join(hostDir(settings, host), 'link-down'));
}

/** Stops every process of a host in place (it hangs, sockets stay open), or lets them go on. */
export async function setFrozen(settings: FleetSettings, host: string, frozen: boolean): Promise<void> {
  const switchFile = cgroupFile(settings, host, 'payload/cgroup.freeze');
  const events = cgroupFile(settings, host, 'payload/cgroup.events');
  if (switchFile === undefined || events === undefined) throw new Error(`${host} is off, so it cannot be frozen.`);
  writeFileSync(switchFile, frozen ? '1' : '0');
  const wanted = `frozen ${frozen ? 1 : 0}`;
  await until(`${host}: ${wanted}`, 10_000, () => readFileSync(events, 'utf8').includes(wanted) || undefined, 10);
}

const fill = '.fleet-fill';

/**
 * Makes `path` of a host a full disk: a small file system of its own with a copy of what was there, filled to the last
 * byte. Programs that already have files open there keep the old ones: fill first, then start them. A reboot undoes it.
 */
export async function fillDisk(settings: FleetSettings, host: string, path: string): Promise<void> {
  const script = `set -e; path=${quote(path)}; mkdir -p "$path"; mode=$(stat -c %a "$path"); owner=$(stat -c %u:%g "$path")
    if ! mountpoint -q "$path"; then
      copy=$(mktemp -d /run/fleet-fill.XXXXXX); need=$(du -sm "$path" | cut -f1)
      mount -t tmpfs -o "size=$((need + 4))m,mode=$mode" tmpfs "$copy"; chown "$owner" "$copy"
      cp -a "$path/." "$copy/"; mount --move "$copy" "$path" 2>/dev/null || { mount --bind "$copy" "$path"; umount "$copy"; }
    fi
    dd if=/dev/zero of="$path/${fill}" bs=4k 2>/dev/null || true; ! (printf x >>"$path/${fill}.2") 2>/dev/null`;
  await inside(settings, host, script, `fill ${path}`);
}

/** Gives the disk made full by {@link fillDisk} room again; what was written there stays. */
export async function freeDisk(settings: FleetSettings, host: string, path: string): Promise<void> {
  await inside(settings, host, `rm -f ${quote(path)}/${fill} ${quote(path)}/${fill}.2`, `free ${path}`);
}

/** Takes the disk made by {@link fillDisk} away again: what it hid is there as it was, what was written on it is lost. */
export async function dropDisk(settings: FleetSettings, host: string, path: string): Promise<void> {
  await inside(settings, host, `umount --lazy ${quote(path)}`, `drop the disk of ${path}`);
}

const stayDown = (unit: string) => `/run/systemd/system/${unit}.d/fleet-stay-down.conf`;

/** SIGKILL of everything that runs in a unit, which systemd then does not start again, until {@link reviveUnit}. */
export async function killUnit(settings: FleetSettings, host: string, unit: string): Promise<void> {
  const script = `set -e; file=${quote(stayDown(unit))}; mkdir -p "$(dirname "$file")"
    printf '[Service]\nRestart=no\n' >"$file"; systemctl daemon-reload
    systemctl kill --signal=KILL --kill-whom=all ${quote(unit)}`;
  await inside(settings, host, script, `kill ${unit}`);
}

/** Starts a unit that {@link killUnit} killed; systemd minds it again. */
export async function reviveUnit(settings: FleetSettings, host: string, unit: string): Promise<void> {
  const script = `set -e; rm -f ${quote(stayDown(unit))}; systemctl daemon-reload; systemctl start ${quote(unit)}`;
  await inside(settings, host, script, `start ${unit}`);
}

/** Drops every packet between two hosts; both still reach and are reached by all others. */
export async function splitBetween(settings: FleetSettings, one: string, other: string): Promise<void> {
  const rules = `add table bridge fleet
add chain bridge fleet split { type filter hook forward priority 0; }
add rule bridge fleet split iifname "${one}" oifname "${other}" drop
add rule bridge fleet split iifname "${other}" oifname "${one}" drop
`;
  await must(['nsenter', `--net=/run/netns/${settings.name}`, '--', 'nft', '-f', '-'], { input: rules });
}

/** Ends every split of the fleet (idempotent). */
export async function healSplits(settings: FleetSettings): Promise<void> {
  const rules = 'add table bridge fleet\ndelete table bridge fleet\n';
  await must(['nsenter', `--net=/run/netns/${settings.name}`, '--', 'nft', '-f', '-'], { input: rules });
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

async function inside(settings: FleetSettings, host: string, script: string, what: string): Promise<void> {
  const { exitCode, stderr } = await execInside(settings, host, script);
  if (exitCode !== 0) throw new Error(`${host}: ${what} ended with ${exitCode}: ${stderr.trim()}`);
}
