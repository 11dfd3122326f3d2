import * as moves from './moves.ts';
import type { Call, Performance, SimulatedHost, World } from './world.ts';

const SERVER = 'redis/deploy-server.sh';

/** The servers that run, the master first. */
export const membersOf = (call: Pick<Call, 'world'>): SimulatedHost[] => moves.membersOf(call, SERVER);

/** Milliseconds for which the Sentinels have known the master: a minute when it never moved. */
export const masterSinceMs = (call: Call): number => moves.primarySinceMs(call, SERVER);

/** Kills the master's services; the next server takes over. Gives the host; undefined when there is no master. */
export const killMaster = (world: World): SimulatedHost | undefined => moves.killPrimary(world, SERVER);

const MASTER = { part: SERVER, primary: 'master', target: 'redis-server.service' };

function markerStop(call: Call): Performance {
  const [, , target = '10'] = call.args;
  const outage = target === '2' ? '1.08' : '6.97';
  return moves.markersTold(call, [
    `outage pass ${outage}s longest time without an acknowledged write: ${outage} s; target ${target} s`,
    'lost-writes pass 0 0 lost of those that every attached replica had',
    'two-masters pass 0.00s so long two nodes answered writes through the entries',
  ]);
}

/** What the scripts of the master's moves, and of the removal, do here. */
export const MOVE_SCRIPTS: Readonly<Record<string, (call: Call) => Performance>> = {
  'redis/failover-server.sh': (call) =>
    moves.moved(call, {
      ...MASTER,
      detail: 'handed over to a replica; writes wait meanwhile',
      ms: 190,
      check: 'switch',
      text: 'handed over to',
    }),
  'redis/drill-server.sh': (call) =>
    moves.moved(call, {
      ...MASTER,
      detail: 'killed (SIGKILL)',
      ms: 6_100,
      check: 'takeover',
      text: 'the Sentinels made master of',
    }),
  'redis/return-server.sh': (call) => moves.returned(call, 'redis-server.service'),
  'redis/marker-start.sh': () => ({
    lines: ['::change marker keybuzz-marker-redis.service writes through each HAProxy (simulated)'],
    exitCode: 0,
  }),
  'redis/marker-stop.sh': markerStop,
  'redis/marker-verdict.sh': () => ({ lines: [], exitCode: 0 }),
  'redis/remove-proxy.sh': moves.removed('redis/deploy-proxy.sh', [
    'service keybuzz-redis-update-master.timer stopped and disabled',
    'file /etc/haproxy/conf.d/40-redis.cfg removed',
  ]),
  'redis/remove-server.sh': moves.removed(SERVER, [
    'service redis-sentinel.service stopped and disabled',
    'service redis-server.service stopped and disabled',
    'directory /opt/keybuzz/redis/data kept, moved aside under a name with the date',
  ]),
};
