import { afterEach } from '@jest/globals';
import { pino } from 'pino';
import { startBot } from '../../src/bot/app.ts';
import { SLACK_LIMITS } from '../../src/bot/budget.ts';
import type { Clock } from '../../src/bot/clock.ts';
import type { DoorHealth } from '../../src/bot/door.ts';
import { HTTP_PATH } from '../../src/bot/http-door.ts';
import type { SlackDirectory } from '../../src/bot/directory.ts';
import type { Execute } from '../../src/bot/interactions.ts';
import { Secret } from '../../src/secret.ts';
import { startSlackSandbox, type SlackSandbox } from '../../sandbox/slack/index.ts';
import { createFakeEngine, type FakeEngine } from './fake-engine.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** One call of `execute`. */
interface Executed {
  text: string;
  userId: string;
  teamId: string;
  channel: string;
  thread?: string;
  interaction: string;
}

/** A workspace and a bot in it; everything is closed after the test. */
export async function openBot(
  given: Partial<{
    slack: SlackSandbox;
    engine: FakeEngine;
    execute: Execute;
    opsChannel: string;
    botToken: string;
    /** How Slack reaches it; by Socket Mode unless told. */
    door: 'socket' | 'http';
    /** Of the HTTP door; a free one unless told. */
    port: number;
    clock: Clock;
    directory: SlackDirectory;
    groups: () => string[];
  }> = {},
) {
  const slack = given.slack ?? (await startSlackSandbox());
  closers.push(() => slack.close());
  const engine = given.engine ?? createFakeEngine();
  const executed: Executed[] = [];
  const latencies: number[] = [];
  const lines: string[] = [];
  let health: DoorHealth | undefined;
  const execute: Execute = async (text, context) => {
    const { identity, channel, thread, interaction } = context;
    const where = thread === undefined ? { channel } : { channel, thread };
    executed.push({ text, userId: identity.userId, teamId: identity.teamId, ...where, interaction });
    if (given.execute !== undefined) return given.execute(text, context);
    return Promise.resolve({ kind: 'help', title: 'What you can ask', lines: [], notes: [] });
  };
  const close = await startBot({
    config: {
      opsChannel: given.opsChannel ?? 'C0OPSALERTS',
      slack: {
        botToken: new Secret('SLACK_BOT_TOKEN', given.botToken ?? slack.botToken),
        apiUrl: slack.apiUrl,
        door:
          given.door === 'http'
            ? {
                kind: 'http',
                signingSecret: new Secret('SLACK_SIGNING_SECRET', slack.signingSecret),
                port: given.port ?? 0,
              }
            : { kind: 'socket', appToken: new Secret('SLACK_APP_TOKEN', slack.appToken) },
      },
    },
    engine,
    execute,
    logger: pino({ level: 'info' }, { write: (line: string) => void lines.push(line) }),
    onHealth: (now) => (health = now),
    ...(given.clock === undefined ? {} : { clock: given.clock }),
    ...(given.directory === undefined ? {} : { directory: given.directory }),
    ...(given.groups === undefined ? {} : { groups: given.groups }),
    onAck: (latencyMs) => latencies.push(latencyMs),
    limits: { ...SLACK_LIMITS, postSpacingMs: 1, editSpacingMs: 1 },
  });
  closers.push(close);
  const httpUrl = `http://127.0.0.1:${health?.port ?? 0}${HTTP_PATH}`;
  if (given.door === 'http') slack.deliverTo(httpUrl);
  /** The run's root message once it shows this. */
  const rootWith = (text: string) =>
    slack.waitFor(() => slack.messages('#ops').find((each) => JSON.stringify(each.blocks).includes(text)));
  const told = (person: string, text: string) =>
    slack.waitFor(() => slack.ephemerals(person).find((each) => JSON.stringify(each).includes(text)));
  const operator = slack.person('operator');
  const door = { health: () => health, httpUrl, log: () => lines.join('') };
  return { slack, engine, executed, latencies, close, rootWith, told, operator, door };
}
