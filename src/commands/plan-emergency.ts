import { CommandError } from '../errors.ts';
import { hostNamed } from '../inventory.ts';
import type { HetznerStep, Module, Plan } from '../modules/contract.ts';
import type { PlanSources } from './plan-stages.ts';
import { BOOT_SCRIPT, locksOn, modulesOn } from './plan-power.ts';
import type { Wish } from './policy.ts';

/** How long Hetzner may take to turn a server off. */
const FENCE_SECONDS = 300;

function notOffered(module: Module, lost: string): CommandError {
  const code = 'KEYBUZZ_EMERGENCY_NOT_OFFERED';
  const { name } = module;
  return module.promotion === undefined
    ? new CommandError((say) => say.policy.noEmergency(name), { code, fix: (say) => say.grammar.leaveFlagOut })
    : new CommandError((say) => say.policy.noEmergencyHost(lost, name), {
        code,
        fix: (say) => say.policy.statusNames(name),
      });
}

/**
 * Forcing a promotion when a primary's host is lost: that host is turned off, and only when it is off for certain another
 * member is promoted. All locks of the clusters on that host are held. Throws CommandError where it is not offered.
 */
export function planEmergency(module: Module, lost: string, sources: PlanSources): { plan: Plan; wishes: Wish[] } {
  const { inventory, hashOf } = sources;
  const host = hostNamed(inventory, lost);
  const promotion = module.promotion?.(inventory, lost, hashOf);
  if (host === undefined || promotion === undefined) throw notOffered(module, lost);
  const there = modulesOn(host, sources);
  const locks = [...new Set([...locksOn(there), ...module.locks])].sort();
  const partOf = there.map(({ name, title }) => `${lost} is part of ${name} (${title})`);
  const fence: HetznerStep = {
    ...{ kind: 'hetzner', id: 'fence', impact: 'destructive', timeoutSeconds: FENCE_SECONDS },
    title: `Turn off ${lost}, so that it can't go on as primary; nothing is promoted before it is off`,
    work: [
      {
        ...{ do: 'fence', host: lost, address: host.privateIp, ports: promotion.ports },
        partOf: [...partOf, `locks meanwhile: ${locks.join(', ')}`],
        bootScript: { script: BOOT_SCRIPT, scriptHash: hashOf(BOOT_SCRIPT) },
        instead: `Move its primary in order: failover ${module.name}`,
      },
    ],
  };
  const plan: Plan = {
    ...{ title: `failover ${module.name} --emergency ${lost}`, verb: 'failover', module: module.name, locks },
    steps: [fence, ...promotion.steps],
  };
  const targets = module.hosts(inventory).map(({ name }) => name);
  return {
    plan,
    wishes: [{ verb: 'failover', module: module.name, targets: [...new Set([lost, ...targets])].sort() }],
  };
}
