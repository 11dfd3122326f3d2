import { decisions as englishDecisions, policy as englishPolicy } from '../../en/policy.ts';
import { errors as englishErrors } from '../../en/errors.ts';
import { terminal as englishTerminal } from '../../en/terminal.ts';
import { errors } from '../errors.ts';
import { decisions, policy } from '../policy.ts';
import { terminal } from '../terminal.ts';

type Texts = [policy: typeof englishPolicy, decisions: typeof englishDecisions];

/** A sentence of the catalogue in both languages; what is filled in are the places of the template. */
function both(sentence: (...texts: Texts) => string): [english: string, french: string] {
  return [sentence(englishPolicy, englishDecisions), sentence(policy, decisions).replaceAll(':own}', '}')];
}

/** Sentences of the catalogue that a log keeps in English: whoever wrote them did not know the reader. */
export const catalogue: Readonly<Record<string, string>> = Object.fromEntries([
  both((say) => say.frozenBy('{1:own}', '{2}', '')),
  both((say) => say.frozenBy('{1:own}', '{2}', '{3:own}')),
  both((say) => say.untilLifted),
  both((say) => say.window('{1:own}', '{2}')),
  both((say) => say.untilWindow),
  both((say) => say.runOf('{1}', '{2:own}')),
  both((_policy, say) => say.someone),
  both((_policy, say) => say.askAgain('{1:own}')),
  [englishErrors.unexpected('{1}'), errors.unexpected('{1}')],
  [englishTerminal.expired, terminal.expired],
]);
