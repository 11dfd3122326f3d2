import { english, type Wording } from '../language/index.ts';
import type { RunState, StepState } from '../jobs/state.ts';
import { isChange } from '../modules/contract.ts';
import { compensated, hasTouched, isCompensation, plannedSteps, type PlannedStep } from './outcome.ts';

/** More names than these are counted. */
const NAMED_MAX = 6;

/** "redis-01, redis-02", of many the first and how many more. */
function listed(names: readonly string[], say: Wording): string {
  return say.andMore(names.slice(0, NAMED_MAX).join(', '), names.length - NAMED_MAX);
}

const names = (step: StepState, isMeant: (host: StepState['hosts'][number]) => boolean) =>
  step.hosts.filter(isMeant).map(({ host }) => host);

function isDone({ status, hosts }: StepState): boolean {
  return status === 'ok' || (hosts.length > 0 && hosts.every((host) => host.status === 'ok'));
}

/** "Install Redis", or "Install Redis on redis-02 (done on redis-01)". */
function undone({ progress }: PlannedStep, say: Wording): string {
  const done = names(progress, ({ status }) => status === 'ok');
  const left = names(progress, ({ status }) => status !== 'ok');
  return done.length === 0
    ? say.titled(progress.title)
    : say.aftermath.undone(say.titled(progress.title), listed(left, say), listed(done, say));
}

/** Steps the run owes; what a failed run failed at is told as its reason. */
function notDone(state: RunState, say: Wording): string[] {
  const isToldElsewhere = ({ status }: StepState) =>
    state.ending?.ending === 'failed' && (status === 'failed' || status === 'unknown');
  return plannedSteps(state)
    .filter(({ step, progress }) => !isCompensation(step) && !isDone(progress) && !isToldElsewhere(progress))
    .map((step) => undone(step, say));
}

/** What putting right came to, a sentence per step that had to. */
function putRight(step: StepState, say: Wording): string {
  const { aftermath: told } = say;
  const title = say.titled(step.title);
  const bad = step.hosts.filter(({ status }) => status === 'failed' || status === 'unknown');
  const [first] = bad;
  if (first !== undefined || step.status === 'failed' || step.status === 'unknown') {
    const why = first === undefined ? say.retold(step.reason) : `${first.host}${say.colon}${say.retold(first.reason)}`;
    return told.notMended(title, why);
  }
  if (!isDone(step)) return told.mending(title);
  const changes = step.hosts.flatMap((host) => host.changes);
  if (changes.length === 0) return told.mendedNothing(title);
  const what = changes.map(
    ({ host, kind, target, detail }) => `${host}${say.colon}${[kind, target, detail].join(' ').trim()}`,
  );
  return told.mended(title, listed(what, say));
}

/** Work whose end nobody knows. */
function openWork(state: RunState, say: Wording): string[] {
  return plannedSteps(state)
    .filter(({ step }) => isChange(step))
    .flatMap(({ progress }) =>
      names(progress, ({ status }) => status === 'unknown' || status === 'running').map(
        (host) => `${host} (${say.titled(progress.title)})`,
      ),
    );
}

/** Of a run that stopped or ended short: whether anything of it may still go on, and where. */
function whatStillRuns(state: RunState, say: Wording): string[] {
  const { aftermath: told } = say;
  const open = openWork(state, say);
  if (open.length > 0) return [told.mayStillRun(listed(open, say))];
  const missed = plannedSteps(state).filter(({ step, progress }) => isCompensation(step) && !isDone(progress));
  const titles = listed(
    missed.map(({ progress }) => say.titled(progress.title)),
    say,
  );
  if (missed.length > 0 && state.status === 'ended') return [told.notPutRight(titles)];
  return missed.length > 0 ? [] : [told.nothingRuns];
}

/**
 * What people must know of a run that ended short of its aim or was interrupted, as plain sentences: what compensation put
 * right, what was not done, what may still run where. Empty for all other runs.
 */
export function aftermath(state: RunState, say: Wording = english): string[] {
  const { ending, plan, previewOnly } = state;
  const isShort = ending === undefined ? state.status === 'interrupted' : ending.ending !== 'ok';
  if (!isShort || previewOnly || !plan.steps.some(isChange)) return [];
  if (!hasTouched(state)) {
    const isTold = ending?.ending === 'denied' || ending?.ending === 'expired';
    return isTold ? [] : [say.aftermath.nothingChanged];
  }
  const left = ending === undefined ? [] : notDone(state, say);
  return [
    ...compensated(state).map((step) => putRight(step, say)),
    ...(left.length === 0 ? [] : [say.aftermath.notDone(left.join('; '))]),
    ...whatStillRuns(state, say),
  ];
}

/** What happens now that somebody asked to cancel, as plain sentences; empty when nobody did or the run is over. */
export function cancelOutlook(state: RunState, say: Wording = english): string[] {
  if (state.cancel === undefined || state.status === 'ended') return [];
  const all = plannedSteps(state);
  const busy = all.flatMap(({ step, progress }) => {
    const hosts =
      progress.status === 'running' && isChange(step) ? names(progress, (host) => host.status === 'running') : [];
    return hosts.length === 0 ? [] : [`${listed(hosts, say)} (${say.titled(progress.title)})`];
  });
  const left = all
    .filter(({ step, progress }) => !isCompensation(step) && progress.status === 'pending')
    .map(({ progress }) => say.titled(progress.title));
  if (!hasTouched(state)) return [say.aftermath.endsNow];
  const mending = all
    .filter(({ step, progress }) => isCompensation(step) && !isDone(progress))
    .map(({ progress }) => say.titled(progress.title));
  return [
    busy.length === 0 ? say.aftermath.idle : say.aftermath.finishedFirst(busy.join('; ')),
    ...(mending.length === 0 ? [] : [say.aftermath.thenMends(mending.join('; '))]),
    ...(left.length === 0 ? [] : [say.aftermath.notBegun(left.join('; '))]),
  ];
}
