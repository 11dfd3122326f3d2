import type { KnownBlock } from '@slack/types';
import { english, type Wording } from '../../language/index.ts';
import { line, lineSections } from './text.ts';

/** Plain sentences, one below the other. */
export function sentenceSections(sentences: readonly string[], say: Wording = english): KnownBlock[] {
  return lineSections(
    sentences.map((sentence) => line(sentence, 900)),
    1,
    'sentence',
    say,
  );
}
