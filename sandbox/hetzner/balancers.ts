import { demandUnlocked, begin } from './actions.ts';
import { CreateBody, readBody, UpdateBody } from './bodies.ts';
import { ApiFault, notFound, typeNamed, type Action, type Balancer, type World } from './model.ts';

const BALANCERS_MAX = 20;

/** The load balancer of that id. */
export function findBalancer(world: World, id: number): Balancer {
  const found = world.balancers.get(id);
  if (found === undefined) throw notFound(`load balancer with ID '${id}'`);
  return found;
}

function demandFreeName(world: World, name: string, except?: number): void {
  for (const one of world.balancers.values()) {
    if (one.name !== name || one.id === except) continue;
    throw new ApiFault(409, 'uniqueness_error', `load balancer with name '${name}' already exists`, {
      fields: [{ name: 'name' }],
    });
  }
}

/** It exists at once and is locked until it is made. */
export function createBalancer(world: World, body: unknown): { balancer: Balancer; action: Action } {
  const asked = readBody(CreateBody, body);
  if ((asked.location === undefined) === (asked.network_zone === undefined)) {
    const fields = [{ name: 'location', messages: ['exactly one of location and network_zone'] }];
    throw new ApiFault(422, 'invalid_input', 'location or network_zone', { fields });
  }
  demandFreeName(world, asked.name);
  const type = typeNamed(asked.load_balancer_type);
  if (asked.services.length > type.services || world.balancers.size >= BALANCERS_MAX) {
    throw new ApiFault(403, 'resource_limit_exceeded', 'limit exceeded', { limits: [{ name: 'load_balancer_limit' }] });
  }
  const ports = asked.services.map(({ listen_port }) => listen_port);
  if (new Set(ports).size < ports.length) throw new ApiFault(412, 'source_port_already_used', 'port used twice');
  const sinceMs = world.nowMs();
  const balancer: Balancer = {
    id: world.takeId(),
    name: asked.name,
    labels: asked.labels,
    type: type.name,
    zone: asked.network_zone ?? 'eu-central',
    algorithm: asked.algorithm.type,
    isPublic: asked.public_interface,
    network: undefined,
    services: asked.services.map((service) => ({ ...service, sinceMs })),
    targets: [],
    isProtected: false,
    createdMs: sinceMs,
  };
  world.balancers.set(balancer.id, balancer);
  const action = begin(world, 'create_load_balancer', { type: 'load_balancer', id: balancer.id }, () => undefined);
  return { balancer, action };
}

/** Name and labels, at once and without an action. */
export function updateBalancer(world: World, balancer: Balancer, body: unknown): void {
  const asked = readBody(UpdateBody, body);
  if (asked.name !== undefined) demandFreeName(world, asked.name, balancer.id);
  balancer.name = asked.name ?? balancer.name;
  balancer.labels = asked.labels ?? balancer.labels;
}

/** At once and without an action; a protected one stays. */
export function deleteBalancer(world: World, balancer: Balancer): void {
  if (balancer.isProtected) throw new ApiFault(423, 'protected', 'load balancer is protected');
  demandUnlocked(world, 'load_balancer', balancer.id);
  world.balancers.delete(balancer.id);
}
