import type { KnownBlock } from '@slack/types';
import type { RunState } from '../../jobs/index.ts';
import { english, type Wording } from '../../language/index.ts';
import { line, mention, section, time } from './text.ts';

/** That somebody goes ahead alone, and why; who reviewed it afterwards. No blocks for other runs. */
export function breakGlassBlocks(
  { breakGlass, review, person, status }: RunState,
  { approval, colon }: Wording = english,
): KnownBlock[] {
  if (breakGlass === undefined) return [];
  const head = `:rotating_light: ${approval.breakGlass(mention(person), line(breakGlass.reason, 900))}`;
  const note = review === undefined || review.note === '' ? '' : `${colon}${line(review.note, 900)}`;
  const done = review === undefined ? '' : `:eyes: ${approval.reviewed(mention(review.person), time(review.at), note)}`;
  const open = status === 'ended' ? approval.needsReview : approval.alone;
  return [section(`${head}\n${done === '' ? open : done}`)];
}
