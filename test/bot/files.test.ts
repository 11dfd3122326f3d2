import { describe, expect, it } from '@jest/globals';
import { FILE_BYTES_MAX } from '../../src/bot/attachments.ts';
import { sha256 } from '../../src/canonical.ts';
import type { RunEvent } from '../../src/jobs/index.ts';
import { openBench } from './report-bench.ts';
import * as runs from './runs.ts';

const { RUN } = runs;
type Body = RunEvent['body'];

const DONE = Array.from({ length: 60 }, (_, index) => `Setting up package ${index} …`).join('\n');

/** The host ends with this output; nothing but its last lines is in the log. */
function finished(host: string, output: string, over: Partial<Extract<Body, { type: 'host.finished' }>> = {}): Body {
  const tail = output
    .split('\n')
    .filter((line) => line !== '')
    .slice(-40);
  const outputBytes = Buffer.byteLength(output);
  return runs.hostFinished(host, { tail, outputBytes, outputHash: sha256(output), ...over });
}

/** A run in which redis-01 printed `output` and the others nothing, up to its end. */
function well(output: string): Body[] {
  const isFinished = (body: Body) => body.type === 'host.finished' && body.host === 'redis-01';
  return runs.WELL.map((body) => (isFinished(body) ? finished('redis-01', output) : body));
}

/** A run in which redis-02 failed after printing `output`. */
function broken(output: string): Body[] {
  const failed = {
    outcome: 'failed' as const,
    exitCode: 75,
    changes: [],
    reason: 'port 6379 is held',
    fix: 'Stop nginx.',
  };
  return runs.BROKEN.map((body) => (body === runs.failedHost ? finished('redis-02', output, failed) : body));
}

async function open(...parameters: Parameters<typeof openBench>) {
  const bench = await openBench(...parameters);
  const files = () => bench.slack.files().map(({ name, content }) => ({ name, text: content.toString('utf8') }));
  return { ...bench, files };
}

describe('the output of a run', () => {
  it('is a file in its thread at the end, after the messages', async () => {
    const { engine, outputs, settle, files, thread } = await open();
    outputs.set('install redis-01', DONE);
    engine.append(RUN, ...well(DONE));
    await settle();
    const [file, ...others] = files();
    expect(others).toEqual([]);
    expect(file?.name).toBe(`${RUN}-${runs.WELL.length}.log`);
    expect(file?.text).toContain(`===== redis-01: Install Redis: ok, exit 0, attempt 1 =====\n${DONE}`);
    expect(thread().map(({ files: shown }) => shown?.length ?? 0)).toEqual([0, 0, 0, 0, 0, 1]);
  });

  it('is no file when nothing was printed', async () => {
    const { engine, settle, files, slack } = await open();
    engine.append(RUN, ...runs.WELL);
    await settle();
    expect([files(), slack.calls('files.getUploadURLExternal')]).toEqual([[], []]);
  });

  it('is a file as soon as a step has failed, and not once more at the end', async () => {
    const { engine, outputs, settle, files } = await open();
    outputs.set('install redis-02', DONE);
    engine.append(RUN, ...broken(DONE));
    await settle();
    expect(files()).toEqual([{ name: expect.stringMatching(/-install\.log$/), text: expect.stringContaining(DONE) }]);
    const person = runs.OLGA;
    engine.append(RUN, { type: 'abandon.requested', person, interaction: 'i' });
    engine.append(RUN, { type: 'run.ended', ending: 'abandoned', reason: '', fix: '' });
    await settle();
    expect(files()).toHaveLength(1);
  });

  it('is no file when the note of the failed step shows all of it', async () => {
    const { engine, outputs, settle, files } = await open();
    const short = 'Starting redis-server\nbind: Address already in use\n';
    outputs.set('install redis-02', short);
    engine.append(RUN, ...broken(short));
    await settle();
    expect(files()).toEqual([]);
  });

  it('says so when a later attempt took its place, and when less was kept than was printed', async () => {
    const { engine, outputs, settle, files } = await open();
    outputs.set('install redis-02', DONE);
    engine.append(RUN, ...broken(`${DONE}\nfirst attempt`));
    await settle();
    expect(files()[0]?.text).toContain('[What was kept is the output of a later attempt.]');
    const other = await open();
    other.outputs.set('install redis-01', DONE);
    const events = well(DONE).map((body) =>
      body.type === 'host.finished' && body.host === 'redis-01' ? { ...body, outputBytes: 9_000_000 } : body,
    );
    other.engine.append(RUN, ...events);
    await other.settle();
    const kept = Buffer.byteLength(DONE);
    expect(other.files()[0]?.text).toContain(`it printed 9000000 bytes, ${kept} were kept`);
  });

  it('holds neither tokens nor what would move a terminal, and is cut in the middle with a line that says so', async () => {
    const { engine, outputs, settle, files } = await open();
    const token = `xoxb-${'1234567890'.repeat(2)}`;
    const long = `first\u001b[2J ${token}\r\n${'é'.repeat(99)}\n${'middle of it\n'.repeat(300_000)}last`;
    outputs.set('install redis-01', long);
    engine.append(RUN, ...well(long));
    await settle();
    const text = files()[0]?.text ?? '';
    expect(Buffer.byteLength(text)).toBeLessThan(FILE_BYTES_MAX + 1000);
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\ufffd]/); // eslint-disable-line no-control-regex -- it is what is looked for
    expect(text).not.toContain(token);
    expect(text).toMatch(/first\[2J \[REDACTED\]\né+\nmiddle/);
    expect(text).toMatch(
      /\n\[\d+ bytes are cut here; on install-01 all of it: keybuzz logs lusab-babad install redis-01\]\n/,
    );
    expect(text.trimEnd().endsWith('last')).toBe(true);
  });

  it('shares the room between hosts: a short one is whole', async () => {
    const { engine, outputs, settle, files } = await open();
    const long = 'a line of a hundred\n'.repeat(FILE_BYTES_MAX / 20);
    for (const host of ['redis-01', 'redis-03']) outputs.set(`install ${host}`, long);
    outputs.set('install redis-02', DONE);
    const events = runs.WELL.map((body) =>
      body.type === 'host.finished' ? finished(body.host, outputs.get(`install ${body.host}`) ?? '') : body,
    );
    engine.append(RUN, ...events);
    await settle();
    const text = files()[0]?.text ?? '';
    expect(text).toContain(DONE);
    expect(text.match(/bytes are cut here/g)).toHaveLength(2);
    expect(Buffer.byteLength(text)).toBeGreaterThan(FILE_BYTES_MAX * 0.9);
  });
});

