import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadBotConfig, loadStartConfig, loadTerminalConfig, loadWorkerConfig } from '../src/config.ts';
import { ConfigError } from '../src/errors.ts';
import { socketDirectory } from './helpers/socket-directory.ts';

let folder = '';
let key = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keybuzz-config-'));
  key = join(folder, 'id');
  writeFileSync(key, 'key', { mode: 0o600 });
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const SLACK = { SLACK_BOT_TOKEN: 'xoxb-0000000000', SLACK_APP_TOKEN: 'xapp-1111111111' };
const worker = (env = {}) => ({ KEYBUZZ_SSH_KEY: key, KEYBUZZ_CREDENTIALS: join(folder, 'credentials'), ...env });

function faultsOf(load: () => unknown): string[] {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n').slice(1);
    throw error;
  }
  return [];
}

describe('loadBotConfig', () => {
  it('has a default for everything but the tokens', () => {
    const config = loadBotConfig(SLACK);
    expect(config).toMatchObject({
      redis: { kind: 'single', host: '127.0.0.1', port: 6379 },
      ...{ redisPrefix: 'keybuzz', opsChannel: undefined, http: undefined, logLevel: 'info' },
      ...{ leaseMs: 15_000, sweepMs: 5_000, slack: { apiUrl: 'https://slack.com/api/', door: { kind: 'socket' } } },
    });
    expect(config.inventory.hosts).toHaveLength(52);
    expect(config.policyFile).toMatch(/inventory\/policy\.yaml$/);
  });

  it('knows nothing of SSH, credentials and Hetzner', () => {
    const config = loadBotConfig({ ...SLACK, ...worker(), HCLOUD_TOKEN: 'hetzner-token-value' });
    expect(inspect(config, { depth: 9 })).not.toContain(folder);
    expect(Object.keys(config)).not.toEqual(expect.arrayContaining(['ssh']));
  });

  it('listens on HTTP when there is a signing secret and no app token', () => {
    const { slack } = loadBotConfig({ SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 'abc', PORT: '8123' });
    expect(slack.door).toMatchObject({ kind: 'http', port: 8123 });
  });

  it('prints no secret', () => {
    const config = loadBotConfig({ ...SLACK, REDIS_URL: 'redis://:hunter2hunter2@127.0.0.1' });
    const shown = `${JSON.stringify(config)} ${inspect(config, { depth: 9 })}`;
    expect(shown).not.toMatch(/xoxb-0|xapp-1|hunter2/);
    expect(config.slack.botToken.reveal()).toBe('xoxb-0000000000');
  });

  it('is frozen to the bottom', () => {
    const config = loadBotConfig(SLACK);
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.slack.door)).toBe(true);
    expect(Object.isFrozen(config.inventory.hosts[0])).toBe(true);
  });

  it('lists every fault at once, each with its variable and fix, without values of secrets', () => {
    const faults = faultsOf(() =>
      loadBotConfig({
        ...{ SLACK_BOT_TOKEN: 'wrong-secret', PORT: '99999', REDIS_URL: 'http://x', LOG_LEVEL: 'loud' },
        ...{ KEYBUZZ_HTTP: 'nonsense', KEYBUZZ_LEASE_MS: '1s', SLACK_API_URL: 'slack' },
      }),
    );
    const variables = faults.map((fault) => /^- (\w+):/.exec(fault)?.[1]).sort();
    expect(variables).toEqual(
      ['KEYBUZZ_HTTP', 'KEYBUZZ_LEASE_MS', 'LOG_LEVEL', 'PORT', 'REDIS_URL', 'SLACK_API_URL', 'SLACK_BOT_TOKEN'].sort(),
    );
    expect(faults.join('\n')).not.toContain('wrong-secret');
    for (const fault of faults) expect(fault).toMatch(/\. \S.*\.$/);
  });

  it('knows when the daily digest is due, by whose clocks, and that none is wanted', () => {
    const digestAt = (text: string) => loadBotConfig({ ...SLACK, KEYBUZZ_DIGEST_AT: text }).digest;
    expect(digestAt('07:30 Europe/Paris')).toEqual({ at: '07:30', zone: 'Europe/Paris' });
    expect(digestAt('07:30')).toEqual({ at: '07:30', zone: Intl.DateTimeFormat().resolvedOptions().timeZone });
    expect(digestAt('')).toMatchObject({ at: '08:00' });
    expect(digestAt('off')).toBeUndefined();
    for (const wrong of ['8:00', '24:00', '08:00 Nowhere/Land', 'noon']) {
      const faults = faultsOf(() => loadBotConfig({ ...SLACK, KEYBUZZ_DIGEST_AT: wrong }));
      expect(faults).toEqual([expect.stringMatching(/KEYBUZZ_DIGEST_AT: .*Write 08:00, 08:00 Europe\/Paris, or off/)]);
    }
  });

  it('says what is missing, and takes an empty variable for a missing one', () => {
    expect(faultsOf(() => loadBotConfig({ SLACK_BOT_TOKEN: '' }))).toEqual([
      expect.stringContaining('SLACK_BOT_TOKEN: is missing'),
    ]);
    expect(faultsOf(() => loadBotConfig({ SLACK_BOT_TOKEN: 'xoxb-1' }))[0]).toContain('SLACK_SIGNING_SECRET too');
  });

  it('repeats the faults of the inventory', () => {
    const file = join(folder, 'servers.tsv');
    writeFileSync(file, 'ENV\tHOST\n');
    expect(faultsOf(() => loadBotConfig({ ...SLACK, KEYBUZZ_INVENTORY: file })).join('\n')).toContain(
      'line 1: is not the header',
    );
  });

  it('wants a policy that it can read', () => {
    const faults = faultsOf(() => loadBotConfig({ ...SLACK, KEYBUZZ_POLICY: join(folder, 'none.yaml') }));
    expect(faults).toEqual([expect.stringContaining("none.yaml can't be read")]);
  });

  it.each([
    'redis://10.0.0.123:6379',
    'redis://redis-02',
    'rediss://REDIS-03.keybuzz.io',
    'redis+sentinel://127.0.0.1,10.0.0.124/kb-redis-master',
    'redis://haproxy-01:6379',
    'redis://10.0.0.10:6379',
  ])("refuses %s: the bot's log may not live in the Redis it repairs", (url) => {
    expect(faultsOf(() => loadBotConfig({ ...SLACK, REDIS_URL: url }))).toEqual([
      expect.stringMatching(/REDIS_URL: .* of the fleet's own Redis/),
    ]);
  });
});

