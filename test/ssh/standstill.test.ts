import { afterEach, describe, expect, it } from '@jest/globals';
import { createRedact } from '../../src/secret.ts';
import {
  createSshPool,
  inspectDetached,
  runRead,
  type ScriptResult,
  type SshPool,
  type SshPoolOptions,
} from '../../src/ssh/index.ts';
import { STANDSTILL_MS } from '../../src/standstill.ts';
import { standStill as standStillFor } from '../helpers/stand-still.ts';
import { assemble } from './assemble.ts';
import { startTestServer, type OnExec, type TestServer } from './test-server.ts';

const CONNECT_MS = 500;
const EXEC_MS = 500;
const KEY = { run: 'brave-otter', step: 'deploy', attempt: 1 };

/** Longer than every limit here. */
const standStill = (): void => standStillFor(STANDSTILL_MS + 2 * Math.max(CONNECT_MS, EXEC_MS));

const answerAtOnce: OnExec = ({ channel }) => {
  channel.exit(0);
  channel.end();
};

/** Answers one of our own scripts: the work was never begun. */
const sayAbsent: OnExec = ({ channel }) => {
  let asked = '';
  channel.on('data', (chunk: Buffer) => (asked += chunk.toString()));
  channel.on('end', () => {
    channel.write(`KEYBUZZ ${/NONCE='([0-9a-f]+)'/.exec(asked)?.[1] ?? ''} absent\n`);
    channel.exit(0);
    channel.end();
  });
};

describe('a question to a host while this process stands still', () => {
  let server: TestServer;
  let pool: SshPool;
  let execs: number;
  let onHeard: (() => void) | undefined;
  afterEach(async () => {
    await pool.close();
    await server.close();
  });

  /** Its execs get less time than ours have; `onExec` by the number of the exec, the last one from then on. */
  async function open(
    onExec: OnExec[],
    {
      onConnection = () => undefined,
      ...options
    }: Partial<SshPoolOptions> & { onConnection?: (n: number) => void } = {},
  ): Promise<void> {
    execs = 0;
    server = await startTestServer((exec) => onExec[Math.min(execs++, onExec.length - 1)]?.(exec), { onConnection });
    const real = createSshPool({ keyFile: server.keyFile, knownHosts: () => server.knownHosts, ...options });
    const exec: SshPool['exec'] = (target, { onData, ...request }) => {
      const hear = (chunk: Buffer): void => {
        onData(chunk);
        onHeard?.();
      };
      return real.exec(target, { ...request, onData: hear, timeoutMs: EXEC_MS });
    };
    pool = { ...real, exec };
  }

  const read = (signal?: AbortSignal): Promise<ScriptResult> =>
    runRead(pool, server.target, {
      ...{ script: assemble('true'), args: [], mode: 'read', secrets: [], timeoutSeconds: 30, redact: createRedact() },
      ...(signal === undefined ? {} : { signal }),
    });

  it('connects once more when it stood still in the handshake', async () => {
    const onConnection = (count: number) => (count === 1 ? standStill() : undefined);
    await open([answerAtOnce], { connectTimeoutMs: CONNECT_MS, onConnection });
    expect(await Promise.all([read(), read()])).toMatchObject([{ outcome: 'ok' }, { outcome: 'ok' }]);
    expect(server.seen.connections).toBe(2);
  });

  it('gives a host up that lets it stand still in every handshake, and says timeout', async () => {
    await open([answerAtOnce], { connectTimeoutMs: CONNECT_MS, onConnection: standStill });
    expect(await read()).toMatchObject({ outcome: 'unknown', code: 'KEYBUZZ_HOST_TIMEOUT' });
    expect(server.seen.connections).toBe(2);
  });

  it('reads once more when it stood still until the time was over', async () => {
    await open([standStill, answerAtOnce]);
    expect(await read()).toMatchObject({ outcome: 'ok', output: '' });
    expect(execs).toBe(2);
  });

  it('reads from the beginning when the link broke meanwhile in the middle of the answer', async () => {
    const breakOff: OnExec = ({ channel }) => {
      onHeard = () => {
        onHeard = undefined;
        standStill();
        server.cut();
      };
      channel.write('half a line');
    };
    const sayAll: OnExec = ({ channel }) => {
      channel.write('all of it\n');
      channel.exit(0);
      channel.end();
    };
    await open([breakOff, sayAll]);
    expect(await read()).toMatchObject({ outcome: 'ok', output: 'all of it\n' });
  });

  it('asks once more after the state of work', async () => {
    await open([standStill, sayAbsent]);
    expect(await inspectDetached(pool, server.target, { key: KEY, how: 'look' })).toEqual({
      ...{ state: 'absent', reason: '' },
    });
    expect(execs).toBe(2);
  });

  it('asks nothing more when it was told to stop meanwhile', async () => {
    const stop = new AbortController();
    await open([
      () => {
        standStill();
        stop.abort();
      },
    ]);
    expect(await read(stop.signal)).toMatchObject({ outcome: 'unknown', code: 'KEYBUZZ_SSH_ABORTED' });
    expect(execs).toBe(1);
  });

  it('asks a host once that is silent by itself', async () => {
    await open([() => undefined]);
    expect(await read()).toMatchObject({ outcome: 'unknown', code: 'KEYBUZZ_HOST_TIMEOUT' });
    expect((await inspectDetached(pool, server.target, { key: KEY, how: 'look' })).state).toBe('unknown');
    expect(execs).toBe(2);
  });
});
