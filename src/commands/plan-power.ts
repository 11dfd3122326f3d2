import { CommandError } from '../errors.ts';
import { hostNamed, type Host } from '../inventory.ts';
import type { HetznerStep, Module, Plan, Step } from '../modules/contract.ts';
import { hostsOfModule } from '../modules/step-hosts.ts';
import { checksStep, witnessOf } from '../modules/steps.ts';
import type { PlanSources } from './plan-stages.ts';
import type { Wish } from './policy.ts';

export const BOOT_SCRIPT = 'base/boot-host.sh';

/** How long a host may take to stop its services, and Hetzner to do what it was asked. */
const DOING_SECONDS = 600;

/** How long what runs on a host may take to be as before, once it answers again. */
const SETTLING_SECONDS = 300;

/** The modules that put something on the host, in their order. */
export function modulesOn(host: Host, { inventory, modules }: PlanSources): Module[] {
  return modules.filter(
    (module) => module.verbs.includes('deploy') && hostsOfModule(module, inventory).includes(host.name),
  );
}

/** The locks of the clusters it belongs to. What is set up on every host locks clusters that are none of this one's. */
export function locksOn(modules: readonly Module[]): string[] {
  const own = modules.flatMap(({ name, locks, isPerHost }) => (isPerHost === true ? [name] : locks));
  return [...new Set(own)].sort();
}

/** What a module's checks are before and after; of one that judges each host for itself only this one's. */
function questions(module: Module, host: Host): { before: Step; after: Step } {
  const { name } = module;
  const asked = { of: name, ...(module.isPerHost === true ? { hosts: [host.name] } : {}) };
  const before = { ...checksStep(`before-${name}`, `Note which checks of ${name} pass`, [], 0), ...asked };
  const title = `Ask ${name} until all that passed before passes again`;
  return {
    before,
    after: { ...checksStep(`after-${name}`, title, [], SETTLING_SECONDS), ...asked, asBefore: before.id },
  };
}

const TITLES = { reboot: 'Reboot', reset: 'Reset', poweron: 'Turn on' } as const;

/**
 * Rebooting, resetting or turning on a host: how its modules are is noted, then the server's power is touched until the host answers
 * with another boot, then everything that passed must pass again. All locks of its clusters are held meanwhile. Throws
 * CommandError for the host that the bot itself runs on.
 */
export function planPower(
  { verb, host: name }: { verb: keyof typeof TITLES; host: string },
  sources: PlanSources,
): { plan: Plan; wishes: Wish[] } {
  const { inventory, hashOf } = sources;
  const host = hostNamed(inventory, name);
  if (host === undefined || witnessOf(inventory)?.name === name) {
    throw new CommandError((say) => say.policy.ownHost(verb, name), {
      code: 'KEYBUZZ_POWER_OWN_HOST',
      fix: (say) => say.policy.ownHostFix,
    });
  }
  const modules = modulesOn(host, sources);
  const locks = locksOn(modules);
  const asked = modules.map((module) => questions(module, host));
  const partOf = modules.map(({ name: module, title }) => `${name} is part of ${module} (${title})`);
  const power: HetznerStep = {
    kind: 'hetzner',
    id: 'power',
    title: `${TITLES[verb]} ${name}, until it answers with another boot`,
    impact: verb === 'reset' ? 'destructive' : 'disruptive',
    work: [
      {
        ...{ do: 'power', host: name, address: host.privateIp, command: verb },
        partOf: [...partOf, `locks meanwhile: ${locks.join(', ')}`],
        bootScript: { script: BOOT_SCRIPT, scriptHash: hashOf(BOOT_SCRIPT) },
      },
    ],
    timeoutSeconds: DOING_SECONDS,
  };
  const steps = [...asked.map(({ before }) => before), power, ...asked.map(({ after }) => after)];
  const plan: Plan = { title: `${verb} ${name}`, verb, module: '', steps, locks };
  return { plan, wishes: [{ verb, module: '', targets: [name] }] };
}
