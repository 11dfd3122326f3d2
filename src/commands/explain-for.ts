import { explain } from './explain.ts';
import { parse, textOf, vocabularyOf, type Command } from './grammar.ts';
import type { Reply } from './reply.ts';
import { authorise, type Turn } from './turn.ts';
import { actorFor } from './who-is-meant.ts';

/** Explains what would come of a command if somebody gave it now. Everybody may ask it about themselves. */
export async function explainFor(turn: Turn, command: Extract<Command, { verb: 'policy' }>): Promise<Reply> {
  const actor = actorFor(turn, command.person);
  if (actor.person.id !== turn.actor.person.id) {
    await authorise(turn, { verb: 'policy', module: undefined, targets: [] }, ({ policy }) => policy.doing.policy);
  }
  const about = parse(command.about, vocabularyOf(turn.inventory.hosts, turn.modules));
  const explanation = await explain({ ...turn, actor, isMerelyAsked: true }, about);
  return { kind: 'explained', person: actor.person, command: textOf(about), explanation };
}
