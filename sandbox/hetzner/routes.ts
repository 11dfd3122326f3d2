import { findAction, showAction } from './actions.ts';
import { act } from './balancer-actions.ts';
import { createBalancer, deleteBalancer, findBalancer, updateBalancer } from './balancers.ts';
import { page } from './lists.ts';
import { ApiFault, notFound, TYPES, type Action, type World } from './model.ts';
import { actOnServer, findServer } from './servers.ts';
import { showBalancer, showNetwork, showServer, showType } from './show.ts';
import { actOnRrset, createRrset, findRrset, findZone, showRrset, showZone } from './zones.ts';

/** A request whose path fitted, with the parts of it. */
interface Ask {
  world: World;
  parts: Record<string, string>;
  query: URLSearchParams;
  body: unknown;
}

/** What the API answers; `action` is what it began. */
export interface Answer {
  status: number;
  body: Record<string, unknown> | undefined;
  action?: Action;
}

const ok = (body: Record<string, unknown>): Answer => ({ status: 200, body });
const idOf = ({ parts }: Ask, name = 'id') => Number(parts[name]);

function begun(world: World, action: Action, body: Record<string, unknown> = {}): Answer {
  return { status: 201, body: { ...body, action: showAction(world, action) }, action };
}

function actionsOf({ world, query }: Ask): Answer {
  const ids = query.getAll('id').map(Number);
  if (ids.length === 0) {
    const details = { announcement: 'https://docs.hetzner.cloud/changelog' };
    throw new ApiFault(410, 'deprecated_api_endpoint', 'listing all actions was removed', details);
  }
  const found = ids.map((id) => ({ name: '', ...findAction(world, id) }));
  return ok(page(found, { key: 'actions', query }, (one) => showAction(world, one)));
}

function actionsOn({ world, query }: Ask, type: 'load_balancer' | 'server', id: number): Answer {
  const wanted = query.getAll('status');
  const found = [...world.actions.values()].filter(({ resources, status }) => {
    const isMeant = resources.some((one) => one.type === type && one.id === id);
    return isMeant && (wanted.length === 0 || wanted.includes(status));
  });
  const named = found.map((one) => ({ name: '', ...one }));
  return ok(page(named, { key: 'actions', query }, (one) => showAction(world, one)));
}

function listOf<T extends { id: number; name: string }>(
  key: string,
  all: (world: World) => Iterable<T>,
  show: (world: World, one: T) => object,
) {
  return ({ world, query }: Ask): Answer => ok(page([...all(world)], { key, query }, (one) => show(world, one)));
}

function one<T>(map: (world: World) => ReadonlyMap<number, T>, key: string, show: (world: World, one: T) => object) {
  return (ask: Ask): Answer => {
    const found = map(ask.world).get(idOf(ask));
    if (found === undefined) throw notFound(`${key} with ID '${ask.parts.id ?? ''}'`);
    return ok({ [key]: show(ask.world, found) });
  };
}

const balancersOf = (world: World) => world.balancers;
const serversOf = (world: World) => world.servers;
const networksOf = (world: World) => world.networks;
const zoneOf = ({ world, parts }: Ask) => findZone(world, parts.zone ?? '');
const rrsetOf = (ask: Ask) => findRrset(zoneOf(ask), ask.parts.name ?? '', ask.parts.type ?? '');

type Handler = (ask: Ask) => Answer;

const RRSET = '/zones/:zone/rrsets/:name/:type';

