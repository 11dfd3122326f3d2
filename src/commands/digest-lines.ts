import { english, type Wording } from '../language/index.ts';
import { alarming, severityOf, silenceAt, type SubjectState } from '../jobs/alert-state.ts';
import type { Answer } from '../modules/contract.ts';
import type { ChangingRun, Digest, DigestModule, Upkeep, WaitingRun } from './digest.ts';
import { gravestAnswer } from './outcome.ts';

/** One thing that a digest says; `answer` is how grave it is, left out where nothing was asked. Untrusted plain text. */
export interface DigestLine {
  answer?: Answer;
  text: string;
}

/** What belongs together. */
export interface DigestSection {
  title: string;
  lines: DigestLine[];
}

const NAMES_MAX = 6;

/** How long ago in the largest unit that fits: "3 h", "2 days"; "?" when nobody can tell. */
function age(from: string, to: string, { digest }: Wording): string {
  const seconds = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
  if (Number.isNaN(seconds)) return '?';
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : digest.days(Math.floor(hours / 24));
}

function some(names: readonly string[], say: Wording): string {
  return say.andMore(names.slice(0, NAMES_MAX).join(', '), names.length - NAMES_MAX);
}

function moduleLine(
  { module, answer, at, isOld, checks, notPassing, trouble }: DigestModule,
  now: string,
  say: Wording,
): DigestLine {
  const { digest } = say;
  if (at === '') return { answer, text: digest.notAsked(module) };
  const asked = digest.asked(age(at, now, say), isOld);
  if (trouble !== '') return { answer, text: digest.trouble(module, say.retold(trouble), asked) };
  const rest = notPassing.length === 0 ? '' : `${say.colon}${some(notPassing, say)}`;
  return { answer, text: `${digest.pass(module, checks - notPassing.length, checks)}, ${asked}${rest}` };
}

function changeLine({ modules, state, at, ...run }: ChangingRun, now: string, say: Wording): DigestLine {
  const told = { ...run, modules: some(modules, say), state: say.states.word[state], age: age(at, now, say) };
  return { text: say.digest.change(told) };
}

/** What changed, or why nobody can say. */
function driftSection({ at, since, turned, changed, isCut }: Digest, say: Wording): DigestSection {
  const { digest, states } = say;
  const lines: DigestLine[] = [
    ...(since === undefined
      ? [{ text: digest.nothingKept }]
      : turned.map(({ module, check, from, to }) => ({
          answer: to,
          text: digest.turned(module, check, states.answer[from], states.answer[to]),
        }))),
    ...changed.map((one) => changeLine(one, at, say)),
    ...(isCut ? [{ text: digest.mayBeMore }] : []),
  ];
  const title = digest.changed(since === undefined ? '24 h' : age(since, at, say));
  return {
    title,
    lines: lines.length === 0 ? [{ text: digest.unchanged }] : lines,
  };
}

function alertLine(subject: SubjectState, now: string, say: Wording): DigestLine[] {
  const { alert } = subject;
  if (alert === undefined) return [];
  const names = alarming(alert).map(([name]) => name);
  const severity = severityOf(alert);
  const text = say.digest.alert({
    id: alert.id,
    severity: say.terminal.alertState[severity],
    age: age(alert.openedAt, now, say),
    who: alert.acknowledged === undefined ? '' : say.alerts.looksAfter(alert.acknowledged.person.name),
    silenced: silenceAt(subject, Date.parse(now)) !== undefined,
    checks: some(names, say),
  });
  return [{ answer: severity === 'critical' ? 'fail' : 'warn', text }];
}

function waitingLine({ what, requestedAt, ...run }: WaitingRun, now: string, say: Wording): DigestLine {
  const told = { ...run, for: say.digest.waitsFor[what], age: age(requestedAt, now, say) };
  return { answer: 'warn', text: say.digest.waiting(told) };
}

/** Modules that never were moved share a line. */
function moveLines({ unproven, proven }: Digest, { colon, digest, retold }: Wording): DigestLine[] {
  const name = (check: string) => check.replace(/^moved-/, '');
  const never = unproven.filter(({ value }) => value === 'never').map(({ check }) => name(check));
  return [
    ...(never.length === 0 ? [] : [{ answer: 'fail' as const, text: digest.never(never.join(', ')) }]),
    ...unproven
      .filter(({ value }) => value !== 'never')
      .map(({ check, answer, text }) => ({ answer, text: `${name(check)}${colon}${retold(text)}` })),
    ...(proven === 0 ? [] : [{ answer: 'pass' as const, text: digest.moved(proven) }]),
  ];
}

function upkeepLine({ module, title, answer, value, text, isOld }: Upkeep, say: Wording): DigestLine {
  const { digest, retold, titled } = say;
  const told = [value, retold(text)].filter((part) => part !== '').join(', ');
  const old = isOld ? digest.old : '';
  return {
    answer: isOld ? gravestAnswer([answer, 'unknown']) : answer,
    text: digest.upkeep(titled(`${module}: ${title}`), `${told}${old}`),
  };
}

/** True when the monitor asks nothing: most of a digest would be empty, and it says what to do instead. */
export function isUnmonitored({ modules }: Digest): boolean {
  return modules.length === 0;
}

/** What there is to say, in the order of its weight for whoever reads only the first lines. */
export function digestSections(digest: Digest, say: Wording = english): DigestSection[] {
  const { parts, topics, ...told } = say.digest;
  const { at, modules, unasked, alerts, waiting, upkeep } = digest;
  const asked = modules.map((module) => moduleLine(module, at, say));
  const rest = unasked.length === 0 ? [] : [{ text: told.notMonitored(unasked.join(', ')) }];
  const of = (topic: Upkeep['topic']) => upkeep.filter((one) => one.topic === topic).map((one) => upkeepLine(one, say));
  const moves = moveLines(digest, say);
  return [
    { title: parts.waiting, lines: waiting.map((one) => waitingLine(one, at, say)) },
    { title: parts.alerts, lines: alerts.flatMap((subject) => alertLine(subject, at, say)) },
    { title: parts.modules, lines: isUnmonitored(digest) ? [{ text: told.nothingMonitored }] : [...asked, ...rest] },
    driftSection(digest, say),
    { title: parts.moves, lines: moves },
    ...(['certificates', 'backups', 'end of life'] as const).map((topic) => ({
      title: topics[topic],
      lines: of(topic),
    })),
  ].filter(({ lines }) => lines.length > 0);
}

/** The digest in one line: how many modules stand how, what alerts, who is waited for. */
export function digestSummary({ modules, alerts, waiting }: Digest, say: Wording = english): string {
  const { digest, states } = say;
  const answers = (['fail', 'unknown', 'warn', 'pass'] as const).flatMap((answer) => {
    const number = modules.filter((one) => one.answer === answer).length;
    return number === 0 ? [] : [states.answers(number, answer)];
  });
  return [
    digest.summaryModules(modules.length, answers.join(', ')),
    digest.summaryAlerts(alerts.length),
    digest.summaryWaiting(waiting.length),
  ].join(' · ');
}
