import { isDeepStrictEqual } from 'node:util';
import PQueue from 'p-queue';
import { ConfigError, ExternalError, KeybuzzError, sentenceOf } from '../errors.ts';
import { isChange, type Step } from '../modules/contract.ts';
import { moduleOfStep } from '../modules/stages.ts';
import { createAhead, type Ahead } from './ahead.ts';
import { askChecks, askUntilPassing, notPassing, passingOf } from './ask-checks.ts';
import { decide, type Next } from './decide.ts';
import { currentStage } from './decide-clearance.ts';
import { workOnHost } from './do-work.ts';
import { workLocally } from './local-work.ts';
import { workAtHetzner } from './hetzner-work.ts';
import type { EventBody } from './events.ts';
import { gatherEvidence } from './evidence.ts';
import { haltBefore } from './halt.ts';
import { openLog, type RunLog } from './log.ts';
import { isRead, read, type Read } from './reads.ts';
import type { RunState } from './state.ts';
import { HOSTS_AT_ONCE, moduleOf, type Workshop } from './workshop.ts';

type Doing<T extends Next['do']> = Extract<Next, { do: T }>;

interface Turn {
  workshop: Workshop;
  log: RunLog;
  signal: AbortSignal;
  ahead: Ahead;
}

function stepOf(state: RunState, id: string): Step {
  const step = state.plan.steps.find((one) => one.id === id);
  if (step === undefined) throw new Error(`The plan of run ${state.runId} has no step ${id}`);
  return step;
}

/** Appends `bodies` only while the state still asks for exactly this kind of doing. */
function appendIf(turn: Turn, doing: Next['do'], ...bodies: EventBody[]): Promise<RunState> {
  return turn.log.append((state) =>
    decide(state, turn.workshop.store.clock.nowMs()).do === doing ? bodies : undefined,
  );
}

/** What follows from a state alone: it stands in the log in the same write as what led to that state. */
function followed({ store }: Workshop, state: RunState): EventBody | undefined {
  const next = decide(state, store.clock.nowMs());
  return next.do === 'append' ? next.body : undefined;
}

/** True when the run has its locks now; false when it waits for them in the queue. */
async function takeLocks(turn: Turn, state: RunState): Promise<boolean> {
  const { locks } = turn.workshop;
  const why = { owner: state.person.name, reason: state.command };
  const taking = await locks.take(state.runId, currentStage(state)?.locks ?? [], why);
  if (taking.taken) {
    const after = await appendIf(turn, 'take-locks', { type: 'locks.taken', fences: taking.fences });
    // Another worker may have ended the run, or this stage of it, between the decision and the taking.
    const isOurs = taking.fences.every(({ number }) => after.fences.some((fence) => fence.number === number));
    if (!isOurs) {
      const taken = taking.fences.map(({ lock }) => lock);
      for (const runId of await locks.release(state.runId, taken, taking.fences))
        await turn.workshop.queues.wake(runId);
    }
    return true;
  }
  const { lock, holder, since } = taking;
  if (state.waitingFor?.lock !== lock || state.waitingFor.holder !== holder) {
    await appendIf(turn, 'take-locks', { type: 'locks.waiting', lock, holder, since });
  }
  return false;
}

async function releaseLocks(turn: Turn, state: RunState): Promise<void> {
  const waiting = await turn.workshop.locks.release(state.runId, state.plan.locks, state.fences);
  await appendIf(turn, 'release-locks', { type: 'locks.released' });
  for (const runId of waiting) await turn.workshop.queues.wake(runId);
}

async function finishStep(turn: Turn, step: string, trouble: { reason: string; fix: string }): Promise<void> {
  await turn.log.append((state) => {
    const isRunning = state.steps.some((one) => one.id === step && one.status === 'running');
    return isRunning ? { type: 'step.finished', step, outcome: 'failed', ...trouble } : undefined;
  });
}

async function gatherForEvidence(turn: Turn, next: Doing<'gather-evidence'>): Promise<void> {
  const results = await gatherEvidence(turn.workshop);
  await appendIf(
    turn,
    'gather-evidence',
    { type: 'checks.answered', step: next.step, results, hosts: [] },
    { type: 'step.finished', step: next.step, outcome: 'ok', reason: '', fix: '' },
  );
}

async function takeBaseline(turn: Turn, state: RunState, step: string): Promise<void> {
  const module = moduleOf(turn.workshop, moduleOfStep(state.plan, step));
  const { results } = await askChecks(turn.workshop, { module }, turn.signal);
  await appendIf(turn, 'baseline', { type: 'step.baseline', step, passing: passingOf(results) });
}

