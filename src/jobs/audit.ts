import { modulesOf } from '../modules/stages.ts';
import type { LogStore } from './append.ts';
import { inTurns, newestRuns, verify, type Verified } from './audit-verify.ts';
import { readWritten, type WrittenEvent } from './chain.ts';
import type { Person, RunEvent } from './events.ts';
import { openLedger, type LedgerBody, type LedgerEvent } from './ledger.ts';
import { readEvents } from './log.ts';

/** What an audit is about; a field that is left out narrows nothing down. */
export interface AuditQuery {
  /** True for the people in question. */
  isMeant?: ((person: Person) => boolean) | undefined;
  module?: string | undefined;
  verb?: string | undefined;
  sinceMs: number;
  untilMs: number;
}

/** One thing that somebody decided, or how a run ended. */
export interface AuditEntry {
  /** ISO 8601, UTC. */
  at: string;
  /** Empty: it belongs to no run. */
  run: string;
  seq: number;
  /** Undefined: nobody did it, it came of a run. */
  person: Person | undefined;
  /** Type of the event: `approval.given`, `frozen`. */
  what: string;
  /** The run's command; of the ledger the lock, or nothing. */
  about: string;
  /** Reason, note or ending; empty where there is none. */
  text: string;
}

/** Everything that was decided, and whether it stands as it was written. Throws ExternalError when Redis does not answer. */
export interface Audit {
  /** Newest first, at most `limit`; `more`: how many there are beyond. */
  entries(query: AuditQuery, limit: number): Promise<{ entries: AuditEntry[]; more: number; isCut: boolean }>;
  /** Every event of the runs in question, then the ledger's, as JSON lines of at most so many bytes together. */
  lines(query: AuditQuery, bytesMax: number): Promise<{ lines: string[]; isCut: boolean }>;
  verify(): Promise<Verified>;
}

const LEDGER_VERBS: Record<LedgerBody['type'], string> = {
  frozen: 'freeze',
  unfrozen: 'unfreeze',
  'lock.held': 'lock',
  'lock.dropped': 'unlock',
  'totp.enrolled': 'totp',
  'totp.forgotten': 'totp',
};

/** What an event of a run tells an auditor: what people did, and the end. */
function entryOf(run: string, command: string, { seq, at, body }: RunEvent): AuditEntry | undefined {
  const base = { at, run, seq, what: body.type, about: command };
  if (body.type === 'run.ended') return { ...base, person: undefined, text: `${body.ending} ${body.reason}`.trim() };
  if (!('person' in body)) return undefined;
  if (body.type === 'run.requested') return { ...base, person: body.person, text: body.breakGlass?.reason ?? '' };
  const text = 'reason' in body ? body.reason : 'note' in body ? body.note : '';
  return { ...base, person: body.person, text };
}

function ledgerEntry({ seq, at, body }: LedgerEvent): AuditEntry {
  const about = 'lock' in body ? body.lock : 'whose' in body ? body.whose.name : '';
  return { at, run: '', seq, person: body.person, what: body.type, about, text: 'reason' in body ? body.reason : '' };
}

const isInTime = ({ sinceMs, untilMs }: AuditQuery, at: string) =>
  Date.parse(at) >= sinceMs && Date.parse(at) <= untilMs;

function isLedgerMeant(query: AuditQuery, { at, body }: LedgerEvent): boolean {
  const module = 'lock' in body ? body.lock : '';
  const isVerb = query.verb === undefined || query.verb === LEDGER_VERBS[body.type];
  const isModule = query.module === undefined || query.module === module;
  return isVerb && isModule && isInTime(query, at) && (query.isMeant === undefined || query.isMeant(body.person));
}

/** Whether a run is about the verb and module in question; its first event says so. */
function isRunMeant({ verb, module }: AuditQuery, first: RunEvent | undefined): boolean {
  if (first?.body.type !== 'run.requested') return false;
  const { plan, command } = first.body;
  const isVerb = verb === undefined || plan.verb === verb || command.split(' ')[0] === verb;
  return isVerb && (module === undefined || modulesOf(plan).includes(module));
}

/** Opens the audit of everything under a prefix. */
export function openAudit(store: LogStore): Audit {
  const ledger = openLedger(store);

  /** The runs in question with their events. A log that can't be read is left to `verify`. */
  async function meant(query: AuditQuery) {
    const { ids, isCut } = await newestRuns(store);
    const read = await inTurns(ids, async (run) => {
      const events = await readEvents(store, run).catch((error: unknown) => unreadable(error));
      const last = events.at(-1);
      const isMeant = last !== undefined && isRunMeant(query, events[0]) && Date.parse(last.at) >= query.sinceMs;
      return isMeant ? [{ run, events }] : [];
    });
    return { runs: read.flat(), isCut };
  }

  return {
    async entries(query, limit) {
      const { runs, isCut } = await meant(query);
      const { isMeant } = query;
      const ofRuns = runs.flatMap(({ run, events }) => {
        const [first] = events;
        const command = first?.body.type === 'run.requested' ? first.body.command : '';
        return events.flatMap((event) => entryOf(run, command, event) ?? []);
      });
      const told = ofRuns.filter(
        ({ at, person }) => isInTime(query, at) && (isMeant === undefined || (person !== undefined && isMeant(person))),
      );
      const others = (await ledger.events()).filter((event) => isLedgerMeant(query, event)).map(ledgerEntry);
      const all = [...told, ...others].sort((a, b) => b.at.localeCompare(a.at) || b.seq - a.seq);
      return { entries: all.slice(0, limit), more: Math.max(0, all.length - limit), isCut };
    },
    async lines(query, bytesMax) {
      const { runs, isCut } = await meant(query);
      const { isMeant } = query;
      const lines: string[] = [];
      let [bytes, isFull] = [0, false];
      const add = (more: readonly string[]) => {
        const size = more.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
        if (isFull || bytes + size > bytesMax) isFull = true;
        else {
          lines.push(...more);
          bytes += size;
        }
      };
      for (const { run, events } of runs) {
        const own = events.filter(({ at }) => isInTime(query, at));
        const isTheirs = isMeant === undefined || own.some(({ body }) => 'person' in body && isMeant(body.person));
        if (own.length > 0 && isTheirs) add((await readWritten(store, run)).map((event) => lineOf(run, event)));
      }
      const meantEntries = new Set(
        (await ledger.events()).filter((e) => isLedgerMeant(query, e)).map(({ seq }) => seq),
      );
      const written = (await ledger.written()).filter(({ seq }) => meantEntries.has(Number(seq)));
      add(written.map((event) => lineOf('', event)));
      return { lines, isCut: isCut || isFull };
    },
    verify: () => verify(store),
  };
}

/** One run whose log is broken must not hide the others; that Redis is away must not look like an empty log. */
function unreadable(error: unknown): RunEvent[] {
  if (error instanceof Error && 'code' in error && error.code === 'KEYBUZZ_LOG_BROKEN') return [];
  throw error;
}

/** `ledger: true` in place of a run for what people decided outside of runs. */
function lineOf(run: string, event: WrittenEvent): string {
  return JSON.stringify(run === '' ? { ledger: true, ...event } : { run, ...event });
}
