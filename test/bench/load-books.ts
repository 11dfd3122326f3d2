import type { Message, SlackSandbox } from '../../sandbox/slack/index.ts';

/** What the workspace saw of one run; epoch milliseconds, undefined: never. */
export interface Seen {
  rootAtMs: number | undefined;
  /** The first moment at which anything in the channel said how the run ended. */
  endAtMs: number | undefined;
  /** The moment at which the run's own message said so. */
  rootEndAtMs: number | undefined;
  edits: number;
  notes: number;
}

/** What crossed the wire, and what was too much of it. */
export interface Books {
  runs: Record<string, Seen>;
  /** Calls by method. */
  calls: Record<string, number>;
  /** 429 by method. */
  refused: Record<string, number>;
  /** The most edits in any 60 s. */
  editsPerMinuteMax: number;
}

/** What the bot writes into the metadata of its messages. */
interface Payload {
  run?: string;
  key?: string;
  /** Runs whose end a message tells that is none of theirs. */
  ended?: string;
}

function payloadOf(message: Message): Payload {
  return message.metadata?.event_payload ?? {};
}

function mostIn(timesMs: readonly number[], spanMs: number): number {
  let first = 0;
  return timesMs.reduce((most, atMs, last) => {
    while (atMs - (timesMs[first] ?? 0) >= spanMs) first += 1;
    return Math.max(most, last - first + 1);
  }, 0);
}

/** Watches a workspace from now on; the function gives the books so far. */
export function keepBooks(slack: SlackSandbox, nowMs: () => number): () => Books {
  const runs = new Map<string, Seen>();
  const of = (run: string): Seen => {
    const seen = runs.get(run) ?? {
      rootAtMs: undefined,
      endAtMs: undefined,
      rootEndAtMs: undefined,
      edits: 0,
      notes: 0,
    };
    runs.set(run, seen);
    return seen;
  };
  const look = (message: Message, isEdit: boolean): void => {
    const { run, key = '', ended = '' } = payloadOf(message);
    for (const other of ended.split(' ').filter((id) => id !== '')) of(other).endAtMs ??= nowMs();
    if (run === undefined) return;
    const seen = of(run);
    if (!key.startsWith('root')) {
      seen.notes += 1;
      return;
    }
    if (isEdit) seen.edits += 1;
    seen.rootAtMs ??= nowMs();
    if (!JSON.stringify(message.blocks ?? []).includes('Log head')) return;
    seen.endAtMs ??= nowMs();
    seen.rootEndAtMs ??= nowMs();
  };
  slack.on('message', (message) => look(message, false));
  slack.on('update', (message) => look(message, true));
  return () => {
    const api = slack.calls().filter(({ kind }) => kind === 'api');
    const count = (all: typeof api) => {
      const counts: Record<string, number> = {};
      for (const { name } of all) counts[name] = (counts[name] ?? 0) + 1;
      return counts;
    };
    const taken = api.filter(({ name, status }) => name === 'chat.update' && status === 200);
    return {
      runs: Object.fromEntries(runs),
      calls: count(api),
      refused: count(api.filter(({ status }) => status === 429)),
      editsPerMinuteMax: mostIn(
        taken.map(({ atMs }) => atMs),
        60_000,
      ),
    };
  };
}
