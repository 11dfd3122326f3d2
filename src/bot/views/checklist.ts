import type { KnownBlock } from '@slack/types';
import { blockingSentence, checklistSummary, type Checklist, type ChecklistLine } from '../../commands/checklist.ts';
import { ANSWER_MARKS } from './marks.ts';
import { line, lineSections, section, time } from './text.ts';

function lineOf({ title, answer, evidence, at }: ChecklistLine): string {
  const asked = at === undefined ? '' : ` (${time(at)})`;
  return `${ANSWER_MARKS[answer]} *${line(title, 80)}*: ${line(evidence, 320)}${asked}`;
}

/** The platform's checklist by section, each line with what was found and when, and what blocks what. */
export function checklistBlocks(checklist: Checklist): KnownBlock[] {
  const { lines, blocking } = checklist;
  const sections = [...new Set(lines.map((each) => each.section))];
  const listed = sections.flatMap((name) => [
    `*${line(name, 60)}*`,
    ...lines.filter((each) => each.section === name).map(lineOf),
  ]);
  const blocked = blocking.map((each) => `:no_entry: ${line(blockingSentence(each), 500)}`);
  return [
    section(`*Checklist*: ${checklistSummary(checklist)}`),
    ...lineSections(listed, 4, 'line'),
    ...lineSections(blocked, 1, 'module'),
  ];
}
