import type { KnownBlock } from '@slack/types';
import type { RunState } from '../../jobs/index.ts';
import { line, mention, section, time } from './text.ts';

/** That somebody goes ahead alone, and why; who reviewed it afterwards. No blocks for other runs. */
export function breakGlassBlocks({ breakGlass, review, person, status }: RunState): KnownBlock[] {
  if (breakGlass === undefined) return [];
  const head = `:rotating_light: *Break-glass* by ${mention(person)} <!here>: ${line(breakGlass.reason, 900)}`;
  const alone = 'It goes ahead without approval and in any freeze.';
  const note = review === undefined || review.note === '' ? '' : `: ${line(review.note, 900)}`;
  const done = review === undefined ? '' : `:eyes: *Reviewed* by ${mention(review.person)}, ${time(review.at)}${note}`;
  const open = status === 'ended' ? '*Needs a review* by somebody else who may approve such runs.' : alone;
  return [section(`${head}\n${done === '' ? open : done}`)];
}
