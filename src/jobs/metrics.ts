import { ExternalError } from '../errors.ts';
import type { Metric } from '../health.ts';
import { severityOf, type SubjectState } from './alert-state.ts';
import type { Engine } from './engine.ts';
import type { RunState } from './state.ts';
import type { Snapshot } from './snapshots.ts';

type Asked = Pick<Engine, 'runs' | 'alerts' | 'nowMs' | 'load'>;

/** Of so many of the newest runs the durations are told. */
const RUNS_TOLD = 50;

/** What each answer is worth to a rule such as `keybuzz_check < 1`: only a pass is 1. */
const WORTH = { pass: 1, warn: 0.5, unknown: 0, fail: -1 } as const;

/** One metric with a value per set of labels. */
function family(
  name: string,
  help: string,
  values: readonly { labels: Record<string, string>; value: number }[],
): Metric[] {
  return values.map(({ labels, value }) => ({ name, help, type: 'gauge', value, labels }));
}

function secondsBetween(from: string | undefined, to: string | undefined): number | undefined {
  const seconds = (Date.parse(to ?? '') - Date.parse(from ?? '')) / 1000;
  return Number.isFinite(seconds) ? seconds : undefined;
}

/** The newest of each kind only: runs come newest first. */
function firstOfEach<T extends { labels: Record<string, string> }>(all: readonly T[]): T[] {
  const seen = new Map<string, T>();
  for (const each of all) {
    const key = JSON.stringify(each.labels);
    if (!seen.has(key)) seen.set(key, each);
  }
  return [...seen.values()];
}

function durations(runs: readonly RunState[]): Metric[] {
  const ended = runs.filter(({ ending }) => ending !== undefined);
  const ofRuns = ended.flatMap(({ plan: { verb, module }, ending, requestedAt, endedAt }) => {
    const value = secondsBetween(requestedAt, endedAt);
    return value === undefined ? [] : [{ labels: { verb, module, ending: ending?.ending ?? '' }, value }];
  });
  const ofSteps = ended.flatMap(({ plan: { verb, module }, steps }) =>
    steps.flatMap(({ id, startedAt, endedAt, status }) => {
      const value = secondsBetween(startedAt, endedAt);
      return value === undefined ? [] : [{ labels: { verb, module, step: id, outcome: status }, value }];
    }),
  );
  return [
    ...family(
      'keybuzz_run_duration_seconds',
      'From request to end, of the newest run of each kind.',
      firstOfEach(ofRuns),
    ),
    ...family(
      'keybuzz_step_duration_seconds',
      'From start to end, of the newest step of each kind.',
      firstOfEach(ofSteps),
    ),
  ];
}

function checks(snapshots: readonly Snapshot[], nowMs: number): Metric[] {
  const answers = snapshots.flatMap(({ module, results }) =>
    results.map(({ check, answer }) => ({ labels: { module, check }, value: WORTH[answer] })),
  );
  const ages = snapshots.map(({ module, at }) => ({ labels: { module }, value: (nowMs - Date.parse(at)) / 1000 }));
  return [
    ...family('keybuzz_check', 'Newest answer: 1 pass, 0.5 warn, 0 unknown, -1 fail.', answers),
    ...family('keybuzz_check_age_seconds', 'Since the module was asked.', ages),
  ];
}

function alerts(subjects: readonly SubjectState[]): Metric[] {
  const values = subjects.flatMap(({ subject, alert }) =>
    alert === undefined ? [] : [{ labels: { subject, severity: severityOf(alert) }, value: 1 }],
  );
  return family('keybuzz_alert_open', 'An alert is open.', values);
}

async function readMetrics(engine: Asked): Promise<Metric[]> {
  const [newest, open, subjects, snapshots, { queues, budgets }] = await Promise.all([
    engine.runs({ limit: RUNS_TOLD, openOnly: false }),
    engine.runs({ limit: 1_000, openOnly: true }),
    engine.alerts.open(),
    engine.alerts.snapshots(),
    engine.load(),
  ]);
  const statuses = [...new Set(open.map(({ status }) => status))].sort();
  return [
    ...durations(newest),
    ...family(
      'keybuzz_runs_open',
      'Runs that have not ended, by where they stand.',
      statuses.map((status) => ({ labels: { status }, value: open.filter((run) => run.status === status).length })),
    ),
    ...family(
      'keybuzz_queue_jobs',
      'Jobs in the queues, by state.',
      queues.map(({ queue, state, jobs }) => ({ labels: { queue, state }, value: jobs })),
    ),
    ...family(
      'keybuzz_slack_budget_spent',
      'Calls of the last minute, of all bots.',
      budgets.map(({ budget, calls }) => ({ labels: { budget }, value: calls })),
    ),
    ...checks(snapshots, engine.nowMs()),
    ...alerts(subjects),
  ];
}

/**
 * What is the same whichever process tells it: it is read from the bot's Redis when somebody asks; nothing while that is
 * away, or before it was opened.
 */
export async function sharedMetrics(engine: Asked | undefined): Promise<Metric[]> {
  try {
    return engine === undefined ? [] : await readMetrics(engine);
  } catch (error) {
    if (error instanceof ExternalError) return [];
    throw error;
  }
}
