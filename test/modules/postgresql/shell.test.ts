import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { runShell } from '../shell.ts';

const needs = ['lib.sh', 'perl.sh', 'http.sh', 'postgresql.sh', 'postgresql-cluster.sh'];
const PASSWORD = 'password-of-the-test';

const run = (body: string, secrets: Record<string, string> = {}) => runShell(body, { needs, mode: 'read', secrets });

/** Three members on loopback addresses of their own, so that they share a port as real ones do. */
const MEMBERS = ['a=127.0.0.2', 'b=127.0.0.3', 'c=127.0.0.4'];

describe('asking Patroni', () => {
  const servers: Server[] = [];

  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    }
  });

  /** A REST API at each address that answers `/primary` with this status; gives the port. */
  async function patronis(answers: Record<string, number>): Promise<number> {
    let port = 0;
    for (const [address, status] of Object.entries(answers)) {
      const server = createServer((request, response) => {
        response.writeHead(request.url === '/primary' ? status : 404).end('{"role": "some"}');
      });
      server.listen(port, address);
      await once(server, 'listening');
      ({ port } = server.address() as AddressInfo);
      servers.push(server);
    }
    return port;
  }

  const findLeader = (port: number) =>
    run(
      `PATRONI_PORT=${port}; know_members b ${MEMBERS.join(' ')}; find_leader; fact leader "$LEADER"; fact self "$SELF"`,
    );

  it('finds the member that holds the lock, also when others do not answer', async () => {
    const port = await patronis({ '127.0.0.3': 503, '127.0.0.4': 200 });
    expect((await findLeader(port)).facts).toEqual({ leader: '127.0.0.4', self: '127.0.0.3' });
  });

  it('finds nobody where nobody leads', async () => {
    const port = await patronis({ '127.0.0.2': 503, '127.0.0.3': 503 });
    expect((await findLeader(port)).facts.leader ?? '').toBe('');
  });

  it('refuses two leaders, and names both', async () => {
    const ran = await findLeader(await patronis({ '127.0.0.2': 200, '127.0.0.4': 200 }));
    expect(ran.exitCode).toBe(69);
    expect(ran.facts.reason).toMatch(/127\.0\.0\.2 and 127\.0\.0\.4/);
  });

  it('hands a password to a request that changes something, in no argument', async () => {
    const seen: { headers: IncomingMessage['headers']; body: string }[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        seen.push({ headers: request.headers, body });
        response.writeHead(412).end('not today\n');
      });
    });
    server.listen(0, '127.0.0.2');
    await once(server, 'listening');
    servers.push(server);
    const ran = await run(
      `PATRONI_PORT=${(server.address() as AddressInfo).port}
       reply=$(ask_patroni 127.0.0.2 POST /switchover <<<'{"leader": "a"}'); fact code "\${reply%%$'\\n'*}"; fact text "\${reply#*$'\\n'}"`,
      { PATRONI_PASSWORD: PASSWORD },
    );
    expect(ran.facts).toEqual({ code: '412', text: 'not today' });
    expect(seen[0]?.body.trim()).toBe('{"leader": "a"}');
    const basic = Buffer.from(`keybuzz:${PASSWORD}`).toString('base64');
    expect(seen[0]?.headers.authorization).toBe(`Basic ${basic}`);
    expect(ran.output).not.toContain(PASSWORD);
  });

  it('tells nobody who listens from one who does not answer', async () => {
    const silent = createTcpServer((socket) => socket.resume());
    silent.listen(0, '127.0.0.2');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const ask = (address: string) =>
      `status=0; HTTP_SECONDS=1; http_ask ${address} ${port} GET / </dev/null || status=$?; fact ${address} $status`;
    const ran = await run(`${ask('127.0.0.2')}; ${ask('127.0.0.3')}`);
    silent.close();
    await once(silent, 'close');
    expect(ran.facts).toEqual({ '127.0.0.2': '4', '127.0.0.3': '3' });
  });
});

describe("the cluster's settings", () => {
  const members = `know_members a ${MEMBERS.join(' ')}`;

  it('are JSON that obeys what Patroni demands, and let the superuser in from members only', async () => {
    const ran = await run(`${members}; fact settings "$(cluster_settings 10.0.0.0/16 on)"`);
    const settings = JSON.parse(ran.facts.settings ?? '') as Record<string, number> & {
      postgresql: { pg_hba: string[] };
    };
    const { ttl = 0, loop_wait = 0, retry_timeout = 0 } = settings;
    expect(loop_wait + 2 * retry_timeout).toBeLessThanOrEqual(ttl);
    const rules = settings.postgresql.pg_hba;
    const forSuperuser = rules.filter((rule) => / postgres\b/.test(rule) && rule.startsWith('host'));
    expect(forSuperuser.slice(0, -1).map((rule) => rule.split(' ')[3])).toEqual([
      '127.0.0.2/32',
      '127.0.0.3/32',
      '127.0.0.4/32',
    ]);
    expect(forSuperuser.at(-1)).toMatch(/reject$/);
    expect(rules.indexOf('host replication replicator 127.0.0.1/32 scram-sha-256')).toBeGreaterThan(-1);
  });

  it('differ where a wanted one is missing or other, and not where others have more', async () => {
    const wanted = '{"ttl": 30, "postgresql": {"use_slots": true, "parameters": {"max_connections": 200}}}';
    const present =
      '{"ttl": 40, "failsafe_mode": true, "postgresql": {"parameters": {"max_connections": 200, "x": 1}}}';
    const differ = (one: string, other: string) => run(`settings_that_differ '${one}' '${other}'`);
    expect((await differ(wanted, present)).output).toBe('ttl 30\npostgresql.use_slots true\n');
    expect((await differ(wanted, wanted)).output).toBe('');
    expect((await differ(wanted, '{"ttl": 30, "postgresql": null}')).output).toMatch(/use_slots.*max_connections/s);
  });
});

/** As RFC 5803 and PostgreSQL write it. */
function verifierOf(password: string, salt: Buffer, rounds: number): string {
  const salted = pbkdf2Sync(password, salt, rounds, 32, 'sha256');
  const key = (name: string) => createHmac('sha256', salted).update(name).digest();
  const client = createHash('sha256').update(key('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${rounds}:${salt.toString('base64')}$${client}:${key('Server Key').toString('base64')}`;
}

describe('what a password is checked with', () => {
  const secrets = { APP_PASSWORD: PASSWORD };
  const salt = Buffer.from('0123456789abcdef');

  it('stays when it belongs to the password', async () => {
    const ran = await run(`scram_verifier '${verifierOf(PASSWORD, salt, 4096)}' APP_PASSWORD`, secrets);
    expect(ran.output).toBe('');
  });

  it.each(['', 'md5abc', verifierOf('another', salt, 4096)])('is made anew in place of %j', async (stored) => {
    const { output } = await run(`scram_verifier '${stored}' APP_PASSWORD`, secrets);
    const [, made = ''] = /^SCRAM-SHA-256\$4096:([^$]+)\$\S+\n$/.exec(output) ?? [];
    expect(output.trim()).toBe(verifierOf(PASSWORD, Buffer.from(made, 'base64'), 4096));
    expect(output).not.toContain(PASSWORD);
  });
});
