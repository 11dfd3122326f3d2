import { createFaults, type Faults, type FaultSpec } from '../web/faults.ts';
import type { Stage } from './stage.ts';

const RETRY_AFTER_S = 5;

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
  return createFaults([...stage.hosts.faults, ...ofSlack(stage), ...ofOurs(stage)]);
}
