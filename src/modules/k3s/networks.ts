import { ConfigError } from '../../errors.ts';
import type { Inventory } from '../../inventory.ts';
import { SETTINGS, type K3sSettings } from './settings.ts';

interface Network {
  first: number;
  last: number;
}

function networkOf(text: string): Network | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(text);
  const parts = match?.slice(1, 5).map(Number) ?? [];
  const length = Number(match?.[5] ?? 32);
  if (match === null || parts.some((part) => part > 255) || length > 32) return undefined;
  const size = 2 ** (32 - length);
  const first = Math.floor(parts.reduce((sum, part) => sum * 256 + part, 0) / size) * size;
  return { first, last: first + size - 1 };
}

/** True when an address is in both networks (`10.42.0.0/16`; an address alone is one of its own); undefined: one is none. */
export function overlap(one: string, other: string): boolean | undefined {
  const [a, b] = [networkOf(one), networkOf(other)];
  if (a === undefined || b === undefined) return undefined;
  return a.first <= b.last && b.first <= a.last;
}

/** Throws ConfigError unless pods, services and every host of the inventory are in networks of their own. */
export function assertApart(inventory: Inventory, settings: K3sSettings = SETTINGS): void {
  const { pods, services, dns } = settings;
  const refuse = (what: string): never => {
    throw new ConfigError(`K3s can't have these networks: ${what}.`, {
      code: 'KEYBUZZ_NETWORKS_OVERLAP',
      fix: 'Choose others in src/modules/k3s/settings.ts before the cluster begins; base opens the firewall for them.',
    });
  };
  const isOdd = [pods, services, dns].find((network) => networkOf(network) === undefined);
  if (isOdd !== undefined) refuse(`${isOdd} is none`);
  if (overlap(pods, services) !== false) refuse(`pods ${pods} and services ${services} overlap`);
  if (overlap(dns, services) !== true) refuse(`the DNS ${dns} is not among the services ${services}`);
  for (const { name, privateIp } of inventory.hosts) {
    const own = [pods, services].find((network) => overlap(network, privateIp) !== false);
    if (own !== undefined) refuse(`${own} overlaps with ${privateIp} of ${name}`);
  }
}
