import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { createSite } from '../../sandbox/demo/site.ts';
import { BASE_DEPLOYED } from '../../sandbox/fleet/base.ts';
import { startFleet, type Fleet } from '../../sandbox/fleet/index.ts';
import { startSlackSandbox, type Message, type SlackSandbox } from '../../sandbox/slack/index.ts';
import { startBot } from '../../src/bot/app.ts';
import { SLACK_LIMITS } from '../../src/bot/budget.ts';
import { notesOf } from '../../src/bot/notes.ts';
import { createExecute, type Execute } from '../../src/commands/index.ts';
import { parsePolicy } from '../../src/commands/policy-schema.ts';
import { parseRedisUrl } from '../../src/config-redis-url.ts';
import { loadInventory } from '../../src/inventory.ts';
import { openEngine, startWorker, type Closer, type Engine } from '../../src/jobs/index.ts';
import { assembleScript, MODULES } from '../../src/modules/index.ts';
import { Secret } from '../../src/secret.ts';
import { runTerminal } from '../../src/terminal/main.ts';
import { freshPrefix, startRedis, type PrivateRedis } from '../helpers/redis.ts';
import { PLAIN } from './fixtures.ts';

const POLICY = `
people:
  olga: { name: Olga Operator, slack: [U0OPERATOR], logins: [olga] }
  anne: { name: Anne Approver, slack: [U0APPROVER], logins: [anne] }
rules: [{ who: [everyone], verbs: ['*'] }]
approvals:
  disruptive: { approvals: 1, by: [everyone] }
  destructive: { approvals: 2, by: [everyone] }
`;

const silent = pino({ level: 'silent' });
const site = createSite();
const inventory = loadInventory(site.inventoryFile);
const hashOf = (script: string) => assembleScript(script).hash;
const known = { modules: MODULES.map(({ name }) => name), hosts: inventory.hosts.map(({ name }) => name) };
const policy = parsePolicy(POLICY, 'policy.yaml', known);
/** With this test's own short patience, and retries that are part of it. */
const parts = { sweepMs: 200, warn: () => undefined };

let redis: PrivateRedis;
let fleet: Fleet;
let slack: SlackSandbox;
let engine: Engine;
let prefix: string;
const closers: Closer[] = [];

beforeAll(async () => {
  redis = await startRedis();
  fleet = await startFleet({
    hosts: site.hosts.map((host) => ({ ...host, pace: 0.1 })),
    authorizedKey: site.publicKey,
  });
  site.pinHosts(fleet.knownHosts);
});

afterAll(async () => {
  await fleet.close();
  await redis.stop();
  site.remove();
});

beforeEach(async () => {
  prefix = freshPrefix();
  for (const host of fleet.world.values()) host.deployed = new Set(BASE_DEPLOYED);
  slack = await startSlackSandbox();
  closers.push(() => slack.close());
  engine = openEngine({ endpoint: parseRedisUrl(redis.url), prefix, ...parts });
  closers.push(() => engine.close());
  const worker = await startWorker({
    ...{ endpoint: parseRedisUrl(redis.url), prefix, inventory, modules: MODULES, assemble: assembleScript, ...parts },
    ssh: { keyFile: site.keyFile, agentSocket: undefined, port: fleet.port },
    ...{ knownHostsFile: site.knownHostsFile, credentialsDirectory: site.credentialsDirectory },
    ...{ leaseMs: 1000, unreachableMs: 5000 },
  });
  closers.push(() => worker.close());
});

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function executeOf(on: Engine): Execute {
  return createExecute({ engine: on, inventory, policy: () => policy, modules: MODULES, hashOf });
}

/** A bot with an engine of its own, as its process has. */
async function openBot(): Promise<Closer> {
  const own = openEngine({ endpoint: parseRedisUrl(redis.url), prefix, ...parts });
  const stop = await startBot({
    config: {
      opsChannel: 'C0OPS',
      slack: {
        botToken: new Secret('SLACK_BOT_TOKEN', slack.botToken),
        apiUrl: slack.apiUrl,
        door: { kind: 'socket', appToken: new Secret('SLACK_APP_TOKEN', slack.appToken) },
      },
    },
    engine: own,
    execute: executeOf(own),
    logger: silent,
    limits: { ...SLACK_LIMITS, postSpacingMs: 1, editSpacingMs: 1 },
  });
  const close = async () => {
    await stop();
    await own.close();
  };
  closers.push(close);
  return close;
}

let typed = 0;

