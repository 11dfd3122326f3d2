import type { Reply } from '../../commands/reply.ts';
import { english, type Wording } from '../../language/index.ts';
import { alarming, type SubjectState } from '../../jobs/index.ts';
import { alertMark, subjectTitle } from './alert.ts';
import {
  code,
  context,
  count,
  fallback,
  fitLines,
  line,
  lineSections,
  mention,
  section,
  time,
  type Message,
} from './text.ts';

type Of<K extends Reply['kind']> = Extract<Reply, { kind: K }>;

const ASKED_CHARS_MAX = 1500;

/** One subject on a line: its alert, or only that it is silenced. */
export function alertLine(subject: SubjectState, say: Wording = english): string {
  const { alert, silence } = subject;
  const title = subjectTitle(subject.subject, say);
  const { alerts } = say;
  const silenced =
    silence === undefined ? '' : ` · ${alerts.silencedUntil(mention(silence.person), time(silence.until))}`;
  if (alert === undefined) return `:no_bell: ${alerts.silenced} · ${title}${silenced}`;
  const checks = alarming(alert).map(([name]) => line(name, 60));
  const some = say.andMore(checks.slice(0, 5).join(', '), checks.length - 5);
  const who = alert.acknowledged === undefined ? '' : ` · ${alerts.looksAfter(mention(alert.acknowledged.person))}`;
  return `${alertMark(alert, subject, say)} · ${code(alert.id, 60)} ${title}${say.colon}${some} · ${alerts.since(time(alert.openedAt))}${who}${silenced}`;
}

/** When the monitor asked each module last: without it, no alert may as well mean that nobody looked. */
export function askedLine(asked: Of<'alerts'>['asked'], say: Wording = english): string {
  if (asked.length === 0) return say.alerts.noMonitor;
  const lines = asked.map(({ module, at }) => `${line(module, 40)} ${at === '' ? say.alerts.notYet : time(at)}`);
  return say.alerts.askedLast(fitLines(lines, ASKED_CHARS_MAX, 'module', say).join(' · '));
}

/** What alerts now. */
export function alertsMessage({ subjects, asked }: Of<'alerts'>, say: Wording = english): Message {
  const open = subjects.filter(({ alert }) => alert !== undefined);
  const head = open.length === 0 ? `:white_check_mark: ${say.alerts.nothing}` : `*${count(open.length, 'alert', say)}*`;
  return {
    text: fallback([head], say),
    blocks: [
      section(head),
      ...lineSections(
        subjects.map((subject) => alertLine(subject, say)),
        5,
        'alert',
        say,
      ),
      context(askedLine(asked, say)),
    ],
  };
}

/** What a decision about an alert came to. */
export function alertMessageOf({ did, subject }: Of<'alert'>, say: Wording = english): Message {
  const text = `${say.alerts.did[did]}${say.colon}${alertLine(subject, say)}`;
  return { text: fallback([text], say), blocks: [section(text)] };
}
