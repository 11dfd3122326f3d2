import { asksChecks, groupChecks, unmet } from '../commands/outcome.ts';
import { worstOfRun } from '../commands/verdict.ts';
import type { Wording } from '../language/index.ts';
import type { HostState, ProgressStatus, RunState, StepState } from '../jobs/index.ts';
import type { Answer, CheckResult } from '../modules/contract.ts';
import { clip, escapeControl, formatDuration, formatTable, formatTime, paint } from './text.ts';
import type { Colour, Style } from './text.ts';

/** More are counted, not listed: the whole is in `keybuzz show <run> --json`. */
const CHANGES_SHOWN_MAX = 20;
const TAIL_LINES_MAX = 10;

const MARKS: Record<ProgressStatus | Answer, { mark: string; colour: Colour }> = {
  ok: { mark: '✓', colour: 'green' },
  pass: { mark: '✓', colour: 'green' },
  warn: { mark: '!', colour: 'yellow' },
  failed: { mark: '✗', colour: 'red' },
  fail: { mark: '✗', colour: 'red' },
  unknown: { mark: '?', colour: 'yellow' },
  running: { mark: '›', colour: 'cyan' },
  pending: { mark: '·', colour: 'dim' },
};

/** The coloured sign of a state or an answer; each is told apart by its shape too. */
export function markOf(status: ProgressStatus | Answer, style: Style): string {
  const { mark, colour } = MARKS[status];
  return paint(mark, colour, style);
}

/** A line starting with a sign, cut to the style's width. */
export function markLine(status: ProgressStatus | Answer, text: string, style: Style): string {
  return `${markOf(status, style)} ${clip(escapeControl(text), style.columns - 2)}`;
}

/** `reason · fix` for the reader; empty parts leave no trace. */
export function reasonAndFix(part: { reason: string; fix: string }, say: Wording): string {
  return [part.reason, part.fix]
    .filter((text) => text !== '')
    .map(say.retold)
    .join(' · ');
}

/** Milliseconds between two times of the log; undefined while one is missing. */
function lengthMs(from: string | undefined, to: string | undefined): number | undefined {
  return from === undefined || to === undefined ? undefined : Date.parse(to) - Date.parse(from);
}

/** One host of a step in one line: what it does, or how it ended, after how long and with how many changes. */
export function hostText(host: HostState, say: Wording): string {
  const { count, terminal } = say;
  const ms = lengthMs(host.startedAt, host.endedAt);
  const details = [
    ...(host.status === 'running' && host.progress !== undefined
      ? [`${host.progress.done}/${host.progress.total} ${host.progress.text}`]
      : []),
    ...(host.changes.length > 0 ? [count(host.changes.length, 'change')] : []),
    ...(ms === undefined ? [] : [formatDuration(ms)]),
    ...(host.exitCode !== null && host.exitCode !== 0 ? [terminal.exit(host.exitCode)] : []),
    ...(host.reason === '' ? [] : [reasonAndFix(host, say)]),
  ];
  return `${host.host}  ${terminal.status[host.status]}${details.length === 0 ? '' : `  ${details.join(', ')}`}`;
}

/** The last lines of a host's output, indented; only those who failed or are unknown show them. */
export function tailLines(host: HostState, style: Style): string[] {
  if (host.status !== 'failed' && host.status !== 'unknown') return [];
  return host.tail
    .slice(-TAIL_LINES_MAX)
    .map((line) => paint(clip(`      ${escapeControl(line)}`, style.columns), 'dim', style));
}

/** The checks' answers as a table in the order they came; those that share answer and reason stand together, with it once. */
export function checkLines(checks: readonly CheckResult[], style: Style): string[] {
  const shown = groupChecks(checks).flatMap((group) =>
    group.checks.map((check, at) => ({ ...check, text: at === 0 ? check.text : style.say.terminal.asAbove })),
  );
  const rows = shown.map((check) =>
    [style.say.states.answer[check.answer], check.check, check.value, style.say.retold(check.text)].map(escapeControl),
  );
  const table = formatTable(rows, { ...style, columns: style.columns - 4 });
  return table.map((line, at) => `  ${markOf(shown[at]?.answer ?? 'unknown', style)} ${line}`);
}

/** Every host of a changing step; of a step that asks checks only those who did not answer, since its checks say the rest. */
export function hostsWorthALine(step: StepState): HostState[] {
  return asksChecks(step) ? step.hosts.filter((host) => host.status !== 'ok') : step.hosts;
}

