import type { Client } from 'hcloud-js';
import type { BalancerService } from '../modules/cloud.ts';
import type { ActualBalancer, ActualTarget } from './actual.ts';
import { integer, type Talk } from './client.ts';
import type { Action } from './reconcile.ts';

/** Marks what we made, for people who look at the console. */
const LABELS = { 'managed-by': 'keybuzz' };

function healthCheckOf({ health: { protocol, port, interval, timeout, retries, http } }: BalancerService) {
  const asked =
    http === undefined
      ? {}
      : { http: { domain: null, path: http.path, tls: http.tls, status_codes: http.statusCodes } };
  return { protocol, port, interval, timeout, retries, ...asked };
}

function serviceBody(service: BalancerService) {
  return {
    protocol: service.protocol,
    listen_port: service.listenPort,
    destination_port: service.destinationPort,
    proxyprotocol: service.proxyProtocol,
    health_check: healthCheckOf(service),
  };
}

/** Without network and targets: a fixed address can only be taken afterwards, and private targets need the network. */
async function create(client: Client, { desired, networkZone }: Extract<Action, { do: 'create' }>): Promise<unknown> {
  const { name, type, algorithm, isPublic, services } = desired;
  const body = {
    name,
    load_balancer_type: type,
    network_zone: networkZone,
    algorithm: { type: algorithm },
    public_interface: isPublic,
    labels: LABELS,
    services: services.map(serviceBody),
  };
  // hcloud-js drops the action that tells when it is made.
  return (await client.axios.post<{ action: unknown }>('/load_balancers', body)).data.action;
}

function removeTarget(client: Client, id: number, target: ActualTarget): Promise<unknown> {
  const { actions } = client.loadBalancers;
  if (target.serverId !== undefined) return actions.removeTarget(id, 'server', { id: integer(target.serverId) });
  if (target.kind === 'ip') return actions.removeTarget(id, 'ip', undefined, undefined, { ip: target.name });
  return actions.removeTarget(id, 'label_selector', undefined, { selector: target.name });
}

function change(client: Client, id: number, action: Exclude<Action, { do: 'create' }>): Promise<unknown> {
  const { actions } = client.loadBalancers;
  switch (action.do) {
    case 'change-type':
      return actions.changeType(id, action.to);
    case 'change-algorithm':
      return actions.changeAlgorithm(id, action.to);
    case 'detach':
      return actions.detachFromNetwork(id, integer(action.networkId));
    case 'attach':
      return actions.attachToNetwork(id, integer(action.networkId), action.address);
    case 'enable-public':
      return actions.enablePublicInterface(id);
    case 'disable-public':
      return actions.disablePublicInterface(id);
    case 'delete-service':
      return actions.deleteService(id, action.service.listenPort);
    case 'add-target':
      return actions.addTarget(id, 'server', { id: integer(action.serverId) }, true);
    case 'remove-target':
      return removeTarget(client, id, action.target);
    case 'add-service':
    case 'update-service': {
      const { service } = action;
      const { protocol, listenPort, destinationPort, proxyProtocol } = service;
      const asked = [id, protocol, listenPort, destinationPort, proxyProtocol, healthCheckOf(service)] as const;
      return action.do === 'add-service' ? actions.addService(...asked) : actions.updateService(...asked);
    }
  }
}

/** Does one action and waits until it is done. Throws HetznerError; nothing is repeated. */
export async function request(talk: Talk, actual: ActualBalancer | undefined, action: Action): Promise<void> {
  await talk.act((client) => {
    if (action.do === 'create') return create(client, action);
    if (actual === undefined) throw new Error(`${action.do} needs a load balancer`);
    return change(client, integer(actual.id), action);
  });
}
