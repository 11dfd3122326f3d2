import { hashOf } from '../../src/canonical.ts';
import type { EventBody, Gate, Person, RunEvent } from '../../src/jobs/events.ts';
import type { Plan, ScriptStep } from '../../src/modules/contract.ts';

/** People of the tests' policy. */
export const OLGA: Person = { id: 'olga', name: 'Olga', slack: 'UOPERATOR' };
export const ANDRE: Person = { id: 'andre', name: 'André', slack: 'UAPPROVER' };
export const ADA: Person = { id: 'ada', name: 'Ada', slack: 'UAPPROVER2' };

/** A change step on the given hosts. */
export function changeStep(id: string, hosts: string[], extra: Partial<ScriptStep> = {}): ScriptStep {
  return {
    kind: 'script',
    id,
    title: `Do ${id}`,
    impact: 'disruptive',
    mode: 'change',
    script: 'redis/deploy-server.sh',
    scriptHash: 'f'.repeat(64),
    order: 'together',
    work: hosts.map((host) => ({ host, args: [] })),
    secrets: [],
    timeoutSeconds: 60,
    gateSeconds: 0,
    ...extra,
  };
}

/** A plan of the redis module with these steps and, as last step, its checks. */
export function planOf(steps: ScriptStep[], extra: Partial<Plan> = {}): Plan {
  const checks = {
    kind: 'checks' as const,
    id: 'checks',
    title: 'Check the cluster',
    impact: 'none' as const,
    must: ['one-master'],
    deadlineSeconds: 0,
  };
  return {
    title: 'deploy redis',
    verb: 'deploy',
    module: 'redis',
    steps: [...steps, checks],
    locks: ['redis'],
    ...extra,
  };
}

export function requested(plan: Plan, gate: Partial<Gate> = {}): EventBody {
  return {
    type: 'run.requested',
    command: plan.title,
    plan,
    planHash: hashOf(plan),
    gate: { approvals: 1, impact: 'disruptive', expiresAfterSeconds: 3600, ...gate },
    person: OLGA,
    origin: { via: 'slack', channel: 'C1' },
    interaction: 'trigger-1',
    previewOnly: false,
  };
}

/** Links bodies to a log, one second apart. */
export function logOf(bodies: EventBody[], startMs = Date.UTC(2026, 0, 1)): RunEvent[] {
  let previous = '';
  return bodies.map((body, index) => {
    const open = { seq: index + 1, at: new Date(startMs + index * 1000).toISOString(), previous, body };
    previous = hashOf(open);
    return { ...open, hash: previous };
  });
}
