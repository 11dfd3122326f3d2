import type { LogStore } from './append.ts';
import { brokenLink, readWritten } from './chain.ts';
import { keysOf } from './keys.ts';
import { openLedger } from './ledger.ts';
import { readEnd } from './log.ts';
import { answered } from './redis.ts';

/** What was found wrong with the logs. */
export interface AuditFault {
  /** Empty: the ledger. */
  run: string;
  kind: 'changed' | 'no-log' | 'not-listed' | 'unreadable';
  text: string;
}

export interface Verified {
  runs: number;
  events: number;
  entries: number;
  /** SHA-256 of the ledger's newest entry; empty: it has none. */
  ledgerHead: string;
  faults: AuditFault[];
  /** Only the newest were looked at. */
  isCut: boolean;
}

/** So many runs, the newest, are read by one question. */
const RUNS_READ_MAX = 5000;
/** Logs that are read at the same time. */
const LOGS_AT_ONCE = 16;
const FAULTS_MAX = 100;

/** Does it for all, so many at a time; the results are in order. */
export async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += LOGS_AT_ONCE) {
    results.push(...(await Promise.all(items.slice(from, from + LOGS_AT_ONCE).map(work))));
  }
  return results;
}

/** Ids of runs, the newest first. */
export async function newestRuns({ redis, prefix }: LogStore): Promise<{ ids: string[]; isCut: boolean }> {
  const ids = await answered(redis.zrange(keysOf(prefix).runs, 0, `${RUNS_READ_MAX}`, 'REV'));
  return { ids: ids.slice(0, RUNS_READ_MAX), isCut: ids.length > RUNS_READ_MAX };
}

/** Ids of the runs that have a log, listed or not. */
async function loggedRuns({ redis, prefix }: LogStore): Promise<Set<string>> {
  const [before, after] = keysOf(prefix).log('*').split('*');
  const found = new Set<string>();
  let cursor = '0';
  do {
    const pattern = `${(before ?? '').replace(/[[\]?*\\]/g, '\\$&')}*${after ?? ''}`;
    const [next, names] = await answered(redis.scan(cursor, 'MATCH', pattern, 'COUNT', 1000));
    for (const name of names) found.add(name.slice((before ?? '').length, name.length - (after ?? '').length));
    cursor = next;
  } while (cursor !== '0');
  return found;
}

/** Recomputes every chain, and compares the logs with the list of runs both ways. */
export async function verify(store: LogStore): Promise<Verified> {
  const { ids, isCut } = await newestRuns(store);
  const faults: AuditFault[] = [];
  let events = 0;
  await inTurns(ids, async (run) => {
    const written = await readWritten(store, run);
    events += written.length;
    const broken = brokenLink(written);
    if (written.length === 0) faults.push({ run, kind: 'no-log', text: 'it is listed and its log is gone' });
    if (broken !== undefined) {
      faults.push({ run, kind: 'changed', text: `event ${broken} was changed, or what stood before it is missing` });
    }
  });
  const listed = new Set(ids);
  for (const run of isCut ? [] : await loggedRuns(store)) {
    // A run that was only just asked for is logged and listed in one write.
    const isKnown = listed.has(run) || (await answered(store.redis.zscore(keysOf(store.prefix).runs, run))) !== null;
    if (!isKnown && (await readEnd(store, run)).seq > 0) {
      faults.push({ run, kind: 'not-listed', text: 'it has a log and was taken out of the list of runs' });
    }
  }
  const ledger = await openLedger(store).written();
  const broken = brokenLink(ledger);
  if (broken !== undefined) {
    const text = `entry ${broken} of the ledger was changed, or what stood before it is missing`;
    faults.push({ run: '', kind: 'changed', text });
  }
  const head = ledger.at(-1)?.hash;
  return {
    ...{ runs: ids.length, events, entries: ledger.length, isCut },
    ledgerHead: typeof head === 'string' ? head : '',
    faults: faults.slice(0, FAULTS_MAX),
  };
}
