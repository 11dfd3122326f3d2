import type { SectionBlock } from '@slack/types';
import { groupChecks, type CheckGroup } from '../../commands/outcome.ts';
import { ANSWERS, type CheckResult } from '../../modules/contract.ts';
import { english, type Wording } from '../../language/index.ts';
import { answerMark } from './marks.ts';
import { code, fitLines, line, lineSections } from './text.ts';

/** Of several checks with one reason so much is named; a line of a section has room for it and the reason. */
const NAMES_CHARS_MAX = 1200;

/** "6 pass, 1 warn"; empty without answers. */
export function checkSummary(results: readonly CheckResult[], say: Wording = english): string {
  return ANSWERS.map((answer) => ({ answer, number: results.filter((each) => each.answer === answer).length }))
    .filter(({ number }) => number > 0)
    .map(({ answer, number }) => say.states.answers(number, answer))
    .join(', ');
}

function named({ check, value }: CheckResult): string {
  return `*${line(check, 60)}*${value === '' ? '' : ` ${code(value, 60)}`}`;
}

/** What nobody knows has no value worth reading several times. */
function namesOf({ answer, checks }: CheckGroup): string[] {
  const hasValues = answer !== 'unknown' || checks.length === 1;
  return checks.map((each) => named(hasValues ? each : { ...each, value: '' }));
}

/** One check with its reason on a line; several that share it are named first, and the reason stands below, once. */
function groupLine(group: CheckGroup, say: Wording): string {
  const { answer, text, checks } = group;
  const names = fitLines(namesOf(group), NAMES_CHARS_MAX, 'check', say).join(', ');
  const isAlone = checks.length === 1;
  const reason = text === '' ? '' : `${isAlone ? ' ' : '\n        '}${line(say.retold(text), isAlone ? 300 : 900)}`;
  return `${answerMark(answer, say)} ${names}${reason}`;
}

/** A line for each check, the ones that need eyes first; those with one answer and one reason share theirs. */
export function checkMatrix(
  results: readonly CheckResult[],
  blocksMax: number,
  say: Wording = english,
): SectionBlock[] {
  const order: CheckResult['answer'][] = ['fail', 'unknown', 'warn', 'pass'];
  const sorted = order.flatMap((answer) => results.filter((each) => each.answer === answer));
  return lineSections(
    groupChecks(sorted).map((group) => groupLine(group, say)),
    blocksMax,
    'check',
    say,
  );
}
