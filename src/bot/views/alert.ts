import type { KnownBlock } from '@slack/types';
import {
  alarming,
  FREEZE_SUBJECT,
  HOSTS_SUBJECT,
  MONITOR_SUBJECT,
  POLICY_SUBJECT,
  severityOf,
  type Alert,
  type AlertCheck,
  type SubjectState,
} from '../../jobs/index.ts';
import { findModule } from '../../modules/index.ts';
import { alertActions } from './alert-actions.ts';
import type { AlertView } from './alert-view.ts';
import { ANSWER_MARKS } from './marks.ts';
import { fitMessage } from './message-size.ts';
import {
  code,
  context,
  count,
  duration,
  fallback,
  line,
  lineSections,
  mention,
  section,
  time,
  type Message,
} from './text.ts';

const TITLES: Readonly<Record<string, string>> = {
  [HOSTS_SUBJECT]: 'Hosts that do not answer',
  [MONITOR_SUBJECT]: 'The monitor has stopped',
  [FREEZE_SUBJECT]: 'Everything is frozen: nothing that changes anything begins',
  [POLICY_SUBJECT]: 'policy.yaml has a fault: the policy before it still counts',
};

/** What an alert is about, as people call it; safe mrkdwn. */
export function subjectTitle(subject: string): string {
  return line(TITLES[subject] ?? findModule(subject)?.title ?? subject, 80);
}

/** How grave it is, or what became of it: a mark and a word, so that nobody depends on a colour. */
export function alertMark(alert: Alert, subject: Pick<SubjectState, 'silence'>): string {
  if (alert.resolvedAt !== undefined) return ':large_green_circle: *Resolved*';
  if (subject.silence !== undefined) return ':no_bell: *Silenced*';
  if (alert.acknowledged !== undefined) return ':large_yellow_circle: *Acknowledged*';
  return severityOf(alert) === 'critical' ? ':red_circle: *Critical*' : ':large_orange_circle: *Warning*';
}

function checkLine(name: string, check: AlertCheck): string {
  const { answer, value, text, since, isFlapping, turns, resolvedAt } = check;
  const evidence = [value === '' ? '' : code(value, 60), line(text, 250)].filter(Boolean).join(' ');
  const flapping = isFlapping ? ` · :zap: flapping, it turned ${turns} times` : '';
  const when = resolvedAt === undefined ? `since ${time(since)}` : `over, ${time(resolvedAt)}`;
  return `${ANSWER_MARKS[answer]} *${line(name, 80)}* ${when}${flapping}${evidence === '' ? '' : `\n        ${evidence}`}`;
}

/** What still alarms first, then what is over. */
function checkLines({ checks }: Alert): string[] {
  const all = Object.entries(checks);
  const open = all.filter(([, { resolvedAt }]) => resolvedAt === undefined);
  const over = all.filter(([, { resolvedAt }]) => resolvedAt !== undefined);
  return [...open, ...over].map(([name, check]) => checkLine(name, check));
}

function headline({ alert, subject }: AlertView): string {
  const what = `${alertMark(alert, subject)} · *${subjectTitle(alert.subject)}* · alert ${code(alert.id, 60)}`;
  const open = alarming(alert);
  if (alert.resolvedAt !== undefined) return `${what}\nIt lasted ${lasted(alert)}.`;
  return `${what}\n${count(open.length, alert.subject === HOSTS_SUBJECT ? 'host' : 'check')} since ${time(alert.openedAt)}`;
}

/** How long it took from the first alarm to the end. */
export function lasted({ openedAt, resolvedAt }: Alert): string {
  return duration(openedAt, resolvedAt) || 'less than a second';
}

function people({ alert, subject }: AlertView): string[] {
  const { acknowledged, resolvedAt } = alert;
  const { silence, mute } = subject;
  if (resolvedAt !== undefined) return [];
  return [
    ...(acknowledged === undefined
      ? []
      : [`:eyes: ${mention(acknowledged.person)} looks after it, ${time(acknowledged.at)}.`]),
    ...(silence === undefined
      ? []
      : [`:no_bell: Silenced by ${mention(silence.person)} until ${time(silence.until)} ${line(silence.reason, 300)}`]),
    ...(mute === '' ? [] : [`:construction: Muted: ${line(mute, 300)}. What fails meanwhile opens nothing.`]),
  ];
}

function changeLine({ lastChange }: AlertView): string[] {
  if (lastChange === undefined) return [];
  const { run, link } = lastChange;
  const when = run.endedAt ?? run.requestedAt;
  const how = run.ending?.ending ?? run.status;
  const name = link === '' ? code(run.runId) : `<${link}|${line(run.runId, 40)}>`;
  return [`Last change here: ${line(run.command, 100)}, run ${name} of ${mention(run.person)}, ${how}, ${time(when)}`];
}

/** An alert's one message. */
export function alertMessage(view: AlertView): Message {
  const { alert } = view;
  const head = headline(view);
  const lines = checkLines(alert);
  const blocks: KnownBlock[] = [
    section(head),
    ...lineSections(people(view), 1, 'line'),
    ...lineSections(lines, 4, 'check'),
    ...changeLine(view).map(context),
    ...alertActions(view),
  ];
  return { text: fallback([head, ...lines.slice(0, 5)]), blocks: fitMessage(blocks) };
}

/** Said in its thread when something new fails after somebody took it over. */
export function voidedNote({ voided }: Alert): Message {
  const newest = voided.at(-1);
  if (newest === undefined) return { text: '…', blocks: [section('…')] };
  const text = `:bell: ${mention(newest.person)}: since you acknowledged it *${line(newest.check, 80)}* failed too, ${time(newest.at)}. Please look again.`;
  return { text: fallback([text]), blocks: [section(text)] };
}

/** Said in its thread when nobody acknowledged it. `onCall` is the id of a Slack user group; empty: nobody is mentioned. */
export function escalationNote(alert: Alert, onCall: string): Message {
  const whom = /^S[A-Z0-9]{2,20}$/.test(onCall) ? `<!subteam^${onCall}> ` : '';
  const text = `:rotating_light: ${whom}nobody has acknowledged ${code(alert.id, 60)} since ${time(alert.alarmedAt)}: ${count(alarming(alert).length, 'check')} of *${subjectTitle(alert.subject)}*.`;
  return { text: fallback([text]), blocks: [section(text)] };
}

/** Said in its thread at the end. */
export function resolvedNote(alert: Alert): Message {
  const text = `:large_green_circle: *Resolved*: ${subjectTitle(alert.subject)} (${code(alert.id, 60)}) after ${lasted(alert)}.`;
  return { text: fallback([text]), blocks: [section(text)] };
}
