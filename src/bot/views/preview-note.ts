import type { KnownBlock } from '@slack/types';
import type { Diff, RunState } from '../../jobs/index.ts';
import { english, type Wording } from '../../language/index.ts';
import { changeCount, changeLines } from './changes.ts';
import { code, context, fallback, headBlock, line, lineSections, section, type Message } from './text.ts';

/** Diffs that are told in full here; the preview itself has them all. */
const DIFFS_TOLD_MAX = 4;
const DIFF_CHARS_MAX = 1400;

function diffBlock(diff: Diff, say: Wording): KnownBlock {
  const lines = diff.text.trimEnd().split('\n');
  return section(`${line(diff.host, 60)} ${code(diff.target, 160)}\n${headBlock(lines, DIFF_CHARS_MAX, say)}`);
}

/** True when a note can't show all of its changes and diffs. */
export function isPreviewCut(
  { changes, diffs }: Pick<NonNullable<RunState['preview']>, 'changes' | 'diffs'>,
  say: Wording,
): boolean {
  const lines = changeLines(changes, say);
  const isChangeCut =
    lineSections(lines, 1, 'change', say).length < lineSections(lines, lines.length, 'change', say).length;
  const isDiffCut = ({ text }: Diff) => headBlock(text.trimEnd().split('\n'), DIFF_CHARS_MAX, say).includes('…');
  return isChangeCut || diffs.length > DIFFS_TOLD_MAX || diffs.some(isDiffCut);
}

/** What the run would change, with diffs, as a note in its thread. */
export function previewNote(state: RunState, say: Wording = english): Message {
  const { preview } = state;
  if (preview === undefined) {
    return { text: say.notes.noPreview, blocks: [section(say.notes.noPreview)] };
  }
  const again = preview.locked ? say.notes.previewAgain : say.notes.preview;
  const head = `:mag: ${again}${say.colon}${changeCount(preview.changes, say)}`;
  const troubles = preview.troubles.map(
    (each) =>
      `:x: *${line(each.host, 60)}*: ${line(say.retold(each.reason), 300)}${each.fix && ` ${say.errors.toDo} ${line(say.retold(each.fix), 200)}`}`,
  );
  const more = preview.diffs.length - DIFFS_TOLD_MAX;
  const blocks = [
    section(head),
    ...lineSections(troubles, 1, 'trouble', say),
    ...lineSections(changeLines(preview.changes, say), 1, 'change', say),
    ...preview.diffs.slice(0, DIFFS_TOLD_MAX).map((diff) => diffBlock(diff, say)),
    ...(more > 0 ? [context(`… ${say.more(more, 'diff')}`)] : []),
    context(say.notes.hashes(code(preview.hash.slice(0, 12)), code(state.planHash.slice(0, 12)))),
  ];
  return { text: fallback([head, ...troubles.slice(0, 3)], say), blocks };
}
