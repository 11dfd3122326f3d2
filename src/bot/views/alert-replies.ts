import type { Reply } from '../../commands/reply.ts';
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
export function alertLine(subject: SubjectState): string {
  const { alert, silence } = subject;
  const title = subjectTitle(subject.subject);
  const silenced =
    silence === undefined ? '' : ` · silenced by ${mention(silence.person)} until ${time(silence.until)}`;
  if (alert === undefined) return `:no_bell: *Silenced* · ${title}${silenced}`;
  const checks = alarming(alert).map(([name]) => line(name, 60));
  const some = checks.slice(0, 5).join(', ');
  const more = checks.length > 5 ? ` and ${checks.length - 5} more` : '';
  const who = alert.acknowledged === undefined ? '' : ` · ${mention(alert.acknowledged.person)} looks after it`;
  return `${alertMark(alert, subject)} · ${code(alert.id, 60)} ${title}: ${some}${more} · since ${time(alert.openedAt)}${who}${silenced}`;
}

/** When the monitor asked each module last: without it, no alert may as well mean that nobody looked. */
export function askedLine(asked: Of<'alerts'>['asked']): string {
  if (asked.length === 0) return 'The monitor asks no module: no worker with KEYBUZZ_MONITOR runs.';
  const lines = asked.map(({ module, at }) => `${line(module, 40)} ${at === '' ? 'not yet' : time(at)}`);
  return `Asked last: ${fitLines(lines, ASKED_CHARS_MAX, 'module').join(' · ')}`;
}

/** What alerts now. */
export function alertsMessage({ subjects, asked }: Of<'alerts'>): Message {
  const open = subjects.filter(({ alert }) => alert !== undefined);
  const head = open.length === 0 ? ':white_check_mark: Nothing alerts.' : `*${count(open.length, 'alert')}*`;
  return {
    text: fallback([head]),
    blocks: [section(head), ...lineSections(subjects.map(alertLine), 5, 'alert'), context(askedLine(asked))],
  };
}

const DID = {
  ack: 'You look after it',
  silence: 'Nothing is posted about it',
  unsilence: 'No longer silenced',
} as const;

/** What a decision about an alert came to. */
export function alertMessageOf({ did, subject }: Of<'alert'>): Message {
  const text = `${DID[did]}: ${alertLine(subject)}`;
  return { text: fallback([text]), blocks: [section(text)] };
}