/** A step with its hosts and the answers it got. */
export function stepLines(step: StepState, style: Style): string[] {
  const ms = lengthMs(step.startedAt, step.endedAt);
  const text = [
    style.say.titled(step.title),
    step.impact === 'none' ? '' : `(${style.say.states.impact[step.impact]})`,
    ms === undefined ? '' : formatDuration(ms),
  ];
  const lines = [markLine(step.status, text.filter((part) => part !== '').join('  '), style)];
  for (const host of hostsWorthALine(step)) {
    lines.push(`  ${markLine(host.status, hostText(host, style.say), { ...style, columns: style.columns - 2 })}`);
    lines.push(...tailLines(host, style));
  }
  return [...lines, ...checkLines(step.checks, style)];
}

/** What the preview found, grouped by host, bounded. */
export function previewLines(state: RunState, style: Style): string[] {
  const { preview } = state;
  if (preview === undefined) return [];
  const lines = preview.troubles.map((trouble) =>
    markLine('failed', `${trouble.host}${style.say.colon}${reasonAndFix(trouble, style.say)}`, style),
  );
  if (preview.changes.length === 0) return [...lines, style.say.terminal.previewNothing];
  const hosts = new Set(preview.changes.map((change) => change.host));
  lines.push(style.say.terminal.preview(style.say.run.changesOn(preview.changes.length, hosts.size)));
  const shown = preview.changes.slice(0, CHANGES_SHOWN_MAX);
  const rows = shown.map((change) => [change.host, change.kind, change.target, change.detail].map(escapeControl));
  lines.push(...formatTable(rows, { ...style, columns: style.columns - 2 }).map((line) => `  ${line}`));
  const rest = preview.changes.length - shown.length;
  return rest === 0 ? lines : [...lines, `  ${style.say.terminal.andMoreChanges(rest)}`];
}

/** Why somebody goes on though what the module requires may not be valid; empty when nobody does. */
function overrideLines({ plan }: RunState, style: Style): string[] {
  if (plan.override === undefined) return [];
  return [markLine('warn', style.say.terminal.override(plan.override.reason), style)];
}

/** The approval: how many words it has of how many, until when, and what to type. Empty when there is none. */
export function approvalLines(state: RunState, style: Style): string[] {
  const { approval } = state;
  const { decisions, events, terminal } = style.say;
  if (approval === undefined) return overrideLines(state, style);
  const names = approval.given.map((one) => escapeControl(one.person.name)).join(', ');
  switch (approval.decision) {
    case 'approved':
      return [markLine('ok', terminal.approvedBy(names), style)];
    case 'denied':
      return [markLine('failed', events.denied(approval.deniedBy?.name ?? decisions.someone, approval.reason), style)];
    case 'expired':
      return [markLine('failed', terminal.expired, style)];
    case 'voided':
      return [markLine('unknown', terminal.voided(style.say.retold(approval.reason)), style)];
    case 'pending': {
      const given = terminal.given(approval.given.length, names);
      return [
        ...overrideLines(state, style),
        paint(terminal.waitsFor(approval.needed, given, formatTime(approval.expiresAt, style.timeZone)), 'bold', style),
        `  keybuzz approve ${state.runId}`,
        `  keybuzz deny ${state.runId} "${terminal.denyReason}"`,
        clip(`  ${terminal.notBy(escapeControl(state.person.name))}`, style.columns),
      ];
    }
  }
}

/** How the run stands or ended, in one line or two. */
/** A run that ended well and found the cluster otherwise must not look like good news. */
export function endingLines(state: RunState, style: Style): string[] {
  const { events, terminal } = style.say;
  if (state.interruption !== undefined && state.status === 'interrupted') {
    return [
      markLine('unknown', events.interrupted(reasonAndFix(state.interruption, style.say)), style),
      `  ${terminal.showThen(state.runId)}`,
    ];
  }
  if (state.status === 'waiting-locks' && state.waitingFor !== undefined) {
    const { lock, holder, since } = state.waitingFor;
    const text = terminal.waitsForLock(lock, style.say.retold(holder), formatTime(since, style.timeZone));
    return [markLine('running', text, style)];
  }
  if (state.ending === undefined) return [];
  const { ending } = state.ending;
  const ms = lengthMs(state.requestedAt, state.endedAt);
  const after = ms === undefined ? '' : terminal.after(formatDuration(ms));
  const { reason, fix } = state.ending;
  // How a cancelled run stands is told below it.
  const who = ending === 'cancelled' && state.cancel !== undefined ? terminal.by(state.cancel.person.name) : '';
  const unfit = unmet(state)
    ?.results.map(({ check }) => check)
    .join(', ');
  const why = unfit === undefined ? reason : terminal.notMet(unfit);
  const sentence = who === '' ? reasonAndFix({ reason: why, fix }, style.say) : '';
  const worst = ending === 'ok' ? worstOfRun(state) : 'fail';
  const text = `${terminal.ending[ending]}${after}${who}${ending === 'ok' ? terminal.done[worst] : ''}`;
  return [markLine(worst, `${text}${sentence === '' ? '' : `${style.say.colon}${sentence}`}`, style)];
}
