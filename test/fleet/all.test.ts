import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checklistOf } from '../../src/commands/checklist.ts';
import type { RunState } from '../../src/jobs/index.ts';
import { redis } from '../../src/modules/redis/index.ts';
import { openBaseDeployment, type BaseDeployment } from './base-deployment.ts';

const SERVERS = ['redis-01', 'redis-02', 'redis-03'];
const HOSTS = [...SERVERS, 'haproxy-01', 'haproxy-02', 'install-01'];
const ALL = { verb: 'deploy', module: 'all' } as const;

/** What keeps Redis from starting on a host, and takes that back. */
const DROP_IN = '/etc/systemd/system/redis-server.service.d';
const BREAK = `mkdir -p ${DROP_IN} && printf '[Service]\\nExecStartPre=/bin/false\\n' >${DROP_IN}/broken.conf`;
const MEND = `rm -r ${DROP_IN}`;

/** Base takes a host a minute on a busy machine, and these are six. */
const TIMEOUT_MS = 900_000;

const describeLong = process.env.KEYBUZZ_LONG === undefined ? describe.skip : describe;

describeLong('deploy all and validate: inventory, base and redis on six real hosts', () => {
  let real: BaseDeployment;
  let first: RunState;

  beforeAll(async () => {
    real = await openBaseDeployment(HOSTS, [redis]);
  });

  afterAll(async () => {
    await real.close();
  });

  async function ask(host: string, command: string): Promise<string> {
    const { stdout, stderr, exitCode } = await real.fleet.exec(host, command);
    if (exitCode !== 0) throw new Error(`${command} on ${host}: exit ${exitCode}: ${stdout}${stderr}`);
    return stdout.trim();
  }

  /** Asks Redis through the entry that its users use. */
  async function askRedis(entry: string, command: string): Promise<string> {
    const file = await readFile(join(real.credentialsDirectory, 'redis.env'), 'utf8');
    const password = /^REDIS_PASSWORD=(.+)$/m.exec(file)?.[1] ?? '';
    return ask('redis-03', `REDISCLI_AUTH=${password} redis-cli --no-auth-warning -h ${entry} ${command}`);
  }

  const starts = () =>
    Promise.all(
      HOSTS.map((host) => {
        const units = 'docker fail2ban ssh redis-server redis-sentinel haproxy';
        return ask(host, `systemctl show -p Id,MainPID,ActiveEnterTimestampMonotonic ${units}`);
      }),
    );

  /** Attempts in which the hosts of a module were worked on. */
  const attemptsOf = (state: RunState, module: string) => [
    ...new Set(
      state.steps
        .filter(({ id }) => id.startsWith(`${module}-`) && !id.includes('checks') && !id.includes('requires'))
        .flatMap(({ hosts }) => hosts.map(({ host, attempt }) => `${host} ${attempt}`)),
    ),
  ];

  const lineOf = (state: RunState, section: string, title: string) =>
    checklistOf(state)?.lines.find((line) => line.section === section && line.title === title);

  it(
    'sets up base everywhere with one prompt, and stops at the one host on which Redis does not start',
    async () => {
      await ask('redis-02', BREAK);
      first = await real.perform(ALL);
      expect(first.status).toBe('interrupted');
      expect(first.interruption?.reason).toMatch(/^redis: .*redis-02: /);
      const prompts = (await real.typesOf(first.runId)).filter((type) => type === 'approval.requested');
      expect(prompts).toHaveLength(1);
      for (const host of HOSTS) expect(await ask(host, 'systemctl is-active docker fail2ban')).toBe('active\nactive');
      expect(first.fences.map(({ lock }) => lock)).toEqual(['haproxy', 'redis']);
      expect(attemptsOf(first, 'redis')).toContain('redis-03 0');
    },
    TIMEOUT_MS,
  );

  it('resumes with Redis alone, and its users reach it', async () => {
    await ask('redis-02', MEND);
    const done = await real.resume(first.runId);
    expect([done.ending?.ending, done.interruption]).toEqual(['ok', undefined]);
    expect(attemptsOf(done, 'base').every((one) => one.endsWith(' 1'))).toBe(true);
    expect(attemptsOf(done, 'redis')).toEqual(
      expect.arrayContaining(['redis-01 1', 'redis-02 2', 'redis-03 2', 'haproxy-01 2', 'haproxy-02 2']),
    );
    expect(await askRedis('10.0.0.11', 'set all-of-it done')).toBe('OK');
    expect(await askRedis('10.0.0.12', 'get all-of-it')).toBe('done');
    const prompts = (await real.typesOf(first.runId)).filter((type) => type === 'approval.requested');
    expect(prompts).toHaveLength(1);
  });

  it('changes nothing, asks nobody and restarts nothing the second time', async () => {
    const before = await starts();
    const state = await real.perform(ALL);
    expect(state.ending).toMatchObject({ ending: 'ok', reason: 'Nothing to change.' });
    expect([state.preview?.changes, state.approval]).toEqual([[], undefined]);
    expect(await starts()).toEqual(before);
  });

  it('validates with evidence, and learns of a failover from its run', async () => {
    const before = await real.perform({ verb: 'validate' });
    expect(lineOf(before, 'Stateful', 'Redis')).toMatchObject({ answer: 'pass' });
    expect(lineOf(before, 'Base', 'Base system on all servers')?.evidence).toContain('clock warn');
    expect(lineOf(before, 'Base', 'Network 10.0.0.0/16: every module host reaches its peers')).toMatchObject({
      answer: 'pass',
    });
    expect(lineOf(before, 'Base', 'Credentials, 0700 and 0600')?.evidence).toContain('0700; redis.env 0600, complete');
    expect(lineOf(before, 'Failovers tested', 'Redis')).toMatchObject({ answer: 'fail' });
    const moved = await real.perform({ verb: 'failover', module: 'redis' });
    expect(moved.ending?.ending).toBe('ok');
    const after = await real.perform({ verb: 'validate' });
    const line = lineOf(after, 'Failovers tested', 'Redis');
    expect(line).toMatchObject({ answer: 'pass' });
    expect(line?.evidence).toMatch(new RegExp(`failover, run ${moved.runId}, outage [\\d.]+s, 0 days ago`));
    expect(checklistOf(after)?.blocking).toEqual([]);
  });

  it('refuses Redis while base is not valid on one of its hosts, and says what that blocks', async () => {
    await ask('redis-02', 'systemctl stop fail2ban');
    const refused = await real.perform({ verb: 'deploy', module: 'redis' });
    expect(refused.ending).toMatchObject({ ending: 'refused' });
    expect(refused.ending?.reason).toContain('fail2ban does not run (1 of 5: redis-02)');
    expect(refused.ending?.fix).toContain('First: deploy base.');
    const broken = await real.perform({ verb: 'validate' });
    expect(checklistOf(broken)?.blocking).toEqual([{ module: 'base', checks: ['services'], blocks: ['redis'] }]);
    const override = await real.perform({ verb: 'deploy', module: 'redis', override: 'fail2ban follows' });
    expect(override.ending?.ending).toBe('ok');
  });
});
