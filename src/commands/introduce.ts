import { inWords } from '../language/index.ts';
import type { Command } from './grammar.ts';
import { findRoles } from './group-roles.ts';
import { help, usable } from './help.ts';
import type { Reply } from './reply.ts';
import type { Turn } from './turn.ts';

/** Help and whoami show what somebody may do with all of their roles, and which of them are not known now. */
export async function introduce(turn: Turn, command: Extract<Command, { verb: 'help' | 'whoami' }>): Promise<Reply> {
  const { now, directory, modules, say } = turn;
  const found = await findRoles(now, turn.actor, Object.keys(now.roles), { directory, how: 'recent' });
  const { actor } = found;
  const doubts = found.doubts.map(({ reason, fix }) => say.help.rolesUnknown(inWords(reason, say), inWords(fix, say)));
  if (command.verb === 'help') {
    const reply = help(command.topic, { policy: now, actor, modules, say });
    return { ...reply, notes: [...doubts, ...reply.notes] };
  }
  const { person, isMapped: mapped, roles } = actor;
  const notes = doubts.length === 0 ? {} : { notes: [...new Set(doubts)] };
  return {
    kind: 'whoami',
    person,
    mapped,
    roles: [...roles],
    may: usable({ policy: now, actor, modules, say }),
    ...notes,
  };
}
