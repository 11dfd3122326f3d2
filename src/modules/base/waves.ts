import { select, type Host, type Inventory, type Selector } from '../../inventory.ts';

/** Most hosts that are changed at the same time. */
export const WAVE_HOSTS_MAX = 10;

/** Hosts of which only some may be away at once: a quorum's members, two proxies, two mail exchangers. */
const GROUPS: readonly Selector[] = [
  { stack: 'patroni-node' },
  { role: 'redis' },
  { role: 'queue' },
  { role: 'storage' },
  { role: 'db', subrole: 'mariadb' },
  { role: 'db_proxy' },
  { role: 'lb', subrole: 'internal-haproxy' },
  { role: 'k3s', subrole: 'master' },
  { role: 'k3s', subrole: 'worker' },
  { role: 'mail', subrole: 'mx' },
];

/** One in so many of a group may be changed at once, and always one: 1 of 3 members, 1 of 5 workers, 2 of 8. */
const GROUP_SHARE = 4;

/** Who goes first: reserve and build servers carry nothing that people use. */
const PROVING: readonly Selector[] = [{ subrole: 'reserve' }, { role: 'dev' }];

function isIn(host: Host, selector: Selector): boolean {
  return select({ hosts: [host] }, selector).length > 0;
}

/** Position of the host's group; undefined when it stands alone. */
function groupOf(host: Host): number | undefined {
  const index = GROUPS.findIndex((selector) => isIn(host, selector));
  return index < 0 ? undefined : index;
}

/** Members of the group that one wave may hold. */
function roomOf(group: number, inventory: Inventory): number {
  const members = inventory.hosts.filter((host) => groupOf(host) === group).length;
  return Math.max(1, Math.floor(members / GROUP_SHARE));
}

const isProving = (host: Host): boolean => PROVING.some((selector) => isIn(host, selector));

/** Who is placed first: who proves, then members of groups, which fit into few waves; the others fill what is left. */
function placeOf(host: Host): number {
  if (isProving(host)) return 0;
  return groupOf(host) === undefined ? 2 : 1;
}

/** The order in a wave: who proves, who stands alone, members of groups. */
function rankOf(host: Host): number {
  if (isProving(host)) return 0;
  return groupOf(host) === undefined ? 1 : 2;
}

/**
 * Every host of the inventory in exactly one wave: at most ten at once, never two members of a quorum together, reserve
 * servers before what people use, and the orchestrator, on which the bot runs, last and alone.
 */
export function wavesOf(inventory: Inventory): Host[][] {
  const last = inventory.hosts.filter(({ role }) => role === 'orchestrator');
  const others = inventory.hosts.filter((host) => !last.includes(host)).sort((a, b) => placeOf(a) - placeOf(b));
  const waves: Host[][] = [];
  for (const host of others) {
    const group = groupOf(host);
    const hasRoom = (wave: Host[]): boolean =>
      wave.length < WAVE_HOSTS_MAX &&
      (group === undefined || wave.filter((one) => groupOf(one) === group).length < roomOf(group, inventory));
    const wave = waves.find(hasRoom);
    if (wave === undefined) waves.push([host]);
    else wave.push(host);
  }
  for (const wave of waves) wave.sort((a, b) => rankOf(a) - rankOf(b));
  return [...waves, ...last.map((host) => [host])];
}
