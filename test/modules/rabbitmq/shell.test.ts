import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runShell } from '../shell.ts';

const needs = ['lib.sh', 'perl.sh', 'json-perl.sh', 'http.sh', 'rabbitmq.sh'];
const PASSWORD = 'password-of-the-test';
const MEMBERS = ['a=127.0.0.2', 'b=127.0.0.3', 'c=127.0.0.4'];

const run = (body: string, secrets: Record<string, string> = {}) => runShell(body, { needs, mode: 'read', secrets });

describe('reading JSON', () => {
  it('reads what JSON can say', async () => {
    const values = fc.sample(fc.json({ noUnicodeString: false }), { numRuns: 100, seed: 5 });
    const program =
      'my $n = 0; while (<STDIN>) { chomp; my $v = eval { decode($_) }; print "bad $_: $@" if $@; print "\\n" }';
    const directory = mkdtempSync(join(tmpdir(), 'keybuzz-json-'));
    writeFileSync(join(directory, 'values'), values.map((value) => `${value}\n`).join(''));
    const ran = await run(`read_json '${program}' <${directory}/values`);
    rmSync(directory, { recursive: true });
    expect(ran.output.trim()).toBe('');
  });

  it('gives fields, lists, booleans, escapes and numbers as they are', async () => {
    const json = JSON.stringify({ name: 'é "x"\n', list: [1, -2.5e3, { deep: [] }], yes: true, no: false, none: null });
    const show = `my $v = decode(join "", <STDIN>);
      fact("name", $v->{name} =~ /\\A\\xc3\\xa9 "x"\\n\\z/ ? "right" : "wrong");
      fact("list", scalar(@{ $v->{list} }) . " $v->{list}[1] " . ref $v->{list}[2]{deep});
      fact("rest", "$v->{yes} $v->{no} " . (defined $v->{none} ? "some" : "none"));`;
    const ran = await run(`read_json '${show}' <<<'${json}'`);
    expect(ran.facts).toEqual({ name: 'right', list: '3 -2500 ARRAY', rest: '1 0 none' });
  });

  it.each(['', '{"a"', '[1', '"x', '{"a" 1}', '[1] 2', 'nothing'])('refuses %j', async (text) => {
    expect((await run(`read_json 'decode(join "", <STDIN>)' <<<'${text}'`)).exitCode).not.toBe(0);
  });
});

describe('asking the management API', () => {
  const servers: Server[] = [];

  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    }
  });

  /** An API at each address, on one port, that answers with this status and value. */
  async function apis(answers: Record<string, [status: number, value: unknown]>): Promise<number> {
    let port = 0;
    for (const [address, [status, value]] of Object.entries(answers)) {
      const server = createServer((_, response) => response.writeHead(status).end(JSON.stringify(value)));
      server.listen(port, address);
      await once(server, 'listening');
      ({ port } = server.address() as AddressInfo);
      servers.push(server);
    }
    return port;
  }

  const queue = (name: string, leader: string | null, type = 'quorum') => ({
    ...{ vhost: 'keybuzz', name, type },
    ...(leader === null ? {} : { leader: `rabbit@${leader}` }),
  });
  const choose = (port: number) =>
    run(`API_PORT=${port}; know_members a ${MEMBERS.join(' ')}; choose_node; fact chosen "$CHOSEN"`, {
      MONITOR_PASSWORD: PASSWORD,
    });

  it.each([
    ['the leader of the first quorum queue', [queue('z', 'c'), queue('a', 'b'), queue('A', 'a', 'classic')], 'b'],
    ['nobody for what our own markers and probes lead', [queue('keybuzz-marker-1-x', 'a'), queue('z', 'b')], 'b'],
    ['the last member where there is no queue', [], 'c'],
    ['the last member when a queue has no leader', [queue('a', null)], 'c'],
    ['the last member when a stranger leads', [queue('a', 'elsewhere')], 'c'],
  ])('chooses %s', async (_, queues, chosen) => {
    expect((await choose(await apis({ '127.0.0.2': [200, queues] }))).facts.chosen).toBe(chosen);
  });

  it('asks the next member when one does not answer, and refuses when none does', async () => {
    const port = await apis({ '127.0.0.4': [200, [queue('a', 'a')]] });
    expect((await choose(port)).facts.chosen).toBe('a');
    const refused = await choose(
      await apis({ '127.0.0.2': [401, {}], '127.0.0.3': [401, {}], '127.0.0.4': [401, {}] }),
    );
    expect([refused.exitCode, refused.facts.reason]).toEqual([69, expect.stringContaining('wrong-password')]);
  });

  it('refuses to take a node out that queues need, and when nobody knows', async () => {
    const ask = (port: number) =>
      run(`API_PORT=${port}; know_members a ${MEMBERS.join(' ')}; refuse_when_critical`, {
        MONITOR_PASSWORD: PASSWORD,
      });
    expect((await ask(await apis({ '127.0.0.2': [200, { status: 'ok' }] }))).exitCode).toBe(0);
    const critical = await ask(await apis({ '127.0.0.2': [503, { reason: 'quorum' }] }));
    expect([critical.exitCode, critical.facts.reason]).toEqual([69, expect.stringContaining('majority')]);
    expect((await ask(await apis({ '127.0.0.3': [200, {}] }))).exitCode).toBe(69);
  });
});

