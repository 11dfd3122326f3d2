import type { KnownBlock } from '@slack/types';
import { line, lineSections } from './text.ts';

/** Plain sentences, one below the other. */
export function sentenceSections(sentences: readonly string[]): KnownBlock[] {
  return lineSections(
    sentences.map((sentence) => line(sentence, 900)),
    1,
    'sentence',
  );
}
