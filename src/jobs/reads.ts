import type { ChecksStep, Module } from '../modules/contract.ts';
import { moduleOfStep } from '../modules/stages.ts';
import { askUntilPassing, notPassing, passingOf, sentenceOfChecks } from './ask-checks.ts';
import type { EventBody } from './events.ts';
import type { Next } from './next.ts';
import type { RunState } from './state.ts';
import { takePreview } from './take-preview.ts';
import { moduleOf, type Workshop } from './workshop.ts';

/** What a run does next when it only asks: nothing on a host changes. */
export type Read = Extract<Next, { do: 'preview' | 'ask-checks' }>;

export const isRead = (next: Next): next is Read => next.do === 'preview' || next.do === 'ask-checks';

/** What to do about checks that do not pass. */
function fixOf(state: RunState, step: ChecksStep, module: Module): string {
  const see = `See every answer: status ${module.name}`;
  if (step.isRequirement !== true) return see;
  const first = module.verbs.includes('deploy') ? `First: deploy ${module.name}. ` : '';
  return `${first}${see}. To go on all the same, with an approval: ${state.plan.title} --override <reason>`;
}

async function askForChecks(
  workshop: Workshop,
  state: RunState,
  step: ChecksStep,
  signal: AbortSignal,
): Promise<EventBody[]> {
  const module = moduleOf(workshop, step.of ?? moduleOfStep(state.plan, step.id));
  const before = state.steps.find(({ id }) => id === step.asBefore)?.checks ?? [];
  const must = [...new Set([...step.must, ...passingOf(before)])];
  const answers = await askUntilPassing(workshop, { ...step, must, module }, signal);
  const open = notPassing(answers.results, must);
  const isSilent = open.every(({ answer }) => answer === 'unknown');
  return [
    { type: 'checks.answered', step: step.id, ...answers },
    {
      type: 'step.finished',
      step: step.id,
      outcome: open.length === 0 ? 'ok' : isSilent ? 'unknown' : 'failed',
      reason: sentenceOfChecks(open),
      fix: open.length === 0 ? '' : fixOf(state, step, module),
    },
  ];
}

/** Asks, and gives the events it leads to. Throws when the worker must stop; what a host does not answer is part of them. */
export async function read(workshop: Workshop, state: RunState, next: Read, signal: AbortSignal): Promise<EventBody[]> {
  if (next.do === 'preview') return [await takePreview(workshop, state, next, signal)];
  const step = state.plan.steps.find(({ id }) => id === next.step);
  return step?.kind === 'checks' ? askForChecks(workshop, state, step, signal) : [];
}
