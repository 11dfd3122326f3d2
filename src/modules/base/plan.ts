import { select, type Host, type Inventory } from '../../inventory.ts';
import type { ChecksStep, PlanRequest, Probe, ScriptHash, ScriptStep, Step } from '../contract.ts';
import { CHECKS } from './checks.ts';
import { rulesOf } from './ports.ts';
import type { BaseSettings } from './settings.ts';
import { wavesOf } from './waves.ts';

const DEPLOY = 'base/deploy-host.sh';
const CONFIRM = 'base/confirm-host.sh';

/** What a deploy can't bring about by itself, or not at once: it is asked and shown, and demanded of nobody. */
const NOT_DEMANDED = ['clock', 'reboot', 'disk', 'updates'];

/** A host is tried for so much longer than it waits before it goes back: then it can be reached and tells why. */
const CONFIRM_GRACE_SECONDS = 60;

/** The steps of a verb. */
export function planBase({ verb, inventory }: PlanRequest, hashOf: ScriptHash, settings: BaseSettings): Step[] {
  if (verb === 'status') return [checksStep([], 0)];
  const must = CHECKS.map(({ id }) => id).filter((id) => !NOT_DEMANDED.includes(id));
  const waves = wavesOf(inventory);
  const steps = waves.map((hosts, index) => waveStep(hosts, { index, of: waves.length, inventory }, hashOf, settings));
  return [...steps, checksStep(must, 120)];
}

function checksStep(must: readonly string[], deadlineSeconds: number): ChecksStep {
  const title = 'Ask every host';
  return { kind: 'checks', id: 'checks', title, impact: 'none', must: [...must], deadlineSeconds };
}

/**
 * The first wave lets its first host prove that it works, sshd and firewall included, before anybody else is touched. A
 * script ends well only when what it set up is in effect. No gate of checks: what a broken host fails would keep Resume
 * from mending that very host.
 */
function waveStep(
  hosts: readonly Host[],
  { index, of, inventory }: { index: number; of: number; inventory: Inventory },
  hashOf: ScriptHash,
  settings: BaseSettings,
): ScriptStep {
  const what = hosts.length === 1 ? (hosts[0]?.name ?? '') : `${hosts.length} hosts`;
  return {
    kind: 'script',
    id: `host-${index + 1}`,
    title: `Set up the base of ${what} (wave ${index + 1} of ${of})`,
    impact: 'disruptive',
    mode: 'change',
    script: DEPLOY,
    scriptHash: hashOf(DEPLOY),
    order: index === 0 ? 'first-then-rest' : 'together',
    work: hosts.map((host) => ({ host: host.name, args: wishesOf(host, inventory, settings) })),
    secrets: [],
    timeoutSeconds: 900,
    gateSeconds: 0,
    confirm: {
      script: CONFIRM,
      scriptHash: hashOf(CONFIRM),
      timeoutSeconds: settings.rollbackSeconds + CONFIRM_GRACE_SECONDS,
    },
  };
}

/** What the scripts are told: the host's own address, then `kind=value` words (base-host.sh reads them). */
export function wishesOf(host: Host, inventory: Inventory, settings: BaseSettings): string[] {
  const [bot = host] = select(inventory, { role: 'orchestrator' });
  const rules = rulesOf(host, inventory, settings);
  const pairs = (kind: string, values: Readonly<Record<string, string>>) =>
    Object.entries(values).map(([key, value]) => `${kind}=${key}=${value}`);
  const loggingIn = rules.filter(({ name }) => name === 'ssh').map(({ from }) => from);
  return [
    host.privateIp,
    `zone=${settings.timeZone}`,
    `peer=${bot.privateIp}`,
    `probe=${settings.probeName}`,
    `rollback=${settings.rollbackSeconds}`,
    ...settings.resolvers.map((address) => `resolver=${address}`),
    ...[...new Set([settings.privateNetwork, ...loggingIn])].map((from) => `exempt=${from}`),
    ...pairs('sysctl', settings.sysctl),
    ...pairs('sshd', settings.sshd),
    ...rules.map(({ name, protocol, port, from }) => `rule=${name},${protocol},${port},${from}`),
  ];
}

/** One read on every host. */
export function probesOf(inventory: Inventory, settings: BaseSettings): Probe[] {
  return inventory.hosts.map((host) => ({
    host: host.name,
    script: 'base/status-host.sh',
    args: wishesOf(host, inventory, settings),
    secrets: [],
    timeoutSeconds: 45,
  }));
}
