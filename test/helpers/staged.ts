import { Plan, type ChecksStep, type Stage } from '../../src/modules/contract.ts';
import { changeStep } from './runs.ts';

function checks(id: string, extra: Partial<ChecksStep> = {}): ChecksStep {
  return { kind: 'checks', id, title: `Ask ${id}`, impact: 'none', must: ['one-master'], deadlineSeconds: 0, ...extra };
}

const stage = (module: string, steps: string[], locks: string[]): Stage => {
  return { module, title: module, requires: [], demanded: [], steps, locks };
};

/** `deploy all` of four modules: one that is only asked, and three that are deployed after it. */
export const PLAN: Plan = Plan.parse({
  ...{ title: 'deploy all', verb: 'deploy', module: '', locks: ['base', 'haproxy', 'pg', 'redis'] },
  steps: [
    checks('inventory-checks', { isRequirement: true }),
    changeStep('base-hosts', ['redis-01', 'db-01']),
    checks('base-checks'),
    checks('pg-requires-base', { isRequirement: true, of: 'base', hosts: ['db-01'] }),
    changeStep('pg-servers', ['db-01']),
    checks('redis-requires-base', { isRequirement: true, of: 'base', hosts: ['redis-01'] }),
    changeStep('redis-servers', ['redis-01']),
    checks('redis-checks'),
  ],
  stages: [
    stage('inventory', ['inventory-checks'], []),
    stage('base', ['base-hosts', 'base-checks'], ['base', 'pg', 'redis']),
    stage('pg', ['pg-requires-base', 'pg-servers'], ['haproxy', 'pg']),
    stage('redis', ['redis-requires-base', 'redis-servers', 'redis-checks'], ['haproxy', 'redis']),
  ],
});
