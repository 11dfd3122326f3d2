import type { Logger } from 'pino';
import type { Account, Directory, Doubt, Freshness } from '../commands/directory.ts';
import type { Secret } from '../secret.ts';
import { boltLogger } from './bolt-logger.ts';
import { ASKING_TIMEOUT_MS, createAsker } from './clients.ts';
import { faultOf } from './slack-faults.ts';

/** An answer no older than this serves what only reads. */
const RECENT_MS = 60_000;

/**
 * That somebody is not in a group is believed for so long even where a new answer is asked for: it grants nothing, and
 * strangers can't use up the 20 questions a minute that Slack takes.
 */
const STRANGER_MS = 30_000;

export interface DirectoryParts {
  botToken: Secret;
  apiUrl: string;
}

/** What Slack says of people and groups, with a memory that Slack's events empty. */
export interface SlackDirectory extends Directory {
  /** The group has changed: what is remembered or being asked is not used any more. */
  forget(group: string): void;
}

function doubtOf(error: unknown, about: string): Doubt {
  const fault = faultOf(error);
  switch (fault.kind) {
    case 'limited': {
      const seconds = Math.ceil(fault.retryAfterMs / 1000);
      return { reason: `Slack answers no more questions about ${about} for ${seconds} s`, fix: 'Try again after that' };
    }
    case 'refused':
      return {
        reason: `Slack does not tell about ${about} (${fault.code})`,
        fix: 'An operator checks the id in policy.yaml and the scopes usergroups:read and users:read of the app',
      };
    case 'unknown':
      return {
        reason: `Slack did not say within ${ASKING_TIMEOUT_MS / 1000} s about ${about}`,
        fix: 'Try again in a moment',
      };
  }
}

interface SlackUser {
  name?: string;
  real_name?: string;
  deleted?: boolean;
  is_bot?: boolean;
  is_restricted?: boolean;
  is_ultra_restricted?: boolean;
  is_stranger?: boolean;
}

/** A user group gives its roles to full members of the company alone. */
function accountOf(user: SlackUser): Account {
  if (user.is_bot === true) return { kind: 'refused', reason: 'a bot has no roles through user groups' };
  if (user.deleted === true) return { kind: 'refused', reason: 'this Slack account is deactivated' };
  const isGuest = user.is_restricted === true || user.is_ultra_restricted === true || user.is_stranger === true;
  if (isGuest) return { kind: 'refused', reason: 'a guest has no roles through user groups' };
  return { kind: 'person', name: user.real_name ?? user.name ?? 'somebody' };
}

type Answer<T> = { value: T } | { doubt: Doubt };

/** One way of asking Slack, with its memory. What `ask` gives as undefined can't be used. */
function createMemory<T>(ask: (id: string) => Promise<T | undefined>, about: string, nowMs: () => number) {
  const remembered = new Map<string, { askedAtMs: number; value: T }>();
  const asked = new Map<string, Promise<Answer<T>>>();
  const epochs = new Map<string, number>();

  async function anew(id: string): Promise<Answer<T>> {
    const [askedAtMs, epoch] = [nowMs(), epochs.get(id)];
    try {
      const value = await ask(id);
      if (value === undefined) throw new Error('the answer has no content');
      if (epochs.get(id) === epoch) remembered.set(id, { askedAtMs, value });
      return { value };
    } catch (error) {
      if (faultOf(error).kind === 'refused') remembered.delete(id);
      return { doubt: doubtOf(error, `${about} ${id}`) };
    }
  }

  function known(id: string, ageMsMax: number): T | undefined {
    const found = remembered.get(id);
    return found === undefined || nowMs() - found.askedAtMs > ageMsMax ? undefined : found.value;
  }

  /** Many readers ask once. */
  async function recent(id: string): Promise<Answer<T>> {
    const value = known(id, RECENT_MS);
    if (value !== undefined) return { value };
    const going = asked.get(id) ?? anew(id);
    asked.set(id, going);
    const answer = await going;
    if (asked.get(id) === going) asked.delete(id);
    return answer;
  }

  return {
    known,
    ask: (id: string, how: Freshness) => (how === 'now' ? anew(id) : recent(id)),
    forget(id: string) {
      epochs.set(id, (epochs.get(id) ?? 0) + 1);
      remembered.delete(id);
      asked.delete(id);
    },
  };
}

/**
 * The directory of the bot's workspace. Without an answer that is new enough the answer is `unknown`, never the last one
 * known. It has a client of its own: a 429 or a slow answer here delays nothing else.
 */
export function openDirectory(
  { botToken, apiUrl }: DirectoryParts,
  logger: Logger,
  nowMs: () => number = () => performance.now(),
): SlackDirectory {
  const client = createAsker({ token: botToken, apiUrl, logger: boltLogger(logger) });
  const askGroup = async (usergroup: string): Promise<ReadonlySet<string> | undefined> => {
    const { users } = await client.usergroups.users.list({ usergroup });
    return users === undefined ? undefined : new Set(users);
  };
  const askUser = async (userId: string): Promise<Account | undefined> => {
    const { user } = await client.users.info({ user: userId });
    return user === undefined ? undefined : accountOf(user);
  };
  const groups = createMemory(askGroup, 'the user group', nowMs);
  const users = createMemory(askUser, 'the account', nowMs);

  return {
    async membership(group, userId, how) {
      if (how === 'now' && groups.known(group, STRANGER_MS)?.has(userId) === false) return { kind: 'stranger' };
      const answer = await groups.ask(group, how);
      if ('doubt' in answer) return { kind: 'unknown', ...answer.doubt };
      return { kind: answer.value.has(userId) ? 'member' : 'stranger' };
    },
    async members(group) {
      const answer = await groups.ask(group, 'recent');
      return 'doubt' in answer ? { kind: 'unknown', ...answer.doubt } : { kind: 'members', userIds: answer.value };
    },
    async account(userId, how) {
      const answer = await users.ask(userId, how);
      return 'doubt' in answer ? { kind: 'unknown', ...answer.doubt } : answer.value;
    },
    forget: (group) => groups.forget(group),
  };
}
