import type { Logger } from 'pino';
import { sentenceOf } from '../errors.ts';
import {
  isRedisSilent,
  MONITOR_SUBJECT,
  type Closer,
  type Engine,
  type Monitored,
  type Observation,
  type Snapshot,
} from '../jobs/index.ts';

/** Whom an alert reaches that nobody acknowledges. */
export interface AlertRules {
  /** Seconds without an acknowledgement. */
  escalateAfter: number;
  /** The Slack user group on call. */
  onCall?: string | undefined;
}

export interface AlertWatchParts {
  engine: Pick<Engine, 'alerts' | 'nowMs'>;
  logger: Logger;
  rules: (() => AlertRules) | undefined;
  everyMs?: number;
}

const EVERY_MS = 5_000;
const ESCALATE_AFTER_SECONDS = 15 * 60;

/** What was told of the modules last. */
type Known = Readonly<Record<string, { answer: string }>>;

/** A module that was not asked for so many of its intervals is not asked any more. */
const INTERVALS_MISSED = 5;
/** Shorter than that a question may take with hosts that do not answer. */
const SILENCE_MS_MIN = 60_000;

/** So many looks that did not come: this bot, and perhaps all machines, stood still. */
const LOOKS_MISSED = 5;
/** Shorter than that no standstill makes a module look silent that was asked in time before it. */
const STANDSTILL_MS_MIN = 30_000;

/**
 * Of each module that is to be asked: whether it still is. `sinceMs`: since when it is to be; nothing before can be missed.
 * `known`: what was told of it; a module that was missed then is missed until it is asked.
 */
export function monitorObservations(
  monitored: readonly Monitored[],
  snapshots: readonly Snapshot[],
  { nowMs, sinceMs, known }: { nowMs: number; sinceMs: ReadonlyMap<string, number>; known: Known },
): Observation[] {
  return monitored.map(({ module, everyMs }) => {
    const snapshot = snapshots.find((one) => one.module === module);
    const limitMs = Math.max(INTERVALS_MISSED * everyMs, SILENCE_MS_MIN);
    const isOld = snapshot === undefined || nowMs - Date.parse(snapshot.at) > limitMs;
    const isDue = nowMs - (sinceMs.get(module) ?? nowMs) > limitMs;
    const isSilent = isOld && (isDue || known[module]?.answer === 'fail');
    const trouble = snapshot?.trouble ?? '';
    const text = isSilent
      ? `not asked since ${snapshot?.at ?? 'the bot began to watch'}: no worker asks it, see /readyz of the workers`
      : trouble;
    const isBad = isSilent || trouble !== '';
    return { key: module, answer: isBad ? 'fail' : 'pass', value: '', text, severity: 'critical' };
  });
}

/** True when it says something else than what is known already: it is told only then. */
function isNews(observations: readonly Observation[], known: Known): boolean {
  const bad = new Set(Object.entries(known).flatMap(([key, { answer }]) => (answer === 'fail' ? [key] : [])));
  const now = observations.filter(({ answer }) => answer === 'fail').map(({ key }) => key);
  return now.length !== bad.size || now.some((key) => !bad.has(key));
}

/**
 * Lets time pass for alerts (silences end, what nobody acknowledges is escalated), and is the monitor's dead-man's switch:
 * whoever asks the modules is a worker, so it is the bot that says when nobody does. Several bots may do it at once.
 */
export function watchAlerts({ engine, logger, rules, everyMs = EVERY_MS }: AlertWatchParts): Closer {
  const { alerts } = engine;
  // A worker may begin to ask, or to ask more, at any time after the bot began to watch.
  let sinceMs: ReadonlyMap<string, number> = new Map();
  let lookedMs: number | undefined;
  let told = '';

  /** Workers could not ask, or may not have been able to: each of them gets its whole time from now on. */
  const beginAnew = (): void => {
    sinceMs = new Map();
  };

  async function look(): Promise<void> {
    await alerts.tick(escalateAfterSeconds() * 1000);
    const nowMs = engine.nowMs();
    if (nowMs - (lookedMs ?? nowMs) > Math.max(LOOKS_MISSED * everyMs, STANDSTILL_MS_MIN)) beginAnew();
    lookedMs = nowMs;
    const [monitored, snapshots] = await Promise.all([alerts.monitored(), alerts.snapshots()]);
    sinceMs = new Map(monitored.map(({ module }) => [module, sinceMs.get(module) ?? nowMs]));
    const { watches: known } = await alerts.subject(MONITOR_SUBJECT);
    const observations = monitorObservations(monitored, snapshots, { nowMs, sinceMs, known });
    if (isNews(observations, known)) await alerts.tell(MONITOR_SUBJECT, { observations, isWhole: true });
  }

  /** A policy with a fault must not keep alerts from being escalated. */
  function escalateAfterSeconds(): number {
    try {
      return rules?.().escalateAfter ?? ESCALATE_AFTER_SECONDS;
    } catch {
      return ESCALATE_AFTER_SECONDS;
    }
  }

  let looking: Promise<void> | undefined;
  const timer = setInterval(() => {
    looking ??= look()
      .then(() => {
        told = '';
      })
      .catch((error: unknown) => {
        if (isRedisSilent(error)) beginAnew();
        // An outage of Redis says the same every few seconds.
        const sentence = sentenceOf(error);
        if (sentence !== told) logger.warn({ err: error }, 'alerts can not be looked after');
        told = sentence;
      })
      .finally(() => {
        looking = undefined;
      });
  }, everyMs);
  return async () => {
    clearInterval(timer);
    await looking;
  };
}