describe('loadWorkerConfig', () => {
  it('has a default for everything but the key', () => {
    const config = loadWorkerConfig({ KEYBUZZ_SSH_KEY: key });
    expect(config).toMatchObject({
      ssh: { port: 22, key: { kind: 'file', file: key } },
      unreachableMs: 120_000,
      hcloud: { token: undefined, endpoint: 'https://api.hetzner.cloud/v1' },
    });
    expect(config.ssh.knownHostsFile).toMatch(/inventory\/known_hosts$/);
  });

  it('knows nothing of Slack', () => {
    expect(inspect(loadWorkerConfig(worker(SLACK)), { depth: 9 })).not.toMatch(/slack\./i);
  });

  it('refuses a key that others may read, and says how to close it', () => {
    chmodSync(key, 0o644);
    expect(faultsOf(() => loadWorkerConfig(worker()))[0]).toContain(`Run: chmod 600 ${key}`);
  });

  it('refuses a key that is not there', () => {
    expect(faultsOf(() => loadWorkerConfig(worker({ KEYBUZZ_SSH_KEY: join(folder, 'no') })))[0]).toContain(
      "can't be read",
    );
    expect(faultsOf(() => loadWorkerConfig({}))[0]).toContain('SSH_AUTH_SOCK too');
  });

  it('takes an agent in place of a key, if it is one', async () => {
    const directory = socketDirectory();
    const socket = join(directory, 'agent');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    try {
      expect(loadWorkerConfig({ SSH_AUTH_SOCK: socket }).ssh.key).toEqual({ kind: 'agent', socket });
    } finally {
      await new Promise((resolve) => server.close(resolve));
      rmSync(directory, { recursive: true });
    }
    expect(faultsOf(() => loadWorkerConfig({ SSH_AUTH_SOCK: key }))[0]).toContain('is no socket');
  });

  it('refuses a credentials folder that is open to others, and takes one that is still missing', () => {
    const credentials = join(folder, 'credentials');
    expect(faultsOf(() => loadWorkerConfig(worker()))).toEqual([]);
    mkdirSync(credentials, { mode: 0o755 });
    expect(faultsOf(() => loadWorkerConfig(worker()))[0]).toContain(`Run: chmod 700 ${credentials}`);
    chmodSync(credentials, 0o700);
    expect(faultsOf(() => loadWorkerConfig(worker()))).toEqual([]);
  });

  it('wants a known_hosts that exists or whose folder does', () => {
    const fine = { KEYBUZZ_KNOWN_HOSTS: join(folder, 'known_hosts') };
    expect(faultsOf(() => loadWorkerConfig(worker(fine)))).toEqual([]);
    const lost = { KEYBUZZ_KNOWN_HOSTS: join(folder, 'no', 'known_hosts') };
    expect(faultsOf(() => loadWorkerConfig(worker(lost)))[0]).toContain("can't be made");
    const file = { KEYBUZZ_KNOWN_HOSTS: join(key, 'known_hosts') };
    expect(faultsOf(() => loadWorkerConfig(worker(file)))[0]).toContain('KEYBUZZ_KNOWN_HOSTS');
  });
});

