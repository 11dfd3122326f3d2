import { CHECK_RULE, type Observation } from '../../src/jobs/alert-rules.ts';
import { newSubject, type AlertEvent, type SubjectState } from '../../src/jobs/alert-state.ts';
import { reduceAlerts, type AlertInput } from '../../src/jobs/reduce-alerts.ts';

/** Who decides of alerts. */
export const person = { id: 'olga', name: 'Olga' };
/** So many minutes after the beginning. */
export const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

export type Answer = Observation['answer'];
export const observation = (key: string, answer: Answer): Observation => ({
  ...{ key, answer, value: '', text: answer, severity: 'critical' },
});

/** Every state, from that of a new subject on, and all that was told. */
export interface Played {
  states: SubjectState[];
  events: AlertEvent[];
}

/** What these inputs make of a new subject. */
export function play(all: readonly AlertInput[]): Played {
  const played: Played = { states: [newSubject('redis')], events: [] };
  for (const input of all) {
    const { state, events } = reduceAlerts(played.states.at(-1) ?? newSubject('redis'), input);
    played.states.push(state);
    played.events.push(...events);
  }
  return played;
}

/** Answers to the check `one`, a minute apart. */
export const observed = (answers: readonly Answer[], rest: Partial<Extract<AlertInput, { type: 'observed' }>> = {}) =>
  answers.map((one, minute): AlertInput => ({
    ...{ type: 'observed', at: at(minute), observations: [observation('one', one)], isWhole: true, rule: CHECK_RULE },
    ...{ silent: [], mute: '', ...rest },
  }));
/** What was told, in order, but for answers that turned. */
export const types = (all: readonly AlertInput[]) =>
  play(all)
    .events.map(({ type }) => type)
    .filter((type) => type !== 'turned');
export const times = (count: number, one: Answer): Answer[] => Array.from({ length: count }, () => one);
