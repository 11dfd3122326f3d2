import type { Reply } from '../commands/index.ts';
import type { Wording } from '../language/index.ts';
import { alarming, severityOf, type SubjectState } from '../jobs/index.ts';
import { clip, escapeControl, formatTable, formatTime, paint } from './text.ts';
import type { Style } from './text.ts';

type Of<K extends Reply['kind']> = Extract<Reply, { kind: K }>;

function stateOf({ alert, silence }: SubjectState, { terminal }: Wording): string {
  const { alertState } = terminal;
  if (silence !== undefined) return alertState.silenced;
  if (alert === undefined) return alertState.quiet;
  return alertState[alert.acknowledged === undefined ? severityOf(alert) : 'acknowledged'];
}

/** Who looks after it, until when it is silent, why it is muted. */
function noteOf({ alert, silence, mute }: SubjectState, { say, timeZone }: Style): string {
  return [
    ...(alert?.acknowledged === undefined ? [] : [say.alerts.looksAfter(alert.acknowledged.person.name)]),
    ...(silence === undefined
      ? []
      : [say.terminal.silentUntil(formatTime(silence.until, timeZone), silence.person.name, silence.reason).trim()]),
    ...(mute === '' ? [] : [say.terminal.muted(say.retold(mute))]),
  ].join('; ');
}

function rowOf(subject: SubjectState, style: Style): string[] {
  const { alert } = subject;
  return [
    alert?.id ?? subject.subject,
    stateOf(subject, style.say),
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
  const { alerts, count, terminal } = style.say;
  const header = terminal.columns.alerts;
  const [head = '', ...lines] = formatTable([header, ...subjects.map((subject) => rowOf(subject, style))], style);
  const modules = asked.map(
    ({ module, at }) => `${module} ${at === '' ? alerts.notYet : formatTime(at, style.timeZone)}`,
  );
  return [
    open === 0 ? alerts.nothing : count(open, 'alert'),
    ...(subjects.length === 0 ? [] : [paint(head, 'dim', style), ...lines]),
    clip(
      modules.length === 0 ? terminal.noMonitor : alerts.askedLast(escapeControl(modules.join(', '))),
      style.columns,
    ),
  ];
}

/** What a decision about an alert came to. */
export function renderAlert({ did, subject }: Of<'alert'>, style: Style): string[] {
  const note = noteOf(subject, style);
  const name = subject.alert?.id ?? subject.subject;
  return [
    clip(escapeControl(`${style.say.terminal.did[did]} ${name}${note === '' ? '' : ` (${note})`}`), style.columns),
  ];
}
