import { z } from 'zod';
import { Answer } from '../modules/contract.ts';
import { Person } from './events.ts';

/** What an alert is about: a module, the hosts, the monitor itself, or what Alertmanager groups under one name. */
export const SUBJECT_SHAPE = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** Hosts that do not answer, whatever module asked them. */
export const HOSTS_SUBJECT = 'hosts';
/** Modules that the monitor did not ask any more. */
export const MONITOR_SUBJECT = 'monitor';
/** A policy.yaml with a fault. */
export const POLICY_SUBJECT = 'policy';
/** Somebody has frozen everything. */
export const FREEZE_SUBJECT = 'freeze';

export const SEVERITIES = ['warning', 'critical'] as const;
export const Severity = z.enum(SEVERITIES);
export type Severity = z.infer<typeof Severity>;

/** One question about a subject: a check of a module, a host, an alert of Alertmanager. */
const Watch = z.object({
  answer: Answer,
  value: z.string(),
  text: z.string(),
  severity: Severity,
  /** The newest answers that count, oldest first: 1 is bad, 0 is good. */
  recent: z.string(),
  /** When the newest of them was counted, ISO 8601, UTC; empty: before this was remembered, or never. */
  countedAt: z.string().default(''),
  /** Since when it is good or bad, ISO 8601, UTC. */
  since: z.string(),
  /** The host whose silence explains a bad answer; empty: none does. */
  heldBy: z.string(),
  isAlarming: z.boolean(),
  isFlapping: z.boolean(),
});
export type Watch = z.infer<typeof Watch>;

/** A watch as an alert tells of it. */
const AlertCheck = z.object({
  answer: Answer,
  value: z.string(),
  text: z.string(),
  severity: Severity,
  since: z.string(),
  isFlapping: z.boolean(),
  /** How often it turned from good to bad or back while the alert was open. */
  turns: z.number().int(),
  /** When it left the alert. */
  resolvedAt: z.string().optional(),
});
const Signed = z.object({ person: Person, at: z.string() });

export type AlertCheck = z.infer<typeof AlertCheck>;

/** One trouble of one subject, from its first alarm until nothing of it alarms. */
export const Alert = z.object({
  /** `redis-12`. */
  id: z.string(),
  subject: z.string(),
  openedAt: z.string(),
  /**
   * From then on people have time to acknowledge it: when it opened, when something joined it after it was acknowledged or
   * escalated, or when the silence over it ended.
   */
  alarmedAt: z.string(),
  resolvedAt: z.string().optional(),
  acknowledged: Signed.optional(),
  /** Whose acknowledgement ended since something new joined, newest last. */
  voided: z.array(z.object({ person: Person, at: z.string(), check: z.string() })),
  /** When nobody had acknowledged it for too long. */
  escalatedAt: z.array(z.string()),
  /** It was under a silence at some time: when it was never posted, that was meant. */
  wasSilenced: z.boolean(),
  checks: z.record(z.string(), AlertCheck),
});
export type Alert = z.infer<typeof Alert>;

const Silence = z.object({ ...Signed.shape, until: z.string(), reason: z.string() });

/** Everything that is remembered of one subject. */
export const SubjectState = z.object({
  subject: z.string(),
  /** Alerts it has had: the newest one's number. */
  opened: z.number().int(),
  watches: z.record(z.string(), Watch),
  /** Hosts that said nothing: in how many answers in a row. */
  silent: z.record(z.string(), z.number().int()),
  /** The open alert. */
  alert: Alert.optional(),
  silence: Silence.optional(),
  /** Why bad answers do not count now: a sentence; empty when they do. */
  mute: z.string(),
});
export type SubjectState = z.infer<typeof SubjectState>;

export const ALERT_EVENTS = [
  ...['opened', 'joined', 'turned', 'flapping', 'steady', 'left', 'resolved', 'acknowledged', 'voided'],
  ...['silenced', 'unsilenced', 'escalated', 'muted', 'unmuted'],
] as const;

/** A change that people may want to read again. */
export const AlertEvent = z.object({
  type: z.enum(ALERT_EVENTS),
  at: z.string(),
  subject: z.string(),
  /** The open alert; empty when there was none. */
  alert: z.string(),
  /** What it is about, or who did it. */
  what: z.string(),
  text: z.string(),
});
export type AlertEvent = z.infer<typeof AlertEvent>;

/** A subject that nothing is known of yet. */
export function newSubject(subject: string): SubjectState {
  return { subject, opened: 0, watches: {}, silent: {}, mute: '' };
}

/** The silence that counts at this moment; undefined when there is none. */
export function silenceAt(state: SubjectState, nowMs: number): SubjectState['silence'] {
  const { silence } = state;
  return silence !== undefined && Date.parse(silence.until) > nowMs ? silence : undefined;
}

/** What of an alert still alarms. */
export function alarming(alert: Alert): [name: string, check: AlertCheck][] {
  return Object.entries(alert.checks).filter(([, check]) => check.resolvedAt === undefined);
}

/** The gravest of what still alarms, or of all that did when it is over. */
export function severityOf(alert: Alert): Severity {
  const open = alarming(alert);
  const of = open.length > 0 ? open : Object.entries(alert.checks);
  return of.some(([, { severity }]) => severity === 'critical') ? 'critical' : 'warning';
}
