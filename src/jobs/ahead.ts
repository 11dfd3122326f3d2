import { setMaxListeners } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import { decide } from './decide.ts';
import { currentStage } from './decide-clearance.ts';
import type { EventBody } from './events.ts';
import { nextEvent } from './log.ts';
import { hashPreview } from './preview.ts';
import { isRead, type Read } from './reads.ts';
import { applyEvent } from './reduce.ts';
import type { RunState } from './state.ts';

/** What was asked before its turn counts for so long when its turn has come, ms; then it is asked anew. */
const AHEAD_MS_MAX = 10_000;

/** How a read ends when all is as it should be: what must pass passes, and nothing is to change. */
function wellEnding(state: RunState, next: Read): EventBody {
  if (next.do === 'ask-checks') {
    return { type: 'step.finished', step: next.step, outcome: 'ok', reason: '', fix: '' };
  }
  const { attempt } = state;
  const nothing = { changes: [], diffs: [], troubles: [] };
  return { type: 'preview.taken', attempt, locked: next.locked, hash: hashPreview([]), ...nothing };
}

/** The state after this event and all that follow from a state alone. */
function stateAfter(state: RunState, body: EventBody, nowMs: number): RunState {
  const after = applyEvent(state.runId, state, nextEvent(state, body, nowMs));
  const next = decide(after, nowMs);
  return next.do === 'append' && after.status !== 'ended' ? stateAfter(after, next.body, nowMs) : after;
}

/** A read that does not depend on what is found before it, asked once or until it passes. */
function isIndependent({ plan }: RunState, next: Read): boolean {
  if (next.do === 'preview') return !next.locked;
  const step = plan.steps.find(({ id }) => id === next.step);
  return step?.kind === 'checks' && step.asBefore === undefined;
}

/** It may take a while, and what is asked beside it would be old by then. */
function isWaiting({ plan }: RunState, next: Read): boolean {
  return (
    next.do === 'ask-checks' &&
    plan.steps.some((step) => step.id === next.step && 'deadlineSeconds' in step && step.deadlineSeconds > 0)
  );
}

/**
 * The reads that will be next if this one and each of them ends well with nothing to change, each with the state it is asked
 * in. Pure. Only of a deploy of one module: that is what is often found as it should be, while a move never is.
 */
export function readsBehind(state: RunState, next: Read, nowMs: number): { state: RunState; next: Read }[] {
  if (state.plan.verb !== 'deploy' || state.plan.stages !== undefined) return [];
  if (!isIndependent(state, next) || isWaiting(state, next) || currentStage(state) === undefined) return [];
  const after = stateAfter(state, wellEnding(state, next), nowMs);
  const then = decide(after, nowMs);
  if (!isRead(then) || !isIndependent(after, then)) return [];
  return [{ state: after, next: then }, ...readsBehind(after, then, nowMs)];
}

/** Reads of one run, some of them asked before their turn. */
export interface Ahead {
  /** Asks, or gives what was asked already, and begins what will be asked next if nothing is to change. Throws as `read`. */
  read(state: RunState, next: Read): Promise<EventBody[]>;
  /** Breaks off whatever was asked before its turn: its turn will not come. */
  drop(): void;
}

interface Asking {
  next: Read;
  begunMs: number;
  bodies: Promise<EventBody[]>;
}

export interface AheadParts {
  ask: (state: RunState, next: Read, signal: AbortSignal) => Promise<EventBody[]>;
  /** The worker must stop. */
  signal: AbortSignal;
  /** Milliseconds since the epoch. */
  nowMs: () => number;
  /** Milliseconds of a clock that only goes forward; tests bring their own. */
  elapsedMs?: () => number;
}

/**
 * Hosts are asked in the same breath what would else be asked one after the other: of a deploy that changes nothing what it
 * requires, what would change, and whether all is well. An answer that turns out not to be the next question's is thrown away.
 */
export function createAhead({ ask, signal, nowMs, elapsedMs = () => performance.now() }: AheadParts): Ahead {
  let asking: Asking[] = [];
  let over = new AbortController();

  function begin(state: RunState, next: Read): Asking {
    const until = AbortSignal.any([signal, over.signal]);
    // As many hosts as are asked at once listen to it, and Node takes more than ten for a leak.
    setMaxListeners(0, until);
    const bodies = ask(state, next, until);
    // Nobody may ever wait for it.
    bodies.catch(() => undefined);
    return { next, begunMs: elapsedMs(), bodies };
  }

  function drop(): void {
    over.abort();
    over = new AbortController();
    asking = [];
  }

  return {
    drop,
    read(state, next) {
      const [first, ...rest] = asking;
      if (first !== undefined && isDeepStrictEqual(first.next, next) && elapsedMs() - first.begunMs < AHEAD_MS_MAX) {
        asking = rest;
        return first.bodies;
      }
      drop();
      const { bodies } = begin(state, next);
      asking = readsBehind(state, next, nowMs()).map((one) => begin(one.state, one.next));
      return bodies;
    },
  };
}
