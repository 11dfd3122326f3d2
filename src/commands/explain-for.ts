import { CommandError } from '../errors.ts';
import { explain } from './explain.ts';
import { parse, textOf, vocabularyOf, type Command } from './grammar.ts';
import { personOfLogin, personOfSlack, type Actor } from './policy.ts';
import type { Reply } from './reply.ts';
import { suggestion } from './suggest.ts';
import { authorise, type Turn } from './turn.ts';

/** Through which door somebody would come: the asker's, where they have it. */
function throughDoor({ now, caller }: Turn, id: string): Actor | undefined {
  const found = now.people[id];
  if (found === undefined) return undefined;
  const { slack, logins } = found;
  const [userId] = slack;
  const [login] = logins;
  const isSlackFirst = caller.identity.via === 'slack' || login === undefined;
  if (isSlackFirst && userId !== undefined) return slackActor({ now, caller }, userId);
  if (login !== undefined) return personOfLogin(now, login);
  return { person: { id, name: found.name }, isMapped: true, roles: found.roles, via: 'slack', account: undefined };
}

/** A Slack user of the workspaces that count. */
function slackActor({ now, caller }: Pick<Turn, 'now' | 'caller'>, userId: string): Actor {
  const { identity } = caller;
  const home = identity.via === 'slack' ? (identity.homeTeam ?? identity.teamId) : (now.slackTeams[0] ?? '');
  return personOfSlack(now, userId, now.slackTeams[0] ?? home, home);
}

/** Who is meant. Throws CommandError when nobody is. */
function actorFor(turn: Turn, word: string): Actor {
  const name = word.replace(/^@/, '');
  if (name.startsWith('login:')) return personOfLogin(turn.now, name.slice('login:'.length));
  if (/^[UW][A-Z0-9]{2,20}$/.test(name)) return slackActor(turn, name);
  const known = throughDoor(turn, name.toLowerCase());
  if (known !== undefined) return known;
  throw new CommandError(`policy.yaml has no person \`${name}\`.`, {
    code: 'KEYBUZZ_PERSON_UNKNOWN',
    fix: suggestion(name, Object.keys(turn.now.people)),
  });
}

/** Explains what would come of a command if somebody gave it now. Everybody may ask it about themselves. */
export async function explainFor(turn: Turn, command: Extract<Command, { verb: 'policy' }>): Promise<Reply> {
  const actor = actorFor(turn, command.person);
  if (actor.person.id !== turn.actor.person.id) {
    await authorise(turn, { verb: 'policy', module: undefined, targets: [] }, 'check the policy for others');
  }
  const about = parse(command.about, vocabularyOf(turn.inventory.hosts, turn.modules));
  const explanation = await explain({ ...turn, actor, isMerelyAsked: true }, about);
  return { kind: 'explained', person: actor.person, command: textOf(about), explanation };
}
