import type { Severity } from './alert-state.ts';
import type { Alerts } from './alerts-face.ts';
import type { Closer } from './consuming.ts';

/** What holds is told again every so many looks where each machine tells of its own; */
const LOOKS_TO_TELL_AGAIN = 12;
/** and who did not do so within so many, while others could look, tells no more. */
const LOOKS_TO_BE_GONE = 60;

/** One thing that either holds or does not, and who is told of it. */
export interface ToldWatch {
  alerts: Pick<Alerts, 'subject' | 'tell' | 'forget'>;
  /** What the alert is about: `policy`, `freeze`. */
  subject: string;
  /** Tells this one from others of the subject: `policy.yaml on install-01`. */
  name: string;
  severity: Severity;
  /** What is to be told now, as a sentence of at most 300 characters; empty: nothing. */
  look: () => string | Promise<string>;
  everyMs: number;
  warn: (what: string, error: unknown) => void;
  /** Others of the subject tell of what only they see: when they tell no more it leaves the alert, with this sentence. */
  gone?: string;
}

/** Tells what is to be told unless it is known already; what holds is told again when asked to. */
export async function tellOnce(watch: Omit<ToldWatch, 'everyMs' | 'warn'>, isAgain = false): Promise<void> {
  const { alerts, subject, name, severity, look } = watch;
  const text = await look();
  const { watches } = await alerts.subject(subject);
  const known = watches[name];
  const isKnown = text === '' ? known?.answer !== 'fail' : known?.answer === 'fail' && known.text === text;
  if (isKnown && !(isAgain && text !== '')) return;
  const answer = text === '' ? ('pass' as const) : ('fail' as const);
  await alerts.tell(subject, { observations: [{ key: name, answer, value: '', text, severity }], isWhole: false });
}

/**
 * Looks and tells; with `gone` it also tells again, so that others see that somebody still does, and forgets who does not.
 * Looks are counted, not time: while Redis is away nobody can tell, and nobody looks.
 */
function looking(watch: ToldWatch): () => Promise<void> {
  const { alerts, subject, name, gone } = watch;
  let looks = 0;
  let others: ReadonlyMap<string, { countedAt: string; looks: number }> = new Map();

  async function forgetGone(why: string): Promise<void> {
    const { watches } = await alerts.subject(subject);
    const told = Object.entries(watches).filter(([other, { answer }]) => other !== name && answer === 'fail');
    others = new Map(
      told.map(([other, { countedAt }]) => {
        const known = others.get(other);
        return [other, { countedAt, looks: known?.countedAt === countedAt ? known.looks + 1 : 0 }];
      }),
    );
    const keys = [...others].flatMap(([other, seen]) => (seen.looks >= LOOKS_TO_BE_GONE ? [other] : []));
    if (keys.length > 0) await alerts.forget(subject, { keys, why });
  }

  return async () => {
    looks += 1;
    await tellOnce(watch, gone !== undefined && looks % LOOKS_TO_TELL_AGAIN === 0);
    if (gone !== undefined) await forgetGone(gone);
  };
}

/**
 * Keeps an alert in the ops channel as long as there is something to tell, in the newest words. Several processes may do it
 * for the same thing under one name: it is told once.
 */
export function watchTold(watch: ToldWatch): Closer {
  const look = looking(watch);
  let turn: Promise<void> | undefined;
  const timer = setInterval(() => {
    turn ??= look()
      .catch((error: unknown) => watch.warn(`${watch.subject} watch`, error))
      .finally(() => (turn = undefined));
  }, watch.everyMs);
  return async () => {
    clearInterval(timer);
    await turn;
  };
}
