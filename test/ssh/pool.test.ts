import { afterEach, describe, expect, it } from '@jest/globals';
import { createSshPool, type SshPool, type SshPoolOptions } from '../../src/ssh/index.ts';
import { until } from '../fleet/process.ts';
import { startTestServer, type OnExec, type TestServer } from './test-server.ts';

const request = { command: 'true', stdin: '', onData: () => undefined, timeoutMs: 30_000 };

/** Answers at once with exit code 0. */
const answerAtOnce: OnExec = ({ channel }) => {
  channel.exit(0);
  channel.end();
};

/** Holds every exec until `release`. */
function holding(): { onExec: OnExec; release: () => void; held: (() => void)[] } {
  const held: (() => void)[] = [];
  const onExec: OnExec = ({ channel }) => {
    held.push(() => {
      channel.exit(0);
      channel.end();
    });
  };
  return { onExec, held, release: () => held.splice(0).forEach((answer) => answer()) };
}

async function untilTrue(isTrue: () => boolean): Promise<void> {
  await until('what the pool does next', 30_000, () => isTrue() || undefined, 5);
}

describe('the pool', () => {
  let server: TestServer | undefined;
  let pool: SshPool | undefined;
  afterEach(async () => {
    await pool?.close();
    await server?.close();
    [pool, server] = [undefined, undefined];
  });

  const open = async (onExec: OnExec, options: Partial<SshPoolOptions> = {}) => {
    const started = await startTestServer(onExec);
    server = started;
    pool = createSshPool({ keyFile: started.keyFile, knownHosts: () => started.knownHosts, ...options });
    return { server: started, pool };
  };

  it('shares one connection and never has more than three channels on it', async () => {
    const { onExec, held } = holding();
    const { server, pool } = await open(onExec);
    const all = Array.from({ length: 30 }, () => pool.exec(server.target, request));
    for (let done = 0; done < 30; done++) {
      await untilTrue(() => held.length > 0);
      held.shift()?.();
    }
    expect(await Promise.all(all)).toEqual(Array(30).fill({ kind: 'exited', code: 0 }));
    expect(server.seen).toMatchObject({ connections: 1, channelsMax: 3, refusedChannels: 0 });
  });

  it('leaves a channel free of long polls', async () => {
    const { onExec, held, release } = holding();
    const { server, pool } = await open(onExec);
    const polls = Array.from({ length: 5 }, () => pool.exec(server.target, { ...request, isPoll: true }));
    await untilTrue(() => held.length === 2);
    const short = pool.exec(server.target, request);
    await untilTrue(() => held.length === 3);
    held.pop()?.();
    expect(await short).toEqual({ kind: 'exited', code: 0 });
    const drain = setInterval(release, 5);
    await Promise.all(polls);
    clearInterval(drain);
  });

  it('lets somebody who gave up leave the line', async () => {
    const { onExec, held, release } = holding();
    const { server, pool } = await open(onExec);
    const busy = [1, 2, 3].map(() => pool.exec(server.target, request));
    await untilTrue(() => held.length === 3);
    const waiting = pool.exec(server.target, { ...request, signal: AbortSignal.abort(new Error('enough')) });
    await expect(waiting).rejects.toThrow('enough');
    release();
    await Promise.all(busy);
  });

  it('calls a link that breaks in the middle cut, and opens a new one for the next', async () => {
    const { onExec, held, release } = holding();
    const { server, pool } = await open(onExec);
    const running = pool.exec(server.target, request);
    await untilTrue(() => held.length === 1);
    server.cut();
    expect(await running).toEqual({ kind: 'cut' });
    held.length = 0;
    const next = pool.exec(server.target, request);
    await untilTrue(() => held.length === 1);
    release();
    expect(await next).toEqual({ kind: 'exited', code: 0 });
    expect(server.seen.connections).toBe(2);
  });

  it('opens a new connection when it is told to, and lets what runs on the old one come to its end', async () => {
    const { onExec, held, release } = holding();
    const { server, pool } = await open(onExec);
    const running = pool.exec(server.target, request);
    await untilTrue(() => held.length === 1);
    pool.renew(server.target);
    const next = pool.exec(server.target, request);
    await untilTrue(() => held.length === 2);
    expect(server.seen.connections).toBe(2);
    release();
    expect(await Promise.all([running, next])).toEqual(Array(2).fill({ kind: 'exited', code: 0 }));
    await untilTrue(() => pool.connections === 1);
  });

  it('does not take a channel that closed without an exit status for success', async () => {
    const { server, pool } = await open(({ channel }) => channel.end());
    expect(await pool.exec(server.target, request)).toEqual({ kind: 'cut' });
  });

  it('tells an exit by signal from one by code', async () => {
    const { server, pool } = await open(({ channel }) => {
      channel.exit('KILL');
      channel.end();
    });
    expect(await pool.exec(server.target, request)).toEqual({ kind: 'signalled', signal: 'SIGKILL' });
  });

  it('gives up on a command after its time and says so', async () => {
    const { onExec } = holding();
    const { server, pool } = await open(onExec);
    expect(await pool.exec(server.target, { ...request, timeoutMs: 100 })).toEqual({ kind: 'timeout' });
  });

  it('notices by itself that a host is gone while a command runs', async () => {
    const { server, pool } = await open(({ connection }) => silence(connection), {
      keepAliveMs: 50,
      keepAliveMisses: 2,
    });
    expect(await pool.exec(server.target, request)).toEqual({ kind: 'cut' });
  });

  it('says that nothing was started when the host opens no channel', async () => {
    const started = await startTestServer(answerAtOnce, { sessionsMax: 0 });
    server = started;
    pool = createSshPool({ keyFile: started.keyFile, knownHosts: () => started.knownHosts });
    expect(await pool.exec(started.target, request)).toMatchObject({ kind: 'refused' });
    expect(started.seen.connections).toBe(2);
  });

  it('closes a connection that nobody uses', async () => {
    const { server, pool } = await open(answerAtOnce, { idleCloseMs: 30 });
    await pool.exec(server.target, request);
    expect(pool.connections).toBe(1);
    await untilTrue(() => pool.connections === 0);
  });

  it('throws what the reader of the output throws', async () => {
    const { server, pool } = await open(({ channel }) => channel.write('output'));
    const onData = (): void => {
      throw new Error('the reader broke');
    };
    await expect(pool.exec(server.target, { ...request, onData })).rejects.toThrow('the reader broke');
  });

  it('closes also a connection that was given up while something else runs on it', async () => {
    const { onExec, held } = holding();
    const { server, pool } = await open(onExec);
    const running = pool.exec(server.target, request);
    await untilTrue(() => held.length === 1);
    expect(await pool.exec(server.target, { ...request, timeoutMs: 20 })).toEqual({ kind: 'timeout' });
    const next = pool.exec(server.target, request);
    await untilTrue(() => held.length === 3);
    expect(pool.connections).toBe(2);
    await pool.close();
    expect(await Promise.all([running, next])).toEqual([{ kind: 'cut' }, { kind: 'cut' }]);
    expect(pool.connections).toBe(0);
  });

  it('leaves nothing open when it is closed, and starts nothing afterwards', async () => {
    const { onExec, held } = holding();
    const { server, pool } = await open(onExec);
    const running = pool.exec(server.target, request);
    await untilTrue(() => held.length === 1);
    await pool.close();
    expect(await running).toEqual({ kind: 'cut' });
    expect(pool.connections).toBe(0);
    await expect(pool.exec(server.target, request)).rejects.toMatchObject({ code: 'KEYBUZZ_SSH_STOPPING' });
  });
});

/** The connection stays open and answers nothing any more, as a frozen host does. */
function silence(connection: unknown): void {
  const { _sock } = connection as { _sock: { pause(): void; removeAllListeners(event: string): void } };
  _sock.removeAllListeners('data');
  _sock.pause();
}
