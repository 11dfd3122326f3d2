import { digestSections, digestSummary } from '../commands/digest-lines.ts';
import type { Reply } from '../commands/index.ts';
import { markLine } from './render-run.ts';
import { clip, escapeControl, formatTime, paint } from './text.ts';
import type { Style } from './text.ts';

/** The digest of the platform as it is now. */
export function renderDigest({ digest }: Extract<Reply, { kind: 'digest' }>, style: Style): string[] {
  const narrow = { ...style, columns: style.columns - 2 };
  return [
    clip(
      escapeControl(
        style.say.digest.asOfShort(digestSummary(digest, style.say), formatTime(digest.at, style.timeZone)),
      ),
      style.columns,
    ),
    ...digestSections(digest, style.say).flatMap(({ title, lines }) => [
      paint(clip(escapeControl(title), style.columns), 'bold', style),
      ...lines.map(({ answer, text }) => {
        return `  ${answer === undefined ? clip(escapeControl(text), narrow.columns) : markLine(answer, text, narrow)}`;
      }),
    ]),
  ];
}