describe('an upload', () => {
  const uploaded = async (slackIs: (slack: Awaited<ReturnType<typeof open>>['slack']) => void) => {
    const bench = await open();
    bench.outputs.set('install redis-01', DONE);
    bench.engine.append(RUN, ...runs.WAITING);
    await bench.settle();
    slackIs(bench.slack);
    bench.engine.append(RUN, ...well(DONE).slice(runs.WAITING.length));
    await bench.settle();
    return bench;
  };
  const shared = (bench: Awaited<ReturnType<typeof open>>) => bench.thread().filter(({ files }) => files !== undefined);

  it('stands once when the answer to it was lost', async () => {
    const bench = await uploaded((slack) => {
      slack.fault({ method: 'files.completeUploadExternal', kind: 'reset-after-store', times: 3 });
    });
    expect(shared(bench)).toHaveLength(1);
    expect(bench.slack.calls('files.completeUploadExternal')).toHaveLength(1);
  });

  it('stands once when the bot was killed before it could write down that it stands', async () => {
    const bench = await uploaded(() => undefined);
    const stored = bench.engine.stored.get(RUN) ?? {};
    const slot = Object.keys(stored).find((field) => field.endsWith('-file')) ?? '';
    bench.engine.stored.set(RUN, { ...stored, [slot]: `posting:${bench.clock.nowMs()}`, noted: '0' });
    await bench.settle();
    expect(shared(bench)).toHaveLength(1);
  });

  it.each(['files.getUploadURLExternal', 'upload', 'files.completeUploadExternal'])(
    'is tried again when %s did not get through',
    async (method) => {
      const bench = await uploaded((slack) => slack.fault({ method, kind: 'reset' }));
      expect(shared(bench)).toHaveLength(1);
    },
  );

  it('waits when it is rate limited', async () => {
    const bench = await uploaded((slack) => {
      slack.fault({ method: 'files.getUploadURLExternal', kind: '429', retryAfterS: 30 });
    });
    expect(shared(bench)).toHaveLength(1);
    expect(bench.clock.sleptMs.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(30_000);
  });

  it.each([
    [
      'is refused',
      { method: 'files.completeUploadExternal', kind: 'error', error: 'not_in_channel' },
      'not_in_channel',
    ],
    ['never gets through', { method: 'upload', kind: 'reset', times: Infinity }, 'given up after 4 tries'],
  ] as const)(
    'that %s becomes a message that says where to look, and holds nothing else back',
    async (_, fault, why) => {
      const bench = await uploaded((slack) => slack.fault(fault));
      expect(shared(bench)).toEqual([]);
      const last = bench.thread().at(-1)?.text ?? '';
      expect(last).toContain(`Not uploaded (${why})`);
      expect(last).toContain(`keybuzz logs ${RUN}`);
      expect(bench.thread().some(({ text }) => text.includes('is over'))).toBe(true);
      await bench.settle();
      expect(bench.thread().filter(({ text }) => text.includes('Not uploaded'))).toHaveLength(1);
    },
  );
});

describe('a preview that its note can not show', () => {
  const preview = (over: Partial<Extract<Body, { type: 'preview.taken' }>>): Body[] => [
    runs.asked(),
    { ...runs.previewed, ...over } as Body,
    runs.prompted,
  ];
  const diff = (host: string, text: string) => ({ host, target: '/etc/redis/redis.conf', text });

  it('is a file with every change and every diff', async () => {
    const { engine, settle, files } = await open();
    const long = Array.from({ length: 200 }, (_, index) => `+maxmemory ${index}gb`).join('\n');
    engine.append(RUN, ...preview({ diffs: [diff('redis-01', long)] }));
    await settle();
    const [file] = files();
    expect(file?.name).toBe(`${RUN}-3-preview.diff`);
    expect(file?.text).toContain(long);
    for (const { host, kind, target } of runs.CHANGES) expect(file?.text).toContain(`${host}: ${kind} ${target}`);
  });

  it('says where a diff was cut by the worker', async () => {
    const { engine, settle, files } = await open();
    engine.append(RUN, ...preview({ diffs: [diff('redis-01', `+${'x'.repeat(3999)}`)] }));
    await settle();
    expect(files()[0]?.text).toContain('[The diff is cut here after 4000 characters.]');
  });

  it('is no file when it fits', async () => {
    const { engine, settle, files } = await open();
    engine.append(RUN, ...runs.WAITING);
    await settle();
    expect(files()).toEqual([]);
  });
});
