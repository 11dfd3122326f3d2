import type { BalancerService } from '../modules/cloud.ts';
import type { Action } from './reconcile.ts';
import type { Obstacle } from './resolve.ts';

/** A change as people approve it: two that differ in anything that matters differ in `detail`. */
export interface CloudChange {
  kind: string;
  target: string;
  detail: string;
}

/** What some work would change, and what is in its way. */
export interface CloudPreview {
  changes: CloudChange[];
  /** For people, what stays though it is not ours, too; empty when there is nothing to tell. */
  notes: string[];
  obstacles: Obstacle[];
}

/** `tcp 5432 -> 5432, asked over tcp 5432 every 3 s (2 s, 3 times)`. */
export function describeService(service: BalancerService): string {
  const { protocol, listenPort, destinationPort, proxyProtocol, health } = service;
  const path = health.http === undefined ? '' : ` ${health.http.tls ? 'TLS ' : ''}${health.http.path}`;
  const listens = `${protocol} ${listenPort} -> ${destinationPort}`;
  const { interval, timeout, retries } = health;
  const where = `${health.protocol} ${health.port}${path}`;
  return `${proxyProtocol ? `${listens} with PROXY` : listens}, asked over ${where} every ${interval} s (${timeout} s, ${retries} times)`;
}

/** Only what differs, so that an update says what it is about. */
export function describeUpdate(from: BalancerService, to: BalancerService): string {
  const { health: fromHealth, ...fromRest } = from;
  const { health: toHealth, ...toRest } = to;
  const before: Record<string, unknown> = { ...fromRest, ...prefixed(fromHealth) };
  const after: Record<string, unknown> = { ...toRest, ...prefixed(toHealth) };
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return fields
    .filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
    .map((field) => `${field} ${show(before[field])} -> ${show(after[field])}`)
    .join(', ');
}

const prefixed = (health: BalancerService['health']) =>
  Object.fromEntries(Object.entries(health).map(([field, value]) => [`health ${field}`, value]));

const show = (value: unknown) =>
  value === undefined ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);

/** The change that an action makes. */
export function describe(action: Action): CloudChange {
  switch (action.do) {
    case 'create': {
      const { name, type, algorithm, isPublic, services } = action.desired;
      const ports = services.map(({ listenPort }) => listenPort).join(', ');
      const detail = `made: ${type}, ${algorithm}, ${isPublic ? 'public' : 'private'}, services ${ports}, in ${action.networkZone}`;
      return { kind: 'load-balancer', target: name, detail };
    }
    case 'change-type':
      return { kind: 'type', target: action.to, detail: `from ${action.from}` };
    case 'change-algorithm':
      return { kind: 'algorithm', target: action.to, detail: `from ${action.from}` };
    case 'detach':
      return {
        kind: 'address',
        target: action.address,
        detail: `given up in network ${action.networkId}: cuts every connection and takes private targets out`,
      };
    case 'attach':
      return { kind: 'address', target: action.address, detail: `taken in network ${action.networkId}` };
    case 'enable-public':
      return { kind: 'public-interface', target: 'on', detail: 'from off' };
    case 'disable-public':
      return { kind: 'public-interface', target: 'off', detail: 'from on' };
    case 'add-service':
      return {
        kind: 'service',
        target: String(action.service.listenPort),
        detail: `added: ${describeService(action.service)}`,
      };
    case 'update-service': {
      const detail = describeUpdate(action.from, action.service);
      return { kind: 'service', target: String(action.service.listenPort), detail };
    }
    case 'delete-service':
      return {
        kind: 'service',
        target: String(action.service.listenPort),
        detail: `deleted: ${describeService(action.service)}`,
      };
    case 'add-target':
      return { kind: 'target', target: action.host, detail: `added (server ${action.serverId}, private address)` };
    case 'remove-target': {
      const why = action.why === 'public' ? 'since it is reached over its public address' : 'since it is none of ours';
      return { kind: 'target', target: action.target.name, detail: `removed, ${why} (${action.target.key})` };
    }
  }
}
