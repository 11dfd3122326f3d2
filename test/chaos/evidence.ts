import type { RunEvent } from '../../src/jobs/index.ts';
import type { EventBody } from '../../src/jobs/events.ts';
import type { LedgerLine } from './ledger.ts';

/** All that is known of a run when it is over. */
export interface Evidence {
  runId: string;
  events: readonly RunEvent[];
  /** Where the chain of the written log breaks; undefined: nowhere. */
  brokenLink: number | undefined;
  /** The lines of this run on every host. */
  ledger: readonly LedgerLine[];
  /** Each host's boot id at the end. */
  boots: ReadonlyMap<string, string>;
  /** Hosts that something kept from answering during the run. */
  troubled: readonly string[];
  /** Hosts on which the service that a run may stop does not run at the end. */
  stopped: readonly string[];
  /** Clicks on Approve that Slack got an ack for, by person. */
  approvers: readonly string[];
  /** Locks that are held, and runs that wait for one, after the end. */
  locks: readonly string[];
  slack: {
    /** What people can read of each root message of the run. */
    roots: readonly string[];
    /** Keys of the notes in its thread, and of those that the log means. */
    notes: readonly string[];
    wantedNotes: readonly string[];
  };
}

type Body<T extends EventBody['type']> = Extract<EventBody, { type: T }>;

/** The bodies of all events of one type, in order. */
export function bodiesOf<T extends EventBody['type']>(events: readonly RunEvent[], type: T): Body<T>[] {
  return events.flatMap(({ body }) => (body.type === type ? [body as Body<T>] : []));
}

/** Keys that stand there more than once. */
export function duplicates(keys: readonly string[]): string[] {
  return [...new Set(keys.filter((key, index) => keys.indexOf(key) !== index))];
}
