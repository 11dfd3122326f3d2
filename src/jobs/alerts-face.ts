import type { Observation } from './alert-rules.ts';
import type { Alert, AlertEvent, SubjectState } from './alert-state.ts';
import type { AlertStore } from './alert-store.ts';
import type { Closer, ReportOptions } from './consuming.ts';
import type { Person } from './events.ts';
import type { Monitored, Snapshot } from './snapshots.ts';

/** What others than the monitor tell of a subject, and believed at once. */
export interface Told {
  observations: readonly Observation[];
  /** These are all there are: what is not among them is over. */
  isWhole: boolean;
}

/** Who acts on an alert, and the interaction they do it with: one that comes again changes nothing that came after it. */
export interface AlertWord {
  person: Person;
  interaction: string;
}

/** Alerts and what the monitor knows, towards commands, bot and terminal. */
export interface Alerts {
  /** Subjects with an open alert or a silence, the longest open first. */
  open(): Promise<SubjectState[]>;
  subject(name: string): Promise<SubjectState>;
  /** An alert, also a resolved one of the last month. Throws CommandError when there is none of that id. */
  alert(id: string): Promise<Alert>;
  /** The newest changes of all alerts, oldest first. */
  events(limit: number): Promise<AlertEvent[]>;
  /** Takes what Alertmanager or the bot itself saw. Durable when it resolves. */
  tell(subject: string, told: Told): Promise<void>;
  /** Nobody tells of these any more, and why: they leave the alert. */
  forget(subject: string, gone: { keys: readonly string[]; why: string }): Promise<void>;
  /** `name` is a subject or the id of its open alert. Throws CommandError when nothing is open under it. */
  acknowledge(name: string, word: AlertWord): Promise<SubjectState>;
  /**
   * Whatever happens to the subject is posted nowhere until then. `mayBeQuiet`: nothing need ever have alerted under the
   * name; else throws CommandError.
   */
  silence(
    name: string,
    why: AlertWord & { seconds: number; reason: string; mayBeQuiet: boolean },
  ): Promise<SubjectState>;
  /** Throws RefusedError when there is no silence. */
  unsilence(name: string, word: AlertWord): Promise<SubjectState>;
  /** Lets time pass: silences end, and what nobody acknowledged for so long is escalated. */
  tick(escalateAfterMs: number): Promise<void>;
  /** The newest answers of each module that the monitor asked. */
  snapshots(): Promise<Snapshot[]>;
  /** What the monitor is to ask, and how often. */
  monitored(): Promise<Monitored[]>;
  /** Like `consumeReports`, with the id of each alert that looks different now. */
  consume(handler: (id: string) => Promise<void>, options: ReportOptions): Closer;
  /** What the bot remembers of its posts for an alert. */
  posts: AlertStore['posts'];
}
