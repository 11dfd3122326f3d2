import type { Logger } from 'pino';
import type { Reply } from '../commands/reply.ts';
import { CommandError, ExternalError, KeybuzzError, RefusedError } from '../errors.ts';
import type { Language, Wording } from '../language/index.ts';
import type { Engine, Interaction } from '../jobs/index.ts';
import { askForCode } from './approval-code.ts';
import { putExport } from './audit-export.ts';
import type { Budget } from './budget.ts';
import type { SlackClients } from './clients.ts';
import type { Clock } from './clock.ts';
import type { Forms } from './forms.ts';
import { postToResponseUrl, type Responders } from './responders.ts';
import type { Readers } from './readers.ts';
import { textOnly } from './posting.ts';
import { faultOf, slackError, UNDRAWABLE } from './slack-faults.ts';
import { errorMessage } from './views/error.ts';
import { replyMessage } from './views/reply.ts';
import type { Message } from './views/text.ts';

/** Who types, as far as Slack vouches for it. */
export interface SlackIdentity {
  via: 'slack';
  userId: string;
  teamId: string;
  /** The bot's own workspace. */
  homeTeam: string;
}

/** Executes one command text for one person; throws KeybuzzError. The same `interaction` never does anything twice. */
export type Execute = (
  text: string,
  context: {
    identity: SlackIdentity;
    channel: string;
    /** Ts of the thread it was asked in. */
    thread?: string;
    interaction: string;
    /** The approval that the person saw on the button; a newer one must not be decided by it. */
    approval?: string;
    /** What the reply's sentences are told in. */
    language?: Language;
  },
) => Promise<Reply>;

export interface InteractionParts {
  engine: Pick<Engine, 'run' | 'posts' | 'alerts'>;
  budget: Budget;
  execute: Execute;
  homeTeam: string;
  readers: Readers;
  /** In which all who see a channel read. */
  say: Wording;
  clients: SlackClients;
  responders: Responders;
  forms: Forms;
  logger: Logger;
  clock: Clock;
  signal: AbortSignal;
}

/** A short outage of Redis is sat out, so that the person gets an answer instead of an error. */
const ATTEMPTS = 3;
const PAUSE_MS = 1000;

/**
 * A click on Approve names the prompt it was made on: `approve <run> <approval>`, and so does the form that asks for a code,
 * which adds it. Gives the command as a person would type it, and that approval. Throws RefusedError when a newer prompt shows something else by now.
 */
async function readClick(
  engine: InteractionParts['engine'],
  text: string,
): Promise<{ text: string; approval?: string }> {
  const [, runId, seen, code = ''] = /^approve (\S+) (\S+)( --code \d+)?$/.exec(text) ?? [];
  if (runId === undefined || seen === undefined) return { text };
  const { approval } = await engine.run(runId);
  if (approval === undefined || approval.id === seen) return { text: `approve ${runId}${code}`, approval: seen };
  throw new RefusedError((say) => say.decisions.outdated(runId), {
    code: 'KEYBUZZ_PROMPT_OUTDATED',
    fix: (say) => say.decisions.newestPreview,
  });
}

/** Throws RefusedError when a run's button was pressed in another channel than the run is reported in: it is forged. */
async function assertOwnButton(engine: InteractionParts['engine'], { isClick, channel, text }: Interaction) {
  const [, runId] = /^\S+ (\S+)/.exec(text) ?? [];
  if (isClick !== true || channel === '' || runId === undefined) return;
  const { origin } = await engine.run(runId);
  const reported = [(await engine.posts.load(runId)).channel, origin.channel].find(Boolean) ?? '';
  if (reported === '' || reported === channel) return;
  throw new RefusedError((say) => say.decisions.foreignClick(runId), {
    code: 'KEYBUZZ_CLICK_FOREIGN',
    fix: (say) => say.decisions.ownMessage(runId),
  });
}

/**
 * Gives undefined when a form asks for what lacks. Never throws but ExternalError: that may pass, and everything here is
 * idempotent by the interaction's key.
 */
