import PQueue from 'p-queue';
import { isChange, type HetznerStep, type ScriptStep } from '../modules/contract.ts';
import { hostsOfStep } from '../modules/step-hosts.ts';
import { moduleOfStep } from '../modules/stages.ts';
import { runRead, type ScriptResult } from '../ssh/index.ts';
import { previewAtHetzner } from './hetzner-work.ts';
import { previewLocal, type LocalStep } from './local-work.ts';
import type { Change, Diff, EventBody, Trouble } from './events.ts';
import { currentStage } from './decide-clearance.ts';
import type { Next } from './next.ts';
import { hashPreview, sortChanges, sortTroubles, troubleOf, type Preview } from './preview.ts';
import { isRedisSilent } from './redis.ts';
import type { RunState } from './state.ts';
import { HOSTS_AT_ONCE, loadMaterial, OUTPUT_BYTES_MAX, targetOf, type Workshop } from './workshop.ts';

/** A check mode that takes longer than this is a fault of the script. */
const CHECK_MODE_SECONDS_MAX = 120;

const DIFF_CHARACTERS_MAX = 4_000;
const DIFFS_MAX = 60;

/** Changes and diffs out of a script's lines. */
export function changesOf(step: string, host: string, result: ScriptResult): { changes: Change[]; diffs: Diff[] } {
  const lines = result.lines.flatMap((line) => (line.kind === 'change' ? [line] : []));
  return {
    changes: lines.map((line) => ({ host, step, kind: line.changeKind, target: line.target, detail: line.detail })),
    diffs: lines
      .filter((line) => line.diff.length > 0)
      .map((line) => ({ host, target: line.target, text: line.diff.join('\n').slice(0, DIFF_CHARACTERS_MAX) })),
  };
}

/** Anything that keeps a host's preview from being the truth. */
function troublesOf(step: string, host: string, result: ScriptResult): Trouble[] {
  const [malformed] = result.malformed;
  if (result.outcome === 'ok' && malformed === undefined) return [];
  if (malformed !== undefined && result.outcome === 'ok') {
    const reason = `its script printed a line we can't read: ${malformed}`;
    return [{ host, step, reason, fix: 'This is a defect of the module: report it with this line.' }];
  }
  return [{ host, step, reason: result.reason, fix: result.fix }];
}

async function previewScript(
  workshop: Workshop,
  state: RunState,
  at: { step: ScriptStep; host: string; args: string[] },
  signal: AbortSignal,
): Promise<Preview> {
  const { step, host, args } = at;
  try {
    const material = await loadMaterial(workshop, moduleOfStep(state.plan, step.id), step, true);
    const result = await runRead(workshop.pool, targetOf(workshop, host), {
      ...material,
      args,
      mode: 'check',
      timeoutSeconds: CHECK_MODE_SECONDS_MAX,
      outputBytesMax: OUTPUT_BYTES_MAX,
      signal,
    });
    return {
      ...changesOf(step.id, host, result),
      troubles: troublesOf(step.id, host, result),
      isSilent: result.outcome === 'unknown',
    };
  } catch (error) {
    signal.throwIfAborted();
    if (isRedisSilent(error)) throw error;
    return { changes: [], diffs: [], troubles: [troubleOf(step.id, host, error)], isSilent: false };
  }
}

/** Change steps with the hosts they are not done on. */
function remaining(state: RunState): { step: ScriptStep | HetznerStep | LocalStep; host: string; args: string[] }[] {
  return state.plan.steps.filter(isChange).flatMap((step) => {
    if (step.kind === 'checks' || step.kind === 'evidence') return [];
    const progress = state.steps.find((one) => one.id === step.id);
    if (progress?.status === 'ok') return [];
    const done = progress?.hosts.filter((host) => host.status === 'ok') ?? [];
    const work = step.kind === 'script' ? step.work : hostsOfStep(step).map((host) => ({ host, args: [] }));
    return work
      .filter(({ host }) => !done.some((one) => one.host === host))
      .map(({ host, args }) => ({ step, host, args }));
  });
}

/** What the preview before told of the other stages' steps that are still to be done. */
function toldBefore(state: RunState, stage: string | undefined): Change[] {
  if (stage === undefined || state.preview === undefined) return [];
  const isLeft = (step: string) =>
    moduleOfStep(state.plan, step) !== stage && state.steps.some(({ id, status }) => id === step && status !== 'ok');
  return state.preview.changes.filter(({ step }) => isLeft(step));
}

/**
 * Asks every script that is still to run, on every host it is still to run on, what it would change; nothing changes. At
 * a stage's turn only its own are asked, and the others stay as they were told. Never throws for a host: what keeps one
 * from answering is a trouble of the preview. Throws ExternalError when our own Redis does not answer.
 */
export async function takePreview(
  workshop: Workshop,
  state: RunState,
  { locked, stage }: Extract<Next, { do: 'preview' }>,
  signal: AbortSignal,
): Promise<EventBody> {
  const queue = new PQueue({ concurrency: HOSTS_AT_ONCE });
  const asked = remaining(state).filter(
    ({ step }) => stage === undefined || moduleOfStep(state.plan, step.id) === stage,
  );
  const previews = await Promise.all(
    asked.map(({ step, host, args }) =>
      queue.add(() =>
        step.kind === 'script'
          ? previewScript(workshop, state, { step, host, args }, signal)
          : step.kind === 'hetzner'
            ? previewAtHetzner(workshop, state, { step, host }, signal)
            : previewLocal(workshop, step),
      ),
    ),
  );
  // What hosts were kept from saying is not what they would have said.
  signal.throwIfAborted();
  const changes = sortChanges([...toldBefore(state, stage), ...previews.flatMap((preview) => preview.changes)]);
  const turn = state.plan.stages === undefined ? undefined : (stage ?? currentStage(state)?.module);
  return {
    type: 'preview.taken',
    attempt: state.attempt,
    locked,
    ...(turn === undefined ? {} : { stage: turn }),
    hash: hashPreview(changes),
    changes,
    diffs: previews.flatMap((preview) => preview.diffs).slice(0, DIFFS_MAX),
    troubles: sortTroubles(previews),
  };
}
