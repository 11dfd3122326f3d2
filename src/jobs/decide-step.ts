import type { Step } from '../modules/contract.ts';
import { isAlways, isBad, type Next } from './next.ts';
import { fixOf, reasonOf } from './preview.ts';
import type { HostState, RunState, StepState } from './state.ts';

/** A host that has this attempt's work still before it. */
function isDue(host: HostState, attempt: number): boolean {
  return (
    host.status === 'pending' || (host.attempt < attempt && (host.status === 'failed' || host.status === 'unknown'))
  );
}

const nameOf = ({ host }: HostState) => host;

/** Which hosts of a script step to work on now; empty: the step is over. */
function nextHosts(state: RunState, step: Step, progress: StepState): { hosts: string[]; gate: boolean } {
  const { attempt } = state;
  const running = progress.hosts.filter((host) => host.status === 'running').map(nameOf);
  const shown = step.kind === 'script' && step.onlyChanged === true ? (state.preview?.changes ?? []) : undefined;
  const isMeant = ({ host }: HostState) =>
    shown === undefined || shown.some((change) => change.step === step.id && change.host === host);
  const isSpoiled = progress.hosts.some(
    (host) => host.attempt === attempt && (host.status === 'failed' || host.status === 'unknown'),
  );
  const due = isSpoiled ? [] : progress.hosts.filter((host) => isMeant(host) && isDue(host, attempt)).map(nameOf);
  const isFirst = progress.hosts.every((host) => host.status !== 'ok');
  const order = step.kind === 'script' ? step.order : 'together';
  const isOneAtATime = order === 'one-by-one' || (order === 'first-then-rest' && isFirst);
  if (isOneAtATime && running.length > 0) return { hosts: running, gate: false };
  const gate = !isFirst && running.length === 0 && step.kind === 'script' && step.gateSeconds > 0;
  return { hosts: [...running, ...(isOneAtATime ? due.slice(0, 1) : due)], gate: gate && due.length > 0 };
}

function finishStep(progress: StepState): Next {
  const worst =
    progress.hosts.find((host) => host.status === 'unknown') ?? progress.hosts.find((host) => host.status === 'failed');
  const bad = progress.hosts.filter((host) => isBad(host));
  const told = worst === undefined ? [] : [worst, ...bad.filter((host) => host !== worst)];
  return {
    do: 'append',
    body: {
      type: 'step.finished',
      step: progress.id,
      outcome: worst?.status === 'unknown' ? 'unknown' : worst === undefined ? 'ok' : 'failed',
      reason: reasonOf(told),
      fix: fixOf(told),
    },
  };
}

/** What to do next in a step that has begun or is to begin. */
export function decideStep(state: RunState, step: Step, progress: StepState): Next {
  if (progress.status === 'pending') {
    return { do: 'append', body: { type: 'step.started', step: step.id, attempt: state.attempt } };
  }
  if (step.kind === 'checks') return { do: 'ask-checks', step: step.id };
  if (step.kind === 'evidence') return { do: 'gather-evidence', step: step.id };
  if (step.kind === 'script' && step.gateSeconds > 0 && progress.baseline === undefined) {
    return { do: 'baseline', step: step.id };
  }
  const { hosts, gate } = nextHosts(state, step, progress);
  if (hosts.length === 0) return finishStep(progress);
  if (state.cancel !== undefined && !isAlways(step)) {
    const running = progress.hosts.filter((host) => host.status === 'running').map(nameOf);
    return { do: 'work', step: step.id, hosts: running, gate: false };
  }
  return { do: 'work', step: step.id, hosts, gate };
}
