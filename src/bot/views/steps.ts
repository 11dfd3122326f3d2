import type { SectionBlock } from '@slack/types';
import { asksChecks } from '../../commands/outcome.ts';
import type { HostState, ProgressStatus, RunState, StepState } from '../../jobs/index.ts';
import type { Stage } from '../../modules/contract.ts';
import { checkSummary } from './checks.ts';
import { PROGRESS_MARKS, PROGRESS_WORDS } from './marks.ts';
import { progressOf } from './stages.ts';
import { count, line, lineSections } from './text.ts';

/** Up to so many hosts are named in a step's line; of more only the busy and the bad ones are. */
const HOSTS_NAMED_MAX = 6;

function hostLabel(host: HostState): string {
  return `${PROGRESS_MARKS[host.status]} ${line(host.host, 60)}`;
}

/** What a host is doing, or why it is not well. */
function hostLine(host: HostState): string {
  const name = `        ${line(host.host, 60)}:`;
  if (host.status === 'failed' || host.status === 'unknown') {
    return `${name} ${PROGRESS_WORDS[host.status]}. ${line(host.reason, 250)}`;
  }
  const { progress } = host;
  if (progress === undefined) return `${name} ${PROGRESS_WORDS[host.status]}`;
  return `${name} ${progress.done}/${progress.total} ${line(progress.text, 120)}`;
}

function hostsPart(step: StepState): string {
  const isOver = step.status !== 'pending' && step.status !== 'running';
  // A step may leave out hosts that had nothing to change.
  const hosts = isOver ? step.hosts.filter((host) => host.status !== 'pending') : step.hosts;
  if (hosts.length === 0) return '';
  if (hosts.length <= HOSTS_NAMED_MAX) return ` · ${hosts.map(hostLabel).join(' ')}`;
  const done = hosts.filter((host) => host.status === 'ok').length;
  return ` · ${done} of ${count(hosts.length, 'host')} ok`;
}

/** A step that has not begun in a run that is over will not begin any more. */
function endedWord(status: ProgressStatus, { ending }: RunState): string {
  if (ending === undefined) return PROGRESS_WORDS[status];
  if (status === 'pending') return ending.ending === 'ok' ? 'not needed' : 'not done';
  return status === 'running' ? 'not finished' : PROGRESS_WORDS[status];
}

function stepLines(step: StepState, state: RunState): string[] {
  const noun = asksChecks(step) ? 'checks' : 'results';
  const checks = step.checks.length === 0 ? '' : ` · ${noun}: ${checkSummary(step.checks)}`;
  const changes = step.hosts.reduce((sum, host) => sum + host.changes.length, 0);
  const changed = changes === 0 ? '' : ` · ${count(changes, 'change')}`;
  const isCutShort = step.status === 'running' && state.ending !== undefined;
  const mark = isCutShort ? ':black_square_for_stop:' : PROGRESS_MARKS[step.status];
  const head = `${mark} *${line(step.title, 120)}* ${endedWord(step.status, state)}`;
  const busy = step.hosts.filter((host) => host.progress !== undefined && host.status === 'running');
  const bad = step.hosts.filter((host) => host.status === 'failed' || host.status === 'unknown');
  const shown = step.status === 'ok' ? [] : [...bad, ...busy];
  const rest = shown.length > 8 ? [`        … ${count(shown.length - 8, 'more host')}`] : [];
  return [`${head}${hostsPart(step)}${changed}${checks}`, ...shown.slice(0, 8).map(hostLine), ...rest];
}

/** A module of a run over several: a line for it, and below it its steps while they are what matters. */
function stageLines(state: RunState, stage: Stage): string[] {
  const steps = state.steps.filter(({ id }) => stage.steps.includes(id));
  const { status, isSkipped } = progressOf(steps);
  const done = steps.filter((step) => step.status === 'ok').length;
  const changes = steps.flatMap(({ hosts }) => hosts.flatMap((host) => host.changes)).length;
  const parts = [
    status === 'pending' || status === 'ok' ? '' : `${done} of ${count(steps.length, 'step')}`,
    changes === 0 ? '' : count(changes, 'change'),
    isSkipped ? 'nothing to change' : '',
  ].filter(Boolean);
  const name = `*${line(stage.module || stage.title, 60)}*`;
  const word = status === 'pending' || status === 'running' ? endedWord(status, state) : PROGRESS_WORDS[status];
  const head = [`${PROGRESS_MARKS[status]} ${name} ${word}`, ...parts].join(' · ');
  return [head, ...(status === 'pending' || status === 'ok' ? [] : steps.flatMap((step) => stepLines(step, state)))];
}

/** The running list: a line for each step, or for each module, the hosts that work or are not well below it. */
export function stepSections(state: RunState): SectionBlock[] {
  const { stages } = state.plan;
  const lines =
    stages?.flatMap((stage) => stageLines(state, stage)) ?? state.steps.flatMap((step) => stepLines(step, state));
  return lineSections(lines, 2, 'line');
}
