import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runShell } from '../shell.ts';

const needs = ['lib.sh', 'perl.sh', 'http.sh', 'postgresql.sh', 'postgresql-promotion.sh'];

/** A member that is left, as its own Patroni and the cluster tell of it. */
interface Left {
  name: string;
  received?: number | null | undefined;
  replayed?: number | null | undefined;
  timeline?: number | undefined;
  lag?: number | 'unknown' | undefined;
  role?: string | undefined;
  state?: string | undefined;
  nofailover?: boolean | undefined;
}

const ownOf = ({ name, received, replayed, timeline = 1, state = 'running' }: Left): string =>
  JSON.stringify({
    ...{ state, role: 'replica', timeline, patroni: { name } },
    xlog: { received_location: received, replayed_location: replayed },
  });

const clusterOf = (left: readonly Left[]): string =>
  JSON.stringify({
    members: left.map(({ name, lag = 0, role = 'replica', nofailover }) => {
      return { name, lag, role, ...(nofailover === undefined ? {} : { tags: { nofailover } }) };
    }),
  });

/** Runs the program once for each case of a file, as a host runs it once: its argument and what it reads are the case's. */
const DRIVER = `
import contextlib, io, json, sys
program, file = sys.argv[1:]
for at, (cluster, said) in enumerate(json.load(open(file))):
    sys.argv, sys.stdin, told = ["-c", cluster], io.StringIO(said), io.StringIO()
    with contextlib.redirect_stdout(told):
        exec(program, {})
    print("::fact", at, told.getvalue().strip() or "nobody")
`;

/** What the choice prints, for each pair of the cluster as JSON and what the members that are left say. */
async function printed(cases: readonly (readonly [cluster: string, said: string])[]): Promise<string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'keybuzz-promotion-'));
  try {
    const [file, driver] = [join(directory, 'cases'), join(directory, 'driver.py')];
    await writeFile(file, JSON.stringify(cases));
    await writeFile(driver, DRIVER);
    const { facts } = await runShell(`python3 ${driver} "$PROMOTION_CHOICE" ${file}`, { needs, mode: 'read' });
    return cases.map((_, at) => facts[at] ?? 'no answer');
  } finally {
    await rm(directory, { recursive: true });
  }
}

const chosen = (cases: readonly (readonly Left[])[]): Promise<string[]> =>
  printed(
    cases.map((left) => [clusterOf(left), left.map((one) => `at-${one.name} ${ownOf(one)}\n`).join('')] as const),
  );

const choice = async (...left: Left[]): Promise<string> => (await chosen([left]))[0] ?? 'none';