describe('loadTerminalConfig', () => {
  it('needs no key and no token, and knows who is logged in', () => {
    expect(loadTerminalConfig({}).login).not.toBe('');
  });

  it("believes sudo's word only when it is root", () => {
    const isRoot = process.getuid?.() === 0;
    const { login } = loadTerminalConfig({ SUDO_USER: 'olga' });
    expect(login === 'olga').toBe(isRoot);
  });
});

describe('loadStartConfig', () => {
  it('gives each process only its own keys', () => {
    const TOTP = { KEYBUZZ_TOTP_KEY: 'x'.repeat(32) };
    const { botEnv, workerEnv } = loadStartConfig({ ...SLACK, ...worker(), HCLOUD_TOKEN: 't', PATH: '/bin', ...TOTP });
    expect(Object.keys(botEnv).sort()).toEqual(['KEYBUZZ_TOTP_KEY', 'PATH', 'SLACK_APP_TOKEN', 'SLACK_BOT_TOKEN']);
    expect(Object.keys(workerEnv).sort()).toEqual(['HCLOUD_TOKEN', 'KEYBUZZ_CREDENTIALS', 'KEYBUZZ_SSH_KEY', 'PATH']);
  });

  it('serves the health of both on ports of their own', () => {
    const { botEnv, workerEnv } = loadStartConfig({ ...SLACK, ...worker(), KEYBUZZ_HTTP: '127.0.0.1:9600' });
    expect([botEnv.KEYBUZZ_HTTP, workerEnv.KEYBUZZ_HTTP]).toEqual(['127.0.0.1:9600', '127.0.0.1:9601']);
  });

  it('lists the faults of both at once', () => {
    const variables = faultsOf(() => loadStartConfig({})).map((fault) => /^- (\w+):/.exec(fault)?.[1]);
    expect(variables).toEqual(['SLACK_BOT_TOKEN', 'KEYBUZZ_SSH_KEY']);
  });
});
