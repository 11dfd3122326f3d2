import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ActualBalancer, ActualTarget } from '../../src/hetzner/actual.ts';
import { describe as describeAction } from '../../src/hetzner/describe.ts';
import { reconcile, withoutPeer, type Action } from '../../src/hetzner/reconcile.ts';
import type { BalancerService, DesiredBalancer } from '../../src/modules/cloud.ts';
import { desire } from './project.ts';

const NETWORK = 7;

const resolvedOf = ({ targets }: DesiredBalancer) => ({
  networkId: NETWORK,
  networkZone: 'eu-central',
  targets: targets.map(({ host }, index) => ({ host, serverId: 100 + index })),
});

function serverTarget(serverId: number, isPrivate: boolean): ActualTarget {
  return { key: `server ${serverId}`, kind: 'server', serverId, name: `s${serverId}`, isPrivate, health: new Map() };
}

/** What Hetzner's documentation says each action does; it shares no line with what chooses the actions. */
function apply(actual: ActualBalancer | undefined, action: Action): ActualBalancer {
  if (action.do === 'create') {
    const { name, type, algorithm, isPublic, services } = action.desired;
    const limits = { maxServices: 5, maxTargets: 25 };
    return { ...{ id: 1, name, type, algorithm, isPublic, services, networks: [], targets: [] }, ...limits };
  }
  if (actual === undefined) throw new Error(`${action.do} on nothing`);
  const { services, targets, networks } = actual;
  const others = (port: number) => services.filter(({ listenPort }) => listenPort !== port);
  switch (action.do) {
    case 'change-type':
      return { ...actual, type: action.to };
    case 'change-algorithm':
      return { ...actual, algorithm: action.to };
    case 'detach':
      return {
        ...actual,
        networks: networks.filter(({ id }) => id !== action.networkId),
        targets: targets.filter(({ isPrivate }) => !isPrivate),
      };
    case 'attach':
      if (networks.length > 0) throw new Error('load_balancer_already_attached');
      return { ...actual, networks: [{ id: action.networkId, ip: action.address }] };
    case 'enable-public':
      return { ...actual, isPublic: true };
    case 'disable-public':
      if (targets.some(({ isPrivate }) => !isPrivate)) throw new Error('targets_without_use_private_ip');
      return { ...actual, isPublic: false };
    case 'add-service':
      if (others(action.service.listenPort).length < services.length) throw new Error('source_port_already_used');
      return { ...actual, services: [...services, action.service] };
    case 'update-service':
      return { ...actual, services: [...others(action.service.listenPort), action.service] };
    case 'delete-service':
      return { ...actual, services: others(action.service.listenPort) };
    case 'add-target':
      if (networks.length === 0) throw new Error('load_balancer_not_attached_to_network');
      if (targets.some(({ serverId }) => serverId === action.serverId)) throw new Error('target_already_defined');
      return { ...actual, targets: [...targets, serverTarget(action.serverId, true)] };
    case 'remove-target':
      return { ...actual, targets: targets.filter(({ key }) => key !== action.target.key) };
  }
}

const service = (listenPort: number): fc.Arbitrary<BalancerService> =>
  fc.record({
    listenPort: fc.constant(listenPort),
    destinationPort: fc.constantFrom(listenPort, 1),
    protocol: fc.constantFrom('tcp' as const, 'http' as const),
    proxyProtocol: fc.boolean(),
    health: fc.record({
      protocol: fc.constant('tcp' as const),
      port: fc.constantFrom(listenPort, 1),
      interval: fc.constantFrom(3, 15),
      timeout: fc.constant(2),
      retries: fc.constant(3),
    }),
  });

function actualOf(desired: DesiredBalancer, prune: boolean): fc.Arbitrary<ActualBalancer> {
  const ports = [...desired.services.map(({ listenPort }) => listenPort), 9999];
  const ours = desired.targets.map((_, index) => 100 + index);
  return fc.record({
    id: fc.constant(1),
    name: fc.constant(desired.name),
    type: fc.constantFrom('lb11', 'lb21'),
    maxServices: fc.constant(5),
    maxTargets: fc.constant(25),
    algorithm: fc.constantFrom('round_robin', 'least_connections'),
    isPublic: fc.boolean(),
    networks: fc.constantFrom(
      [],
      [{ id: NETWORK, ip: desired.address }],
      [{ id: NETWORK, ip: '10.0.0.99' }],
      [{ id: 8, ip: desired.address }],
    ),
    services: fc.subarray(ports).chain((some) => fc.tuple(...some.map(service))),
    targets: fc
      .subarray([...ours, 900, 901])
      .chain((some) => fc.tuple(...some.map((id) => fc.boolean().map((isPrivate) => serverTarget(id, isPrivate)))))
      // Somebody else's target over its public address keeps the interface open: an obstacle that people are told of.
      .map((all) => all.filter(({ serverId, isPrivate }) => prune || isPrivate || (serverId ?? 0) < 900)),
  });
}

