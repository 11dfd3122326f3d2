import { App, type Receiver } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import { pino } from 'pino';
import { guardAcks } from '../../src/bot/acks.ts';
import { boltLogger } from '../../src/bot/bolt-logger.ts';
import { systemClock } from '../../src/bot/clock.ts';
import { createForms } from '../../src/bot/forms.ts';
import { english } from '../../src/language/index.ts';
import { registerListeners } from '../../src/bot/listeners.ts';
import { createResponders } from '../../src/bot/responders.ts';
import type { Interaction } from '../../src/jobs/index.ts';

/** Never reached: what the bot sends is answered in this process, and fetch refuses the discard port by itself. */
export const API_URL = 'http://127.0.0.1:9/api/';

/** One call the bot made to Slack: a method and the fields of its form. */
export interface Sent {
  method: string;
  form: URLSearchParams;
}

/** The bot's real listeners in a real Bolt app that gets its envelopes from a test; nothing leaves the process. */
export interface Ears {
  /** Resolves when all listeners are through; gives what was acked, once per ack. Never rejects, or the test fails. */
  hear(body: unknown): Promise<unknown[]>;
  recorded: Interaction[];
  sent: Sent[];
  forget(): void;
}

export async function openEars(): Promise<Ears> {
  const logger = pino({ level: 'silent' });
  const recorded: Interaction[] = [];
  const sent: Sent[] = [];
  const answer: typeof fetch = (url, init) => {
    sent.push({
      method: new Request(url).url.split('/').at(-1) ?? '',
      form: new URLSearchParams(init?.body as string),
    });
    return Promise.resolve(Response.json({ ok: true, view: { id: 'V0FORM' } }));
  };
  const receiver: Receiver = { init: () => undefined, start: () => Promise.resolve(), stop: () => Promise.resolve() };
  const identity = { botToken: 'xoxb-test', botId: 'B0KEYBUZZ', botUserId: 'U0KEYBUZZ' };
  const app = new App({
    authorize: () => Promise.resolve(identity),
    receiver,
    logger: boltLogger(logger),
    convoStore: false,
    deferInitialization: true,
    clientOptions: { slackApiUrl: API_URL, fetch: answer },
  });
  app.error(() => Promise.resolve());
  await app.init();
  const client = new WebClient('xoxb-test', { slackApiUrl: API_URL, fetch: answer, retryConfig: { retries: 0 } });
  const parts = {
    engine: {
      recordInteraction: (interaction: Interaction) => {
        recorded.push(interaction);
        return Promise.resolve();
      },
    },
    clients: { interactive: client, background: client, posting: client },
    responders: createResponders(systemClock),
    readers: { wordingFor: () => Promise.resolve(english) },
    logger,
    clock: systemClock,
  };
  registerListeners(app, parts, createForms(parts.clients), {
    opened: () => Promise.resolve(),
    redraw: () => Promise.resolve(),
    close: () => Promise.resolve(),
  });
  guardAcks(app, { logger, say: english, nowMs: () => Date.now() });
  return {
    async hear(body) {
      const acks: unknown[] = [];
      const ack = (response: unknown) => {
        acks.push(response);
        return Promise.resolve();
      };
      await app.processEvent({ body: body as Record<string, unknown>, ack: ack as never });
      return acks;
    },
    recorded,
    sent,
    forget() {
      recorded.length = 0;
      sent.length = 0;
    },
  };
}
