import { begin, demandUnlocked } from './actions.ts';
import {
  AlgorithmBody,
  AttachBody,
  DeleteServiceBody,
  DetachBody,
  ProtectionBody,
  readBody,
  ServiceBody,
  TargetBody,
  TypeBody,
  UpdateServiceBody,
} from './bodies.ts';
import { ApiFault, notFound, typeNamed, type Action, type Balancer, type Target, type World } from './model.ts';

interface At {
  world: World;
  balancer: Balancer;
  body: unknown;
}

const refuse = (code: string, message = code.replaceAll('_', ' '), status = 422) => new ApiFault(status, code, message);

const limit = (name: string) =>
  new ApiFault(403, 'resource_limit_exceeded', `${name} limit exceeded`, { limits: [{ name }] });

function numberOf(ip: string): number {
  return ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function isWithin(ip: string, range: string): boolean {
  const [base = '', bits = '32'] = range.split('/');
  const size = 2 ** (32 - Number(bits));
  return Math.floor(numberOf(ip) / size) === Math.floor(numberOf(base) / size);
}

function isTaken(world: World, network: number, ip: string): boolean {
  const byServer = [...world.servers.values()].some(({ privateNet }) =>
    privateNet.some((net) => net.network === network && [net.ip, ...net.aliasIps].includes(ip)),
  );
  return byServer || [...world.balancers.values()].some((one) => one.network?.id === network && one.network.ip === ip);
}

/** The wanted address, or the first free one of the network; never the gateway. */
function chooseIp(world: World, networkId: number, wanted: string | undefined): string {
  const network = world.networks.get(networkId);
  if (network === undefined) throw notFound(`network with ID '${networkId}'`);
  const ranges = network.subnets.filter(({ type }) => type === 'cloud').map(({ ipRange }) => ipRange);
  if (ranges.length === 0) throw refuse('no_subnet_available');
  const gateway = network.ipRange.replace(/\.\d+\/\d+$/, '.1');
  const isUsable = (ip: string) =>
    ip !== gateway && ranges.some((range) => isWithin(ip, range)) && !isTaken(world, networkId, ip);
  if (wanted !== undefined) {
    if (isUsable(wanted)) return wanted;
    throw refuse('ip_not_available', `ip ${wanted} is not available`);
  }
  const [base = '10.0.0.0'] = (ranges[0] ?? '').split('/');
  for (let last = 2; last < 255; last += 1) {
    const ip = base.replace(/\.\d+$/, `.${last}`);
    if (isUsable(ip)) return ip;
  }
  throw refuse('no_subnet_available');
}

function attach({ world, balancer, body }: At): () => void {
  const { network: id, ip } = readBody(AttachBody, body);
  if (balancer.network !== undefined) throw refuse('load_balancer_already_attached');
  const chosen = chooseIp(world, id, ip);
  return () => {
    if (isTaken(world, id, chosen)) throw refuse('ip_not_available');
    balancer.network = { id, ip: chosen };
  };
}

/** Takes the private targets along, as at Hetzner. */
function detach({ balancer, body }: At): () => void {
  const { network } = readBody(DetachBody, body);
  if (balancer.network?.id !== network) throw refuse('load_balancer_not_attached_to_network');
  return () => {
    balancer.network = undefined;
    balancer.targets = balancer.targets.filter(({ isPrivate }) => !isPrivate);
  };
}

function disablePublic({ balancer }: At): () => void {
  if (balancer.network === undefined) throw refuse('load_balancer_not_attached_to_network');
  if (balancer.targets.some(({ isPrivate }) => !isPrivate)) throw refuse('targets_without_use_private_ip');
  return () => void (balancer.isPublic = false);
}

function addService({ world, balancer, body }: At): () => void {
  const service = readBody(ServiceBody, body);
  if (balancer.services.length >= typeNamed(balancer.type).services) throw limit('load_balancer_services');
  const isUsed = balancer.services.some(({ listen_port }) => listen_port === service.listen_port);
  if (isUsed) throw refuse('source_port_already_used', 'port is in use', 412);
  return () => void balancer.services.push({ ...service, sinceMs: world.nowMs() });
}

function updateService({ world, balancer, body }: At): () => void {
  const asked = readBody(UpdateServiceBody, body);
  const service = balancer.services.find(({ listen_port }) => listen_port === asked.listen_port);
  if (service === undefined) throw notFound(`service on port ${asked.listen_port}`);
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  return () => void Object.assign(service, given, { sinceMs: world.nowMs() });
}

function deleteService({ balancer, body }: At): () => void {
  const { listen_port } = readBody(DeleteServiceBody, body);
  const isThere = balancer.services.some((one) => one.listen_port === listen_port);
  if (!isThere) throw notFound(`service on port ${listen_port}`);
  return () => void (balancer.services = balancer.services.filter((one) => one.listen_port !== listen_port));
}

const isSame = (a: Pick<Target, 'serverId' | 'ip' | 'selector'>, b: Pick<Target, 'serverId' | 'ip' | 'selector'>) =>
  a.serverId === b.serverId && a.ip === b.ip && a.selector === b.selector;

function targetOf(body: unknown, sinceMs: number): Target {
  const { type, server, ip, label_selector, use_private_ip: isPrivate } = readBody(TargetBody, body);
  if (type === 'server' && server !== undefined) return { type, serverId: server.id, isPrivate, sinceMs };
  if (type === 'ip' && ip !== undefined) return { type, ip: ip.ip, isPrivate: false, sinceMs };
  if (type === 'label_selector' && label_selector !== undefined) {
    return { type, selector: label_selector.selector, isPrivate, sinceMs };
  }
  throw new ApiFault(422, 'invalid_input', `missing ${type}`, { fields: [{ name: type, messages: ['missing'] }] });
}

function demandReachable(world: World, balancer: Balancer, target: Target): void {
  if (target.type !== 'server') return;
  const server = world.servers.get(target.serverId ?? 0);
  if (server === undefined) throw new ApiFault(422, 'invalid_input', 'cloud target was not found');
  if (!target.isPrivate) {
    if (!balancer.isPublic) throw refuse('load_balancer_public_interface_disabled');
    if (server.publicIp === null) throw refuse('resolve_cloud_public_targets_error');
    return;
  }
  const { network } = balancer;
  if (network === undefined) throw refuse('load_balancer_not_attached_to_network');
  const isCommon = server.privateNet.some((net) => net.network === network.id);
  if (!isCommon) throw refuse('resolve_cloud_private_targets_error');
}

function addTarget({ world, balancer, body }: At): () => void {
  const target = targetOf(body, world.nowMs());
  if (balancer.targets.some((one) => isSame(one, target))) throw refuse('target_already_defined');
  if (balancer.targets.length >= typeNamed(balancer.type).targets) throw limit('load_balancer_targets');
  demandReachable(world, balancer, target);
  return () => void balancer.targets.push({ ...target, sinceMs: world.nowMs() });
}

function removeTarget({ balancer, body }: At): () => void {
  const target = targetOf(body, 0);
  if (!balancer.targets.some((one) => isSame(one, target))) throw refuse('load_balancer_target_not_found');
  return () => void (balancer.targets = balancer.targets.filter((one) => !isSame(one, target)));
}

function changeType({ balancer, body }: At): () => void {
  const type = typeNamed(readBody(TypeBody, body).load_balancer_type);
  const isTooSmall = balancer.services.length > type.services || balancer.targets.length > type.targets;
  if (isTooSmall) throw refuse('invalid_load_balancer_type');
  return () => void (balancer.type = type.name);
}

function changeAlgorithm({ balancer, body }: At): () => void {
  const { type } = readBody(AlgorithmBody, body);
  return () => void (balancer.algorithm = type);
}

function changeProtection({ balancer, body }: At): () => void {
  const { delete: isProtected } = readBody(ProtectionBody, body);
  return () => void (balancer.isProtected = isProtected);
}

const DOING: Readonly<Record<string, (at: At) => () => void>> = {
  attach_to_network: attach,
  detach_from_network: detach,
  enable_public_interface:
    ({ balancer }) =>
    () =>
      void (balancer.isPublic = true),
  disable_public_interface: disablePublic,
  add_service: addService,
  update_service: updateService,
  delete_service: deleteService,
  add_target: addTarget,
  remove_target: removeTarget,
  change_type: changeType,
  change_algorithm: changeAlgorithm,
  change_protection: changeProtection,
};

/** Begins the named action; what is against it is told at once, its effect comes when it ends. */
export function act(command: string, at: At): Action {
  const doing = Object.hasOwn(DOING, command) ? DOING[command] : undefined;
  if (doing === undefined) throw notFound(`action ${command}`);
  // Nobody can judge a request by what a running action has not done yet: so locks come first.
  demandUnlocked(at.world, 'load_balancer', at.balancer.id);
  return begin(at.world, command, { type: 'load_balancer', id: at.balancer.id }, doing(at));
}
