import { hashOf } from '../canonical.ts';
import { CommandError, DefectError } from '../errors.ts';
import { wellFormed } from '../well-formed.ts';
import { tryAppend, type LogStore } from './append.ts';
import { parseJson } from './chain.ts';
import { EventBody, RunEvent } from './events.ts';
import { keysOf } from './keys.ts';
import { answered } from './redis.ts';
import { applyEvent } from './reduce.ts';
import type { RunState } from './state.ts';

export type { LogStore } from './append.ts';

/** What may follow a state: the next event, or several in order; undefined when there is nothing to add any more. */
export type Propose = (state: RunState) => EventBody | readonly EventBody[] | undefined;

/** What follows from a state alone: it is written together with what led to that state. */
export type Follow = (state: RunState) => EventBody | undefined;

/** Events of one write; a chain that goes on is gone on with by the next one. */
const EVENTS_AT_ONCE_MAX = 20;

/** One run's log as one process sees it. */
export interface RunLog {
  runId: string;
  /** Reads what others appended and gives the newest state. Throws CommandError when there is no such run. */
  refresh(): Promise<RunState>;
  /** The newest state that this process knows, without asking Redis. What is appended upon it is compared there. */
  newest(): Promise<RunState>;
  /**
   * Appends what `propose` says of the newest state, and what follows from that; asked again whenever somebody else
   * appended first.
   */
  append(propose: Propose): Promise<RunState>;
}

/** Parses a stream entry; throws DefectError when it is not an event of ours. */
function parseEntry(runId: string, entry: Entry): RunEvent {
  const parsed = RunEvent.safeParse(parseJson(entry[1][1]));
  if (parsed.success) return parsed.data;
  throw new DefectError(`Entry ${entry[0]} in the log of run ${runId} is not an event.`, {
    code: 'KEYBUZZ_LOG_BROKEN',
    fix: 'A newer version may have written it: update this process. Otherwise the log was changed; compare it with a backup.',
    cause: parsed.error,
  });
}

function assertReadable(body: EventBody): EventBody {
  const parsed = EventBody.safeParse(body);
  if (parsed.success) return body;
  throw new DefectError(`An event ${body.type} was to be written that nobody could read back.`, {
    code: 'KEYBUZZ_EVENT_INVALID',
    fix: 'Look into the log of this process for what is wrong with it, and at the host that it tells of.',
    cause: parsed.error,
  });
}

/** An entry of a log's stream: its id, and `event`, its JSON, `hash`, its hash. */
type Entry = [id: string, fields: string[]];

async function readEntries(store: LogStore, runId: string, from: number): Promise<Entry[]> {
  return answered(store.redis.xrange(keysOf(store.prefix).log(runId), `${from}-0`, '+'));
}

/** All events, oldest first. */
export async function readEvents(store: LogStore, runId: string): Promise<RunEvent[]> {
  return (await readEntries(store, runId, 1)).map((entry) => parseEntry(runId, entry));
}

/** The newest entry of a log: its number, and whether it is the run's end. */
export interface LogEnd {
  /** 0: the log is empty. */
  seq: number;
  isEnded: boolean;
}

/** Asks for the newest entry alone, whoever wrote it. */
export async function readEnd(store: LogStore, runId: string): Promise<LogEnd> {
  const [newest] = await answered(store.redis.xrevrange(keysOf(store.prefix).log(runId), '+', '-', 'COUNT', 1));
  if (newest === undefined) return { seq: 0, isEnded: false };
  const event = parseJson(newest[1][1]) as { body?: { type?: string } } | null | undefined;
  return { seq: Number.parseInt(newest[0], 10), isEnded: event?.body?.type === 'run.ended' };
}

/**
 * The event that follows `state` (undefined: the first), with its hash. A text that was cut in the middle of a character is
 * mended, since it has no hash. Throws DefectError for a body that could not be read back: the log stays readable whatever
 * a host answers.
 */
export function nextEvent(state: RunState | undefined, body: EventBody, nowMs: number): RunEvent {
  const open = {
    seq: (state?.seq ?? 0) + 1,
    at: new Date(nowMs).toISOString(),
    previous: state?.head ?? '',
    body: assertReadable(wellFormed(body)),
  };
  return { ...open, hash: hashOf(open) };
}

function unknownRun(runId: string): CommandError {
  return new CommandError(`There is no run ${runId}.`, {
    code: 'KEYBUZZ_RUN_UNKNOWN',
    fix: 'Type `runs` to see the recent ones.',
  });
}

/** The events that a proposal makes upon a state, with those that follow from it, and the state that they lead to. */
function eventsUpon(
  store: LogStore,
  state: RunState,
  bodies: readonly EventBody[],
  follow: Follow,
): { events: RunEvent[]; after: RunState } {
  const events: RunEvent[] = [];
  let after = state;
  const add = (body: EventBody) => {
    const event = nextEvent(after, body, store.clock.nowMs());
    events.push(event);
    after = applyEvent(state.runId, after, event);
  };
  bodies.forEach(add);
  while (events.length < EVENTS_AT_ONCE_MAX) {
    const body = follow(after);
    if (body === undefined) break;
    add(body);
  }
  return { events, after };
}

const NOTHING: Follow = () => undefined;

/** So many logs a process keeps open: more than people look at in the same minute. */
const LOGS_KEPT = 60;

/**
 * Opens logs and keeps the ones used last, so that whoever looks again and again reads only what is new. For looking: each
 * writer opens its own.
 */
export function keepLogs(store: LogStore): (runId: string) => RunLog {
  const kept = new Map<string, RunLog>();
  return (runId) => {
    const log = kept.get(runId) ?? openLog(store, runId);
    kept.delete(runId);
    kept.set(runId, log);
    for (const oldest of kept.keys()) {
      if (kept.size <= LOGS_KEPT) break;
      kept.delete(oldest);
    }
    return log;
  };
}

/** Opens a log; cheap. Appends of one opened log happen one after the other. */
export function openLog(store: LogStore, runId: string, follow: Follow = NOTHING): RunLog {
  let state: RunState | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  async function read(): Promise<RunState> {
    await store.clock.sync();
    const entries = await readEntries(store, runId, state?.seq ?? 1);
    if (state !== undefined) {
      const [, known] = entries.shift() ?? [];
      // A Redis that was put back to an older day has forgotten what we know: its log is the truth.
      if (known?.[3] !== state.head) {
        state = undefined;
        return read();
      }
    }
    for (const entry of entries) state = applyEvent(runId, state, parseEntry(runId, entry));
    if (state === undefined) throw unknownRun(runId);
    return state;
  }

  async function appendNow(propose: Propose): Promise<RunState> {
    let current = state ?? (await read());
    for (;;) {
      const bodies = [propose(current) ?? []].flat();
      if (bodies.length === 0) return current;
      const { events, after } = eventsUpon(store, current, bodies, follow);
      if (await tryAppend(store, runId, events, after)) {
        state = after;
        return after;
      }
      current = await read();
    }
  }

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = turn.then(work, work);
    turn = result.catch(() => undefined);
    return result;
  }

  return {
    runId,
    refresh: () => inTurn(read),
    newest: () => inTurn(() => (state === undefined ? read() : Promise.resolve(state))),
    append: (propose) => inTurn(() => appendNow(propose)),
  };
}
