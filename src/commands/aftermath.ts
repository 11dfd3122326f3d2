import type { RunState, StepState } from '../jobs/state.ts';
import { isChange } from '../modules/contract.ts';
import { compensated, hasTouched, isCompensation, plannedSteps, type PlannedStep } from './outcome.ts';

/** More names than these are counted. */
const NAMED_MAX = 6;

/** "redis-01, redis-02", of many the first and how many more. */
function listed(names: readonly string[]): string {
  const more = names.length - NAMED_MAX;
  return `${names.slice(0, NAMED_MAX).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const names = (step: StepState, isMeant: (host: StepState['hosts'][number]) => boolean) =>
  step.hosts.filter(isMeant).map(({ host }) => host);

function isDone({ status, hosts }: StepState): boolean {
  return status === 'ok' || (hosts.length > 0 && hosts.every((host) => host.status === 'ok'));
}

/** "Install Redis", or "Install Redis on redis-02 (done on redis-01)". */
function undone({ progress }: PlannedStep): string {
  const done = names(progress, ({ status }) => status === 'ok');
  const left = names(progress, ({ status }) => status !== 'ok');
  return done.length === 0 ? progress.title : `${progress.title} on ${listed(left)} (done on ${listed(done)})`;
}

/** Steps the run owes; what a failed run failed at is told as its reason. */
function notDone(state: RunState): string[] {
  const isToldElsewhere = ({ status }: StepState) =>
    state.ending?.ending === 'failed' && (status === 'failed' || status === 'unknown');
  return plannedSteps(state)
    .filter(({ step, progress }) => !isCompensation(step) && !isDone(progress) && !isToldElsewhere(progress))
    .map(undone);
}

/** What putting right came to, a sentence per step that had to. */
function putRight(step: StepState): string {
  const bad = step.hosts.filter(({ status }) => status === 'failed' || status === 'unknown');
  const [first] = bad;
  if (first !== undefined || step.status === 'failed' || step.status === 'unknown') {
    const why = first === undefined ? step.reason : `${first.host}: ${first.reason}`;
    return `Compensation did not succeed: ${step.title}. ${why}. What the run changed there may still be so.`;
  }
  if (!isDone(step)) return `Compensation runs: ${step.title}.`;
  const changes = step.hosts.flatMap((host) => host.changes);
  if (changes.length === 0) return `Compensation ran: ${step.title}. It reported no change.`;
  const what = changes.map(({ host, kind, target, detail }) => `${host}: ${[kind, target, detail].join(' ').trim()}`);
  return `Compensation ran: ${step.title}. Put right: ${listed(what)}.`;
}

/** Work whose end nobody knows. */
function openWork(state: RunState): string[] {
  return plannedSteps(state)
    .filter(({ step }) => isChange(step))
    .flatMap(({ progress }) =>
      names(progress, ({ status }) => status === 'unknown' || status === 'running').map(
        (host) => `${host} (${progress.title})`,
      ),
    );
}

/** Of a run that stopped or ended short: whether anything of it may still go on, and where. */
function whatStillRuns(state: RunState): string[] {
  const open = openWork(state);
  if (open.length > 0) return [`Nobody knows whether this still runs: ${listed(open)}. Look there.`];
  const missed = plannedSteps(state).filter(({ step, progress }) => isCompensation(step) && !isDone(progress));
  const titles = listed(missed.map(({ progress }) => progress.title));
  if (missed.length > 0 && state.status === 'ended') return [`Not put right by the run: ${titles}. Look at its hosts.`];
  return missed.length > 0 ? [] : ['Nothing of the run still runs on any host.'];
}

/**
 * What people must know of a run that ended short of its aim or was interrupted, as plain sentences: what compensation put
 * right, what was not done, what may still run where. Empty for all other runs.
 */
export function aftermath(state: RunState): string[] {
  const { ending, plan, previewOnly } = state;
  const isShort = ending === undefined ? state.status === 'interrupted' : ending.ending !== 'ok';
  if (!isShort || previewOnly || !plan.steps.some(isChange)) return [];
  if (!hasTouched(state)) {
    const isTold = ending?.ending === 'denied' || ending?.ending === 'expired';
    return isTold ? [] : ['Nothing was changed on any host.'];
  }
  const left = ending === undefined ? [] : notDone(state);
  return [
    ...compensated(state).map(putRight),
    ...(left.length === 0 ? [] : [`Not done: ${left.join('; ')}.`]),
    ...whatStillRuns(state),
  ];
}

/** What happens now that somebody asked to cancel, as plain sentences; empty when nobody did or the run is over. */
export function cancelOutlook(state: RunState): string[] {
  if (state.cancel === undefined || state.status === 'ended') return [];
  const all = plannedSteps(state);
  const busy = all.flatMap(({ step, progress }) => {
    const hosts =
      progress.status === 'running' && isChange(step) ? names(progress, (host) => host.status === 'running') : [];
    return hosts.length === 0 ? [] : [`${listed(hosts)} (${progress.title})`];
  });
  const left = all
    .filter(({ step, progress }) => !isCompensation(step) && progress.status === 'pending')
    .map(({ progress }) => progress.title);
  if (!hasTouched(state)) return ['Nothing was changed yet: the run ends now.'];
  const mending = all
    .filter(({ step, progress }) => isCompensation(step) && !isDone(progress))
    .map(({ progress }) => progress.title);
  return [
    busy.length === 0
      ? 'Nothing runs on a host at this moment.'
      : `Finished first, never cut in half: ${busy.join('; ')}.`,
    ...(mending.length === 0 ? [] : [`Then compensation follows: ${mending.join('; ')}.`]),
    ...(left.length === 0 ? [] : [`Not begun any more: ${left.join('; ')}.`]),
  ];
}
