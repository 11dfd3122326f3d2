import type { Inventory } from '../../inventory.ts';
import type { HostAnswer } from '../contract.ts';
import { groupsOf, programsOf, viewOf, type HostView, type Programs } from '../judging.ts';
import { findMembers } from './members.ts';

/** A member as a proxy lists it in runtime. */
export interface Backend {
  group: string;
  host: string;
  status: string;
}

/** A proxy with what its admin says; undefined or empty when it did not say it. */
export interface ProxyView extends HostView {
  /** Hostgroups of writers and backup writers; undefined unless exactly one active row tells them. */
  groups: { writers: string; backups: string; max: string } | undefined;
  backends: Backend[];
  /** Addresses that are ONLINE in the writers' hostgroup. */
  writers: string[];
}

/** The proxies as they tell it, and the addresses of the members behind them. */
export interface ProxiesView {
  proxies: ProxyView[];
  members: string[];
  /** The member that both proxies take for the only writer; undefined when they don't. */
  writer: string | undefined;
}

function viewProxy(view: HostView): ProxyView {
  const active = groupsOf(view.facts['admin.galera'] ?? '').filter((row) => row.get('active') === '1');
  const [row] = active;
  const [writers, backups, max] = ['writers', 'backups', 'max'].map((key) => row?.get(key));
  const isKnown = active.length === 1 && writers !== undefined && backups !== undefined && max !== undefined;
  const backends = groupsOf(view.facts['admin.servers'] ?? '').map((fields) => ({
    group: fields.get('group') ?? '',
    host: fields.get('host') ?? '',
    status: fields.get('status') ?? '',
  }));
  return {
    ...view,
    groups: isKnown ? { writers, backups, max } : undefined,
    backends,
    writers: backends
      .filter(({ group, status }) => isKnown && group === writers && status === 'ONLINE')
      .map(({ host }) => host),
  };
}

/** The proxies' answers side by side. Throws ConfigError when the inventory lacks hosts. */
export function viewProxies(inventory: Inventory, answers: readonly HostAnswer[]): ProxiesView {
  const { proxies, servers } = findMembers(inventory);
  const views = proxies.map((host) => viewProxy(viewOf(host, answers)));
  const [writer, ...others] = new Set(views.flatMap((view) => view.writers));
  const isAgreed = others.length === 0 && views.every((view) => view.writers.length === 1);
  return {
    proxies: views,
    members: servers.map((server) => server.privateIp),
    writer: isAgreed ? writer : undefined,
  };
}

export const { judgeEach }: Programs<'admin' | 'entry'> = programsOf({
  admin: "ProxySQL's admin",
  entry: 'ProxySQL',
});
