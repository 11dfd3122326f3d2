import { CommandError } from '../errors.ts';
import type { Wording } from '../language/index.ts';
import type { Engine } from '../jobs/engine.ts';
import type { HostState, RunState, StepState } from '../jobs/state.ts';
import { nearest, suggestion } from './suggest.ts';

const RECENT = 50;

/** The run with this id. Throws CommandError that names the run probably meant, open ones first. */
export async function findRun(engine: Engine, id: string): Promise<RunState> {
  try {
    return await engine.run(id);
  } catch (cause) {
    if (!(cause instanceof CommandError)) throw cause;
    const recent = await engine.runs({ limit: RECENT, openOnly: false });
    const open = recent.filter(({ status }) => status !== 'ended').map(({ runId }) => runId);
    const all = recent.map(({ runId }) => runId);
    const near = nearest(id, open) ?? nearest(id, all);
    const choice =
      near === undefined
        ? suggestion(id, open.length > 0 ? open : all)
        : (say: Wording) => say.grammar.didYouMean(near);
    throw new CommandError((say) => say.grammar.noRun(id), {
      code: 'KEYBUZZ_RUN_UNKNOWN',
      fix: recent.length === 0 ? (say) => say.grammar.noRunYet : choice,
      cause,
    });
  }
}

/** How much somebody wants to see it: trouble first, then what runs now, then what is done. */
const INTEREST: readonly HostState['status'][] = ['failed', 'unknown', 'running', 'ok'];

interface Work {
  step: StepState;
  host: HostState;
}

function mostInteresting(works: readonly Work[]): Work | undefined {
  const started = works.filter(({ host }) => host.attempt > 0);
  // The last of equals: later steps tell more.
  const ofStatus = (status: HostState['status']) => started.filter(({ host }) => host.status === status).at(-1);
  return INTEREST.map(ofStatus).find((work) => work !== undefined);
}

function unknown(what: 'step' | 'host', word: string, state: RunState, candidates: readonly string[]): CommandError {
  return new CommandError((say) => say.grammar.runHasNo(state.runId, what, word), {
    code: 'KEYBUZZ_LOG_UNKNOWN',
    fix: suggestion(word, candidates),
  });
}

/**
 * The step and host whose output is meant. What was left out is chosen: where there is trouble, else what runs, else
 * what ended last. A host may stand in the step's place. Throws CommandError.
 */
export function chooseLog(state: RunState, step: string, host: string): { step: string; host: string } {
  const works = state.steps.flatMap((one) => one.hosts.map((other) => ({ step: one, host: other })));
  const steps = [...new Set(works.map((work) => work.step.id))];
  const hosts = [...new Set(works.map((work) => work.host.host))];
  const isHostFirst = host === '' && !steps.includes(step) && hosts.includes(step);
  const wanted = isHostFirst ? { step: '', host: step } : { step, host };
  if (wanted.step !== '' && !steps.includes(wanted.step)) throw unknown('step', wanted.step, state, steps);
  if (wanted.host !== '' && !hosts.includes(wanted.host)) throw unknown('host', wanted.host, state, hosts);
  const fitting = works.filter(
    (work) =>
      (wanted.step === '' || work.step.id === wanted.step) && (wanted.host === '' || work.host.host === wanted.host),
  );
  const chosen = mostInteresting(fitting);
  if (chosen !== undefined) return { step: chosen.step.id, host: chosen.host.host };
  throw new CommandError((say) => say.grammar.nothingStarted(state.runId), {
    code: 'KEYBUZZ_LOG_EMPTY',
    fix: (say) => say.grammar.showTells(state.runId),
  });
}