async function answerOnce(
  parts: InteractionParts,
  interaction: Interaction,
  say: Wording,
): Promise<Message | undefined> {
  const { engine, execute, logger } = parts;
  const { key, userId, teamId, channel, thread } = interaction;
  const where = thread === undefined ? { channel } : { channel, thread };
  try {
    await assertOwnButton(engine, interaction);
    const { text, ...seen } = await readClick(engine, interaction.text);
    const identity: SlackIdentity = { via: 'slack', userId, teamId, homeTeam: parts.homeTeam };
    const reply = await execute(text, { identity, ...where, interaction: key, ...seen, language: say.language });
    if (reply.kind === 'audit-export') await putExport(parts, interaction, reply);
    return replyMessage(reply, say);
  } catch (error) {
    if (error instanceof ExternalError) throw error;
    if (await askForCode(parts.forms, interaction, error, say)) return undefined;
    if (!(error instanceof KeybuzzError)) logger.error({ err: error, text: interaction.text }, 'command crashed');
    return errorMessage(error, say);
  }
}

async function answer(parts: InteractionParts, interaction: Interaction): Promise<Message | undefined> {
  const say = await parts.readers.wordingFor(interaction.userId);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await answerOnce(parts, interaction, say);
    } catch (error) {
      if (!(error instanceof ExternalError)) throw error;
      parts.logger.warn({ err: error, attempt }, 'command not executed yet');
      if (attempt === ATTEMPTS || parts.signal.aborted) return errorMessage(error, say);
      await parts.clock.sleep(PAUSE_MS * attempt, parts.signal);
    }
  }
}

/** The channel to answer in: that of the interaction, or where the run it names is reported (a form has no channel). */
async function channelFor({ engine }: InteractionParts, { channel, text }: Interaction): Promise<string> {
  if (channel !== '') return channel;
  const [, runId = ''] = text.split(' ');
  try {
    return (await engine.posts.load(runId)).channel ?? '';
  } catch (error) {
    if (error instanceof CommandError) return '';
    throw error;
  }
}

/**
 * A direct message instead of an ephemeral one: where the bot or the person is not in the channel, only the bot that heard
 * them has a way to answer there, and another one may have carried the command out.
 */
async function tellDirectly(parts: InteractionParts, { userId }: Interaction, message: Message): Promise<void> {
  try {
    await parts.clients.posting.chat.postMessage({ channel: userId, ...message });
  } catch (error) {
    const fault = faultOf(error);
    if (fault.kind !== 'refused') throw slackError('show the answer', error);
    parts.logger.warn({ code: fault.code, user: userId }, 'the person can not be answered');
  }
}

/** Throws ExternalError when Slack could not be asked, so that the interaction comes again. */
async function respond(parts: InteractionParts, interaction: Interaction, message: Message): Promise<void> {
  const { clients, responders } = parts;
  const responseUrl = responders.take(interaction.key);
  const thread = interaction.thread === undefined ? {} : { thread_ts: interaction.thread };
  if (responseUrl !== undefined && (await postToResponseUrl(responseUrl, { ...message, ...thread }))) return;
  try {
    const channel = await channelFor(parts, interaction);
    if (channel === '') {
      await tellDirectly(parts, interaction, message);
      return;
    }
    await clients.interactive.chat.postEphemeral({ channel, user: interaction.userId, ...message, ...thread });
  } catch (error) {
    const fault = faultOf(error);
    if (fault.kind !== 'refused') throw slackError('show the answer', error);
    if (UNDRAWABLE.has(fault.code) && message.blocks.length > 1) return respond(parts, interaction, textOnly(message));
    await tellDirectly(parts, interaction, message);
  }
}

/** What `engine.consumeInteractions` calls: executes what was recorded and shows the answer to the person alone. */
export function createInteractionHandler(parts: InteractionParts): (interaction: Interaction) => Promise<void> {
  return async (interaction) => {
    const message = await answer(parts, interaction);
    if (message !== undefined) await respond(parts, interaction, message);
  };
}
