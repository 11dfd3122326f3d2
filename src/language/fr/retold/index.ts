import { fillTemplate, matchTemplate, readTemplate } from '../template.ts';
import { shared } from './shared.ts';

/** The French of sentences that are kept in English, by their English; each English stands in one of the parts. */
export const parts = {
  ...{ shared },
};

/** The more a template says itself, the sooner it is tried: what it takes for filled in may be a sentence too. */
const TEMPLATES = Object.values(parts)
  .flatMap((part) => Object.entries(part))
  .map(([english, french]) => ({ template: readTemplate(english), french }))
  .map((each) => ({ ...each, said: each.template.literals.join('').length }))
  .sort((a, b) => b.said - a.said);

/** Findings of one check are told one after the other. */
const BETWEEN = '; ';

/** What is filled into a sentence has so many of them at most. */
const JOINED_MAX = 3;

/** Longer than any sentence of ours; what is longer was said by a host. */
const CHARS_MAX = 2_000;

/** Sentences within sentences; deeper are none of ours. */
const DEPTH_MAX = 4;

function sentence(english: string, depth: number): string | undefined {
  for (const { template, french } of TEMPLATES) {
    const found = matchTemplate(template, english);
    if (found === undefined) continue;
    return fillTemplate(french, new Map([...found].map(([place, text]) => [place, retell(text, depth + 1)])));
  }
  return undefined;
}

/** The shortest of these pieces, put together, that is a sentence; else the first as it is. */
function firstSentence(pieces: readonly string[], depth: number): { french: string; joined: number } {
  for (let joined = 1; joined <= pieces.length; joined += 1) {
    const french = sentence(pieces.slice(0, joined).join(BETWEEN), depth);
    if (french !== undefined) return { french, joined };
  }
  return { french: pieces[0] ?? '', joined: 1 };
}

function retell(english: string, depth: number): string {
  if (depth > DEPTH_MAX || english.length > CHARS_MAX || !/[a-z]/i.test(english)) return english;
  const pieces = english.split(BETWEEN);
  const told: string[] = [];
  while (pieces.length > 0) {
    // What is filled in may itself hold what parts one from the next.
    const found = firstSentence(pieces.slice(0, JOINED_MAX), depth);
    told.push(found.french);
    pieces.splice(0, found.joined);
  }
  return told.join(' ; ');
}

/**
 * The French of a sentence that was kept in English before its reader was known: what a check found, why a run stopped. What it
 * does not know, such as what a host printed or an older version said, it gives back as it is.
 */
export function retold(english: string): string {
  return retell(english, 0);
}
