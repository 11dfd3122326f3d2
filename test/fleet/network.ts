import { existsSync } from 'node:fs';
import { must, run } from './process.ts';

/** The machine's own address among the hosts. */
const installAddress = '10.0.0.250';
/** The same, when install-01 itself is booted. */
export const besideInstallAddress = '10.0.0.254';

/** Whether the fleet's namespace exists. */
export function hasNamespace(name: string): boolean {
  return existsSync(`/run/netns/${name}`);
}

/** argv as started inside the fleet's network namespace, keeping every other view of the machine. Needs root. */
export function inNamespace(name: string, argv: readonly string[]): string[] {
  return ['nsenter', `--net=/run/netns/${name}`, '--', ...argv];
}

/** Refuses a namespace from which packets could leave: hosts use the real fleet's addresses. */
export async function refuseWayOut(name: string): Promise<void> {
  for (const family of ['-4', '-6']) {
    const route = await must(['ip', family, '-n', name, 'route', 'show', 'default']);
    if (route.trim() !== '') {
      throw new Error(
        `Network namespace ${name} has a default route (${route.trim()}), so the test hosts could reach real servers. ` +
          `Remove it: ip ${family} -n ${name} route del default.`,
      );
    }
  }
}

/** Makes the namespace with its bridge (idempotent). `installIsBooted`: install-01 is one of the hosts. */
export async function ensureNamespace(name: string, installIsBooted: boolean): Promise<void> {
  const ip = (...args: string[]) => must(['ip', ...args]);
  if (!hasNamespace(name)) await ip('netns', 'add', name);
  await ip('-n', name, 'link', 'set', 'lo', 'up');
  const bridge = await run(['ip', '-n', name, 'link', 'show', 'br0']);
  if (bridge.exitCode !== 0) await ip('-n', name, 'link', 'add', 'br0', 'type', 'bridge', 'forward_delay', '0');
  await ip('-n', name, 'link', 'set', 'br0', 'up');
  const [own, other] = installIsBooted
    ? [besideInstallAddress, installAddress]
    : [installAddress, besideInstallAddress];
  await run(['ip', '-n', name, 'addr', 'del', `${other}/16`, 'dev', 'br0']);
  await ip('-n', name, 'addr', 'replace', `${own}/16`, 'dev', 'br0');
  await refuseWayOut(name);
}

/** Removes the namespace and all in it (idempotent). */
export async function removeNamespace(name: string): Promise<void> {
  if (hasNamespace(name)) await must(['ip', 'netns', 'del', name]);
}