/** True when everything that passed before the step passes again. */
async function passGate(turn: Turn, state: RunState, step: Step): Promise<boolean> {
  if (step.kind !== 'script') return true;
  const must = state.steps.find((one) => one.id === step.id)?.baseline ?? [];
  const module = moduleOf(turn.workshop, moduleOfStep(state.plan, step.id));
  const asked = { module, must, deadlineSeconds: step.gateSeconds };
  const { results } = await askUntilPassing(turn.workshop, asked, turn.signal);
  const lost = notPassing(results, must);
  if (lost.length === 0) return true;
  const reason = `the cluster is not whole again after ${step.gateSeconds} s: ${lost.map(({ check, text }) => `${check} (${text})`).join('; ')}`;
  await finishStep(turn, step.id, { reason, fix: `See every answer: status ${module.name}` });
  return false;
}

async function work(turn: Turn, state: RunState, next: Doing<'work'>): Promise<void> {
  const step = stepOf(state, next.step);
  if (next.gate && !(await passGate(turn, state, step))) return;
  const queue = new PQueue({ concurrency: HOSTS_AT_ONCE });
  const { workshop, log, signal } = turn;
  const all = await Promise.allSettled(
    next.hosts.map((host) =>
      queue.add(async () => {
        signal.throwIfAborted();
        if (step.kind === 'script') await workOnHost(workshop, { log, step, host, signal });
        if (step.kind === 'enroll' || step.kind === 'steal') await workLocally(workshop, { log, step, host, signal });
        if (step.kind === 'hetzner') await workAtHetzner(workshop, { log, step, host, signal });
      }),
    ),
  );
  const refused = all.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  const ours = refused.find((error) => error instanceof ConfigError);
  if (ours instanceof ConfigError) await finishStep(turn, step.id, { reason: ours.message, fix: ours.fix });
  else if (refused.length > 0) throw refused[0];
}

/** Asks, and writes down what it led to, unless the run is no longer where it was decided. */
async function ask({ workshop, log, ahead }: Turn, state: RunState, next: Read): Promise<void> {
  const bodies = await ahead.read(state, next);
  await log.append((newest) =>
    isDeepStrictEqual(decide(newest, workshop.store.clock.nowMs()), next) ? bodies : undefined,
  );
}

/** The change that the stage's locks are taken for. */
function firstChange(state: RunState): string {
  const ids = currentStage(state)?.steps ?? [];
  return state.plan.steps.find((step) => ids.includes(step.id) && isChange(step))?.id ?? '';
}

/** Does one thing. False: nothing more to do now. */
async function doNext(turn: Turn, state: RunState, next: Next): Promise<boolean> {
  if (!isRead(next)) turn.ahead.drop();
  switch (next.do) {
    case 'wait':
      return false;
    case 'append':
      await turn.log.append((newest) => followed(turn.workshop, newest));
      return true;
    case 'preview':
    case 'ask-checks':
      await ask(turn, state, next);
      return true;
    case 'take-locks': {
      const isFree = await haltBefore(turn, state, { step: firstChange(state), hosts: [] });
      return isFree === undefined || takeLocks(turn, state);
    }
    case 'release-locks':
      await releaseLocks(turn, state);
      return true;
    case 'baseline':
      await takeBaseline(turn, state, next.step);
      return true;
    case 'gather-evidence':
      await gatherForEvidence(turn, next);
      return true;
    case 'work': {
      const hosts = await haltBefore(turn, state, next);
      if (hosts === undefined) return true;
      const isWhole = hosts.length === next.hosts.length;
      await work(turn, state, { ...next, hosts: [...hosts], gate: next.gate && isWhole });
      return true;
    }
  }
}

/** A defect must not make the sweep try for ever: people look at it. */
async function interruptOn(turn: Turn, error: unknown): Promise<void> {
  const fix = error instanceof KeybuzzError ? error.fix : 'Look into the worker log; then resume or abandon the run.';
  await turn.log.append((state) =>
    state.status === 'ended' || state.status === 'interrupted'
      ? undefined
      : { type: 'run.interrupted', reason: sentenceOf(error), fix },
  );
}

/**
 * Goes on with a run until it ends or waits. Gives the newest sequence number it saw. Throws ExternalError when Redis does
 * not answer and the signal's reason when it must stop; both lose nothing.
 */
export async function advance(workshop: Workshop, runId: string, signal: AbortSignal): Promise<number> {
  const log = openLog(workshop.store, runId, (after) => followed(workshop, after));
  const ahead = createAhead({
    ask: (asked, next, until) => read(workshop, asked, next, until),
    signal,
    nowMs: () => workshop.store.clock.nowMs(),
  });
  const turn: Turn = { workshop, log, signal, ahead };
  let state = await log.refresh();
  try {
    for (;;) {
      const isMoving = await doNext(turn, state, decide(state, workshop.store.clock.nowMs()));
      signal.throwIfAborted();
      // An append tells what others wrote before it; only where nothing was appended they have to be asked for.
      const known = await log.newest();
      const newest = known.seq === state.seq ? await log.refresh() : known;
      if (!isMoving && newest.seq === state.seq) return state.seq;
      state = newest;
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ExternalError) throw error;
    workshop.warn(`run ${runId}`, error);
    await interruptOn(turn, error);
  } finally {
    ahead.drop();
  }
  return (await log.refresh()).seq;
}
