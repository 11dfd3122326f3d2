import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRedact } from '../../src/secret.ts';
import { createSshPool, followDetached, inspectDetached, runRead, type SshPool } from '../../src/ssh/index.ts';
import { createOutputReader } from '../../src/ssh/output.ts';
import { heldBytes } from '../helpers/memory.ts';
import { assemble } from '../ssh/assemble.ts';
import { describeWithSshd, startSshd, type Sshd } from '../ssh/sshd.ts';
import { startTestServer } from '../ssh/test-server.ts';
import { isLong, TIMEOUT_MS } from './inputs.ts';

const MB = 1_000_000;
/** What one host prints: a gigabyte in the long tests. */
const FLOOD_BYTES = isLong ? 1000 * MB : 100 * MB;
/** What one script's output may hold on to meanwhile, whatever it is. */
const HELD_BYTES_MAX = 24 * MB;

/** The same, where the host that floods is in this process too and holds what it is about to send. */
const HELD_WITH_HOST_BYTES_MAX = 64 * MB;

const redact = createRedact();

/** Floods by what they are made of, each piece what one packet of SSH may carry. */
const FLOODS: [string, () => Buffer][] = [
  ['text without one end of line', () => Buffer.alloc(32_768, 0x78)],
  ['nothing but ends of lines', () => Buffer.alloc(32_768, 0x0a)],
  ['bytes that are no UTF-8', () => Buffer.alloc(32_768, 0xff)],
  ['control characters', () => Buffer.from('\u001b[2J\u009b31m\u202e\n'.repeat(2700))],
  ['changes with endless diffs', () => Buffer.from(`::change file /etc/x\n${`| +${'y'.repeat(1020)}\n`.repeat(31)}`)],
  ['a protocol line in every packet', () => Buffer.from(`::fact a b\n${'x'.repeat(32_000)}\n`)],
  ['long protocol lines', () => Buffer.from(`::check a pass 1 ${'z'.repeat(16_000)}\n`.repeat(2))],
  ['lines that break the protocol', () => Buffer.from(`::${'q'.repeat(16_000)}\n`.repeat(2))],
  ['the beginning of a private key', () => Buffer.from(`-----BEGIN RSA PRIVATE KEY-----\n`.repeat(1000))],
];

describe('a flood of', () => {
  it.each(FLOODS)(
    '%s is held in bounded memory and counted to its end',
    (_, makePiece) => {
      const bytesEach = FLOOD_BYTES / 8;
      const before = heldBytes();
      const reader = createOutputReader({ redact });
      let sent = 0;
      for (let round = 0; sent < bytesEach; round += 1) {
        // Made anew each time: memory that many pieces share would hide what is kept of each.
        const piece = makePiece();
        reader.push(piece);
        sent += piece.length;
        if (round % 1000 === 0) expect(heldBytes() - before).toBeLessThan(HELD_BYTES_MAX);
      }
      expect(heldBytes() - before).toBeLessThan(HELD_BYTES_MAX);
      const { output, outputBytes, lines, malformed } = reader.end();
      expect(outputBytes).toBe(sent);
      expect(output.length).toBeLessThan(400 * 1024);
      expect(JSON.stringify([lines, malformed]).length).toBeLessThan(12 * MB);
    },
    TIMEOUT_MS,
  );
});

describeWithSshd('a host that prints', () => {
  let sshd: Sshd;
  let pool: SshPool;
  beforeAll(async () => {
    sshd = await startSshd();
    pool = createSshPool({ keyFile: sshd.keyFile, knownHosts: () => sshd.knownHosts });
  });
  afterAll(async () => {
    await pool.close();
    await sshd.close();
  });

  const read = (body: string) =>
    runRead(pool, sshd.target, {
      ...{ script: assemble(body), args: [], mode: 'read' as const, secrets: [], redact },
      timeoutSeconds: isLong ? 1800 : 100,
    });

  it(
    `${FLOOD_BYTES / MB} MB harms nothing: its checks before and after count, and others are served meanwhile`,
    async () => {
      const before = heldBytes();
      const flood = read(
        `echo '::check first pass 1 x'\nhead -c ${FLOOD_BYTES} /dev/zero | tr '\\0' '\\377'\necho\necho '::check last pass 1 x'`,
      );
      expect(await read('echo meanwhile')).toMatchObject({ outcome: 'ok', output: 'meanwhile\n' });
      const { outcome, outputBytes, lines } = await flood;
      expect(outcome).toBe('ok');
      expect(outputBytes).toBeGreaterThan(FLOOD_BYTES);
      expect(lines.flatMap((line) => (line.kind === 'check' ? [line.id] : []))).toEqual(['first', 'last']);
      expect(heldBytes() - before).toBeLessThan(HELD_BYTES_MAX);
    },
    TIMEOUT_MS,
  );
});

describe('a host that was taken over and answers our own scripts with', () => {
  const key = { run: 'brave-otter', step: 'deploy', attempt: 1 };

  /** A server that answers every question with its nonce and then this, for as long as somebody listens. */
  async function flooding(answer: string) {
    const server = await startTestServer(({ channel }) => {
      let asked = '';
      channel.on('data', (chunk: Buffer) => {
        const wasKnown = asked.includes("NONCE='");
        asked += chunk.toString();
        const nonce = /NONCE='([0-9a-f]+)'/.exec(asked)?.[1];
        if (wasKnown || nonce === undefined) return;
        channel.write(`KEYBUZZ ${nonce} ${answer}`);
        const pour = (): void => {
          while (channel.writable && channel.write(Buffer.alloc(32_768, 0x78)));
        };
        channel.on('drain', pour);
        pour();
      });
    });
    const pool = createSshPool({ keyFile: server.keyFile, knownHosts: () => server.knownHosts });
    return {
      server,
      pool,
      async close() {
        await pool.close();
        await server.close();
      },
    };
  }

  it.each([
    ['a line that never ends', 'running 0 0 0 '],
    ['more output than it was asked for', 'running 9 0 9 none none none none none\n'],
  ])(
    '%s is left, with its name and what to do',
    async (_, answer) => {
      const flood = await flooding(answer);
      const { server, pool } = flood;
      try {
        const before = heldBytes();
        const asked = await inspectDetached(pool, server.target, { key, how: 'look' });
        expect(asked.state).toBe('unknown');
        expect(asked.reason).toBe('test-01 sends far more than it was asked for.');
        const followed = await followDetached(pool, server.target, { key, redact, deadlineMs: 300 });
        expect(followed).toMatchObject({ outcome: 'unknown', exitCode: null });
        expect(followed.reason).toContain('test-01 sends far more than it was asked for.');
        expect(followed.fix).toContain('taken over');
        expect(heldBytes() - before).toBeLessThan(HELD_WITH_HOST_BYTES_MAX);
      } finally {
        await flood.close();
      }
    },
    TIMEOUT_MS,
  );
});
