import type { KnownBlock } from '@slack/types';
import type { Diff, RunState } from '../../jobs/index.ts';
import { changeCount, changeLines } from './changes.ts';
import { code, context, count, fallback, headBlock, line, lineSections, section, type Message } from './text.ts';

/** Diffs that are told in full here; the preview itself has them all. */
const DIFFS_TOLD_MAX = 4;
const DIFF_CHARS_MAX = 1400;

function diffBlock(diff: Diff): KnownBlock {
  const lines = diff.text.trimEnd().split('\n');
  return section(`${line(diff.host, 60)} ${code(diff.target, 160)}\n${headBlock(lines, DIFF_CHARS_MAX)}`);
}

/** True when a note can't show all of its changes and diffs. */
export function isPreviewCut({ changes, diffs }: Pick<NonNullable<RunState['preview']>, 'changes' | 'diffs'>): boolean {
  const lines = changeLines(changes);
  const isChangeCut = lineSections(lines, 1, 'change').length < lineSections(lines, lines.length, 'change').length;
  const isDiffCut = ({ text }: Diff) => headBlock(text.trimEnd().split('\n'), DIFF_CHARS_MAX).includes('…');
  return isChangeCut || diffs.length > DIFFS_TOLD_MAX || diffs.some(isDiffCut);
}

/** What the run would change, with diffs, as a note in its thread. */
export function previewNote(state: RunState): Message {
  const { preview } = state;
  if (preview === undefined) return { text: 'No preview.', blocks: [section('No preview.')] };
  const again = preview.locked ? 'Preview taken again under the locks' : 'Preview';
  const head = `:mag: *${again}*: ${changeCount(preview.changes)}`;
  const troubles = preview.troubles.map(
    (each) =>
      `:x: *${line(each.host, 60)}*: ${line(each.reason, 300)}${each.fix && ` *To do:* ${line(each.fix, 200)}`}`,
  );
  const more = preview.diffs.length - DIFFS_TOLD_MAX;
  const blocks = [
    section(head),
    ...lineSections(troubles, 1, 'trouble'),
    ...lineSections(changeLines(preview.changes), 1, 'change'),
    ...preview.diffs.slice(0, DIFFS_TOLD_MAX).map(diffBlock),
    ...(more > 0 ? [context(`… ${count(more, 'more diff')}`)] : []),
    context(`Preview ${code(preview.hash.slice(0, 12))} · plan ${code(state.planHash.slice(0, 12))}`),
  ];
  return { text: fallback([head, ...troubles.slice(0, 3)]), blocks };
}
