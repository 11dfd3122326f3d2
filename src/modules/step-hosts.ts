import { ConfigError } from '../errors.ts';
import type { Inventory } from '../inventory.ts';
import { placeOf } from './cloud.ts';
import type { Module, Step } from './contract.ts';

/** Stands where a host's name would, for what happens in the bot's own Redis. */
export const BOT_ITSELF = 'keybuzz';

/** Names of a module's hosts; none of one whose roles the inventory lacks, which says so itself when it is asked. */
export function hostsOfModule(module: Pick<Module, 'hosts'>, inventory: Inventory): string[] {
  try {
    return module.hosts(inventory).map(({ name }) => name);
  } catch (error) {
    if (error instanceof ConfigError) return [];
    throw error;
  }
}

/** The hosts a step names; a checks step learns its hosts from the answers. */
export function hostsOfStep(step: Step): string[] {
  switch (step.kind) {
    case 'script':
      return step.work.map((work) => work.host);
    case 'hetzner':
      return step.work.map(placeOf);
    case 'enroll':
      return [step.host];
    case 'steal':
      return [BOT_ITSELF];
    case 'checks':
    case 'evidence':
      return [];
  }
}

/** What of it people must be allowed to touch. Names in DNS follow from the hosts that have them: nobody owns the zone. */
export function targetsOfStep(step: Step): string[] {
  if (step.kind !== 'hetzner') return hostsOfStep(step);
  return step.work.filter((work) => work.do !== 'records').map(placeOf);
}
