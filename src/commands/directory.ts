import type { Told } from '../language/index.ts';

/**
 * How old an answer may be: `recent`, for what only reads, may come from memory; `now` is asked of Slack after the question
 * was put, so that somebody who left a group a second ago is not in it.
 */
export type Freshness = 'now' | 'recent';

/** Why something is not known, and what to do about it; both are sentences without the full stop at the end. */
export interface Doubt {
  reason: Told;
  fix: Told;
}

export type Membership = { kind: 'member' } | { kind: 'stranger' } | ({ kind: 'unknown' } & Doubt);
export type Members = { kind: 'members'; userIds: ReadonlySet<string> } | ({ kind: 'unknown' } & Doubt);
/** `refused`: a bot, a guest, a deactivated account or one of another company. */
export type Account =
  { kind: 'person'; name: string } | { kind: 'refused'; reason: Told } | ({ kind: 'unknown' } & Doubt);

/** What only Slack knows about people. The bot has one; the terminal has none, as it has no Slack token. Never throws. */
export interface Directory {
  /** Whether a Slack user is in a user group. With `now` only a `member` is sure to be new: a `stranger` gains by no age. */
  membership(group: string, userId: string, how: Freshness): Promise<Membership>;
  /** Everybody in a group, for counting. */
  members(group: string): Promise<Members>;
  /** Who a Slack user is, whom the policy does not name. */
  account(userId: string, how: Freshness): Promise<Account>;
}