const scene = fc
  .record({ index: fc.nat(desire.balancers.length - 1), prune: fc.boolean() })
  .chain(({ index, prune }) => {
    const desired = desire.balancers[index];
    if (desired === undefined) throw new Error('no such balancer');
    const actual = fc.option(actualOf(desired, prune), { nil: undefined, freq: 8 });
    return fc.record({ desired: fc.constant(desired), prune: fc.constant(prune), actual });
  });

const texts = (actions: readonly Action[]) => actions.map((action) => JSON.stringify(describeAction(action)));

describe('reconcile', () => {
  it('leads from anything to the desired state, by actions that Hetzner takes in that order', () => {
    fc.assert(
      fc.property(scene, ({ desired, prune, actual }) => {
        const at = { resolved: resolvedOf(desired), prune };
        const { actions } = reconcile(desired, actual, at);
        const after = actions.reduce<ActualBalancer | undefined>(apply, actual);
        expect(reconcile(desired, after, at).actions).toEqual([]);
        expect(after).toMatchObject({
          ...{ type: desired.type, algorithm: desired.algorithm, isPublic: desired.isPublic },
          networks: [{ id: NETWORK, ip: desired.address }],
        });
        for (const one of desired.services) expect(after?.services).toContainEqual(one);
      }),
      { numRuns: 500 },
    );
  });

  it('has after each of its actions only those before it that were shown: what was approved covers the rest', () => {
    fc.assert(
      fc.property(scene, fc.nat(20), ({ desired, prune, actual }, cut) => {
        const at = { resolved: resolvedOf(desired), prune };
        const { actions } = reconcile(desired, actual, at);
        const partly = actions.slice(0, cut).reduce<ActualBalancer | undefined>(apply, actual);
        expect(texts(reconcile(desired, partly, at).actions)).toEqual(texts(actions.slice(cut)));
      }),
      { numRuns: 500 },
    );
  });

  it('takes nothing away that is not ours, unless it is told to', () => {
    fc.assert(
      fc.property(scene, ({ desired, actual }) => {
        const { actions, extras } = reconcile(desired, actual, { resolved: resolvedOf(desired), prune: false });
        expect(actions.some((action) => action.do === 'delete-service')).toBe(false);
        expect(actions.some((action) => action.do === 'remove-target' && action.why === 'not-ours')).toBe(false);
        const strange = actual?.services.filter(({ listenPort }) => listenPort === 9999) ?? [];
        expect(extras.services).toEqual(strange);
      }),
      { numRuns: 300 },
    );
  });

  it('does not depend on the order in which Hetzner lists things', () => {
    fc.assert(
      fc.property(scene, ({ desired, prune, actual }) => {
        if (actual === undefined) return;
        const turned = { ...actual, services: actual.services.toReversed() };
        const at = { resolved: resolvedOf(desired), prune };
        expect(texts(reconcile(desired, turned, at).actions)).toEqual(texts(reconcile(desired, actual, at).actions));
      }),
      { numRuns: 200 },
    );
  });
});

describe('ports without a healthy peer', () => {
  it('are all but those that another target serves healthily; unknown is not healthy', () => {
    const [desired] = desire.balancers;
    if (desired === undefined) throw new Error('no balancer');
    const health = (status: 'healthy' | 'unknown') =>
      new Map(
        desired.services.map(({ listenPort }) => [listenPort, listenPort === 6379 ? status : ('healthy' as const)]),
      );
    const of = (status: 'healthy' | 'unknown') => ({
      ...apply(undefined, { do: 'create', desired, networkZone: '' }),
      targets: [serverTarget(1, true), { ...serverTarget(2, true), health: health(status) }],
    });
    expect(withoutPeer(of('healthy'), 'server 1')).toEqual([]);
    expect(withoutPeer(of('unknown'), 'server 1')).toEqual([6379]);
    expect(withoutPeer(of('healthy'), 'server 2')).toHaveLength(5);
  });
});
