import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { createRedact, Secret } from '../../src/secret.ts';
import { createSshPool, runRead, type ReadRequest, type SshPool } from '../../src/ssh/index.ts';
import { assemble } from './assemble.ts';
import { heldBytes } from '../helpers/memory.ts';
import { freePort, describeWithSshd, startSshd, type Sshd } from './sshd.ts';
import { startTestServer } from './test-server.ts';

const base = { args: [], mode: 'read' as const, secrets: [], timeoutSeconds: 30, redact: createRedact() };

/** Every process's command line and environment, as `ps auxe` would show them. */
function everyProcess(): string {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8') + readFileSync(`/proc/${pid}/environ`, 'utf8');
      } catch {
        return '';
      }
    })
    .join('\n');
}

describeWithSshd('runRead against sshd', () => {
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

  const read = (body: string, more: Partial<ReadRequest> = {}) =>
    runRead(pool, sshd.target, { ...base, script: assemble(body), ...more });

  it('comes over another connection once the pool was told to renew it', async () => {
    const ports = async () => (await read(`printf '%s' "$SSH_CONNECTION"`)).output;
    const first = await ports();
    expect(await ports()).toBe(first);
    pool.renew(sshd.target);
    const renewed = await ports();
    expect(renewed).toMatch(/^127[.]0[.]0[.]1 /);
    expect(renewed).not.toBe(first);
    expect(await ports()).toBe(renewed);
  });

  it('gives lines, output and ok', async () => {
    const result = await read('echo "::check ping pass 1ms fine"\necho "$1" >&2\nwc -c', { args: ['a  b'] });
    expect(result).toEqual({
      outcome: 'ok',
      exitCode: 0,
      code: '',
      reason: '',
      fix: '',
      lines: [
        { kind: 'check', id: 'ping', answer: 'pass', value: '1ms', text: 'fine' },
        { kind: 'log', text: 'a  b' },
        { kind: 'log', text: '0' },
      ],
      malformed: [],
      output: '::check ping pass 1ms fine\na  b\n0\n',
      outputBytes: 34,
    });
  });

  it.each([
    [64, 'KEYBUZZ_SCRIPT_USAGE'],
    [69, 'KEYBUZZ_SCRIPT_MISSING'],
    [75, 'KEYBUZZ_SCRIPT_BUSY'],
    [1, 'KEYBUZZ_SCRIPT_FAILED'],
    [255, 'KEYBUZZ_SCRIPT_FAILED'],
  ])('calls exit %i failed with code %s', async (exitCode, code) => {
    expect(await read(`exit ${exitCode}`)).toMatchObject({ outcome: 'failed', exitCode, code });
  });

  it('takes reason and fix from a failed script that names them, and not from one that ends well', async () => {
    const facts = 'echo "::fact reason the disk is full"\necho "::fact fix delete something"';
    expect(await read(`${facts}\nexit 69`)).toMatchObject({ reason: 'the disk is full', fix: 'delete something' });
    expect(await read(facts)).toMatchObject({ outcome: 'ok', reason: '', fix: '' });
  });

  it('reports a malformed line and keeps the outcome', async () => {
    expect(await read('echo "::chek a pass 1 x"')).toMatchObject({ outcome: 'ok', malformed: ['::chek a pass 1 x'] });
  });

  it('is ended by the host when its time is over', async () => {
    const result = await read('echo begun\nsleep 60', { timeoutSeconds: 1 });
    expect(result).toMatchObject({
      outcome: 'failed',
      exitCode: 124,
      code: 'KEYBUZZ_SCRIPT_TIMEOUT',
      output: 'begun\n',
    });
    expect(result.reason).toContain('1 seconds');
  });

  it('calls a script killed by a signal failed, never ok', async () => {
    expect(await read('kill -KILL $$')).toMatchObject({
      outcome: 'failed',
      exitCode: null,
      code: 'KEYBUZZ_SCRIPT_KILLED',
    });
  });

  it('shows a secret to no other process of the machine and not in its own output', async () => {
    const secret = new Secret('PROBE_TOKEN', 'canary-5d41402abc4b2a76');
    const running = read('echo "$PROBE_TOKEN"\necho ready\nsleep 1', {
      secrets: [secret],
      redact: createRedact([secret]),
    });
    let seen = '';
    const watch = setInterval(() => (seen += everyProcess()), 20);
    const result = await running;
    clearInterval(watch);
    expect(seen).toContain('bash\0-c');
    expect(seen).not.toContain(secret.reveal());
    expect(result.output).toBe('[REDACTED:PROBE_TOKEN]\nready\n');
  });

  it('stops when it is told to, and says unknown', async () => {
    const stop = new AbortController();
    const running = read('echo begun\nsleep 60', { signal: stop.signal });
    setTimeout(() => stop.abort(), 200);
    expect(await running).toMatchObject({ outcome: 'unknown', code: 'KEYBUZZ_SSH_ABORTED' });
  });

  it('holds a flood of output in bounded memory', async () => {
    const before = heldBytes();
    const result = await read('head -c 200000000 /dev/zero | tr "\\0" x\nhead -c 2000000 /dev/zero | tr "\\0" "\\n"', {
      timeoutSeconds: 60,
    });
    expect(heldBytes() - before).toBeLessThan(16 * 1024 * 1024);
    expect(result).toMatchObject({ outcome: 'ok', outputBytes: 202_000_000 });
    expect(result.output.length).toBeLessThan(300 * 1024);
  }, 60_000);

  it('goes on when scripts that nobody listens to any more fill the host limit of sessions', async () => {
    const stop = new AbortController();
    const stubborn = `trap '' TERM\nfor n in {1..40}; do sleep 0.1; done`;
    const left = Array.from({ length: 6 }, () => read(stubborn, { signal: stop.signal }));
    const first = Promise.race(left);
    setTimeout(() => stop.abort(), 500);
    await first;
    expect(await read('echo on')).toMatchObject({ outcome: 'ok', output: 'on\n' });
    expect((await Promise.all(left)).map(({ outcome }) => outcome)).toEqual(Array(6).fill('unknown'));
  });

  it('runs many at a time within the host limit of four sessions', async () => {
    const all = await Promise.all(Array.from({ length: 40 }, (_, n) => read(`echo ${n}`)));
    expect(all.map(({ outcome, code, output }) => [outcome, code, output])).toEqual(
      Array.from({ length: 40 }, (_, n) => ['ok', '', `${n}\n`]),
    );
  });

  it('calls a host that nothing answers on unknown, with the way out', async () => {
    const target = { ...sshd.target, port: await freePort() };
    const result = await runRead(pool, target, { ...base, script: assemble('true') });
    expect(result).toMatchObject({ outcome: 'unknown', exitCode: null, code: 'KEYBUZZ_HOST_UNREACHABLE' });
    expect(result.reason).toContain('loop-01');
    expect(result.fix).not.toBe('');
  });
});

describe('runRead against a server that misbehaves', () => {
  it('says unknown for a link cut in the middle, with what had come until then', async () => {
    const server = await startTestServer(({ channel }) => {
      channel.write('half a line');
      setTimeout(() => server.cut(), 50);
    });
    const pool = createSshPool({ keyFile: server.keyFile, knownHosts: () => server.knownHosts });
    const result = await runRead(pool, server.target, { ...base, script: assemble('true') });
    expect(result).toMatchObject({ outcome: 'unknown', code: 'KEYBUZZ_HOST_LINK_LOST', output: 'half a line\n' });
    await pool.close();
    await server.close();
  });

  it('asks once more when a connection that lay idle turns out to be dead', async () => {
    let isFirst = true;
    const server = await startTestServer(({ channel }) => {
      if (isFirst) {
        isFirst = false;
        server.cut();
        return;
      }
      channel.exit(0);
      channel.end();
    });
    const pool = createSshPool({ keyFile: server.keyFile, knownHosts: () => server.knownHosts });
    expect(await runRead(pool, server.target, { ...base, script: assemble('true') })).toMatchObject({ outcome: 'ok' });
    await pool.close();
    await server.close();
  });
});
