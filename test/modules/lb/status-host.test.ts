import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import { assembleScript } from '../../../src/modules/index.ts';
import { createLineReader } from '../../../src/ssh/protocol.ts';
import { startRedis } from '../../helpers/redis.ts';

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.close();
    await once(server, 'close');
  }
});

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  return (server.address() as AddressInfo).port;
}

/** A listener that says this: at once, or to whoever said what it waits for. */
const saying = (answer: Buffer | string, after?: Buffer) =>
  listen(
    createServer((socket: Socket) => {
      socket.on('error', () => undefined);
      if (after === undefined) socket.resume().end(answer);
      else socket.once('data', (data) => socket.end(data.equals(after) ? answer : 'what?'));
    }),
  );

/** Runs the script as the worker does; gives its facts. */
async function run(...args: string[]): Promise<Record<string, string>> {
  const env = { PATH: process.env.PATH ?? '', KEYBUZZ_MODE: 'read' };
  const child = spawn('bash', ['-s', '--', ...args], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (output += part));
  child.stdin.end(assembleScript('lb/status-host.sh').text);
  const [code] = (await once(child, 'close')) as [number | null];
  expect([code, output]).toEqual([0, output]);
  const reader = createLineReader();
  for (const line of output.split('\n').slice(0, -1)) reader.read(line);
  return Object.fromEntries(reader.lines.flatMap((line) => (line.kind === 'fact' ? [[line.key, line.value]] : [])));
}

describe('a request through each port, as the orchestrator asks', () => {
  it('knows PostgreSQL, AMQP and MySQL by the first bytes of listeners that speak like them', async () => {
    const postgresql = await saying('N', Buffer.from('0000000804d2162f', 'hex'));
    const amqp = await saying(Buffer.from([1, 0, 0, 0, 0, 1, 200]), Buffer.from('AMQP\0\0\x09\x01', 'latin1'));
    const mysql = await saying(Buffer.from('4a0000000a382e3000', 'hex'));
    const facts = await run(
      `port=lb-a,127.0.0.1,${postgresql},postgresql`,
      `port=lb-a,127.0.0.1,${amqp},amqp`,
      `port=lb-b,127.0.0.1,${mysql},mysql`,
    );
    expect(facts).toEqual({
      [`request.lb-a.${postgresql}`]: 'answers',
      [`request.lb-a.${amqp}`]: 'answers',
      [`request.lb-b.${mysql}`]: 'answers',
    });
  });

  it('knows a real Redis, an HTTP server whose /healthz is well, and a TLS server', async () => {
    const redis = await startRedis();
    try {
      const http = await listen(
        createHttp((request, response) => response.writeHead(request.url === '/healthz' ? 200 : 404).end()),
      );
      const sick = await listen(createHttp((_, response) => response.writeHead(503).end()));
      // Without a certificate it can only refuse the handshake, which is TLS all the same.
      const tls = await listen(createTls({}).on('tlsClientError', () => undefined));
      const facts = await run(
        `port=lb-a,127.0.0.1,${redis.port},redis`,
        `port=lb-a,127.0.0.1,${http},http`,
        `port=lb-a,127.0.0.1,${sick},http`,
        `port=lb-a,127.0.0.1,${tls},tls`,
      );
      expect(facts).toEqual({
        [`request.lb-a.${redis.port}`]: 'answers',
        [`request.lb-a.${http}`]: 'answers',
        [`request.lb-a.${sick}`]: 'odd',
        [`request.lb-a.${tls}`]: 'answers',
      });
    } finally {
      await redis.stop();
    }
  });

  it('tells a port that refuses, one that hangs up without a word, and one of another protocol', async () => {
    const closed = createServer();
    closed.listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port: refused } = closed.address() as AddressInfo;
    closed.close();
    await once(closed, 'close');
    const silent = await saying('');
    const odd = await saying('220 mail.example ESMTP Postfix\r\n');
    const facts = await run(
      `port=lb-a,127.0.0.1,${refused},redis`,
      `port=lb-a,127.0.0.1,${silent},redis`,
      `port=lb-a,127.0.0.1,${odd},mysql`,
    );
    expect(facts).toEqual({
      [`request.lb-a.${refused}`]: 'refused',
      [`request.lb-a.${silent}`]: 'silent',
      [`request.lb-a.${odd}`]: 'odd',
    });
  });

  it("says which addresses the host's resolver has for a name, and none for one it does not know", async () => {
    const facts = await run('name=localhost', 'name=nobody.invalid');
    expect(facts).toEqual({ 'dns.localhost': '127.0.0.1', 'dns.nobody.invalid': '' });
  });
});
