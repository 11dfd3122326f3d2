import type { KnownBlock } from '@slack/types';
import { digestSections, digestSummary, type DigestLine, type DigestSection } from '../../commands/digest-lines.ts';
import type { Reply } from '../../commands/reply.ts';
import { english, type Wording } from '../../language/index.ts';
import { answerMark } from './marks.ts';
import { fitMessage } from './message-size.ts';
import { context, fallback, line, lineSections, plain, section, time, type Message } from './text.ts';

type Digest = Extract<Reply, { kind: 'digest' }>['digest'];

const LINE_CHARS_MAX = 350;
/** Of each part; the rest of it is counted. */
const SECTIONS_MAX = 2;

function lineOf({ answer, text }: DigestLine, say: Wording): string {
  return `${answer === undefined ? '' : `${answerMark(answer, say)} · `}${line(text, LINE_CHARS_MAX)}`;
}

function part({ title, lines }: DigestSection, say: Wording): KnownBlock[] {
  const told = lines.map((each) => lineOf(each, say));
  return [section(`*${line(title, 80)}*`), ...lineSections(told, SECTIONS_MAX, 'line', say)];
}

/** The digest: posted once a day in the ops channel, and the answer to `digest`. */
export function digestMessage(digest: Digest, say: Wording = english): Message {
  const summary = line(digestSummary(digest, say), 400);
  const blocks: KnownBlock[] = [
    { type: 'header', text: plain(say.digest.head, 150) },
    section(summary),
    ...digestSections(digest, say).flatMap((each) => part(each, say)),
    context(say.digest.asOf(time(digest.at))),
  ];
  return { text: fallback([say.digest.fallback(summary)], say), blocks: fitMessage(blocks, say) };
}
