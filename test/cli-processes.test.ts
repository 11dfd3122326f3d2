import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createSite } from '../sandbox/demo/site.ts';
import type { Site } from '../sandbox/demo/site.ts';
import { startFleet } from '../sandbox/fleet/index.ts';
import type { Fleet } from '../sandbox/fleet/index.ts';
import { startSlackSandbox } from '../sandbox/slack/index.ts';
import type { SlackSandbox } from '../sandbox/slack/index.ts';
import { runCli, startCli } from './helpers/cli.ts';
import type { CliProcess } from './helpers/cli.ts';
import { freshPrefix, startRedis } from './helpers/redis.ts';
import type { PrivateRedis } from './helpers/redis.ts';

describe('keybuzz processes', () => {
  let redis: PrivateRedis;
  let slack: SlackSandbox;
  let fleet: Fleet;
  let site: Site;
  const running: CliProcess[] = [];

  beforeAll(async () => {
    site = createSite();
    redis = await startRedis();
    slack = await startSlackSandbox();
    fleet = await startFleet({
      hosts: site.hosts.map((host) => ({ ...host, pace: 0 })),
      authorizedKey: site.publicKey,
    });
    site.pinHosts(fleet.knownHosts);
  });

  afterEach(async () => {
    for (const cli of running.splice(0)) {
      cli.child.kill('SIGKILL');
      await cli.ended;
    }
  });

  afterAll(async () => {
    await fleet.close();
    await slack.close();
    await redis.stop();
    site.remove();
  });

  function start(name: string, environment: Record<string, string>): CliProcess {
    const cli = startCli([name], environment);
    running.push(cli);
    return cli;
  }

  const shared = () => ({
    REDIS_URL: redis.url,
    KEYBUZZ_REDIS_PREFIX: freshPrefix(),
    KEYBUZZ_INVENTORY: site.inventoryFile,
    KEYBUZZ_POLICY: site.policyFile,
    KEYBUZZ_SWEEP_MS: '200',
    KEYBUZZ_MONITOR: 'off',
  });
  const forBot = () => ({
    SLACK_API_URL: slack.apiUrl,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    KEYBUZZ_OPS_CHANNEL: 'C0OPS',
  });
  const forWorker = () => ({
    KEYBUZZ_KNOWN_HOSTS: site.knownHostsFile,
    KEYBUZZ_SSH_KEY: site.keyFile,
    KEYBUZZ_SSH_PORT: String(fleet.port),
    KEYBUZZ_CREDENTIALS: site.credentialsDirectory,
  });

  /** Two ports in a row: `start` serves the worker's health beside the bot's. */
  async function freePort(): Promise<number> {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }

  it.each(['SIGTERM', 'SIGINT'] as const)('a worker says ready, serves its health, and stops on %s', async (signal) => {
    const port = await freePort();
    const worker = start('worker', { ...shared(), ...forWorker(), KEYBUZZ_HTTP: `127.0.0.1:${port}` });
    await worker.logged('ready');
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
    worker.child.kill(signal);
    expect(await worker.ended).toBe(0);
    expect(worker.stdout()).toContain('"msg":"stopped"');
  });

  it('a worker refuses a Redis that could lose a log', async () => {
    const { port } = redis;
    const client = new (await import('ioredis')).Redis(port);
    await client.config('SET', 'appendfsync', 'everysec');
    const worker = start('worker', { ...shared(), ...forWorker() });
    expect(await worker.ended).toBe(78);
    expect(worker.stderr()).toContain('appendfsync is everysec, must be always');
    await client.config('SET', 'appendfsync', 'always');
    client.disconnect();
  });

  it('a bot says ready when Slack can reach it, and stops on SIGTERM', async () => {
    const bot = start('bot', { ...shared(), ...forBot() });
    await bot.logged('ready');
    expect(slack.connections()).toBeGreaterThan(0);
    bot.child.kill('SIGTERM');
    expect(await bot.ended).toBe(0);
    expect(bot.stdout()).not.toContain(slack.botToken);
  });

  it('a bot with a token that Slack refuses exits 78', async () => {
    const bot = start('bot', { ...shared(), ...forBot(), SLACK_BOT_TOKEN: 'xoxb-1-wrongwrong' });
    expect(await bot.ended).toBe(78);
    expect(bot.stderr()).toContain('SLACK_BOT_TOKEN');
  });

  const namesOf = (pid: unknown) =>
    readFileSync(`/proc/${String(pid)}/environ`, 'utf8')
      .split('\0')
      .map((pair) => pair.split('=')[0]);

  it('start gives each process only its own keys, and ends both on SIGTERM', async () => {
    const both = start('start', { ...shared(), ...forBot(), ...forWorker() });
    await both.logged('ready', 'start');
    const bot = namesOf((await both.logged('ready', 'bot')).pid);
    const worker = namesOf((await both.logged('ready', 'worker')).pid);
    expect(bot).toContain('SLACK_BOT_TOKEN');
    for (const name of Object.keys(forWorker())) expect(bot).not.toContain(name);
    expect(worker).toContain('KEYBUZZ_SSH_KEY');
    for (const name of ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'SLACK_API_URL']) expect(worker).not.toContain(name);
    both.child.kill('SIGTERM');
    expect(await both.ended).toBe(0);
    expect(both.stdout().match(/"msg":"stopped"/g)).toHaveLength(3);
  });

  it('start says so, ends the bot and fails when the worker dies', async () => {
    const both = start('start', { ...shared(), ...forBot(), ...forWorker() });
    await both.logged('ready', 'start');
    process.kill(Number((await both.logged('ready', 'worker')).pid), 'SIGKILL');
    expect(await both.ended).toBe(1);
    expect(both.stdout()).toContain('worker ended by itself');
    expect(await both.logged('stopped', 'bot')).toBeDefined();
  });

  it('bot and worker end when start is killed', async () => {
    const both = start('start', { ...shared(), ...forBot(), ...forWorker() });
    await both.logged('ready', 'start');
    both.child.kill('SIGKILL');
    // `close` comes when both have let go of the output they share with it.
    await both.ended;
    expect(both.stdout().match(/"msg":"stopped"/g)).toHaveLength(2);
  });

  describe('in the terminal', () => {
    let environment: Record<string, string>;

    beforeAll(() => {
      environment = shared();
      const policy = join(site.credentialsDirectory, '..', 'terminal-policy.yaml');
      const me = `  me: { name: Me, logins: [${userInfo().username}], roles: [operators] }\n`;
      writeFileSync(policy, readFileSync(site.policyFile, 'utf8').replace('people:\n', `people:\n${me}`));
      chmodSync(policy, 0o600);
      environment.KEYBUZZ_POLICY = policy;
    });

    it('answers through the same worker: unhealthy is 1, waiting for approval is 3', async () => {
      const worker = start('worker', { ...environment, ...forWorker() });
      await worker.logged('ready');
      const status = await runCli(['status', 'redis', '--json'], environment);
      expect(status.code).toBe(1);
      expect(JSON.parse(status.stdout)).toMatchObject({ reply: { kind: 'started', state: { status: 'ended' } } });

      const deploy = await runCli(['deploy', 'redis'], environment);
      expect(deploy.code).toBe(3);
      const [, runId = ''] = /keybuzz approve (\S+)/.exec(deploy.stdout) ?? [];
      expect(deploy.stdout).toMatch(/Preview: \d+ changes on 5 hosts\./);
      expect(deploy.stdout).toContain('May approve: operators');

      const own = await runCli(['approve', runId], environment);
      expect(own).toMatchObject({ code: 4, stdout: '' });
      expect(own.stderr).toContain('yourself');
      expect((await runCli(['cancel', runId], environment)).code).toBe(0);
      expect((await runCli(['runs'], environment)).stdout).toContain(runId);
      expect((await runCli(['show', 'no-such'], environment)).code).toBe(2);
    });

    it('lets a login that the policy does not know only read', async () => {
      const stranger = { ...environment, KEYBUZZ_POLICY: site.policyFile };
      expect((await runCli(['inventory'], stranger)).stdout).toContain('127.77.0.123');
      expect((await runCli(['deploy', 'redis'], stranger)).code).toBe(4);
    });
  });
});
