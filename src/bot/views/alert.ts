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
import { english, type Phrase, type Wording } from '../../language/index.ts';
import { findModule } from '../../modules/index.ts';
import { alertActions } from './alert-actions.ts';
import type { AlertView } from './alert-view.ts';
import { answerMark } from './marks.ts';
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

const TITLES: Readonly<Record<string, Phrase>> = {
  [HOSTS_SUBJECT]: (say) => say.alerts.titles.hosts,
  [MONITOR_SUBJECT]: (say) => say.alerts.titles.monitor,
  [FREEZE_SUBJECT]: (say) => say.alerts.titles.freeze,
  [POLICY_SUBJECT]: (say) => say.alerts.titles.policy,
};

/** What an alert is about, as people call it; safe mrkdwn. */
export function subjectTitle(subject: string, say: Wording = english): string {
  return line(TITLES[subject]?.(say) ?? say.titled(findModule(subject)?.title ?? subject), 80);
}

/** How grave it is, or what became of it: a mark and a word, so that nobody depends on a colour. */
export function alertMark(alert: Alert, subject: Pick<SubjectState, 'silence'>, say: Wording = english): string {
  const { alerts } = say;
  if (alert.resolvedAt !== undefined) return `:large_green_circle: ${alerts.resolved}`;
  if (subject.silence !== undefined) return `:no_bell: ${alerts.silenced}`;
  if (alert.acknowledged !== undefined) return `:large_yellow_circle: ${alerts.acknowledged}`;
  const severity = severityOf(alert);
  return `${severity === 'critical' ? ':red_circle:' : ':large_orange_circle:'} ${alerts.severity[severity]}`;
}

function checkLine(name: string, check: AlertCheck, say: Wording): string {
  const { alerts } = say;
  const { answer, value, text, since, isFlapping, turns, resolvedAt } = check;
  const evidence = [value === '' ? '' : code(value, 60), line(say.retold(text), 250)].filter(Boolean).join(' ');
  const flapping = isFlapping ? ` · :zap: ${alerts.flapping(turns)}` : '';
  const when = resolvedAt === undefined ? alerts.since(time(since)) : alerts.over(time(resolvedAt));
  return `${answerMark(answer, say)} *${line(name, 80)}* ${when}${flapping}${evidence === '' ? '' : `\n        ${evidence}`}`;
}

/** What still alarms first, then what is over. */
function checkLines({ checks }: Alert, say: Wording): string[] {
  const all = Object.entries(checks);
  const open = all.filter(([, { resolvedAt }]) => resolvedAt === undefined);
  const over = all.filter(([, { resolvedAt }]) => resolvedAt !== undefined);
  return [...open, ...over].map(([name, check]) => checkLine(name, check, say));
}

function headline({ alert, subject }: AlertView, say: Wording): string {
  const { alerts } = say;
  const what = `${alertMark(alert, subject, say)} · *${subjectTitle(alert.subject, say)}* · ${alerts.named(code(alert.id, 60))}`;
  const open = alarming(alert);
  if (alert.resolvedAt !== undefined) return `${what}\n${alerts.lasted(lasted(alert, say))}`;
  const failing = count(open.length, alert.subject === HOSTS_SUBJECT ? 'host' : 'check', say);
  return `${what}\n${failing} ${alerts.since(time(alert.openedAt))}`;
}

/** How long it took from the first alarm to the end. */
export function lasted({ openedAt, resolvedAt }: Alert, say: Wording = english): string {
  return duration(openedAt, resolvedAt) || say.alerts.lessThanASecond;
}

function people({ alert, subject }: AlertView, say: Wording): string[] {
  const { alerts } = say;
  const { acknowledged, resolvedAt } = alert;
  const { silence, mute } = subject;
  if (resolvedAt !== undefined) return [];
  return [
    ...(acknowledged === undefined
      ? []
      : [`:eyes: ${alerts.looksAfterSince(mention(acknowledged.person), time(acknowledged.at))}`]),
    ...(silence === undefined
      ? []
      : [`:no_bell: ${alerts.silencedBy(mention(silence.person), time(silence.until), line(silence.reason, 300))}`]),
    ...(mute === '' ? [] : [`:construction: ${alerts.muted(line(say.retold(mute), 300))}`]),
  ];
}

function changeLine({ lastChange }: AlertView, say: Wording): string[] {
  if (lastChange === undefined) return [];
  const { run, link } = lastChange;
  const when = run.endedAt ?? run.requestedAt;
  const how = say.states.word[run.ending?.ending ?? run.status];
  const name = link === '' ? code(run.runId) : `<${link}|${line(run.runId, 40)}>`;
  const what = { command: line(run.command, 100), run: name, person: mention(run.person), how, time: time(when) };
  return [say.alerts.lastChange(what)];
}

/** An alert's one message. */
export function alertMessage(view: AlertView, say: Wording = english): Message {
  const { alert } = view;
  const head = headline(view, say);
  const lines = checkLines(alert, say);
  const blocks: KnownBlock[] = [
    section(head),
    ...lineSections(people(view, say), 1, 'line', say),
    ...lineSections(lines, 4, 'check', say),
    ...changeLine(view, say).map(context),
    ...alertActions(view, say),
  ];
  return { text: fallback([head, ...lines.slice(0, 5)], say), blocks: fitMessage(blocks, say) };
}

/** Said in its thread when something new fails after somebody took it over. */
export function voidedNote({ voided }: Alert, say: Wording = english): Message {
  const newest = voided.at(-1);
  if (newest === undefined) return { text: '…', blocks: [section('…')] };
  const text = `:bell: ${say.alerts.voided(mention(newest.person), `*${line(newest.check, 80)}*`, time(newest.at))}`;
  return { text: fallback([text], say), blocks: [section(text)] };
}

/** Said in its thread when nobody acknowledged it. `onCall` is the id of a Slack user group; empty: nobody is mentioned. */
export function escalationNote(alert: Alert, onCall: string, say: Wording = english): Message {
  const whom = /^S[A-Z0-9]{2,20}$/.test(onCall) ? `<!subteam^${onCall}> ` : '';
  const text = `:rotating_light: ${say.alerts.escalated({
    whom,
    id: code(alert.id, 60),
    time: time(alert.alarmedAt),
    checks: alarming(alert).length,
    title: `*${subjectTitle(alert.subject, say)}*`,
  })}`;
  return { text: fallback([text], say), blocks: [section(text)] };
}

/** Said in its thread at the end. */
export function resolvedNote(alert: Alert, say: Wording = english): Message {
  const text = `:large_green_circle: ${say.alerts.resolvedAfter(subjectTitle(alert.subject, say), code(alert.id, 60), lasted(alert, say))}`;
  return { text: fallback([text], say), blocks: [section(text)] };
}
