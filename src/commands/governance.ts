import type { Command } from './grammar.ts';
import type { Reply } from './reply.ts';
import { findRun } from './runs.ts';
import { authorise, authoriseDecision, type Turn } from './turn.ts';
import { tellFreeze } from './watch-governance.ts';

export type GovernanceCommand = Extract<Command, { verb: 'freeze' | 'unfreeze' | 'reviews' | 'review' }>;

/** What freezing is to the policy's rules: it concerns every module. */
export function wishToFreeze(verb: 'freeze' | 'unfreeze') {
  return { verb, module: '', targets: [] };
}

async function turnSwitch(turn: Turn, command: Extract<Command, { verb: 'freeze' | 'unfreeze' }>): Promise<Reply> {
  const { verb, reason } = command;
  const { engine, caller } = turn;
  const { person } = await authorise(turn, wishToFreeze(verb), verb);
  if (verb === 'freeze') {
    const freeze = await engine.freeze(person, reason, caller.interaction);
    await tellFreeze(engine);
    return { kind: 'frozen', freeze };
  }
  await engine.unfreeze(person, reason, caller.interaction);
  await tellFreeze(engine);
  const interrupted = (await engine.runs({ limit: 50, openOnly: true })).filter(
    ({ status }) => status === 'interrupted',
  );
  return { kind: 'unfrozen', interrupted: interrupted.map(({ runId }) => runId) };
}

/** Freezes and unfreezes everything, lists what broke the glass, and takes its review. */
export async function handleGovernance(turn: Turn, command: GovernanceCommand): Promise<Reply> {
  const { engine, caller } = turn;
  switch (command.verb) {
    case 'freeze':
    case 'unfreeze':
      return turnSwitch(turn, command);
    case 'reviews':
      await authorise(turn, { verb: 'reviews', module: undefined, targets: [] }, ({ policy }) => policy.doing.reviews);
      return { kind: 'reviews', runs: await engine.unreviewed() };
    case 'review': {
      const run = await findRun(engine, command.run);
      const { person } = await authoriseDecision(turn, run, 'review');
      const via = caller.identity.via;
      const decision = { runId: run.runId, person, via, interaction: caller.interaction, note: command.note };
      return { kind: 'decided', state: await engine.review(decision), decision: 'reviewed' };
    }
  }
}
