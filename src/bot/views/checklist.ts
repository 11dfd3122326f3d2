import type { KnownBlock } from '@slack/types';
import { blockingSentence, checklistSummary, type Checklist, type ChecklistLine } from '../../commands/checklist.ts';
import { english, type Wording } from '../../language/index.ts';
import { answerMark } from './marks.ts';
import { line, lineSections, section, time } from './text.ts';

function lineOf({ title, answer, evidence, at }: ChecklistLine, say: Wording): string {
  const asked = at === undefined ? '' : ` (${time(at)})`;
  return `${answerMark(answer, say)} *${line(title, 80)}*${say.colon}${line(evidence, 320)}${asked}`;
}

/** The platform's checklist by section, each line with what was found and when, and what blocks what. */
export function checklistBlocks(checklist: Checklist, say: Wording = english): KnownBlock[] {
  const { lines, blocking } = checklist;
  const sections = [...new Set(lines.map((each) => each.section))];
  const listed = sections.flatMap((name) => [
    `*${line(name, 60)}*`,
    ...lines.filter((each) => each.section === name).map((each) => lineOf(each, say)),
  ]);
  const blocked = blocking.map((each) => `:no_entry: ${line(blockingSentence(each, say), 500)}`);
  return [
    section(`${say.run.checklist}${say.colon}${checklistSummary(checklist, say)}`),
    ...lineSections(listed, 4, 'line', say),
    ...lineSections(blocked, 1, 'module', say),
  ];
}