const ROUTES: [method: string, path: string, handler: Handler][] = [
  ['GET', '/actions', actionsOf],
  ['GET', '/actions/:id', (ask) => ok({ action: showAction(ask.world, findAction(ask.world, idOf(ask))) })],
  [
    'GET',
    '/load_balancer_types',
    listOf(
      'load_balancer_types',
      () => TYPES,
      (_, type) => showType(type),
    ),
  ],
  ['GET', '/load_balancers', listOf('load_balancers', (world) => world.balancers.values(), showBalancer)],
  [
    'POST',
    '/load_balancers',
    ({ world, body }) => {
      const { balancer, action } = createBalancer(world, body);
      return begun(world, action, { load_balancer: showBalancer(world, balancer) });
    },
  ],
  ['GET', '/load_balancers/:id', one(balancersOf, 'load_balancer', showBalancer)],
  [
    'PUT',
    '/load_balancers/:id',
    (ask) => {
      const balancer = findBalancer(ask.world, idOf(ask));
      updateBalancer(ask.world, balancer, ask.body);
      return ok({ load_balancer: showBalancer(ask.world, balancer) });
    },
  ],
  [
    'DELETE',
    '/load_balancers/:id',
    (ask) => {
      deleteBalancer(ask.world, findBalancer(ask.world, idOf(ask)));
      return { status: 204, body: undefined };
    },
  ],
  [
    'GET',
    '/load_balancers/:id/actions',
    (ask) => actionsOn(ask, 'load_balancer', findBalancer(ask.world, idOf(ask)).id),
  ],
  [
    'POST',
    '/load_balancers/:id/actions/:command',
    (ask) => {
      const { world, body } = ask;
      const balancer = findBalancer(world, idOf(ask));
      return begun(world, act(ask.parts.command ?? '', { world, balancer, body }));
    },
  ],
  ['GET', '/networks', listOf('networks', (world) => world.networks.values(), showNetwork)],
  ['GET', '/networks/:id', one(networksOf, 'network', showNetwork)],
  ['GET', '/servers', listOf('servers', (world) => world.servers.values(), showServer)],
  ['GET', '/servers/:id', one(serversOf, 'server', showServer)],
  ['GET', '/servers/:id/actions', (ask) => actionsOn(ask, 'server', findServer(ask.world, idOf(ask)).id)],
  [
    'POST',
    '/servers/:id/actions/:command',
    (ask) => begun(ask.world, actOnServer(ask.world, findServer(ask.world, idOf(ask)), ask.parts.command ?? '')),
  ],
  [
    'GET',
    '/zones',
    listOf(
      'zones',
      (world) => world.zones.values(),
      (_, zone) => showZone(zone),
    ),
  ],
  ['GET', '/zones/:zone', (ask) => ok({ zone: showZone(zoneOf(ask)) })],
  [
    'GET',
    '/zones/:zone/rrsets',
    (ask) => {
      const zone = zoneOf(ask);
      const types = ask.query.getAll('type');
      const sets = zone.rrsets
        .filter(({ type }) => types.length === 0 || types.includes(type))
        .map((set) => ({ id: `${set.name}/${set.type}`, ...set }));
      return ok(page(sets, { key: 'rrsets', query: ask.query, mostPerPage: 100 }, (set) => showRrset(zone, set)));
    },
  ],
  [
    'POST',
    '/zones/:zone/rrsets',
    (ask) => {
      const zone = zoneOf(ask);
      const { rrset, action } = createRrset(ask.world, zone, ask.body);
      return begun(ask.world, action, { rrset: showRrset(zone, rrset) });
    },
  ],
  ['GET', RRSET, (ask) => ok({ rrset: showRrset(zoneOf(ask), rrsetOf(ask)) })],
  [
    'POST',
    `${RRSET}/actions/:command`,
    (ask) => {
      const { world, body, parts } = ask;
      return begun(
        world,
        actOnRrset(world, { zone: zoneOf(ask), rrset: rrsetOf(ask), command: parts.command ?? '', body }),
      );
    },
  ],
];

const COMPILED = ROUTES.map(([method, path, handler]) => {
  const pattern = path.replace(/:(\w+)/g, (_, name: string) => (name === 'id' ? '(?<id>\\d+)' : `(?<${name}>[^/]+)`));
  return { method, path, pattern: new RegExp(`^${pattern}$`), handler };
});

/** The path as the specification writes it: `/load_balancers/{id}`. */
export function templateOf(method: string, path: string): string {
  const found = COMPILED.find((route) => route.method === method && route.pattern.test(path));
  return (found?.path ?? '')
    .replace(':command', found?.pattern.exec(path)?.groups?.command ?? '')
    .replace(':zone', '{id_or_name}')
    .replace(':name', '{rr_name}')
    .replace(':type', '{rr_type}')
    .replace(/:(\w+)/g, '{$1}');
}

/** Answers a request. Throws ApiFault. */
export function route(
  world: World,
  asked: { method: string; path: string; query: URLSearchParams; body: unknown },
): Answer {
  const fitting = COMPILED.filter(({ pattern }) => pattern.test(asked.path));
  const found = fitting.find(({ method }) => method === asked.method);
  if (found === undefined && fitting.length > 0) throw new ApiFault(405, 'method_not_allowed', 'method not allowed');
  const groups = found?.pattern.exec(asked.path)?.groups ?? {};
  if (found === undefined) throw notFound('this endpoint');
  const parts = Object.fromEntries(Object.entries(groups).map(([name, text]) => [name, decodeURIComponent(text)]));
  return found.handler({ world, parts, query: asked.query, body: asked.body });
}
