import type { Severity } from './alert-state.ts';
import type { Alerts } from './alerts-face.ts';
import type { Closer } from './consuming.ts';

/** One thing that either holds or does not, and who is told of it. */
export interface ToldWatch {
  alerts: Pick<Alerts, 'subject' | 'tell'>;
  /** What the alert is about: `policy`, `freeze`. */
  subject: string;
  /** Tells this one from others of the subject: `policy.yaml on install-01`. */
  name: string;
  severity: Severity;
  /** What is to be told now, as a sentence of at most 300 characters; empty: nothing. */
  look: () => string | Promise<string>;
  everyMs: number;
  warn: (what: string, error: unknown) => void;
}

/** Tells what is to be told unless it is known already. */
export async function tellOnce({ alerts, subject, name, severity, look }: Omit<ToldWatch, 'everyMs' | 'warn'>) {
  const text = await look();
  const { watches } = await alerts.subject(subject);
  const known = watches[name];
  const isKnown = text === '' ? known?.answer !== 'fail' : known?.answer === 'fail' && known.text === text;
  if (isKnown) return;
  const answer = text === '' ? ('pass' as const) : ('fail' as const);
  await alerts.tell(subject, { observations: [{ key: name, answer, value: '', text, severity }], isWhole: false });
}

/**
 * Keeps an alert in the ops channel as long as there is something to tell, in the newest words. Several processes may do it
 * for the same thing under one name: it is told once.
 */
export function watchTold(watch: ToldWatch): Closer {
  let looking: Promise<void> | undefined;
  const timer = setInterval(() => {
    looking ??= tellOnce(watch)
      .catch((error: unknown) => watch.warn(`${watch.subject} watch`, error))
      .finally(() => (looking = undefined));
  }, watch.everyMs);
  return async () => {
    clearInterval(timer);
    await looking;
  };
}
