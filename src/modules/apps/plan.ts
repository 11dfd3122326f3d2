import type { Inventory } from '../../inventory.ts';
import type { PlanRequest, Probe, ScriptHash, Step } from '../contract.ts';
import { manifestArgs } from '../manifests.ts';
import { checksStep, scriptStep } from '../steps.ts';
import { CHECKS } from './checks.ts';
import { FOUNDATION, imageOf, manifestsOf } from './manifests.ts';
import { balancerWays, findMembers, waysOf, type Members } from './members.ts';
import { APPS, ROLLOUT_SECONDS } from './settings.ts';

const CHECK_IDS = CHECKS.map((check) => check.id);

/** The checks that must pass before a drill, and again after it; the load balancers are not its affair. */
const DRILL_CHECKS = ['rollouts', 'pods', 'endpoints', 'ingress'];

/** Seconds without an answer, through a worker that stays, that are good. */
const OUTAGE_SECONDS = 5;

const APP_WORDS = APPS.map(({ name, host, path }) => `app=${name},${host},${path}`);

/** The steps of a verb. Throws ConfigError for the inventory. */
export function planApps({ verb, inventory }: PlanRequest, hashOf: ScriptHash): Step[] {
  const members = findMembers(inventory);
  const [master] = members.masters;
  switch (verb) {
    case 'status':
      return [checksStep('checks', 'Ask every master', [], 0)];
    case 'plan':
    case 'deploy':
      return deploySteps(inventory, members, hashOf);
    case 'test':
      return [
        scriptStep(hashOf, {
          ...{
            id: 'names',
            title: 'Ask every application by its name, through each worker',
            impact: 'safe',
            mode: 'read',
          },
          script: 'apps/test-apps.sh',
          work: [{ host: master.name, args: [...APP_WORDS, ...waysOf(members)] }],
          ...{ secrets: [], timeoutSeconds: 120 },
        }),
        checksStep('checks', 'Ask every master', CHECK_IDS, 0),
      ];
    case 'drill':
      return drillSteps(members, hashOf);
    case 'failover':
      return [];
    case 'remove':
      return [
        scriptStep(hashOf, {
          ...{ id: 'remove', title: 'Delete the namespace with all applications', impact: 'destructive' },
          script: 'apps/remove-apps.sh',
          work: [{ host: master.name, args: [master.privateIp] }],
          ...{ secrets: [], timeoutSeconds: 180 },
        }),
      ];
  }
}

/** All of it from one master: the API is the same on each of them. */
function deploySteps({ artifacts }: Inventory, { masters: [master] }: Members, hashOf: ScriptHash): Step[] {
  const images = APPS.map((app) => `${app.name}=${imageOf(app, artifacts)}`);
  const manifests = [FOUNDATION, ...manifestsOf(artifacts)].flatMap(manifestArgs);
  return [
    scriptStep(hashOf, {
      ...{ id: 'apply', title: 'Apply the applications, and see each rollout to its end' },
      script: 'apps/deploy-apps.sh',
      work: [
        {
          host: master.name,
          args: [master.privateIp, String(ROLLOUT_SECONDS), String(APPS.length), ...images, ...manifests],
        },
      ],
      secrets: ['SESSION_KEY', 'APP_PASSWORD', 'REDIS_PASSWORD'],
      timeoutSeconds: 60 + APPS.length * 2 * ROLLOUT_SECONDS,
    }),
    checksStep('checks', 'Ask every master', CHECK_IDS, 120),
  ];
}

function drillSteps(members: Members, hashOf: ScriptHash): Step[] {
  const [master] = members.masters;
  const drained = members.workers.at(-1)?.name ?? '';
  return [
    checksStep('before', 'Ask whether the applications can bear it', DRILL_CHECKS, 0),
    scriptStep(hashOf, {
      ...{ id: 'kill', title: 'Delete a pod of each application, then drain a worker, and watch their names' },
      script: 'apps/drill-apps.sh',
      work: [
        {
          host: master.name,
          args: [master.privateIp, drained, String(OUTAGE_SECONDS), ...APP_WORDS, ...waysOf(members)],
        },
      ],
      ...{ secrets: [], timeoutSeconds: 600 },
    }),
    scriptStep(hashOf, {
      ...{ id: 'return', title: 'Open the worker again', script: 'apps/return-apps.sh', always: true },
      work: [{ host: master.name, args: [] }],
      ...{ secrets: [], timeoutSeconds: 120 },
    }),
    checksStep('after', 'Ask every master, until all is whole again', DRILL_CHECKS, 120),
  ];
}

/** One read on every master, each from its own API; `assessApps` compares. */
export function probesOf(inventory: Inventory): Probe[] {
  const members = findMembers(inventory);
  return members.masters.map(({ name, privateIp }) => ({
    host: name,
    script: 'apps/status-apps.sh',
    args: [privateIp, ...APP_WORDS, ...waysOf(members), ...balancerWays()],
    secrets: [],
    timeoutSeconds: 40,
  }));
}
