import type { SectionBlock } from '@slack/types';
import { asksChecks } from '../../commands/outcome.ts';
import type { HostState, ProgressStatus, RunState, StepState } from '../../jobs/index.ts';
import { english, type Wording } from '../../language/index.ts';
import type { Stage } from '../../modules/contract.ts';
import { checkSummary } from './checks.ts';
import { PROGRESS_MARKS } from './marks.ts';
import { progressOf } from './stages.ts';
import { count, line, lineSections } from './text.ts';

/** Up to so many hosts are named in a step's line; of more only the busy and the bad ones are. */
const HOSTS_NAMED_MAX = 6;

function hostLabel(host: HostState): string {
  return `${PROGRESS_MARKS[host.status]} ${line(host.host, 60)}`;
}

/** What a host is doing, or why it is not well. */
function hostLine(host: HostState, { states, retold }: Wording): string {
  const name = `        ${line(host.host, 60)}:`;
  if (host.status === 'failed' || host.status === 'unknown') {
    return `${name} ${states.progress[host.status]}. ${line(retold(host.reason), 250)}`;
  }
  const { progress } = host;
  if (progress === undefined) return `${name} ${states.progress[host.status]}`;
  return `${name} ${progress.done}/${progress.total} ${line(progress.text, 120)}`;
}

function hostsPart(step: StepState, { run }: Wording): string {
  const isOver = step.status !== 'pending' && step.status !== 'running';
  // A step may leave out hosts that had nothing to change.
  const hosts = isOver ? step.hosts.filter((host) => host.status !== 'pending') : step.hosts;
  if (hosts.length === 0) return '';
  if (hosts.length <= HOSTS_NAMED_MAX) return ` · ${hosts.map(hostLabel).join(' ')}`;
  const done = hosts.filter((host) => host.status === 'ok').length;
  return ` · ${run.hostsOk(done, hosts.length)}`;
}

/** "checks: 6 pass, 1 warn": of the module's checks, or of what its own scripts found. */
export function answersOf(step: StepState, say: Wording): string {
  const summary = checkSummary(step.checks, say);
  return asksChecks(step) ? say.run.checks(summary, false) : say.run.results(summary);
}

/** A step that has not begun in a run that is over will not begin any more. */
function endedWord(status: ProgressStatus, { ending }: RunState, { states }: Wording): string {
  if (ending === undefined) return states.progress[status];
  if (status === 'pending') return ending.ending === 'ok' ? states.notNeeded : states.notDone;
  return status === 'running' ? states.notFinished : states.progress[status];
}

function stepLines(step: StepState, state: RunState, say: Wording): string[] {
  const checks = step.checks.length === 0 ? '' : ` · ${answersOf(step, say)}`;
  const changes = step.hosts.reduce((sum, host) => sum + host.changes.length, 0);
  const changed = changes === 0 ? '' : ` · ${count(changes, 'change', say)}`;
  const isCutShort = step.status === 'running' && state.ending !== undefined;
  const mark = isCutShort ? ':black_square_for_stop:' : PROGRESS_MARKS[step.status];
  const head = `${mark} *${line(say.titled(step.title), 120)}* ${endedWord(step.status, state, say)}`;
  const busy = step.hosts.filter((host) => host.progress !== undefined && host.status === 'running');
  const bad = step.hosts.filter((host) => host.status === 'failed' || host.status === 'unknown');
  const shown = step.status === 'ok' ? [] : [...bad, ...busy];
  const rest = shown.length > 8 ? [`        … ${say.more(shown.length - 8, 'host')}`] : [];
  return [
    `${head}${hostsPart(step, say)}${changed}${checks}`,
    ...shown.slice(0, 8).map((host) => hostLine(host, say)),
    ...rest,
  ];
}

/** A module of a run over several: a line for it, and below it its steps while they are what matters. */
function stageLines(state: RunState, stage: Stage, say: Wording): string[] {
  const steps = state.steps.filter(({ id }) => stage.steps.includes(id));
  const { status, isSkipped } = progressOf(steps);
  const done = steps.filter((step) => step.status === 'ok').length;
  const changes = steps.flatMap(({ hosts }) => hosts.flatMap((host) => host.changes)).length;
  const parts = [
    status === 'pending' || status === 'ok' ? '' : say.run.stepsDone(done, steps.length),
    changes === 0 ? '' : count(changes, 'change', say),
    isSkipped ? say.run.nothingToChange : '',
  ].filter(Boolean);
  const name = `*${line(stage.module || say.titled(stage.title), 60)}*`;
  const word =
    status === 'pending' || status === 'running' ? endedWord(status, state, say) : say.states.progress[status];
  const head = [`${PROGRESS_MARKS[status]} ${name} ${word}`, ...parts].join(' · ');
  return [
    head,
    ...(status === 'pending' || status === 'ok' ? [] : steps.flatMap((step) => stepLines(step, state, say))),
  ];
}

/** The running list: a line for each step, or for each module, the hosts that work or are not well below it. */
export function stepSections(state: RunState, say: Wording = english): SectionBlock[] {
  const { stages } = state.plan;
  const lines =
    stages?.flatMap((stage) => stageLines(state, stage, say)) ??
    state.steps.flatMap((step) => stepLines(step, state, say));
  return lineSections(lines, 2, 'line', say);
}
