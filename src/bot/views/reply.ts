import { cancelOutlook } from '../../commands/aftermath.ts';
import type { Reply } from '../../commands/reply.ts';
import { alertMessageOf, alertsMessage } from './alert-replies.ts';
import { auditMessage, exportMessage, verifiedMessage } from './audit.ts';
import {
  explainedMessage,
  frozenMessage,
  reviewsMessage,
  totpMessage,
  totpSecretMessage,
  unfrozenMessage,
} from './governance.ts';
import { digestMessage } from './digest.ts';
import { describeEvent } from './event-line.ts';
import { inventoryMessage, runsMessage } from './lists.ts';
import { lockedMessage, locksMessage, unlockedMessage } from './locks.ts';
import { fitMessage } from './message-size.ts';
import { helpMessage, whoamiMessage } from './people.ts';
import { runBlocks, runFallback } from './root.ts';
import { sentenceSections } from './sentences.ts';
import { code, context, count, fallback, line, lineSections, section, tailBlock, time, type Message } from './text.ts';

type Of<K extends Reply['kind']> = Extract<Reply, { kind: K }>;

/** `show` lists so many of a log's newest events; `keybuzz audit` has them all. */
const EVENTS_SHOWN_MAX = 20;
const OUTPUT_CHARS_MAX = 2700;

/** Where a run stands and how it came there. */
function showMessage({ state, events }: Of<'run'>): Message {
  const telling = events.filter((event) => event.body.type !== 'host.progress');
  const newest = telling.slice(-EVENTS_SHOWN_MAX);
  const above = telling.length - newest.length;
  const lines = newest.map((event) => `${event.seq}. ${time(event.at)} ${describeEvent(event.body)}`);
  return {
    text: runFallback(state),
    blocks: fitMessage([
      ...runBlocks(state),
      ...(above > 0 ? [context(`… ${count(above, 'earlier event')}`)] : []),
      ...lineSections(lines, 1, 'event'),
    ]),
  };
}

/** The end of a host's output. */
function logsMessage({ state, step, host, text }: Of<'logs'>): Message {
  const head = `Output of ${line(host, 60)}, step ${code(step, 40)}, run ${code(state.runId)}`;
  if (text.trim() === '') return { text: fallback([head]), blocks: [section(`${head}: nothing kept.`)] };
  const body = tailBlock(text.trimEnd().split('\n'), OUTPUT_CHARS_MAX);
  return { text: fallback([head]), blocks: [section(head), section(body)] };
}

/** A run that began, and what will not go as hoped. */
function startedMessage({ state, duplicate, warnings = [] }: Of<'started'>): Message {
  const word = duplicate ? 'was started already' : 'started';
  const head = `Run ${code(state.runId)} ${word}: ${line(state.command, 200)}. Its report follows ${state.breakGlass === undefined ? 'here' : 'in the ops channel'}.`;
  const told = warnings.slice(0, 5).map((warning) => `:warning: ${line(warning, 600)}`);
  return { text: fallback([head, ...told]), blocks: [head, ...told].map(section) };
}

/** What a decision came to; to cancel takes effect between steps, so it is told what happens until then. */
function decidedMessage({ state, decision }: Of<'decided'>): Message {
  const word = decision === 'cancelled' && state.status !== 'ended' ? 'is being cancelled' : decision;
  const head = `Run ${code(state.runId)} (${line(state.command, 200)}): ${word}.`;
  const outlook = decision === 'cancelled' ? cancelOutlook(state) : [];
  return {
    text: fallback([head, ...outlook.map((each) => line(each, 900))]),
    blocks: [section(head), ...sentenceSections(outlook)],
  };
}

/** The ephemeral answer to a command. */
export function replyMessage(reply: Reply): Message {
  switch (reply.kind) {
    case 'help':
      return helpMessage(reply);
    case 'whoami':
      return whoamiMessage(reply);
    case 'inventory':
      return inventoryMessage(reply);
    case 'runs':
      return runsMessage(reply);
    case 'run':
      return showMessage(reply);
    case 'locks':
      return locksMessage(reply);
    case 'locked':
      return lockedMessage(reply);
    case 'unlocked':
      return unlockedMessage(reply);
    case 'alerts':
      return alertsMessage(reply);
    case 'alert':
      return alertMessageOf(reply);
    case 'digest':
      return digestMessage(reply.digest);
    case 'logs':
      return logsMessage(reply);
    case 'started':
      return startedMessage(reply);
    case 'audit':
      return auditMessage(reply);
    case 'audit-export':
      return exportMessage(reply);
    case 'audit-verified':
      return verifiedMessage(reply);
    case 'explained':
      return explainedMessage(reply);
    case 'frozen':
      return frozenMessage(reply);
    case 'unfrozen':
      return unfrozenMessage(reply);
    case 'totp-enrol':
      return totpSecretMessage(reply);
    case 'totp':
      return totpMessage(reply);
    case 'reviews':
      return reviewsMessage(reply);
    case 'decided':
      return decidedMessage(reply);
  }
}
