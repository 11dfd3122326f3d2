import type { Inventory } from '../../inventory.ts';
import type { ScriptHash, ScriptStep, Step } from '../contract.ts';
import { findWitness, moveSteps, scriptStep, type Move } from '../steps.ts';
import { CHECKS } from './checks.ts';
import type { Members } from './members.ts';
import { ENTRY_PORT } from './settings.ts';

/** Seconds without an acknowledged write that are good; more is a warning, more than 60 s a failure. */
const OUTAGE_SECONDS = { failover: 5, drill: 10 } as const;

/** What a move of the writer neither needs nor changes; asked and shown all the same. */
const NOT_NEEDED = ['admin-closed', 'load-balancer', 'monitor'];

/** The checks that must pass before a move, and again after it. */
const MOVE_CHECKS = CHECKS.map((check) => check.id).filter((id) => !NOT_NEEDED.includes(id));

/** A drill also kills one of the proxies, once the writer is back, and starts it again. */
function proxyDrillSteps({ proxies }: Members, hashOf: ScriptHash): ScriptStep[] {
  const [stays, killed] = proxies;
  return [
    scriptStep(hashOf, {
      id: 'kill-proxy',
      title: 'Kill one proxy, and see whether the other serves',
      script: 'proxysql/drill-proxy.sh',
      work: proxies.map(({ name, privateIp }) => ({
        host: name,
        args: [privateIp, killed.privateIp, stays.privateIp],
      })),
      secrets: ['APP_PASSWORD'],
      timeoutSeconds: 60,
      onlyChanged: true,
    }),
    scriptStep(hashOf, {
      id: 'return-proxy',
      title: 'Start the proxy again',
      script: 'proxysql/return-proxy.sh',
      work: proxies.map(({ name }) => ({ host: name, args: [] })),
      secrets: [],
      timeoutSeconds: 90,
      always: true,
    }),
  ];
}

/** The steps of `failover` and `drill`. Throws ConfigError when the inventory has no host to write markers from. */
export function planMove(move: Move, inventory: Inventory, members: Members, hashOf: ScriptHash): Step[] {
  const { proxies, servers } = members;
  const isDrill = move === 'drill';
  const named = servers.map(({ name, privateIp }) => `${name}=${privateIp}`);
  const proxyAddresses = proxies.map(({ privateIp }) => privateIp).join(',');
  const steps = moveSteps({
    ...{ module: 'proxysql', move, hashOf, must: MOVE_CHECKS, witness: findWitness('proxysql', inventory).name },
    servers: servers.map(({ name }) => ({ host: name, args: [name, proxyAddresses, ...named] })),
    alwaysReturns: true,
    cluster: [servers.map(({ privateIp }) => privateIp).join(',')],
    entries: proxies.map(({ name, privateIp }) => `${name}=${privateIp}:${ENTRY_PORT}`),
    outageSeconds: OUTAGE_SECONDS[move],
    secrets: { move: ['APP_PASSWORD'], back: ['APP_PASSWORD'], markers: ['APP_PASSWORD'] },
    titles: {
      markers: 'Begin to write markers through each proxy',
      move: isDrill
        ? 'Kill the writer, and wait until the proxies lead to another'
        : 'Lead the proxies to another writer',
      back: 'Start again what was stopped, until it has every write',
    },
  });
  if (!isDrill) return steps;
  return steps.flatMap((step) => (step.id === 'return' ? [step, ...proxyDrillSteps(members, hashOf)] : [step]));
}
