import { blockingSentence, checklistOf, checklistSummary, type ChecklistLine } from '../commands/checklist.ts';
import type { RunState } from '../jobs/index.ts';
import { markOf } from './render-run.ts';
import { clip, escapeControl, formatTable, formatTime, paint } from './text.ts';
import type { Style } from './text.ts';

function rowOf(line: ChecklistLine, style: Style): string[] {
  const asked = line.at === undefined ? style.say.terminal.notAsked : formatTime(line.at, style.timeZone);
  return [style.say.states.answer[line.answer], line.section, line.title, asked, line.evidence].map(escapeControl);
}

/** The platform's checklist, each line with when it was asked and what was found; empty for a run that is no `validate`. */
export function checklistLines(state: RunState, style: Style): string[] {
  const checklist = checklistOf(state, style.say);
  if (checklist === undefined) return [];
  const { lines, blocking } = checklist;
  const table = formatTable(
    lines.map((line) => rowOf(line, style)),
    { ...style, columns: style.columns - 4 },
  );
  return [
    paint(style.say.terminal.checklist(checklistSummary(checklist, style.say)), 'bold', style),
    ...table.map((text, at) => `  ${markOf(lines[at]?.answer ?? 'unknown', style)} ${text}`),
    ...blocking.map((one) => clip(escapeControl(blockingSentence(one, style.say)), style.columns)),
  ];
}
