import type { Answer } from '../modules/contract.ts';

/** One check's answer, as a host's script would print it. */
export interface CloudCheck {
  id: string;
  answer: Answer;
  value: string;
  text: string;
}

/** What was found for one check; the gravest kind decides its answer. */
export interface Found {
  faults: string[];
  warnings: string[];
  unknowns: string[];
}

/** The check's answer: what is wrong, or `pass`. */
export function answerOf(
  id: string,
  { faults, warnings, unknowns }: Found,
  pass: { value: string; text: string },
): CloudCheck {
  const all = [...faults, ...unknowns, ...warnings];
  const answer = faults.length > 0 ? 'fail' : unknowns.length > 0 ? 'unknown' : warnings.length > 0 ? 'warn' : 'pass';
  return { id, answer, value: pass.value, text: all.length > 0 ? all.join('; ') : pass.text };
}

/** Nothing found yet. */
export const nothing = (): Found => ({ faults: [], warnings: [], unknowns: [] });