describe('which replica is promoted', () => {
  it('is the one that has most, and then the one that commits waited for', async () => {
    const [one, other] = [
      { name: 'b', received: 100, replayed: 90 },
      { name: 'c', received: 200, replayed: 90 },
    ];
    expect(await choice(one, other)).toBe('at-c c 0/C8 0 open');
    expect(await choice({ ...one, received: 200 }, { ...other, role: 'sync_standby' })).toBe('at-c c 0/C8 0 safe');
    expect(await choice({ ...one, received: 200, role: 'sync_standby' }, other)).toBe('at-b b 0/C8 0 safe');
  });

  it('is of the newest timeline, whatever an older one wrote further', async () => {
    const old = { name: 'b', received: 900, replayed: 900, role: 'sync_standby' };
    expect(await choice(old, { name: 'c', received: 200, replayed: 90, timeline: 2 })).toBe('at-c c 0/C8 0 safe');
  });

  it('says how far it is behind what the leader last told, and its place as PostgreSQL writes it', async () => {
    expect(await choice({ name: 'b', received: 0x1_6b37_4d48, replayed: null, lag: 4096 })).toBe(
      'at-b b 1/6B374D48 4096 open',
    );
  });

  it.each([
    ['it is not known what it has', { received: null, replayed: null }],
    ['it is not known how far it is behind', { lag: 'unknown' as const }],
    ['its PostgreSQL does not run', { state: 'starting' }],
    ['it must never lead', { nofailover: true }],
  ])('is nobody where of the only one %s', async (_, more) => {
    expect(await choice({ name: 'b', received: 100, replayed: 100, ...more })).toBe('nobody');
  });

  it('never has less than another that could be, and is called safe only with all that a synchronous one has', async () => {
    const place = fc.option(fc.integer({ min: 0, max: 5 }), { nil: null });
    const member = fc.record({
      ...{ received: place, replayed: place, timeline: fc.integer({ min: 1, max: 2 }) },
      lag: fc.constantFrom<number | 'unknown'>(0, 7, 'unknown'),
      role: fc.constantFrom('replica', 'sync_standby', 'quorum_standby'),
      ...{ state: fc.constantFrom('running', 'running', 'stopped'), nofailover: fc.boolean() },
    });
    const two = fc.tuple(member, member).map(([b, c]) => [
      { ...b, name: 'b' },
      { ...c, name: 'c' },
    ]);
    const cases = fc.sample(two, { numRuns: 300, seed: 7 });
    const answers = await chosen(cases);
    for (const [at, left] of cases.entries()) {
      const able = left.filter(
        ({ received, replayed, lag, state, nofailover }) =>
          (received ?? replayed) !== null && lag !== 'unknown' && state === 'running' && !nofailover,
      );
      const has = ({ timeline, received, replayed }: (typeof left)[number]) =>
        10 * timeline + Math.max(received ?? 0, replayed ?? 0);
      const [, name, , , word] = (answers[at] ?? '').split(' ');
      const best = able.find((one) => one.name === name);
      expect([left, best === undefined]).toEqual([left, able.length === 0]);
      if (best === undefined) continue;
      expect([left, able.every((one) => has(one) <= has(best))]).toEqual([left, true]);
      const isSafe = able.some((one) => one.role !== 'replica' && has(one) <= has(best));
      expect([left, word]).toEqual([left, isSafe ? 'safe' : 'open']);
    }
  });

  it('is nobody where the answers are no JSON, or other JSON', async () => {
    const said = 'x [1]\ny {"xlog": 3, "patroni": []}\nz {';
    const cases = ['', '[]', '{"members": {}}', '{"members": [1, null]}'].map((cluster) => [cluster, said] as const);
    expect(new Set(await printed(cases))).toEqual(new Set(['nobody']));
  });
});

describe('what is not lost', () => {
  const closers: (() => Promise<unknown>)[] = [];
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'keybuzz-ready-'));
  });

  afterAll(() => rm(directory, { recursive: true }));

  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  async function listen(server: Server | TcpServer): Promise<number> {
    server.listen(0, '127.0.0.2');
    await once(server, 'listening');
    closers.push(async () => {
      server.close();
      await once(server, 'close');
    });
    return (server.address() as AddressInfo).port;
  }

  /** Asks about a member at 127.0.0.2, where `pg_isready` ends with this status. */
  async function asked(patroniPort: number, readyStatus: number) {
    await writeFile(join(directory, 'pg_isready'), `#!/bin/sh\nexit ${readyStatus}\n`, { mode: 0o755 });
    const body = `PATRONI_PORT=${patroniPort}; OWN=b; refuse_living a 127.0.0.2; fact lost yes`;
    const path = `${directory}:${process.env.PATH ?? ''}`;
    const { facts, exitCode } = await runShell(body, { needs, mode: 'read', path });
    return [facts.lost ?? facts.reason ?? '', exitCode];
  }

  it('is a host whose Patroni answers, whatever it says', async () => {
    const patroni = createServer((_, response) => response.writeHead(503).end());
    expect(await asked(await listen(patroni), 2)).toEqual(['Patroni of a answers b: it is not lost.', 69]);
  });

  it.each([0, 1])('is a host whose PostgreSQL answers pg_isready with %d', async (status) => {
    expect(await asked(9, status)).toEqual(['PostgreSQL of a answers b: it is not lost.', 69]);
  });

  it.each([3, 127])('is a host of which nobody could be asked: pg_isready %d', async (status) => {
    expect(await asked(9, status)).toEqual([expect.stringContaining('could not be asked'), 69]);
  });

  it('is not one where neither answers, also when a connection is taken that nobody serves', async () => {
    expect(await asked(9, 2)).toEqual(['yes', 0]);
    const mute = createTcpServer((socket) => void socket.resume().on('error', () => undefined));
    expect(await asked(await listen(mute), 2)).toEqual(['yes', 0]);
  });
});
