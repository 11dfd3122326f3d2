import { expect } from '@jest/globals';
import { pino } from 'pino';
import { createSite } from '../../sandbox/demo/site.ts';
import { startFleet, type Fleet } from '../../sandbox/fleet/index.ts';
import type { HetznerSandbox } from '../../sandbox/hetzner/index.ts';
import { startSlackSandbox, type Message, type SlackSandbox } from '../../sandbox/slack/index.ts';
import { english } from '../../src/language/index.ts';
import { startBot } from '../../src/bot/app.ts';
import { SLACK_LIMITS } from '../../src/bot/budget.ts';
import { notesOf } from '../../src/bot/notes.ts';
import { createExecute, type Execute } from '../../src/commands/index.ts';
import { parsePolicy } from '../../src/commands/policy-schema.ts';
import { parseRedisUrl } from '../../src/config-redis-url.ts';
import { loadInventory } from '../../src/inventory.ts';
import { openEngine, startWorker, type Closer, type Engine, type RunState } from '../../src/jobs/index.ts';
import type { Module } from '../../src/modules/contract.ts';
import { assembleScript } from '../../src/modules/index.ts';
import { Secret } from '../../src/secret.ts';
import { runTerminal } from '../../src/terminal/main.ts';
import type { JsonReply } from '../../src/terminal/json.ts';
import type { Style } from '../../src/terminal/text.ts';
import { freshPrefix, startRedis } from './redis.ts';

const POLICY = `
people:
  olga: { name: Olga Operator, slack: [U0OPERATOR], logins: [olga] }
  anne: { name: Anne Approver, slack: [U0APPROVER], logins: [anne] }
  aldo: { name: Aldo Approver, slack: [U0APPROVER2] }
rules: [{ who: [everyone], verbs: ['*'] }]
approvals:
  disruptive: { approvals: 1, by: [everyone] }
  destructive: { approvals: 2, by: [everyone] }
breakGlass: { by: [everyone] }
`;

const PLAIN: Style = { columns: 100, isColour: false, timeZone: 'Europe/Paris', say: english };
const hashOf = (script: string) => assembleScript(script).hash;

const TOTP_KEY = new Secret('KEYBUZZ_TOTP_KEY', 'of these tests alone, and of nothing else');
/** With the tests' own short patience, and retries that are part of them. */
const PARTS = { sweepMs: 200, warn: () => undefined, totpKey: TOTP_KEY };

/** What a command in the terminal came to: its exit code, and the document that `--json` prints. */
export interface Typed {
  exit: number;
  runId: string;
  error: string | undefined;
  reply: (Pick<Extract<JsonReply['reply'], { kind: 'started' }>, 'checklist'> & { state?: RunState }) | undefined;
}

/** A workspace, an engine and a worker of their own, upon grounds that several share. */
export interface House {
  slack: SlackSandbox;
  engine: Engine;
  /** A bot with an engine of its own, as its process has. */
  openBot(): Promise<Closer>;
  /** What a person types on install-01. */
  type(login: string, ...args: string[]): Promise<Typed>;
  /** The worker stops wherever it is, and another one goes on. */
  replaceWorker(): Promise<void>;
  /** The run's messages in the ops channel outside of threads. */
  rootsOf(runId: string): Message[];
  /** Waits for the run's end and the whole thread that its log means; gives the root message. */
  toldInFull(runId: string): Promise<Message>;
  close: Closer;
}

/** A Redis and the simulated hosts of the whole platform. */
export interface Grounds {
  fleet: Fleet;
  inventoryFile: string;
  /** With a project at Hetzner the worker has a token of it. */
  openHouse(hetzner?: HetznerSandbox): Promise<House>;
  close: Closer;
}

function keyOf(message: Message, runId: string): string {
  const payload = message.metadata?.event_payload as { run?: string; key?: string } | undefined;
  return payload?.run === runId ? (payload.key ?? '') : '';
}

/** Quick, since nothing at a project that is none takes long. */
function hcloudOf({ token, endpoint }: HetznerSandbox) {
  const pace = { retryMs: 20, pollMs: 10, patienceMs: 20_000 };
  return { token: new Secret('HCLOUD_TOKEN', token), endpoint, pace };
}

/** Everything but Slack's account and real hosts: bot, worker, terminal and Redis are the real ones, in this process. */
export async function openGrounds(modules: readonly Module[], morePolicy = ''): Promise<Grounds> {
  const site = createSite();
  const inventory = loadInventory(site.inventoryFile);
  const known = { modules: modules.map(({ name }) => name), hosts: inventory.hosts.map(({ name }) => name) };
  const policy = parsePolicy(POLICY + morePolicy, 'policy.yaml', known);
  const redis = await startRedis();
  const hosts = site.hosts.map((host) => ({ ...host, pace: 0.1 }));
  const fleet = await startFleet({ hosts, authorizedKey: site.publicKey });
  site.pinHosts(fleet.knownHosts);
  const endpoint = parseRedisUrl(redis.url);
  const executeOf = (on: Engine): Execute =>
    createExecute({ engine: on, inventory, policy: () => policy, modules, hashOf });

  async function openHouse(hetzner?: HetznerSandbox): Promise<House> {
    const closers: Closer[] = [];
    const prefix = freshPrefix();
    const slack = await startSlackSandbox();
    closers.push(() => slack.close());
    const engine = openEngine({ endpoint, prefix, ...PARTS });
    closers.push(() => engine.close());
    const open = () =>
      startWorker({
        ...{ endpoint, prefix, inventory, modules, assemble: assembleScript, ...PARTS },
        ssh: { keyFile: site.keyFile, agentSocket: undefined, port: fleet.port },
        ...{ knownHostsFile: site.knownHostsFile, credentialsDirectory: site.credentialsDirectory },
        ...{ leaseMs: 1000, unreachableMs: 5000 },
        ...(hetzner === undefined ? {} : { hcloud: hcloudOf(hetzner) }),
      });
    let worker = await open();
    closers.push(() => worker.close());
    let typed = 0;
    const rootsOf = (runId: string) => slack.messages('#ops').filter((message) => keyOf(message, runId) !== '');
    return {
      slack,
      engine,
      async openBot() {
        const own = openEngine({ endpoint, prefix, ...PARTS });
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
          logger: pino({ level: 'silent' }),
          limits: { ...SLACK_LIMITS, postSpacingMs: 1, editSpacingMs: 1 },
        });
        const close = async () => {
          await stop();
          await own.close();
        };
        closers.push(close);
        return close;
      },
      async type(login, ...args) {
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
        const { reply, error } = JSON.parse(written.join('')) as { reply?: Typed['reply']; error?: { code: string } };
        return { exit, runId: reply?.state?.runId ?? '', error: error?.code, reply };
      },
      async replaceWorker() {
        await worker.close();
        worker = await open();
      },
      rootsOf,
      async toldInFull(runId) {
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
        const isTold = (message: Message) =>
          JSON.stringify(message.blocks).includes('Log head') && thread(message).length >= expected.length;
        const root = await slack.waitFor(() => rootsOf(runId).find(isTold), 45_000, 'the report of the run');
        expect(thread(root)).toEqual(expected);
        expect(rootsOf(runId)).toHaveLength(1);
        return root;
      },
      async close() {
        for (const close of closers.splice(0).reverse()) await close();
      },
    };
  }

  return {
    fleet,
    inventoryFile: site.inventoryFile,
    openHouse,
    async close() {
      await fleet.close();
      await redis.stop();
      site.remove();
    },
  };
}
