import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Message } from '../../sandbox/slack/index.ts';
import { checklistOf, type ChecklistLine } from '../../src/commands/checklist.ts';
import type { RunState } from '../../src/jobs/index.ts';
import { MODULES } from '../../src/modules/index.ts';
import { stagesOf } from '../../src/modules/stages.ts';
import { isOver, readable } from '../helpers/deployment.ts';
import { command, moveModule, resume } from './operator.ts';
import { openWholePlatform, type WholePlatform } from './whole-platform.ts';

/** What keeps Redis from starting on a host, and takes that back. Not below /etc, where a deploy would find other changes to make. */
const DROP_IN = '/run/systemd/system/redis-server.service.d';
const BREAK = `mkdir -p ${DROP_IN} && printf '[Service]\\nExecStartPre=/bin/false\\n' >${DROP_IN}/broken.conf`;
const MEND = `rm -r ${DROP_IN}`;

/** Base takes its time on 25 hosts of one machine with two cores. */
const DEPLOY_MS = 2_400_000;
const PREVIEW_MS = 240_000;
const VALIDATE_MS = 180_000;

/** Everything that a second deploy must not restart. */
const UNITS = [
  ...['docker', 'fail2ban', 'ssh', 'haproxy', 'patroni', 'pgbouncer', 'redis-server', 'redis-sentinel'],
  ...['rabbitmq-server', 'minio', 'mariadb', 'proxysql', 'k3s', 'k3s-agent'],
].join(' ');

const describeLong = process.env.KEYBUZZ_LONG === undefined ? describe.skip : describe;

/** Seconds that each module took in this attempt, from its first step's start to its last one's end. */
function secondsOf(state: RunState): string[] {
  return stagesOf(state.plan).flatMap(({ module, steps }) => {
    const done = state.steps.filter(({ id, endedAt }) => steps.includes(id) && endedAt !== undefined);
    const [begin, end] = [done[0]?.startedAt ?? '', done.at(-1)?.endedAt ?? ''];
    const seconds = (Date.parse(end) - Date.parse(begin)) / 1000;
    return Number.isNaN(seconds) ? [] : [`${module} ${seconds.toFixed(1)}`];
  });
}

