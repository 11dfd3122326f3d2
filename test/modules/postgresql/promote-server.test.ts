import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { assembleScript } from '../../../src/modules/index.ts';
import { runShell } from '../shell.ts';

/** `a` is lost; nobody listens at its address. */
const MEMBERS = ['a=127.0.0.2', 'b=127.0.0.3', 'c=127.0.0.4'];
const ADDRESSES = { b: '127.0.0.3', c: '127.0.0.4' };
type Name = keyof typeof ADDRESSES;

/** A Patroni of one member, and what it becomes when it is asked for a failover. */
interface Member {
  received: number;
  leads: boolean;
  /** HTTP status of its answer to a request for a failover; whether it leads from then on. */
  failover: { status: number; leads: boolean };
}

describe('promote-server.sh', () => {
  const servers: Server[] = [];
  let tools: string;
  let members: Record<Name, Member>;
  let asked: { member: Name; body: string; authorised: boolean }[];
  let port: number;

  beforeAll(async () => {
    tools = await mkdtemp(join(tmpdir(), 'keybuzz-promote-'));
    await writeFile(join(tools, 'pg_isready'), '#!/bin/sh\nexit 2\n', { mode: 0o755 });
  });

  afterAll(() => rm(tools, { recursive: true }));

  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    }
  });

  function answer(name: Name, request: IncomingMessage, response: ServerResponse): void {
    const member = members[name];
    const cluster = {
      members: (['b', 'c'] as const).map((one) => ({ name: one, lag: 16, role: 'replica' })),
      pause: true,
    };
    const own = { state: 'running', timeline: 1, patroni: { name }, xlog: { received_location: member.received } };
    const path = `${request.method ?? ''} ${request.url ?? ''}`;
    if (path === 'GET /primary') response.writeHead(member.leads ? 200 : 503).end('{}');
    else if (path === 'GET /cluster') response.end(JSON.stringify(cluster));
    else if (path === 'GET /patroni') response.end(JSON.stringify(own));
    else if (path === 'POST /failover') {
      let body = '';
      request.setEncoding('utf8').on('data', (part: string) => (body += part));
      request.on('end', () => {
        asked.push({ member: name, body, authorised: request.headers.authorization !== undefined });
        member.leads = member.failover.leads;
        response.writeHead(member.failover.status).end('told');
      });
    } else response.writeHead(404).end();
  }

  async function open(
    more: Partial<Record<Name, Partial<Member>>> = {},
    up: readonly Name[] = ['b', 'c'],
  ): Promise<void> {
    const usual = { received: 100, leads: false, failover: { status: 200, leads: true } };
    members = { b: { ...usual, received: 200, ...more.b }, c: { ...usual, ...more.c } };
    [asked, port] = [[], 0];
    for (const name of up) {
      const server = createServer((request, response) => {
        answer(name, request, response);
      });
      server.listen(port, ADDRESSES[name]);
      await once(server, 'listening');
      ({ port } = server.address() as AddressInfo);
      servers.push(server);
    }
  }

  function run(own: Name, mode: 'check' | 'apply') {
    const text = assembleScript('postgresql/promote-server.sh').text;
    const here = text
      .replace('PATRONI_PORT=8008', `PATRONI_PORT=${port}`)
      .replace('TAKEOVER_SECONDS=90', 'TAKEOVER_SECONDS=1');
    return runShell(here, {
      ...{ mode, needs: [], args: [own, 'a', ...MEMBERS], secrets: { PATRONI_PASSWORD: 'password-of-the-test' } },
      path: `${tools}:${process.env.PATH ?? ''}`,
    });
  }

  it('shows on the best member alone what it would do and what may be lost, and does nothing', async () => {
    await open();
    const [best, other] = [await run('b', 'check'), await run('c', 'check')];
    expect(best.changes).toEqual([
      'primary postgresql promoted at 0/C8, 16 bytes behind: acknowledged writes may be lost',
    ]);
    expect(best.diff.join('\n')).toContain('16 bytes less than that last told Patroni');
    expect([other.changes, asked]).toEqual([[], []]);
  });

  it('asks the Patroni of the best member for itself, and says how the lost host comes back and that Patroni is paused', async () => {
    await open();
    expect((await run('c', 'apply')).facts).toEqual({});
    expect(asked).toEqual([]);
    const ran = await run('b', 'apply');
    expect(asked).toEqual([{ member: 'b', body: '{"candidate": "b"}\n', authorised: true }]);
    expect(ran.facts).toMatchObject({ 'new-leader': '127.0.0.3' });
    const told = ran.lines.flatMap((line) => (line.kind === 'check' ? [`${line.id} ${line.answer} ${line.text}`] : []));
    expect(told[0]).toMatch(/^promotion pass b leads; a is off.*poweron a$/);
    expect(told[1]).toMatch(/^patroni-may-act warn .*resume, before a is turned on again$/);
    expect(ran.output).not.toContain('password-of-the-test');
  });

  it('refuses where a member leads already, and does nothing where one does by then', async () => {
    await open({ c: { leads: true } });
    const [checked, applied] = [await run('b', 'check'), await run('b', 'apply')];
    expect([checked.exitCode, checked.facts.reason]).toEqual([
      69,
      'c leads already: Patroni has promoted it by itself.',
    ]);
    expect([applied.exitCode, applied.facts['new-leader'], asked]).toEqual([0, '127.0.0.4', []]);
  });

  it('refuses where another member is silent, too: there may be no majority', async () => {
    await open({}, ['b']);
    const { exitCode, facts } = await run('b', 'apply');
    expect([exitCode, asked]).toEqual([69, []]);
    expect(facts.reason).toMatch(/^Patroni of c does not answer b either/);
  });

  it('fails at once where Patroni refuses, and after its time where nobody leads', async () => {
    await open({ b: { failover: { status: 412, leads: false } } });
    expect(await run('b', 'apply')).toMatchObject({
      exitCode: 1,
      facts: { reason: expect.stringContaining('412 told') },
    });
    members.b.failover.status = 503;
    const { exitCode, facts } = await run('b', 'apply');
    expect([exitCode, facts.reason]).toEqual([1, expect.stringMatching(/^No member leads .*503 told/)]);
  });

  it('waits for Patroni where that does not know yet whether it will', async () => {
    await open({ b: { failover: { status: 503, leads: true } } });
    expect(await run('b', 'apply')).toMatchObject({ exitCode: 0, facts: { 'new-leader': '127.0.0.3' } });
  });
});
