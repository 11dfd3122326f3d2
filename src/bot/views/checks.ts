import type { SectionBlock } from '@slack/types';
import { ANSWERS, type CheckResult } from '../../modules/contract.ts';
import { ANSWER_MARKS } from './marks.ts';
import { code, line, lineSections } from './text.ts';

/** "6 pass, 1 warn"; empty without answers. */
export function checkSummary(results: readonly CheckResult[]): string {
  return ANSWERS.map((answer) => ({ answer, number: results.filter((each) => each.answer === answer).length }))
    .filter(({ number }) => number > 0)
    .map(({ answer, number }) => `${number} ${answer}`)
    .join(', ');
}

/** One line per check, the ones that need eyes first. */
export function checkMatrix(results: readonly CheckResult[], blocksMax: number): SectionBlock[] {
  const order: CheckResult['answer'][] = ['fail', 'unknown', 'warn', 'pass'];
  const sorted = order.flatMap((answer) => results.filter((each) => each.answer === answer));
  const lines = sorted.map((each) => {
    const value = each.value === '' ? '' : ` ${code(each.value, 60)}`;
    const text = each.text === '' ? '' : ` ${line(each.text, 300)}`;
    return `${ANSWER_MARKS[each.answer]} *${line(each.check, 60)}*${value}${text}`;
  });
  return lineSections(lines, blocksMax, 'check');
}
