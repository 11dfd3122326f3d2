import type { Played } from './play.ts';
import { FAULT_KINDS, type Approving, type FaultKind } from './scenario.ts';

function sum(numbers: readonly number[]): number {
  return numbers.reduce((one, other) => one + other, 0);
}

const CLICKED_TWICE: readonly Approving[] = ['two-people', 'delivered-twice'];

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

/** One run in one line. */
export function lineOf({ scenario, runId, tookMs, happened, interruptions, faults }: Played): string {
  const done = happened.filter(({ hit }) => hit).map(({ kind }) => kind);
  const resumed = interruptions.map((reason) => `; resumed after: ${reason}`);
  const verdict = faults.length === 0 ? 'ok' : 'NOT OK';
  return `  seed ${scenario.seed} (${runId}): ${verdict} in ${seconds(tookMs)}: ${done.join(', ')}${resumed.join('')}`;
}

/** How often a kind of fault happened, and how long the log stood still after it at most. */
function figureOf(all: readonly Played[], kind: FaultKind): string {
  const waitsMs = all.flatMap(({ happened, recoveriesMs }) =>
    happened.flatMap((one, index) => (one.kind === kind && one.hit ? [recoveriesMs[index] ?? 0] : [])),
  );
  return waitsMs.length === 0 ? '0' : `${waitsMs.length}, next event within ${seconds(Math.max(...waitsMs))}`;
}

/** What was done to the runs and what came of it, as lines for people. */
export function figuresOf(all: readonly Played[], wallMs: number): string[] {
  const rows: [string, string | number][] = [
    ['runs', all.length],
    ['runs in which something did not hold', all.filter(({ faults }) => faults.length > 0).length],
    ['wall clock', seconds(wallMs)],
    ...FAULT_KINDS.map((kind): [string, string] => [kind, figureOf(all, kind)]),
    [
      'bots killed with the prompt open',
      all.filter(({ scenario }) => scenario.approving.startsWith('bot-killed')).length,
    ],
    ['prompts clicked twice', all.filter(({ scenario }) => CLICKED_TWICE.includes(scenario.approving)).length],
    ['runs with two workers', all.filter(({ scenario }) => scenario.workers === 2).length],
    ['of them blind to a lost lease', all.filter(({ scenario }) => scenario.isBlind).length],
    ['resumes', sum(all.map(({ resumes }) => resumes))],
    ['approve clicks heard', sum(all.map(({ clicks }) => clicks))],
    ['approvals counted', sum(all.map(({ approvals }) => approvals))],
    ['longest run', seconds(Math.max(0, ...all.map(({ tookMs }) => tookMs)))],
  ];
  return rows.map(([what, figure]) => `  ${what.padEnd(38)} ${figure}`);
}
