import { createExecute, type Caller } from '../../src/commands/index.ts';
import type { Reply } from '../../src/commands/reply.ts';
import { KeybuzzError } from '../../src/errors.ts';
import type { Module } from '../../src/modules/contract.ts';
import { fakeEngine, hashOf, inventory, modules, policy } from './fakes.ts';

/** Both doors, with an engine in memory behind them. */
export function open(of: readonly Module[] = modules) {
  const engine = fakeEngine();
  const execute = createExecute({ engine, inventory, policy: () => policy, modules: of, hashOf });
  let count = 0;
  const caller = (identity: Caller['identity'], interaction: string): Caller => ({
    identity,
    channel: identity.via === 'slack' ? 'C0OPS' : '',
    interaction,
  });
  const slack = (user: string, text: string, interaction = `i${(count += 1)}`) =>
    execute(text, caller({ via: 'slack', userId: user, teamId: 'T0' }, interaction));
  const terminal = (login: string, text: string) =>
    execute(text, caller({ via: 'terminal', login }, `i${(count += 1)}`));
  return { engine, execute, slack, terminal };
}

/** Why a command was not carried out. */
export async function errorOf(promise: Promise<Reply>): Promise<KeybuzzError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof KeybuzzError) return error;
    throw error;
  }
  throw new Error('it was carried out');
}
