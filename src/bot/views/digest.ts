import type { KnownBlock } from '@slack/types';
import { digestSections, digestSummary, type DigestLine, type DigestSection } from '../../commands/digest-lines.ts';
import type { Reply } from '../../commands/reply.ts';
import { ANSWER_MARKS } from './marks.ts';
import { fitMessage } from './message-size.ts';
import { context, fallback, line, lineSections, plain, section, time, type Message } from './text.ts';

type Digest = Extract<Reply, { kind: 'digest' }>['digest'];

const LINE_CHARS_MAX = 350;
/** Of each part; the rest of it is counted. */
const SECTIONS_MAX = 2;

function lineOf({ answer, text }: DigestLine): string {
  return `${answer === undefined ? '' : `${ANSWER_MARKS[answer]} · `}${line(text, LINE_CHARS_MAX)}`;
}

function part({ title, lines }: DigestSection): KnownBlock[] {
  return [section(`*${line(title, 80)}*`), ...lineSections(lines.map(lineOf), SECTIONS_MAX, 'line')];
}

/** The digest: posted once a day in the ops channel, and the answer to `digest`. */
export function digestMessage(digest: Digest): Message {
  const summary = line(digestSummary(digest), 400);
  return {
    text: fallback([`Digest: ${summary}`]),
    blocks: fitMessage([
      { type: 'header', text: plain('Digest of the platform', 150) },
      section(summary),
      ...digestSections(digest).flatMap(part),
      context(`As of ${time(digest.at)}. Type \`digest\` to see it as it is now.`),
    ]),
  };
}
