import type { KnownBlock } from '@slack/types';
import { asksChecks } from '../../commands/outcome.ts';
import type { HostState, StepState } from '../../jobs/index.ts';
import { english, type Wording } from '../../language/index.ts';
import { changeCount, changeLines } from './changes.ts';
import { checkMatrix } from './checks.ts';
import { PROGRESS_MARKS } from './marks.ts';
import { answersOf } from './steps.ts';
import { clip, duration, fallback, line, lineSections, section, tailBlock, type Message } from './text.ts';

/** So many failed hosts are told in full; the others are counted. */
const HOSTS_TOLD_MAX = 4;
const TAIL_CHARS_MAX = 1500;

/** A step in its turn, or one that puts right what the run may have left. */
export type StepKind = 'step' | 'compensation';

function title(step: StepState, kind: StepKind, { run, states, titled }: Wording): string {
  const took = duration(step.startedAt, step.endedAt);
  const why = kind === 'compensation' ? `:leftwards_arrow_with_hook: ${run.compensation}` : '';
  return `${why}${PROGRESS_MARKS[step.status]} *${line(titled(step.title), 120)}* ${states.progress[step.status]}${took && ` ${run.took(took)}`}`;
}

/** A step that ended well: how long, what changed, what the checks answered. */
export function stepNote(step: StepState, kind: StepKind = 'step', say: Wording = english): Message {
  const changes = step.hosts.flatMap((host) => host.changes);
  const worked = step.hosts.filter((host) => host.status !== 'pending').length;
  const hosts = step.hosts.length === 0 ? '' : say.run.on(worked);
  const isAsked = asksChecks(step);
  const results = step.checks.length === 0 ? '' : ` · ${answersOf(step, say)}`;
  const summary = step.hosts.length > 0 && !isAsked ? ` · ${changeCount(changes, say)}` : '';
  const head = `${title(step, kind, say)}${hosts}${summary}${results}`;
  const blocks = [
    section(head),
    ...checkMatrix(step.checks, 2, say),
    ...lineSections(changeLines(changes, say), 1, 'change', say),
    ...silentHosts(step, say),
  ];
  return { text: fallback([head], say), blocks };
}

/** Hosts of a checks step that said nothing, or something we could not take. */
function silentHosts(step: StepState, say: Wording): KnownBlock[] {
  const silent = step.hosts.filter((host) => host.status === 'failed' || host.status === 'unknown');
  const lines = silent.map(
    (host) =>
      `• ${line(host.host, 60)}${say.colon}${say.states.progress[host.status]}. ${line(say.retold(host.reason), 250)}`,
  );
  return lineSections(lines, 1, 'host', say);
}

/** The hosts of a step that did not end well which its note tells of in full. */
export function toldHosts({ hosts }: Pick<StepState, 'hosts'>): HostState[] {
  return hosts.filter((host) => host.status === 'failed' || host.status === 'unknown').slice(0, HOSTS_TOLD_MAX);
}

/** True when a note shows these last lines as they are. */
export function isTailWhole(tail: readonly string[]): boolean {
  const isCut = tailBlock(tail, TAIL_CHARS_MAX).includes('more above');
  return !isCut && tail.every((each) => clip(each, 400) === clip(each, 4000));
}

function hostTold(host: HostState, say: Wording): KnownBlock {
  const exit = host.exitCode === null || host.exitCode === 0 ? '' : say.run.exit(host.exitCode);
  const fix = host.fix === '' ? [] : [`${say.errors.toDo} ${line(say.retold(host.fix), 400)}`];
  const tail = host.tail.length === 0 ? [] : [tailBlock(host.tail, TAIL_CHARS_MAX, say)];
  const head = `${PROGRESS_MARKS[host.status]} *${line(host.host, 60)}* ${say.states.progress[host.status]}${exit}${say.colon}${line(say.retold(host.reason), 500)}`;
  return section([head, ...fix, ...tail].join('\n'));
}

/** A step that failed, or whose outcome nobody knows: host, reason, what to do, the last lines of the output. */
export function failureNote(step: StepState, kind: StepKind = 'step', say: Wording = english): Message {
  const bad = step.hosts.filter((host) => host.status === 'failed' || host.status === 'unknown');
  const more = bad.length - HOSTS_TOLD_MAX;
  const reason = step.reason === '' ? '' : `\n${line(say.retold(step.reason), 800)}`;
  const fix = step.fix === '' ? '' : `\n${say.errors.toDo} ${line(say.retold(step.fix), 500)}`;
  const head = `${title(step, kind, say)}${reason}${fix}`;
  // The step's own reason only sums up what its hosts say in full.
  const isAsked = asksChecks(step);
  const isToldByHosts = !isAsked && bad.length > 0;
  const blocks = [
    section(isToldByHosts ? title(step, kind, say) : head),
    ...(isAsked ? silentHosts(step, say) : toldHosts(step).map((host) => hostTold(host, say))),
    ...(!isAsked && more > 0 ? [section(`… ${say.more(more, 'host')}`)] : []),
    ...checkMatrix(step.checks, 2, say),
  ];
  return { text: fallback([head], say), blocks };
}
