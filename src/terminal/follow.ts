import type { HostState, RunState, StepState } from '../jobs/index.ts';
import {
  approvalLines,
  checkLines,
  endingLines,
  hostsWorthALine,
  hostText,
  markLine,
  previewLines,
  tailLines,
} from './render-run.ts';
import { aftermathLines, cancelLines } from './render-outcome.ts';
import { paint } from './text.ts';
import type { Style } from './text.ts';

function sameProgress(a: HostState | undefined, b: HostState): boolean {
  return (
    a?.status === b.status &&
    a.attempt === b.attempt &&
    a.progress?.done === b.progress?.done &&
    a.progress?.text === b.progress?.text
  );
}

function hostLines(before: HostState | undefined, after: HostState, style: Style): string[] {
  if (after.status === 'pending' || sameProgress(before, after)) return [];
  const line = `  ${markLine(after.status, hostText(after, style.say), { ...style, columns: style.columns - 2 })}`;
  return [line, ...tailLines(after, style)];
}

function stepLines(before: StepState | undefined, after: StepState, style: Style): string[] {
  const lines: string[] = [];
  if (after.status === 'running' && before?.status !== 'running') {
    const hosts = after.hosts.length === 0 ? '' : style.say.run.on(after.hosts.length);
    lines.push(markLine('running', `${style.say.titled(after.title)}${hosts}`, style));
  }
  for (const host of hostsWorthALine(after)) {
    lines.push(
      ...hostLines(
        before?.hosts.find((one) => one.host === host.host),
        host,
        style,
      ),
    );
  }
  const hasEnded = after.status !== 'running' && after.status !== 'pending' && after.status !== before?.status;
  if (hasEnded) {
    lines.push(...checkLines(after.checks, style), markLine(after.status, style.say.titled(after.title), style));
  }
  return lines;
}

function isNewPreview(before: RunState | undefined, after: RunState): boolean {
  return (
    after.preview !== undefined && (before?.preview?.hash !== after.preview.hash || before.attempt !== after.attempt)
  );
}

function approvalKey(state: RunState | undefined): string {
  const { approval } = state ?? {};
  return approval === undefined ? '' : `${approval.id} ${approval.decision} ${approval.given.length}`;
}

/**
 * The lines that tell what happened between two states of a run, in the order it is done; many events may lie between
 * them. `before` undefined: everything so far. How it ended is left to `summaryLines`.
 */
export function progressLines(before: RunState | undefined, after: RunState, style: Style): string[] {
  const lines: string[] = [];
  if (before === undefined && after.status === 'previewing') {
    lines.push(paint(style.say.terminal.asking, 'dim', style));
  }
  if (isNewPreview(before, after)) lines.push(...previewLines(after, style));
  if (approvalKey(before) !== approvalKey(after)) lines.push(...approvalLines(after, style));
  if (before?.cancel === undefined) lines.push(...cancelLines(after, style));
  after.steps.forEach((step, at) => lines.push(...stepLines(before?.steps[at], step, style)));
  const hasMoved = before?.status !== after.status || before.waitingFor?.lock !== after.waitingFor?.lock;
  if (hasMoved && after.status !== 'ended')
    lines.push(...endingLines(after, style), ...aftermathLines(after, style.say));
  return lines;
}
