import type { Step } from '../modules/contract.ts';
import { stagesOf, stepsOfStage } from '../modules/stages.ts';
import type { HostState, RunState, StepState } from './state.ts';

/** A length of time with what happened in it: names, numbers and outcomes alone, nothing that a person or a host wrote. */
export interface RunSpan {
  name: string;
  startMs: number;
  endMs: number;
  /** It failed, or nobody knows how it went. */
  isError: boolean;
  attributes: Record<string, string | number>;
  children: RunSpan[];
}

interface Lasting {
  startedAt: string | undefined;
  endedAt: string | undefined;
}

/** What never ended by itself ended with what it belongs to. */
function times({ startedAt, endedAt }: Lasting, untilMs: number): Pick<RunSpan, 'startMs' | 'endMs'> | undefined {
  if (startedAt === undefined) return undefined;
  const startMs = Date.parse(startedAt);
  return { startMs, endMs: Math.max(startMs, endedAt === undefined ? untilMs : Date.parse(endedAt)) };
}

function hostSpan(host: HostState, inherited: RunSpan['attributes'], untilMs: number): RunSpan[] {
  const lasted = times(host, untilMs);
  if (lasted === undefined) return [];
  const { status: outcome, attempt, exitCode } = host;
  const exit = exitCode === null ? {} : { 'keybuzz.exit_code': exitCode };
  const own = { 'keybuzz.host': host.host, 'keybuzz.outcome': outcome, 'keybuzz.attempt': attempt, ...exit };
  const attributes = { ...inherited, ...own };
  return [{ name: `host ${host.host}`, ...lasted, isError: outcome !== 'ok', attributes, children: [] }];
}

function stepSpan(step: Step, progress: StepState, inherited: RunSpan['attributes'], untilMs: number): RunSpan[] {
  const lasted = times(progress, untilMs);
  if (lasted === undefined) return [];
  const own = { ...inherited, 'keybuzz.step': step.id };
  const { status: outcome, impact } = progress;
  return [
    {
      ...{ name: `step ${step.id}`, ...lasted, isError: outcome !== 'ok' },
      attributes: { ...own, 'keybuzz.kind': step.kind, 'keybuzz.impact': impact, 'keybuzz.outcome': outcome },
      children: progress.hosts.flatMap((host) => hostSpan(host, own, lasted.endMs)),
    },
  ];
}

/** A run that ended, with its steps that began, and on each host what began there. */
export function spansOfRun(state: RunState): RunSpan {
  const { runId, plan, steps, attempt, requestedAt, updatedAt, endedAt = updatedAt } = state;
  const startMs = Date.parse(requestedAt);
  const endMs = Math.max(startMs, Date.parse(endedAt));
  const moduleOf = new Map(
    stagesOf(plan).flatMap((stage) => stepsOfStage(plan, stage).map(({ id }) => [id, stage.module] as const)),
  );
  const run = { 'keybuzz.run': runId };
  const outcome = state.ending?.ending ?? state.status;
  return {
    ...{ name: `run ${plan.verb}`, startMs, endMs, isError: outcome === 'failed' },
    attributes: {
      ...{ ...run, 'keybuzz.verb': plan.verb, 'keybuzz.module': plan.module },
      ...{ 'keybuzz.outcome': outcome, 'keybuzz.attempt': attempt, 'keybuzz.via': state.origin.via },
    },
    children: plan.steps.flatMap((step, index) => {
      const progress = steps[index];
      const inherited = { ...run, 'keybuzz.module': moduleOf.get(step.id) ?? plan.module };
      return progress === undefined ? [] : stepSpan(step, progress, inherited, endMs);
    }),
  };
}
