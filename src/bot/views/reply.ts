import { cancelOutlook } from '../../commands/aftermath.ts';
import type { Reply } from '../../commands/reply.ts';
import { english, type Wording } from '../../language/index.ts';
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
import { code, context, fallback, line, lineSections, section, tailBlock, time, type Message } from './text.ts';

type Of<K extends Reply['kind']> = Extract<Reply, { kind: K }>;

/** `show` lists so many of a log's newest events; `keybuzz show <run> --json` has them all. */
const EVENTS_SHOWN_MAX = 20;
const OUTPUT_CHARS_MAX = 2700;

/** Where a run stands and how it came there. */
function showMessage({ state, events }: Of<'run'>, say: Wording): Message {
  const telling = events.filter((event) => event.body.type !== 'host.progress');
  const newest = telling.slice(-EVENTS_SHOWN_MAX);
  const above = telling.length - newest.length;
  const lines = newest.map((event) => `${event.seq}. ${time(event.at)} ${describeEvent(event.body, say)}`);
  return {
    text: runFallback(state, say),
    blocks: fitMessage(
      [
        ...runBlocks(state, say),
        ...(above > 0 ? [context(say.earlierEvents(above))] : []),
        ...lineSections(lines, 1, 'event', say),
      ],
      say,
    ),
  };
}

/** The end of a host's output. */
function logsMessage({ state, step, host, text }: Of<'logs'>, say: Wording): Message {
  const head = say.run.output(line(host, 60), code(step, 40), code(state.runId));
  if (text.trim() === '') return { text: fallback([head], say), blocks: [section(say.answers.nothingKept(head))] };
  const body = tailBlock(text.trimEnd().split('\n'), OUTPUT_CHARS_MAX, say);
  return { text: fallback([head], say), blocks: [section(head), section(body)] };
}

/** A run that began, and what will not go as hoped. */
function startedMessage({ state, duplicate, warnings = [] }: Of<'started'>, say: Wording): Message {
  const head = say.answers.started({
    run: code(state.runId),
    command: line(state.command, 200),
    isDuplicate: duplicate,
    isHere: state.breakGlass === undefined,
  });
  const told = warnings.slice(0, 5).map((warning) => `:warning: ${line(warning, 600)}`);
  return { text: fallback([head, ...told], say), blocks: [head, ...told].map(section) };
}

/** What a decision came to; to cancel takes effect between steps, so it is told what happens until then. */
function decidedMessage({ state, decision }: Of<'decided'>, say: Wording): Message {
  const word = decision === 'cancelled' && state.status !== 'ended' ? 'cancelling' : decision;
  const head = say.answers.decidedRun(code(state.runId), line(state.command, 200), say.answers.decided[word]);
  const outlook = decision === 'cancelled' ? cancelOutlook(state, say) : [];
  return {
    text: fallback([head, ...outlook.map((each) => line(each, 900))], say),
    blocks: [section(head), ...sentenceSections(outlook, say)],
  };
}

/** The ephemeral answer to a command. */
export function replyMessage(reply: Reply, say: Wording = english): Message {
  switch (reply.kind) {
    case 'help':
      return helpMessage(reply, say);
    case 'whoami':
      return whoamiMessage(reply, say);
    case 'inventory':
      return inventoryMessage(reply, say);
    case 'runs':
      return runsMessage(reply, say);
    case 'run':
      return showMessage(reply, say);
    case 'locks':
      return locksMessage(reply, say);
    case 'locked':
      return lockedMessage(reply, say);
    case 'unlocked':
      return unlockedMessage(reply, say);
    case 'alerts':
      return alertsMessage(reply, say);
    case 'alert':
      return alertMessageOf(reply, say);
    case 'digest':
      return digestMessage(reply.digest, say);
    case 'logs':
      return logsMessage(reply, say);
    case 'started':
      return startedMessage(reply, say);
    case 'audit':
      return auditMessage(reply, say);
    case 'audit-export':
      return exportMessage(reply, say);
    case 'audit-verified':
      return verifiedMessage(reply, say);
    case 'explained':
      return explainedMessage(reply, say);
    case 'frozen':
      return frozenMessage(reply, say);
    case 'unfrozen':
      return unfrozenMessage(reply, say);
    case 'totp-enrol':
      return totpSecretMessage(reply, say);
    case 'totp':
      return totpMessage(reply, say);
    case 'reviews':
      return reviewsMessage(reply, say);
    case 'decided':
      return decidedMessage(reply, say);
  }
}