/** What a person types on install-01; gives the exit code and the document that `--json` prints. */
async function type(login: string, ...args: string[]) {
  const written: string[] = [];
  const execute = executeOf(engine);
  const interaction = `${prefix}-${(typed += 1)}`;
  const exit = await runTerminal([...args, '--json'], {
    execute: (text) => execute(text, { identity: { via: 'terminal', login }, channel: '', interaction }),
    engine,
    approvers: () => [],
    write: (text) => written.push(text),
    writeError: (text) => written.push(text),
    style: PLAIN,
    signal: new AbortController().signal,
  });
  const document = JSON.parse(written.join('')) as { reply?: { state?: { runId: string } }; error?: { code: string } };
  return { exit, runId: document.reply?.state?.runId ?? '', error: document.error?.code };
}

function keyOf(message: Message, runId: string): string {
  const payload = message.metadata?.event_payload as { run?: string; key?: string } | undefined;
  return payload?.run === runId ? (payload.key ?? '') : '';
}

/** The run's messages in the ops channel outside of threads. */
const rootsOf = (runId: string) => slack.messages('#ops').filter((message) => keyOf(message, runId) !== '');

/** Waits for the run's end and the whole thread that its log means; gives the root message. */
async function toldInFull(runId: string): Promise<Message> {
  const statuses: string[] = [];
  const watching = { signal: AbortSignal.timeout(45_000), untilWaiting: false };
  for await (const { status } of engine.watch(runId, watching)) statuses.push(status);
  expect(statuses.at(-1)).toBe('ended');
  const expected = notesOf(runId, await engine.events(runId)).map(({ key }) => `note-${key}`);
  const thread = (root: Message) =>
    slack
      .thread('#ops', root.ts)
      .slice(1)
      .filter((message) => message.files === undefined)
      .map((message) => keyOf(message, runId));
  const root = await slack.waitFor(
    () =>
      rootsOf(runId).find(
        (message) => JSON.stringify(message.blocks).includes('Log head') && thread(message).length >= expected.length,
      ),
    45_000,
    'the report of the run',
  );
  expect(thread(root)).toEqual(expected);
  expect(rootsOf(runId)).toHaveLength(1);
  return root;
}

describe('a run that is started and approved in the terminal', () => {
  it('has one message and its thread in the ops channel, with who asked and who approved', async () => {
    await openBot();
    const { exit, runId } = await type('olga', 'deploy', 'redis');
    expect(exit).toBe(3);
    expect(await type('olga', 'approve', runId)).toMatchObject({ exit: 4, error: 'KEYBUZZ_SELF_APPROVAL' });
    expect((await type('anne', 'approve', runId)).exit).toBe(0);
    const drawn = JSON.stringify((await toldInFull(runId)).blocks);
    expect(drawn).toContain('Asked by <@U0OPERATOR> in the terminal');
    expect(drawn).toContain('*Approved* by <@U0APPROVER>');
    expect(drawn).toMatch(/, terminal: \d+ changes on 5 hosts/);
  });

  it('is told in full when Slack comes back, as if it had been there all the time', async () => {
    await openBot();
    const heal = slack.outage();
    const { runId } = await type('olga', 'deploy', 'redis');
    expect((await type('anne', 'approve', runId)).exit).toBe(0);
    expect(rootsOf(runId)).toEqual([]);
    heal();
    await toldInFull(runId);
  });

  it('goes on in its message when Slack went away in between', async () => {
    await openBot();
    const { runId } = await type('olga', 'deploy', 'redis');
    const shown = await slack.waitFor(() => rootsOf(runId)[0]);
    const heal = slack.outage();
    expect((await type('anne', 'approve', runId)).exit).toBe(0);
    heal();
    expect((await toldInFull(runId)).ts).toBe(shown.ts);
  });

  it('is told by the next bot when none was there', async () => {
    const { runId } = await type('olga', 'deploy', 'redis');
    expect((await type('anne', 'approve', runId)).exit).toBe(0);
    await openBot();
    await toldInFull(runId);
  });
});

describe('a lock that is held by hand', () => {
  it('makes a run wait until an approved steal frees it, and the prompt names the holder', async () => {
    await openBot();
    expect((await type('olga', 'lock', 'redis', 'disk of redis-02')).exit).toBe(0);
    expect(await type('anne', 'unlock', 'redis')).toMatchObject({ exit: 1, error: 'KEYBUZZ_LOCK_HELD' });
    const { runId } = await type('olga', 'deploy', 'redis');
    await type('anne', 'approve', runId, '--detach');
    await slack.waitFor(() => JSON.stringify(rootsOf(runId)[0]?.blocks ?? []).includes('Lock `redis` is held by'));

    const steal = await type('anne', 'steal', 'redis', 'Olga is ill');
    expect(steal.exit).toBe(3);
    await slack.waitFor(() =>
      JSON.stringify(rootsOf(steal.runId)[0]?.blocks ?? []).includes('taken from Olga Operator, who holds it since'),
    );
    expect((await type('olga', 'approve', steal.runId)).exit).toBe(0);
    await toldInFull(steal.runId);
    await toldInFull(runId);
    expect(await engine.locks()).toEqual([]);
  });
});
