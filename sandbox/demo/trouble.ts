import { SandboxError } from '../slack/index.ts';
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

function ofHetzner({ hetzner }: Stage): FaultSpec[] {
  const group = 'Simulated Hetzner';
  const balancer = (name: string) => {
    const found = hetzner.balancer(name);
    if (found === undefined) throw new SandboxError('no_balancer', `There is no ${name} yet: deploy lb first.`);
    return found;
  };
  return [
    {
      ...{ id: 'hetzner-edit', group, kind: 'push', label: 'Edit lb-haproxy in the console' },
      hint: 'Takes haproxy-02 out and asks Redis more seldom: status and plan say just that, deploy lb puts it right.',
      make: () => {
        const edited = balancer('lb-haproxy');
        edited.targets = edited.targets.filter(({ serverId }) => serverId !== hetzner.server('haproxy-02').id);
        const redis = edited.services.find(({ listen_port }) => listen_port === 6379);
        if (redis !== undefined) redis.health_check.interval = 15;
        return undefined;
      },
    },
    {
      ...{ id: 'hetzner-address', group, kind: 'switch', label: 'Give 10.0.0.20 to install-01' },
      hint: 'lb-mariadb loses its address: plan lb names who holds it, and deploy lb touches nothing until it is free.',
      make: () => {
        const taken = { network: hetzner.networkId, ip: '10.0.0.20', aliasIps: [] };
        const { privateNet } = hetzner.server('install-01');
        Object.assign(balancer('lb-mariadb'), { network: undefined, targets: [] });
        privateNet.push(taken);
        return () => void privateNet.splice(privateNet.indexOf(taken), 1);
      },
    },
    {
      ...{ id: 'hetzner-502', group, kind: 'switch', label: 'Answer every second request with 502' },
      hint: 'The worker looks again before it asks again: it takes longer, and nothing is made twice.',
      make: () => {
        let count = 0;
        return hetzner.disturb(() => ((count += 1) % 2 === 0 ? '502' : undefined));
      },
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
  return createFaults([...stage.hosts.faults, ...ofHetzner(stage), ...ofSlack(stage), ...ofOurs(stage)]);
}
