import { isDeepStrictEqual } from 'node:util';
import type { BalancerService, DesiredBalancer } from '../modules/cloud.ts';
import type { ActualBalancer, ActualTarget } from './actual.ts';
import type { Obstacle, Resolved } from './resolve.ts';

/** One change of one load balancer, as the API knows it. */
export type Action =
  | { do: 'create'; desired: DesiredBalancer; networkZone: string }
  | { do: 'change-type'; from: string; to: string }
  | { do: 'change-algorithm'; from: string; to: string }
  | { do: 'detach'; networkId: number; address: string }
  | { do: 'attach'; networkId: number; address: string }
  | { do: 'enable-public' | 'disable-public' }
  | { do: 'add-service' | 'delete-service'; service: BalancerService }
  | { do: 'update-service'; from: BalancerService; service: BalancerService }
  | { do: 'add-target'; host: string; serverId: number }
  | { do: 'remove-target'; target: ActualTarget; why: 'public' | 'not-ours' };

/** What it takes, in the order that works, and what is left alone. */
export interface Difference {
  actions: Action[];
  extras: { services: BalancerService[]; targets: ActualTarget[] };
}

function sameService(a: BalancerService, b: BalancerService): boolean {
  return isDeepStrictEqual(a, b);
}

function serviceActions(desired: DesiredBalancer, actual: readonly BalancerService[], doomed: BalancerService[]) {
  const found = (listenPort: number) => actual.find((one) => one.listenPort === listenPort);
  const updates = desired.services.flatMap((service): Action[] => {
    const from = found(service.listenPort);
    return from === undefined || sameService(from, service) ? [] : [{ do: 'update-service', from, service }];
  });
  // What goes makes room for what comes: a type allows so many.
  const gone = doomed.map((service): Action => ({ do: 'delete-service', service }));
  const added = desired.services
    .filter(({ listenPort }) => found(listenPort) === undefined)
    .map((service): Action => ({ do: 'add-service', service }));
  return [...updates, ...gone, ...added];
}

function targetActions(resolved: Resolved, actual: readonly ActualTarget[], doomed: ActualTarget[]): Action[] {
  const ours = resolved.targets.flatMap(({ host, serverId }): Action[] => {
    const target = actual.find((one) => one.serverId === serverId);
    if (target?.isPrivate === true) return [];
    const added: Action = { do: 'add-target', host, serverId };
    return target === undefined ? [added] : [{ do: 'remove-target', target, why: 'public' }, added];
  });
  return [...ours, ...doomed.map((target): Action => ({ do: 'remove-target', target, why: 'not-ours' }))];
}

/** A balancer right after it was made: with its services, in no network, without targets. */
function born(desired: DesiredBalancer): Pick<ActualBalancer, 'type' | 'algorithm' | 'isPublic' | 'services'> {
  const { type, algorithm, isPublic, services } = desired;
  return { type, algorithm, isPublic, services };
}

/**
 * Everything between what is and what is to be, in the order that works at Hetzner: made, attached with its address (leaving
 * a network takes all private targets along), services, targets one by one, the public interface closed last. What is not
 * ours is an extra, and goes only with `prune`. Pure; the rest after any of its actions was done is what followed it.
 */
export function reconcile(
  desired: DesiredBalancer,
  actual: ActualBalancer | undefined,
  at: { resolved: Resolved; prune: boolean },
): Difference {
  const { resolved, prune } = at;
  const { networkId, networkZone } = resolved;
  const actions: Action[] = actual === undefined ? [{ do: 'create', desired, networkZone }] : [];
  const now = { networks: [], targets: [], ...(actual ?? born(desired)) } satisfies Partial<ActualBalancer>;
  if (now.type !== desired.type) actions.push({ do: 'change-type', from: now.type, to: desired.type });
  if (now.algorithm !== desired.algorithm) {
    actions.push({ do: 'change-algorithm', from: now.algorithm, to: desired.algorithm });
  }
  const networks: readonly ActualBalancer['networks'][number][] = now.networks;
  const wrong = networks.filter(({ id, ip }) => id !== networkId || ip !== desired.address);
  for (const { id, ip } of wrong) actions.push({ do: 'detach', networkId: id, address: ip });
  if (wrong.length === networks.length) actions.push({ do: 'attach', networkId, address: desired.address });
  if (desired.isPublic && !now.isPublic) actions.push({ do: 'enable-public' });
  const isWanted = ({ listenPort }: BalancerService) => desired.services.some((one) => one.listenPort === listenPort);
  const strangeServices = now.services.filter((service) => !isWanted(service));
  const all: readonly ActualTarget[] = now.targets;
  const targets = all.filter(({ isPrivate }) => wrong.length === 0 || !isPrivate);
  const isOurs = ({ serverId }: ActualTarget) => resolved.targets.some((one) => one.serverId === serverId);
  const strangeTargets = targets.filter((target) => !isOurs(target));
  actions.push(...serviceActions(desired, now.services, prune ? strangeServices : []));
  actions.push(...targetActions(resolved, targets, prune ? strangeTargets : []));
  if (!desired.isPublic && now.isPublic) actions.push({ do: 'disable-public' });
  const extras = prune ? { services: [], targets: [] } : { services: strangeServices, targets: strangeTargets };
  return { actions, extras };
}

/** What keeps these actions from succeeding, seen before the first of them. */
export function obstaclesOf(
  desired: DesiredBalancer,
  actual: ActualBalancer | undefined,
  { actions, extras }: Difference,
): Obstacle[] {
  const fix = 'Take it away by hand, or with deploy lb --prune.';
  const services = desired.services.length + extras.services.length;
  const room = actual?.type === desired.type ? actual.maxServices : Infinity;
  const found: Obstacle[] = [];
  if (services > room && actions.some((action) => action.do === 'add-service')) {
    const ports = extras.services.map(({ listenPort }) => listenPort).join(', ');
    found.push({ reason: `type ${desired.type} takes ${room} services, and it also has ${ports}`, fix });
  }
  const open = extras.targets.filter(({ isPrivate }) => !isPrivate).map(({ name }) => name);
  if (open.length > 0 && actions.some((action) => action.do === 'disable-public')) {
    const reason = `its public interface can't be closed while ${open.join(', ')} is a target over its public address`;
    found.push({ reason, fix });
  }
  return found;
}

/** Listen ports that no target but this one serves healthily. */
export function withoutPeer({ services, targets }: ActualBalancer, key: string): number[] {
  const peers = targets.filter((one) => one.key !== key);
  const hasPeer = (port: number) => peers.some(({ health }) => health.get(port) === 'healthy');
  return services.map(({ listenPort }) => listenPort).filter((port) => !hasPeer(port));
}

/** Those of them that it serves healthily now: what taking it out would break. */
export function leftAlone(actual: ActualBalancer, key: string): number[] {
  const health = actual.targets.find((one) => one.key === key)?.health;
  return withoutPeer(actual, key).filter((port) => health?.get(port) === 'healthy');
}
