import type { Call, Performance, SimulatedHost, World } from './world.ts';

/** Who is master and since when, once it moved; before, the first server deployed is. */
const moves = new WeakMap<World, { master: string; atMs: number }>();

/** The servers that run, the master first. */
export function membersOf({ world }: Pick<Call, 'world'>): SimulatedHost[] {
  const members = [...world.values()].filter((host) => host.deployed.has('redis/deploy-server.sh') && !host.isKilled);
  const master = moves.get(world)?.master;
  return [...members.filter((host) => host.name === master), ...members.filter((host) => host.name !== master)];
}

/** Milliseconds for which the Sentinels have known the master: a minute when it never moved. */
export function masterSinceMs({ world }: Call): number {
  return Math.min(60_000, Math.round(performance.now() - (moves.get(world)?.atMs ?? Number.NEGATIVE_INFINITY)));
}

/** Kills the master's services; the next server takes over. Gives the host; undefined when there is no master. */
export function killMaster(world: World): SimulatedHost | undefined {
  const [master, next] = membersOf({ world });
  if (master === undefined) return undefined;
  master.isKilled = true;
  if (next !== undefined) moves.set(world, { master: next.name, atMs: performance.now() });
  return master;
}

function isApplying(call: Call): boolean {
  return call.mode !== 'check' && call.mode !== 'read';
}

/** The master's host gives its role to the next server; any other host has nothing to do. */
function moved(call: Call, how: { detail: string; ms: number; check: string; text: string }): Performance {
  const [master, next] = membersOf(call);
  if (master !== call.host || next === undefined) return { lines: [], exitCode: 0 };
  const change = `::change primary redis-server.service ${how.detail}`;
  if (!isApplying(call)) return { lines: [change], exitCode: 0 };
  const seconds = `${(how.ms / 1000).toFixed(2)}s`;
  return {
    lines: [
      change,
      how.ms,
      `::fact old-master ${master.address}`,
      `::fact new-master ${next.address}`,
      `::check ${how.check} pass ${seconds} ${how.text} ${next.address} (simulated)`,
    ],
    exitCode: 0,
    then: () => void moves.set(call.world, { master: next.name, atMs: performance.now() }),
  };
}

function markerStop(call: Call): Performance {
  if (!isApplying(call)) return { lines: [], exitCode: 0 };
  const [, , target = '10'] = call.args;
  const outage = target === '2' ? '1.08' : '6.97';
  return {
    lines: [
      `::check outage pass ${outage}s longest time without an acknowledged write: ${outage} s (simulated); target ${target} s`,
      '::check lost-writes pass 0 0 lost of those that every attached replica had (simulated)',
      '::check two-masters pass 0.00s so long two nodes answered writes through HAProxy (simulated)',
    ],
    exitCode: 0,
  };
}

/** Takes this host's part away. */
function removed(part: string, targets: readonly string[]): (call: Call) => Performance {
  return (call) => {
    if (!call.host.deployed.has(part)) return { lines: [], exitCode: 0 };
    const lines = targets.map((target) => `::change ${target}`);
    return { lines, exitCode: 0, ...(isApplying(call) ? { then: () => void call.host.deployed.delete(part) } : {}) };
  };
}

/** What the scripts of the master's moves, and of the removal, do here. */
export const MOVE_SCRIPTS: Readonly<Record<string, (call: Call) => Performance>> = {
  'redis/failover-server.sh': (call) =>
    moved(call, {
      detail: 'handed over to a replica; writes wait meanwhile',
      ms: 190,
      check: 'switch',
      text: 'handed over to',
    }),
  'redis/drill-server.sh': (call) =>
    moved(call, { detail: 'killed (SIGKILL)', ms: 6_100, check: 'takeover', text: 'the Sentinels made master of' }),
  'redis/return-server.sh': (call) => ({
    lines: isApplying(call)
      ? [300]
      : ['::change service redis-server.service started again, should it be stopped then'],
    exitCode: 0,
  }),
  'redis/marker-start.sh': () => ({
    lines: ['::change marker keybuzz-marker-redis.service writes through each HAProxy (simulated)'],
    exitCode: 0,
  }),
  'redis/marker-stop.sh': markerStop,
  'redis/marker-verdict.sh': () => ({ lines: [], exitCode: 0 }),
  'redis/remove-proxy.sh': removed('redis/deploy-proxy.sh', [
    'service keybuzz-redis-update-master.timer stopped and disabled',
    'file /etc/haproxy/conf.d/40-redis.cfg removed',
  ]),
  'redis/remove-server.sh': removed('redis/deploy-server.sh', [
    'service redis-sentinel.service stopped and disabled',
    'service redis-server.service stopped and disabled',
    'directory /opt/keybuzz/redis/data kept, moved aside under a name with the date',
  ]),
};
