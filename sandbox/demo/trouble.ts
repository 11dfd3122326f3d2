import { killMaster } from '../fleet/redis-moves.ts';
import type { SimulatedHost } from '../fleet/world.ts';
import { SandboxError } from '../slack/index.ts';
import { createFaults, type Faults, type FaultSpec } from '../web/faults.ts';
import type { Stage } from './stage.ts';

/** The replica whose trouble is worth watching: a deploy comes to it after the first server. */
const VICTIM = 'redis-02';

/** So many times as long as usual. */
const SLOW = 6;

const RETRY_AFTER_S = 5;

function ofFleet({ fleet }: Stage): FaultSpec[] {
  const victim = (): SimulatedHost => {
    const host = fleet.world.get(VICTIM);
    if (host === undefined) throw new SandboxError('no_host', `${VICTIM} is not in the inventory.`);
    return host;
  };
  const group = 'Simulated fleet';
  return [
    {
      ...{ id: 'kill-primary', group, kind: 'switch', label: 'Kill the master of Redis' },
      hint: 'Another server takes over; status names the one that is down, until this is taken back.',
      make: () => {
        const killed = killMaster(fleet.world);
        if (killed === undefined) throw new SandboxError('no_master', 'There is no master yet: deploy redis first.');
        return () => void (killed.isKilled = false);
      },
    },
    {
      ...{ id: 'cut-host', group, kind: 'switch', label: `Cut ${VICTIM} off` },
      hint: 'Its cable is pulled: checks are unknown, and a run that needs it is interrupted. Plug it in and resume.',
      make: () => fleet.lines.get(VICTIM)?.silence(),
    },
    {
      ...{ id: 'fill-disk', group, kind: 'switch', label: `Fill the disk of ${VICTIM}` },
      hint: 'A deploy is refused before it changes anything, with the host, the reason and the fix.',
      make: () => {
        victim().isDiskFull = true;
        return () => void (victim().isDiskFull = false);
      },
    },
    {
      ...{ id: 'slow', group, kind: 'switch', label: 'Slow every host' },
      hint: 'Time enough to watch a deploy, to cancel it, or to stop the worker in its middle.',
      make: () => {
        for (const host of fleet.world.values()) host.pace *= SLOW;
        return () => {
          for (const host of fleet.world.values()) host.pace /= SLOW;
        };
      },
    },
  ];
}

function ofSlack({ slack }: Stage): FaultSpec[] {
  const group = 'Slack';
  return [
    {
      ...{ id: 'refresh', group, kind: 'push', label: "Expire Slack's sockets" },
      hint: 'Slack does so every hour or so. The bot opens others; nothing is lost.',
      make: () => {
        slack.refresh();
        return undefined;
      },
    },
    {
      ...{ id: 'rate-limit', group, kind: 'switch', label: 'Answer 429' },
      hint: 'Every call is refused as too many: reports come late, none is dropped.',
      make: () => slack.fault({ method: '*', kind: '429', times: Infinity, retryAfterS: RETRY_AFTER_S }),
    },
    {
      ...{ id: 'outage', group, kind: 'switch', label: 'Slack is down' },
      hint: 'Runs go on without it. When it is back, their messages stand as if nothing had been.',
      make: () => slack.outage(),
    },
  ];
}

function ofOurs({ worker, redis }: Stage): FaultSpec[] {
  const group = 'The bot itself';
  return [
    {
      ...{ id: 'stop-worker', group, kind: 'switch', label: 'Stop the worker' },
      hint: 'Work on a host goes on by itself; when the worker is back it attaches to it.',
      make: async () => {
        await worker.stop();
        return () => worker.start();
      },
    },
    {
      ...{ id: 'restart-redis', group, kind: 'push', label: 'Restart Redis' },
      hint: 'The log is on disk: runs and prompts are where they were.',
      make: async () => {
        await redis.restart();
        return undefined;
      },
    },
  ];
}

/** The trouble that the demo's page offers. */
export function createTrouble(stage: Stage): Faults {
  return createFaults([...ofFleet(stage), ...ofSlack(stage), ...ofOurs(stage)]);
}
