import { SandboxError, type Message } from '../../sandbox/slack/index.ts';
import { readable } from '../helpers/deployment.ts';
import { until } from '../fleet/process.ts';
import type { Lane } from './lane.ts';
import type { Approving } from './scenario.ts';

const CHANNEL = '#ops';
const PATIENCE_MS = 240_000;

/** The bot's own word on what a message is: run and key, from its metadata. */
function keyOf(message: Message, runId: string): string | undefined {
  const payload = message.metadata?.event_payload as { run?: string; key?: string } | undefined;
  return payload?.run === runId ? payload.key : undefined;
}

/** The run's messages in the channel; one, if all is well. */
export function rootsOf({ deployment }: Lane, runId: string): Message[] {
  return deployment.slack.messages(CHANNEL).filter((message) => keyOf(message, runId)?.startsWith('root-'));
}

/** Sequence numbers of the events that the thread's notes tell, in order. */
export function notesIn(lane: Lane, runId: string): string[] {
  return rootsOf(lane, runId)
    .flatMap((root) => lane.deployment.slack.thread(CHANNEL, root.ts))
    .flatMap((message) => keyOf(message, runId) ?? [])
    .filter((key) => key.startsWith('note-'))
    .map((key) => key.replace('note-', ''));
}

/** The root message once it has a button. */
export function buttonShown(lane: Lane, runId: string, action: string): Promise<Message> {
  const find = () => rootsOf(lane, runId).find((message) => readable(message).includes(action));
  return lane.deployment.slack.waitFor(find, PATIENCE_MS, `the button ${action} of run ${runId}`);
}

interface Click {
  runId: string;
  action: string;
  isTwice?: boolean;
}

/** Clicks until Slack gets an ack, as a person does who sees the warning sign. False: the button is gone meanwhile. */
export async function clickUntilHeard(lane: Lane, who: string, click: Click): Promise<boolean> {
  const { slack } = lane.deployment;
  for (;;) {
    const message = await buttonShown(lane, click.runId, click.action);
    try {
      await slack.person(who).click(message, click.action, { duplicate: click.isTwice === true });
      return true;
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error;
      if (error.code === 'no_element') return false;
      if (error.code !== 'no_ack' && error.code !== 'no_connection') throw error;
      await until('a bot that is connected', PATIENCE_MS, () => slack.connections() > 0 || undefined);
    }
  }
}

/** Answers the prompt in the scenario's way; gives the Slack ids of those whose click got an ack. */
export async function answerPrompt(lane: Lane, runId: string, approving: Approving): Promise<string[]> {
  const click = { runId, action: 'keybuzz_approve' };
  const { slack } = lane.deployment;
  const [anne, aldo] = [slack.person('approver').id, slack.person('approver2').id];
  const message = await buttonShown(lane, runId, click.action);
  switch (approving) {
    case 'click':
      await clickUntilHeard(lane, anne, click);
      return [anne];
    case 'delivered-twice':
      await clickUntilHeard(lane, anne, { ...click, isTwice: true });
      return [anne];
    case 'two-people': {
      const both = [anne, aldo].map((who) => slack.person(who).click(message, click.action));
      const heard = await Promise.allSettled(both);
      // Nobody's ack came, as the bot died: one of them tries again. What was recorded without an ack counts as well.
      if (heard.every(({ status }) => status === 'rejected')) await clickUntilHeard(lane, anne, click);
      return [anne, aldo];
    }
    case 'bot-killed-before':
      await lane.replaceBot();
      await clickUntilHeard(lane, anne, click);
      return [anne];
    case 'bot-killed-after':
      await clickUntilHeard(lane, anne, click);
      await lane.replaceBot();
      return [anne];
  }
}