describe('entering by AMQP', () => {
  const servers: TcpServer[] = [];
  const sockets: Socket[] = [];

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const server of servers.splice(0)) {
      server.close();
      await once(server, 'close');
    }
  });

  async function listener(answer: (socket: Socket) => void): Promise<number> {
    const server = createTcpServer((socket) => {
      sockets.push(socket.on('error', () => undefined));
      answer(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.push(server);
    return (server.address() as AddressInfo).port;
  }

  const enter = async (port: number) => {
    const ran = await runShell(
      `AMQP_LIBRARY=\${AMQP_LIBRARY}; ENTER=\${ENTER/5672/${port}}
       run_client 'eval { enter("127.0.0.1", 1) }; chomp $@; fact("word", $@)'`,
      { needs: [...needs, 'amqp-perl.sh', 'rabbitmq-client.sh'], secrets: { APP_PASSWORD: PASSWORD } },
    );
    return ran.facts.word;
  };

  it('tells nobody who listens, one who says nothing, who hangs up, and who speaks another AMQP', async () => {
    expect(await enter(1)).toBe('stopped');
    expect(await enter(await listener(() => undefined))).toBe('silent');
    expect(await enter(await listener((socket) => socket.end()))).toBe('closed');
    expect(await enter(await listener((socket) => socket.write('AMQP\0\0\x09\x01')))).toBe('refuses');
  });
});

describe('what markers tell', () => {
  it('knows nothing of lost messages when no member can be asked', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'keybuzz-marker-'));
    const now = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
    const line = (marker: number) => `${marker} ${now - 1} ${(now - 1 + marker / 50).toFixed(2)} ok - 1\n`;
    writeFileSync(join(directory, 'ledger-haproxy-01'), Array.from({ length: 30 }, (_, at) => line(at)).join(''));
    const ran = await runShell(
      `MARKER_REPORT=\${MARKER_REPORT/1 .. 10/1 .. 1} ENTER=\${ENTER/5672/1}
       run_client "$MARKER_REPORT" ${directory} token 10 haproxy-01 127.0.0.2,127.0.0.3`,
      {
        needs: [...needs, 'amqp-perl.sh', 'rabbitmq-client.sh', 'marker.sh', 'rabbitmq-marker.sh'],
        secrets: { APP_PASSWORD: PASSWORD },
      },
    );
    rmSync(directory, { recursive: true });
    const checks = ran.lines.flatMap((one) => (one.kind === 'check' ? [`${one.id} ${one.answer}`] : []));
    expect(checks).toEqual(['outage pass', 'lost-writes unknown']);
    expect(ran.facts).toMatchObject({ verdict: 'fail', acknowledged: '30' });
  });
});

describe('what is imported', () => {
  let definitions = '';

  beforeAll(() => {
    const path = join(import.meta.dirname, '../../../src/modules/rabbitmq/deploy-cluster.sh');
    const own = readFileSync(path, 'utf8').split('\n').slice(0, -2).join('\n');
    definitions = own.replace(/^main\(\) \{$/m, 'deploy_main() {');
  });

  const secrets = { APP_PASSWORD: PASSWORD, MONITOR_PASSWORD: 'another-password' };

  /** The differences that are told where this is there already. */
  async function differences(present: unknown, part = 'complete'): Promise<{ told: string[]; wanted: unknown }> {
    const body = `${definitions}
      PART=${part} present='${JSON.stringify(present)}'
      WANTED=$(wanted_definitions "$present")
      printf 'wanted %s\\n' "\${WANTED//$'\\n'/ }"
      differences "$present" | sed 's/^/told /'`;
    const ran = await runShell(body, { needs: [...needs, 'rabbitmq-cli.sh'], mode: 'check', secrets });
    const lines = ran.output.split('\n');
    const wanted = lines.find((line) => line.startsWith('wanted '))?.slice(7) ?? '';
    const told = lines.filter((line) => line.startsWith('told ')).map((line) => line.slice(5));
    return { told, wanted: JSON.parse(wanted) };
  }

  it('is all of it where nothing is there, and only users and virtual host at the beginning', async () => {
    const begin = [
      'vhost keybuzz',
      'user keybuzz',
      'user keybuzz-monitor',
      'permission keybuzz:keybuzz',
      'permission keybuzz-monitor:keybuzz',
    ];
    expect((await differences({}, 'begin')).told).toEqual(begin);
    const rest = ['exchange', 'queue'].map((kind) => `${kind} keybuzz:keybuzz.dead-letters`);
    const dead = 'keybuzz.dead-letters';
    expect((await differences({})).told).toEqual([
      ...begin,
      ...rest,
      `binding keybuzz:${dead}:${dead}:`,
      'policy keybuzz:keybuzz',
    ]);
  });

  it('hashes passwords as RabbitMQ does, and knows its own hash again', async () => {
    const { wanted } = await differences({});
    const [app] = (wanted as { users: { password_hash: string }[] }).users;
    const bytes = Buffer.from(app?.password_hash ?? '', 'base64');
    const salt = bytes.subarray(0, 4);
    expect(bytes.subarray(4)).toEqual(createHash('sha256').update(salt).update(PASSWORD).digest());
    expect((await differences(wanted)).told).toEqual([]);
  });

  it('is what drifted alone, and what others made stays', async () => {
    const { wanted } = await differences({});
    const present = wanted as Record<string, Record<string, unknown>[]>;
    const drifted = {
      ...present,
      users: [...(present.users ?? []), { name: 'somebody', tags: 'administrator' }].map((user) =>
        user.name === 'keybuzz' ? { ...user, password_hash: 'c29tZXRoaW5nIGVsc2U=' } : user,
      ),
      vhosts: [{ name: 'keybuzz', metadata: { default_queue_type: 'classic' } }],
      policies: [],
    };
    expect((await differences(drifted)).told).toEqual(['vhost keybuzz', 'user keybuzz', 'policy keybuzz:keybuzz']);
  });

  it("takes the factory's user away", async () => {
    const { wanted } = await differences({});
    const { users } = wanted as { users: unknown[] };
    const told = (await differences({ ...(wanted as object), users: [...users, { name: 'guest' }] })).told;
    expect(told).toEqual(['guest guest']);
  });
});
