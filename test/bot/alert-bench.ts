import { pino } from 'pino';
import { startBot, type BotParts } from '../../src/bot/app.ts';
import { gatherDigest } from '../../src/commands/gather-digest.ts';
import { createExecute } from '../../src/commands/index.ts';
import { mayDecide } from '../../src/commands/may-decide.ts';
import { mayRead } from '../../src/commands/may-read.ts';
import { parsePolicy } from '../../src/commands/policy-schema.ts';
import { parseRedisUrl } from '../../src/config-redis-url.ts';
import { CHECK_RULE, type Observation } from '../../src/jobs/alert-rules.ts';
import { openAlerts } from '../../src/jobs/alerts.ts';
import { openEngine, type DigestTime } from '../../src/jobs/index.ts';
import { openBase } from '../../src/jobs/open-engine.ts';
import { assembleScript, MODULES } from '../../src/modules/index.ts';
import { Secret } from '../../src/secret.ts';
import { until as untilGiven } from '../fleet/process.ts';
import { defaultUsers } from '../../sandbox/slack/defaults.ts';
import { startSlackSandbox, type Message } from '../../sandbox/slack/index.ts';
import { inventory } from '../commands/fakes.ts';
import { freshPrefix, type PrivateRedis } from '../helpers/redis.ts';

const POLICY = `
roles: { operator: {}, reader: {} }
people:
  olga: { name: Olga Operator, slack: [U0OPERATOR], roles: [operator] }
  anne: { name: Anne Approver, slack: [U0APPROVER], roles: [operator] }
  victor: { name: Victor Viewer, slack: [U0VIEWER], roles: [reader] }
  aldo: { name: Aldo Approver, slack: [U0APPROVER2] }
rules:
  - { who: [operator, reader], verbs: [status, plan, runs, show, alerts, digest] }
  - { who: [aldo], verbs: [status], modules: [redis] }
  - { who: [operator], verbs: [deploy, failover, ack, silence, unsilence] }
approvals:
  disruptive: { approvals: 1, by: [operator] }
  destructive: { approvals: 2, by: [operator] }
`;

/** In the workspace, and not in the policy. */
const STRANGER = { id: 'U0STRANGER', name: 'stranger', real_name: 'Sam Stranger' };

/** What `ask` gives once it gives something; asked again and again until then. */
export async function until<T>(ask: () => Promise<T | undefined | false>, what: string): Promise<T> {
  const given = async () => {
    const found = await ask();
    return found === false ? undefined : found;
  };
  return untilGiven(what, 30_000, given, 20);
}

/** Everything a person can read of a message. */
export const readable = (message: Message | undefined) =>
  message === undefined ? '' : `${message.text}\n${JSON.stringify(message.blocks ?? [])}`;

type Answer = Observation['answer'];

/** A workspace, a bot in it, and whoever asks the modules' checks: that is the test. */
export async function openAlertBench(
  redis: PrivateRedis,
  {
    digest,
    ...given
  }: Partial<Pick<BotParts, 'limits' | 'alertPolicy' | 'alertWatch' | 'clock'> & { digest: DigestTime }> = {},
) {
  const closers: (() => Promise<void>)[] = [];
  const parts = {
    ...{ endpoint: parseRedisUrl(redis.url), prefix: freshPrefix(), sweepMs: 200 },
    warn: () => undefined,
  };
  const slack = await startSlackSandbox({ limits: 'slack', users: [...defaultUsers(), STRANGER] });
  closers.push(() => slack.close());
  const names = { modules: MODULES.map(({ name }) => name), hosts: inventory.hosts.map(({ name }) => name) };
  const policy = parsePolicy(POLICY, 'policy.yaml', names);
  const base = openBase(parts);
  closers.push(base.close);
  await base.store.clock.sync();
  const store = openAlerts(base.store, base.queues, parts.warn);
  const log: string[] = [];

  const startOne = async () => {
    const engine = openEngine(parts);
    const hashOf = (script: string) => assembleScript(script).hash;
    const stop = await startBot({
      config: {
        ...{ opsChannel: 'C0OPS', digest },
        slack: {
          botToken: new Secret('SLACK_BOT_TOKEN', slack.botToken),
          apiUrl: slack.apiUrl,
          door: { kind: 'socket', appToken: new Secret('SLACK_APP_TOKEN', slack.appToken) },
        },
      },
      engine,
      execute: createExecute({ engine, inventory, policy: () => policy, modules: MODULES, hashOf }),
      logger: pino({ level: 'warn' }, { write: (line: string) => void log.push(line) }),
      alertWatch: { everyMs: 100 },
      rights: {
        mayDecide: (who, state) => mayDecide(policy, who, state, undefined),
        mayRead: (who) => mayRead(policy, who, { modules: MODULES, inventory }, undefined),
      },
      ...(digest === undefined ? {} : { gatherDigest: () => gatherDigest(engine, MODULES) }),
      ...given,
    });
    const close = async () => {
      await stop();
      await engine.close();
    };
    closers.push(close);
    return { engine, close };
  };
  const { engine, close: closeBot } = await startOne();

  const nowIso = () => new Date(base.store.clock.nowMs()).toISOString();
  /** One round of answers of a module's checks. */
  const answer = async (
    subject: string,
    answers: Record<string, Answer>,
    rest: Partial<{ silent: string[]; mute: string }> = {},
  ) => {
    const observations = Object.entries(answers).map(([key, one]): Observation => ({
      ...{ key, answer: one, value: '3', text: `${key} says ${one}`, severity: 'critical' },
    }));
    const input = { silent: [], mute: '', ...rest, observations, isWhole: true, rule: CHECK_RULE };
    await store.apply(subject, { type: 'observed', at: nowIso(), ...input });
  };
  const repeatedly = async (times: number, ...args: Parameters<typeof answer>) => {
    for (let round = 0; round < times; round += 1) await answer(...args);
  };
  const alertMessages = () => slack.messages('#ops').filter((one) => readable(one).includes('· alert `'));
  /** The one message of an alert, once it shows this. */
  const message = (id: string, holds: (text: string) => boolean = () => true, timeoutMs = 20_000) =>
    slack.waitFor(
      () => alertMessages().find((one) => readable(one).includes(`\`${id}\``) && holds(readable(one))),
      timeoutMs,
      `alert ${id}`,
    );
  return {
    ...{ logs: base.store, slack, engine, store, prefix: parts.prefix, log, startOne, closeBot },
    ...{ answer, repeatedly, message, alertMessages },
    thread: (root: Message) => slack.thread('#ops', root.ts).slice(1),
    async close() {
      for (const close of closers.splice(0).reverse()) await close();
    },
  };
}
