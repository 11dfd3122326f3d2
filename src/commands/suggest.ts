import { closest, distance } from 'fastest-levenshtein';
import type { Phrase } from '../language/index.ts';

/** Typing errors that a suggestion forgives: two, or a third of a long word. */
function isNear(typed: string, candidate: string): boolean {
  return distance(typed, candidate) <= Math.max(2, Math.floor(candidate.length / 3));
}

/** The candidate that was probably meant, or undefined when none is near. */
export function nearest(typed: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined;
  const wanted = typed.toLowerCase();
  const best = closest(wanted, candidates);
  if (wanted !== '' && isNear(wanted, best)) return best;
  const longer = candidates.filter((candidate) => wanted.length >= 3 && candidate.startsWith(wanted));
  return longer.length === 1 ? longer[0] : undefined;
}

/** "Did you mean `redis`?", or what there is to choose from. */
export function suggestion(typed: string, candidates: readonly string[]): Phrase {
  const near = nearest(typed, candidates);
  if (near !== undefined) return (say) => say.grammar.didYouMean(near);
  if (candidates.length === 0) return (say) => say.grammar.noChoice;
  const shown = candidates.slice(0, 12).map((candidate) => `\`${candidate}\``);
  return (say) => say.grammar.choose(say.andMore(shown.join(', '), candidates.length - shown.length));
}
