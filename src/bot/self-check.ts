import type { WebClient } from '@slack/web-api';
import { ConfigError } from '../errors.ts';
import { faultOf, slackError } from './slack-faults.ts';

/**
 * What the bot's calls need, as manifest.json asks for it; the histories find its own message again after an unknown
 * outcome, `groups:` are private channels.
 */
export const NEEDED_SCOPES = [
  ...['chat:write', 'commands', 'app_mentions:read', 'files:write'],
  ...['channels:read', 'channels:history', 'groups:read', 'groups:history'],
] as const;

/** What it needs beside them when the policy names user groups. */
export const GROUP_SCOPES = ['usergroups:read', 'users:read'] as const;

/** What an operator does about Slack's refusals of auth.test. */
const TOKEN_FIX = 'Put the Bot User OAuth Token (xoxb-...) of the installed app into SLACK_BOT_TOKEN.';

/** The workspace the bot is installed in. */
export interface Workspace {
  team: string;
  /** Its address, ending in a slash; empty when Slack did not say. */
  url: string;
}

/** What the token is worth: its faults (refused, or scopes missing), and the workspace it is for. */
interface TokenAnswer extends Workspace {
  faults: string[];
}

/** Throws ExternalError when Slack can't be asked. */
async function askToken(client: WebClient, scopes: readonly string[]): Promise<TokenAnswer> {
  try {
    const answer = await client.auth.test();
    const granted = answer.response_metadata?.scopes;
    // Slack sends x-oauth-scopes with every answer; without it there is nothing to compare.
    const missing = granted === undefined ? [] : scopes.filter((scope) => !granted.includes(scope));
    const fault = `The app lacks the scopes ${missing.join(', ')}: add them and reinstall the app to the workspace.`;
    return { faults: missing.length === 0 ? [] : [fault], team: answer.team_id ?? '', url: answer.url ?? '' };
  } catch (error) {
    const fault = faultOf(error);
    if (fault.kind !== 'refused') throw slackError('answer auth.test', error);
    return { faults: [`Slack refuses SLACK_BOT_TOKEN (${fault.code}). ${TOKEN_FIX}`], team: '', url: '' };
  }
}

/** Gives the faults of the ops channel: unknown, or the bot is not in it. */
async function channelFaults(client: WebClient, opsChannel: string | undefined): Promise<string[]> {
  if (opsChannel === undefined) return [];
  try {
    const { channel } = await client.conversations.info({ channel: opsChannel });
    if (channel?.is_archived === true) return [`The ops channel ${opsChannel} is archived: set KEYBUZZ_OPS_CHANNEL.`];
    if (channel?.is_member === true) return [];
    return [`The bot is not in the ops channel ${opsChannel}: invite it there.`];
  } catch (error) {
    const fault = faultOf(error);
    if (fault.kind !== 'refused') throw slackError('answer conversations.info', error);
    if (fault.code === 'missing_scope') return [];
    const fix = 'Set KEYBUZZ_OPS_CHANNEL to the id (C...) of a channel the bot was invited to.';
    return [`Slack does not know the ops channel ${opsChannel} (${fault.code}). ${fix}`];
  }
}

/**
 * Asks Slack whether the bot can work, with the user groups that the policy names; gives the workspace it is
 * installed in. Throws one ConfigError with every fault, ExternalError when Slack is not there.
 */
export async function checkSlack(
  client: WebClient,
  opsChannel: string | undefined,
  groups: readonly string[],
): Promise<Workspace> {
  const { faults, team, url } = await askToken(
    client,
    groups.length === 0 ? NEEDED_SCOPES : [...NEEDED_SCOPES, ...GROUP_SCOPES],
  );
  const isRefused = faults.some((fault) => fault.startsWith('Slack refuses'));
  if (!isRefused) faults.push(...(await channelFaults(client, opsChannel)));
  if (faults.length === 0) return { team, url };
  throw new ConfigError(`The bot can't work in this Slack workspace: ${faults.join(' ')}`, {
    code: 'KEYBUZZ_SLACK_SETUP',
    fix: 'Correct this and start the bot again.',
  });
}