describeLong('deploy all and validate: the eleven modules on 25 real hosts, driven by Slack messages alone', () => {
  let real: WholePlatform;
  let first: Message;

  beforeAll(async () => {
    real = await openWholePlatform();
  }, DEPLOY_MS);

  afterAll(async () => {
    await real.close();
  });

  const starts = () => real.starts(real.hosts, UNITS);

  const promptsOf = async (root: Message) =>
    (await real.events(root)).filter(({ type }) => type === 'approval.requested').length;

  /** `<host> <attempt>` of the hosts of a module that were worked on. */
  function attemptsOf(state: RunState, module: string): string[] {
    const own = stagesOf(state.plan).find((stage) => stage.module === module)?.steps ?? [];
    const worked = state.plan.steps.filter(({ id, kind }) => own.includes(id) && kind === 'script');
    const hosts = worked.flatMap(({ id }) => state.steps.find((step) => step.id === id)?.hosts ?? []);
    return [...new Set(hosts.map(({ host, attempt }) => `${host} ${attempt}`))];
  }

  /** Types it, lets it be approved once, and waits until it is over, stopped, or asks again. */
  async function deployAll(): Promise<Message> {
    const root = await real.run('operator', 'deploy all');
    const isStill = (said: string) => !isOver(said) && !/keybuzz_(?:resume|approve)/.test(said);
    const asking = await real.when(root, (said) => !isStill(said), PREVIEW_MS);
    if (!readable(asking).includes('keybuzz_approve')) return asking;
    await real.slack.person('approver').click(asking, 'keybuzz_approve');
    const begun = await real.when(root, (said) => !said.includes('keybuzz_approve'), 60_000);
    return real.when(begun, (said) => !isStill(said), DEPLOY_MS);
  }

  async function validate(): Promise<{ state: RunState; lines: readonly ChecklistLine[] }> {
    const state = await real.state(await command(real, 'validate', VALIDATE_MS));
    return { state, lines: checklistOf(state)?.lines ?? [] };
  }

  it(
    'asks once for all eleven, sets them up in order, and stops at the one host on which Redis does not start',
    async () => {
      await real.on('redis-02', BREAK);
      first = await deployAll();
      const state = await real.state(first);
      process.stdout.write(`first attempt, s: ${secondsOf(state).join(', ')}\n`);
      expect(state.interruption?.reason).toMatch(/^redis: .*redis-02: /);
      expect(await promptsOf(first)).toBe(1);
      expect(stagesOf(state.plan).map(({ module }) => module)).toEqual(MODULES.map(({ name }) => name));
      for (const host of real.hosts) {
        expect(await real.on(host, 'systemctl is-active docker fail2ban')).toBe('active\nactive');
      }
      expect(attemptsOf(state, 'rabbitmq').every((one) => one.endsWith(' 0'))).toBe(true);
    },
    DEPLOY_MS,
  );

  it(
    'goes on from there when it is resumed, without another prompt, to the end',
    async () => {
      await real.on('redis-02', MEND);
      const done = await resume(real, first, DEPLOY_MS);
      const state = await real.state(done);
      process.stdout.write(`second attempt, s: ${secondsOf(state).join(', ')}\n`);
      expect([state.ending, state.interruption?.reason]).toEqual([
        expect.objectContaining({ ending: 'ok' }),
        undefined,
      ]);
      expect(attemptsOf(state, 'base').every((one) => one.endsWith(' 1'))).toBe(true);
      expect(attemptsOf(state, 'redis')).toContain('redis-02 2');
      expect(await promptsOf(first)).toBe(1);
    },
    DEPLOY_MS,
  );

  it('serves its users through the load balancers, as the project at Hetzner has them', async () => {
    const redis = `REDISCLI_AUTH=${await real.credential('redis', 'REDIS_PASSWORD')} redis-cli --no-auth-warning -h 10.0.0.10`;
    expect(await real.on('redis-03', `${redis} set all-of-it done`)).toBe('OK');
    expect(await real.on('redis-03', `${redis} get all-of-it`)).toBe('done');
    const psql = `PGPASSWORD=${await real.credential('postgresql', 'APP_PASSWORD')} psql -U keybuzz -d keybuzz -h 10.0.0.10 -XAtqc`;
    expect(await real.on('haproxy-01', `${psql} 'select pg_is_in_recovery()'`)).toBe('f');
    const mariadb = `MYSQL_PWD=${await real.credential('mariadb', 'APP_PASSWORD')} mariadb --ssl-verify-server-cert=0 -N -B -u erpnext -h 10.0.0.20`;
    expect(await real.on('proxysql-01', `${mariadb} -e 'select 41 + 1' erpnext`)).toBe('42');
    const code = "curl -sk -o /dev/null -w '%{http_code}'";
    expect(await real.on('haproxy-01', `${code} http://s3.keybuzz.io:9000/minio/health/live`)).toBe('200');
    for (const way of ['10.0.0.5', '10.0.0.6']) {
      const names = `--resolve platform.keybuzz.io:443:${way} https://platform.keybuzz.io/`;
      expect(await real.on('haproxy-01', `${code} ${names}`)).toBe('200');
    }
  });

  it(
    'changes nothing, asks nobody and restarts nothing the second time',
    async () => {
      const before = await starts();
      const state = await real.state(await deployAll());
      expect(state.ending).toMatchObject({ ending: 'ok', reason: 'Nothing to change.' });
      expect([state.preview?.changes, state.approval]).toEqual([[], undefined]);
      expect(await starts()).toEqual(before);
    },
    DEPLOY_MS,
  );

  /** The platform's checklist line for line: section, title, answer (of hosts that are containers with one disk), and what it shows. */
  const LINES: readonly (readonly [string, string, string, RegExp])[] = [
    ['Base', 'Base system on all servers', 'warn', /^base: \d+ of 10 checks pass; clock warn: /],
    [
      ...(['Base', 'Network 10.0.0.0/16: every module host reaches its peers', 'pass'] as const),
      /reachable: .*; private-route: .*; peers: /,
    ],
    ['Base', 'Internal DNS', 'pass', /^resolver: /],
    [
      ...(['Base', 'Credentials, 0700 and 0600', 'pass'] as const),
      /0700; (?=.*postgresql\.env)(?=.*redis\.env)(?=.*rabbitmq\.env)(?=.*minio\.env)(?=.*mariadb\.env)(?=.*proxysql\.env)(?=.*k3s\.env)(?=.*apps\.env).* 0600, complete/,
    ],
    ['Stateful', 'PostgreSQL', 'warn', /^postgresql: \d+ of \d+ checks pass; /],
    ['Stateful', 'Redis', 'pass', /^redis: (\d+) of \1 checks pass$/],
    ['Stateful', 'redis-update-master', 'pass', /^update-master: /],
    ['Stateful', 'RabbitMQ', 'pass', /^rabbitmq: (\d+) of \1 checks pass$/],
    ['Stateful', 'MinIO', 'warn', /^minio: 8 of 10 checks pass; .*end-of-life warn: /],
    [
      ...(['Stateful', 'MariaDB and ProxySQL', 'pass'] as const),
      /^mariadb: (\d+) of \1 checks pass; proxysql: (\d+) of \2 checks pass$/,
    ],
    ['Stateless', 'K3s', 'pass', /^k3s: 10 of 10 checks pass$/],
    ['Stateless', 'Ingress', 'pass', /^ingress: /],
    ['Load balancers', '10.0.0.10', 'pass', /^lb-haproxy: /],
    ['Load balancers', '10.0.0.20', 'pass', /^lb-mariadb: /],
    ['Load balancers', '10.0.0.5 and 10.0.0.6', 'pass', /^lb-keybuzz-1: .*; lb-keybuzz-2: /],
    ...['PostgreSQL', 'Redis', 'RabbitMQ', 'K3s master'].map(
      (title) => ['Failovers tested', title, 'fail', /^never: no failover or drill of it ever ended well/] as const,
    ),
  ];

  it(
    'validates line by line, each with its evidence: nothing fails but that no failover was proven yet',
    async () => {
      const { state, lines } = await validate();
      expect(lines.map(({ section, title, answer }) => [section, title, answer])).toEqual(
        LINES.map(([section, title, answer]) => [section, title, answer]),
      );
      for (const [at, [, , , evidence]] of LINES.entries()) expect(lines[at]?.evidence).toMatch(evidence);
      expect(checklistOf(state)).toMatchObject({ isComplete: false, blocking: [] });
    },
    2 * VALIDATE_MS,
  );

  it(
    'learns of each failover from its run, and is complete then',
    async () => {
      const moved = new Map<string, string>();
      for (const module of ['postgresql', 'redis', 'rabbitmq', 'k3s']) {
        const { message, text } = await moveModule(real, 'failover', module);
        expect(text).toMatch(/\*Done(?: with warnings)?\* in/);
        moved.set(module, (await real.state(message)).runId);
      }
      const { state, lines } = await validate();
      const proven = lines.filter(({ section }) => section === 'Failovers tested');
      expect(proven.map(({ answer }) => answer)).toEqual(['pass', 'pass', 'pass', 'pass']);
      for (const [at, runId] of [...moved.values()].entries()) {
        expect(proven[at]?.evidence).toMatch(new RegExp(`failover, run ${runId}, outage [\\d.]+s, 0 days ago`));
      }
      expect(checklistOf(state)).toMatchObject({ isComplete: true, passing: LINES.length, blocking: [] });
    },
    DEPLOY_MS,
  );

  it(
    'refuses Redis while base is not valid on one of its hosts, and says what that blocks',
    async () => {
      await real.on('redis-02', 'systemctl stop fail2ban');
      const refused = readable(await command(real, 'deploy redis', 120_000));
      expect(refused).toContain('fail2ban does not run (1 of 5: redis-02)');
      expect(refused).toContain('First: deploy base.');
      const { state } = await validate();
      const others = MODULES.map(({ name }) => name).filter((name) => !['inventory', 'base', 'lb'].includes(name));
      expect(checklistOf(state)?.blocking).toEqual([{ module: 'base', checks: ['services'], blocks: others }]);
      const overridden = await command(real, 'deploy redis --override fail2ban follows', 120_000);
      expect((await real.state(overridden)).ending?.ending).toBe('ok');
    },
    2 * VALIDATE_MS,
  );
});
