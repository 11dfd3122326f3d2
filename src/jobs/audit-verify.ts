import { DefectError } from '../errors.ts';
import type { LogStore } from './append.ts';
import { brokenLink, readWritten, type WrittenEvent } from './chain.ts';
import { keysOf } from './keys.ts';
import { openLedger, type Ledger } from './ledger.ts';
import { readEnd } from './log.ts';
import { answered } from './redis.ts';
import { openSeals, type Seal } from './seals.ts';

/** What was found wrong with the logs. */
export interface AuditFault {
  /** Empty: the ledger. */
  run: string;
  kind: 'changed' | 'cut' | 'no-log' | 'not-listed' | 'unreadable';
  text: string;
}

export interface Verified {
  runs: number;
  events: number;
  entries: number;
  /** SHA-256 of the ledger's newest entry; empty: it has none. */
  ledgerHead: string;
  /** Ends of runs that are sealed, and SHA-256 of the newest seal; empty: there is none. */
  seals: number;
  sealsHead: string;
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

/** The newest seal of each run. What can't be read of the seals is told by their chain, not here. */
async function sealsByRun(
  seals: ReturnType<typeof openSeals>,
): Promise<{ byRun: Map<string, Seal>; faults: AuditFault[] }> {
  const events = await seals.events().catch((error: unknown) => {
    if (error instanceof DefectError) return undefined;
    throw error;
  });
  const faults: AuditFault[] = [];
  if (events === undefined) faults.push({ run: '', kind: 'unreadable', text: 'a seal can not be read' });
  return { byRun: new Map((events ?? []).map(({ body }) => [body.run, body])), faults };
}

/** What a seal knows of a log that is not there any more. */
function faultOfSeal(run: string, written: readonly WrittenEvent[], seal: Seal | undefined): AuditFault[] {
  if (seal === undefined || written[seal.seq - 1]?.hash === seal.head) return [];
  const text =
    written.length < seal.seq
      ? `it was cut at its end: it had ${seal.seq} events when it ended, and has ${written.length}`
      : `event ${seal.seq} is not the one that it ended with`;
  return [{ run, kind: written.length < seal.seq ? 'cut' : 'changed', text }];
}

/** The chains beside the logs: how long each is, its head, and where it breaks. */
async function verifyChain(chain: Pick<Ledger, 'written'>, name: string) {
  const written = await chain.written();
  const broken = brokenLink(written);
  const text = `entry ${broken} of the ${name} was changed, or what stood before it is missing`;
  const faults: AuditFault[] = broken === undefined ? [] : [{ run: '', kind: 'changed', text }];
  const head = written.at(-1)?.hash;
  return { entries: written.length, head: typeof head === 'string' ? head : '', faults };
}

/** Runs that have a log and stand in no list. */
async function hiddenRuns(store: LogStore, ids: readonly string[]): Promise<AuditFault[]> {
  const listed = new Set(ids);
  const faults: AuditFault[] = [];
  for (const run of await loggedRuns(store)) {
    // A run that was only just asked for is logged and listed in one write.
    const isKnown = listed.has(run) || (await answered(store.redis.zscore(keysOf(store.prefix).runs, run))) !== null;
    if (!isKnown && (await readEnd(store, run)).seq > 0) {
      faults.push({ run, kind: 'not-listed', text: 'it has a log and was taken out of the list of runs' });
    }
  }
  return faults;
}

/** Recomputes every chain, compares the logs with the list of runs both ways, and ended ones with their seals. */
export async function verify(store: LogStore): Promise<Verified> {
  const { ids, isCut } = await newestRuns(store);
  // Before the logs: a run may end meanwhile.
  const chain = openSeals(store);
  const [seals, sealed] = [await verifyChain(chain, 'chain of seals'), await sealsByRun(chain)];
  const faults: AuditFault[] = [...seals.faults, ...sealed.faults];
  let events = 0;
  await inTurns(ids, async (run) => {
    const written = await readWritten(store, run);
    events += written.length;
    const broken = brokenLink(written);
    if (written.length === 0) faults.push({ run, kind: 'no-log', text: 'it is listed and its log is gone' });
    if (broken !== undefined) {
      faults.push({ run, kind: 'changed', text: `event ${broken} was changed, or what stood before it is missing` });
    } else if (written.length > 0) faults.push(...faultOfSeal(run, written, sealed.byRun.get(run)));
  });
  if (!isCut) {
    faults.push(...(await hiddenRuns(store, ids)));
    const listed = new Set(ids);
    const taken = [...sealed.byRun.keys()].filter((run) => !listed.has(run));
    const isGone = async (run: string) => (await readEnd(store, run)).seq === 0;
    for (const run of taken) {
      if (await isGone(run))
        faults.push({ run, kind: 'no-log', text: 'it has ended, and its log and its place in the list are gone' });
    }
  }
  const ledger = await verifyChain(openLedger(store), 'ledger');
  faults.push(...ledger.faults);
  return {
    ...{ runs: ids.length, events, entries: ledger.entries, isCut },
    ...{ ledgerHead: ledger.head, seals: seals.entries, sealsHead: seals.head },
    faults: faults.slice(0, FAULTS_MAX),
  };
}
