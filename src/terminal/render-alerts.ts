import type { Reply } from '../commands/index.ts';
import { alarming, severityOf, type SubjectState } from '../jobs/index.ts';
import { clip, escapeControl, formatTable, formatTime, paint, plural } from './text.ts';
import type { Style } from './text.ts';

type Of<K extends Reply['kind']> = Extract<Reply, { kind: K }>;

function stateOf({ alert, silence }: SubjectState): string {
  if (silence !== undefined) return 'silenced';
  if (alert === undefined) return 'quiet';
  return alert.acknowledged === undefined ? severityOf(alert) : 'acknowledged';
}

/** Who looks after it, until when it is silent, why it is muted. */
function noteOf({ alert, silence, mute }: SubjectState, style: Style): string {
  return [
    ...(alert?.acknowledged === undefined ? [] : [`${alert.acknowledged.person.name} looks after it`]),
    ...(silence === undefined
      ? []
      : [
          `silent until ${formatTime(silence.until, style.timeZone)} by ${silence.person.name} ${silence.reason}`.trim(),
        ]),
    ...(mute === '' ? [] : [`muted: ${mute}`]),
  ].join('; ');
}

function rowOf(subject: SubjectState, style: Style): string[] {
  const { alert } = subject;
  return [
    alert?.id ?? subject.subject,
    stateOf(subject),
    alert === undefined ? '' : formatTime(alert.openedAt, style.timeZone),
    alert === undefined
      ? ''
      : alarming(alert)
          .map(([name]) => name)
          .join(', '),
    noteOf(subject, style),
  ].map(escapeControl);
}

/** Everything that alerts or is silenced, and when the monitor asked last. */
export function renderAlerts({ subjects, asked }: Of<'alerts'>, style: Style): string[] {
  const open = subjects.filter(({ alert }) => alert !== undefined).length;
  const header = ['ALERT', 'STATE', 'SINCE', 'WHAT', 'NOTE'];
  const [head = '', ...lines] = formatTable([header, ...subjects.map((subject) => rowOf(subject, style))], style);
  const modules = asked.map(({ module, at }) => `${module} ${at === '' ? 'not yet' : formatTime(at, style.timeZone)}`);
  return [
    open === 0 ? 'Nothing alerts.' : plural(open, 'alert'),
    ...(subjects.length === 0 ? [] : [paint(head, 'dim', style), ...lines]),
    clip(
      modules.length === 0 ? 'The monitor asks no module.' : `Asked last: ${escapeControl(modules.join(', '))}`,
      style.columns,
    ),
  ];
}

const DID = { ack: 'You look after', silence: 'Silenced', unsilence: 'No longer silenced:' } as const;

/** What a decision about an alert came to. */
export function renderAlert({ did, subject }: Of<'alert'>, style: Style): string[] {
  const note = noteOf(subject, style);
  const name = subject.alert?.id ?? subject.subject;
  return [clip(escapeControl(`${DID[did]} ${name}${note === '' ? '' : ` (${note})`}`), style.columns)];
}
