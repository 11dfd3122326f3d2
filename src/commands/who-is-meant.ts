import { CommandError } from '../errors.ts';
import { personOfLogin, personOfSlack, type Actor } from './policy.ts';
import { suggestion } from './suggest.ts';
import type { Turn } from './turn.ts';

/** Through which door somebody would come: the asker's, where they have it. */
function throughDoor({ now, caller }: Pick<Turn, 'now' | 'caller'>, id: string): Actor | undefined {
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
export function actorFor(turn: Pick<Turn, 'now' | 'caller'>, word: string): Actor {
  const name = word.replace(/^@/, '');
  if (name.startsWith('login:')) return personOfLogin(turn.now, name.slice('login:'.length));
  if (/^[UW][A-Z0-9]{2,20}$/.test(name)) return slackActor(turn, name);
  const known = throughDoor(turn, name.toLowerCase());
  if (known !== undefined) return known;
  throw new CommandError((say) => say.grammar.noPerson(name), {
    code: 'KEYBUZZ_PERSON_UNKNOWN',
    fix: suggestion(name, Object.keys(turn.now.people)),
  });
}
