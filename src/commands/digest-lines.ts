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
function age(from: string, to: string): string {
  const seconds = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
  if (Number.isNaN(seconds)) return '?';
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
}

function some(names: readonly string[]): string {
  const more = names.length - NAMES_MAX;
  return `${names.slice(0, NAMES_MAX).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function moduleLine({ module, answer, at, isOld, checks, notPassing, trouble }: DigestModule, now: string): DigestLine {
  if (at === '') return { answer, text: `${module}: not asked yet` };
  const asked = `asked ${age(at, now)} ago${isOld ? ', which is old' : ''}`;
  if (trouble !== '') return { answer, text: `${module}: could not be asked: ${trouble} (${asked})` };
  const rest = notPassing.length === 0 ? '' : `: ${some(notPassing)}`;
  return { answer, text: `${module}: ${checks - notPassing.length} of ${checks} pass, ${asked}${rest}` };
}

function changeLine({ run, command, person, modules, state, at }: ChangingRun, now: string): DigestLine {
  return { text: `${some(modules)}: ${command} by ${person}, ${state} ${age(at, now)} ago, run ${run}` };
}

/** What changed, or why nobody can say. */
function driftSection(digest: Digest): DigestSection {
  const { at, since, turned, changed, isCut } = digest;
  const lines: DigestLine[] = [
    ...(since === undefined
      ? [{ text: 'No answers of a day before are kept yet: the daily digest keeps them (KEYBUZZ_DIGEST_AT).' }]
      : turned.map(({ module, check, from, to }) => ({
          answer: to,
          text: `${module}: ${check} was ${from}, is ${to}`,
        }))),
    ...changed.map((one) => changeLine(one, at)),
    ...(isCut ? [{ text: 'There may be more: only the newest runs were looked at.' }] : []),
  ];
  const title = since === undefined ? 'Changed in the last 24 h' : `Changed in the last ${age(since, at)}`;
  return {
    title,
    lines: lines.length === 0 ? [{ text: 'No check answers otherwise, no run changed anything.' }] : lines,
  };
}

function alertLine(subject: SubjectState, now: string): DigestLine[] {
  const { alert } = subject;
  if (alert === undefined) return [];
  const names = alarming(alert).map(([name]) => name);
  const who = alert.acknowledged === undefined ? '' : `, ${alert.acknowledged.person.name} looks after it`;
  const silence = silenceAt(subject, Date.parse(now)) === undefined ? '' : ', silenced';
  const text = `${alert.id}: ${severityOf(alert)} for ${age(alert.openedAt, now)}${who}${silence}: ${some(names)}`;
  return [{ answer: severityOf(alert) === 'critical' ? 'fail' : 'warn', text }];
}

const WAITS_FOR: Readonly<Record<WaitingRun['what'], string>> = {
  approval: 'waits for approval',
  interrupted: 'is interrupted: resume or abandon it',
  review: 'broke the glass: somebody else must review it',
};

function waitingLine({ run, command, person, what, requestedAt }: WaitingRun, now: string): DigestLine {
  return { answer: 'warn', text: `${run} ${WAITS_FOR[what]}: ${command} by ${person}, ${age(requestedAt, now)} ago` };
}

/** Modules that never were moved share a line. */
function moveLines({ unproven, proven }: Digest): DigestLine[] {
  const name = (check: string) => check.replace(/^moved-/, '');
  const never = unproven.filter(({ value }) => value === 'never').map(({ check }) => name(check));
  return [
    ...(never.length === 0
      ? []
      : [{ answer: 'fail' as const, text: `never, as far as our logs go: ${never.join(', ')}` }]),
    ...unproven
      .filter(({ value }) => value !== 'never')
      .map(({ check, answer, text }) => ({ answer, text: `${name(check)}: ${text}` })),
    ...(proven === 0 ? [] : [{ answer: 'pass' as const, text: `${proven} moved in the last 30 days` }]),
  ];
}

function upkeepLine({ module, title, answer, value, text, isOld }: Upkeep): DigestLine {
  const told = [value, text].filter((part) => part !== '').join(', ');
  const old = isOld ? ' (an old answer)' : '';
  return { answer: isOld ? gravestAnswer([answer, 'unknown']) : answer, text: `${module}: ${title}: ${told}${old}` };
}

const UPKEEP_TITLES = { certificates: 'Certificates', backups: 'Backups', 'end of life': 'End of life' } as const;

/** True when the monitor asks nothing: most of a digest would be empty, and it says what to do instead. */
export function isUnmonitored({ modules }: Digest): boolean {
  return modules.length === 0;
}

/** What there is to say, in the order of its weight for whoever reads only the first lines. */
export function digestSections(digest: Digest): DigestSection[] {
  const { at, modules, unasked, alerts, waiting, upkeep } = digest;
  const nothing = 'Nothing is monitored yet: start `keybuzz worker` with KEYBUZZ_MONITOR=all or the names of modules.';
  const asked = modules.map((module) => moduleLine(module, at));
  const rest = unasked.length === 0 ? [] : [{ text: `The monitor does not ask: ${unasked.join(', ')}` }];
  const of = (topic: Upkeep['topic']) => upkeep.filter((one) => one.topic === topic).map(upkeepLine);
  const moves = moveLines(digest);
  return [
    { title: 'Waiting for people', lines: waiting.map((one) => waitingLine(one, at)) },
    { title: 'Alerts', lines: alerts.flatMap((subject) => alertLine(subject, at)) },
    { title: 'Modules', lines: isUnmonitored(digest) ? [{ text: nothing }] : [...asked, ...rest] },
    driftSection(digest),
    { title: 'Failovers and drills', lines: moves },
    ...(['certificates', 'backups', 'end of life'] as const).map((topic) => ({
      title: UPKEEP_TITLES[topic],
      lines: of(topic),
    })),
  ].filter(({ lines }) => lines.length > 0);
}

const plural = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** The digest in one line: how many modules stand how, what alerts, who is waited for. */
export function digestSummary({ modules, alerts, waiting }: Digest): string {
  const answers = (['fail', 'unknown', 'warn', 'pass'] as const).flatMap((answer) => {
    const number = modules.filter((one) => one.answer === answer).length;
    return number === 0 ? [] : [`${number} ${answer}`];
  });
  return [
    modules.length === 0 ? 'nothing monitored' : `${plural(modules.length, 'module')}: ${answers.join(', ')}`,
    alerts.length === 0 ? 'nothing alerts' : plural(alerts.length, 'alert'),
    waiting.length === 0 ? 'no run waits for people' : `${plural(waiting.length, 'run')} waiting for people`,
  ].join(' · ');
}
