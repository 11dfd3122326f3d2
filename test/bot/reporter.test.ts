import { describe, expect, it } from '@jest/globals';
import { openBench } from './report-bench.ts';
import * as runs from './runs.ts';

const { RUN } = runs;

describe('reporter', () => {
  it('shows a prompt with its buttons on the root and the diffs in the thread', async () => {
    const { slack, engine, settle, root, thread } = await openBench();
    engine.append(RUN, ...runs.WAITING);
    await settle();
    expect(slack.messages('#ops')).toHaveLength(1);
    const drawn = JSON.stringify(root()?.blocks);
    expect(drawn).toContain('keybuzz_approve');
    expect(drawn).toContain('6 changes on 3 hosts');
    expect(drawn).toContain('<!date^1767229200^');
    expect(thread()).toHaveLength(1);
    expect(JSON.stringify(thread()[0]?.blocks)).toContain('&lt;!channel&gt; &amp; co');
  });

  it('ends with one root message that names the decision, the checks and the head, without buttons', async () => {
    const { slack, engine, settle, root, thread } = await openBench();
    engine.append(RUN, ...runs.WELL);
    await settle();
    expect(slack.messages('#ops')).toHaveLength(1);
    const drawn = JSON.stringify(root()?.blocks);
    expect(drawn).toContain('*Done with warnings*');
    expect(drawn).toContain('*Approved* by <@UAPPROVER>');
    expect(drawn).toContain('checks: 1 pass, 1 warn');
    expect(drawn).toContain((await engine.run(RUN)).head.slice(0, 12));
    expect(drawn).not.toContain('keybuzz_approve');
    expect(thread().map((note) => note.text.split('\n')[0])).toEqual([
      expect.stringContaining('Preview'),
      expect.stringContaining('Approved by'),
      expect.stringContaining('Install Redis'),
      expect.stringContaining('Check the cluster'),
      expect.stringContaining('is over'),
    ]);
  });

  it('tells host, reason, what to do and the last lines of a failure', async () => {
    const { engine, settle, root, thread } = await openBench();
    engine.append(RUN, ...runs.BROKEN);
    await settle();
    const note = JSON.stringify(thread()[2]?.blocks);
    expect(note).toContain('*redis-02* failed (exit 75): port 6379 is held by nginx');
    expect(note).toContain('Stop nginx on redis-02, then resume.');
    expect(note).toContain('Address already in use &lt;!channel&gt;');
    expect(JSON.stringify(root()?.blocks)).toContain('keybuzz_resume');
  });

  it('draws many events as few edits, the newest last, within Slack limits', async () => {
    const { slack, engine, clock, settle, root } = await openBench({ limits: 'slack' });
    engine.append(RUN, ...runs.WAITING, runs.approved, runs.locked, runs.stepStarted('install'));
    engine.append(RUN, ...runs.HOSTS.map(runs.hostStarted));
    await settle();
    const before = slack.calls('chat.update').length;
    for (let done = 1; done <= 9; done += 1) {
      for (const host of runs.HOSTS) engine.append(RUN, runs.hostProgress(host, done));
      await settle();
    }
    const edits = slack.calls('chat.update').slice(before);
    expect(edits.length).toBeLessThanOrEqual(9);
    expect(edits.every((edit) => edit.status === 200)).toBe(true);
    const gaps = edits.slice(1).map((edit, index) => edit.atMs - (edits[index]?.atMs ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(2000);
    expect(JSON.stringify(root()?.blocks)).toContain('9/9 Installing packages');
    expect(clock.sleptMs.length).toBeGreaterThan(0);
  });

  it('shows the end of a short run at once: nothing that nobody waits for is edited in before', async () => {
    const { slack, engine, clock, settle, root } = await openBench();
    const [askedStatus, started, ...rest] = runs.STATUS;
    const { posts } = engine;
    const save = posts.save.bind(posts);
    engine.append(RUN, ...(askedStatus === undefined ? [] : [askedStatus]));
    // The run goes on while its message is posted, and ends while the reporter waits.
    engine.posts = {
      ...posts,
      async save(runId, fields) {
        await save(runId, fields);
        if ('root' in fields && started !== undefined) engine.append(RUN, started);
      },
    };
    const sleep = clock.sleep.bind(clock);
    const sleptMs: number[] = [];
    clock.sleep = (ms, signal) => {
      sleptMs.push(ms);
      if (sleptMs.length === 3) engine.append(RUN, ...rest);
      return sleep(ms, signal);
    };
    await settle();
    expect(slack.calls('chat.update')).toHaveLength(1);
    expect(JSON.stringify(root()?.blocks)).toContain('Log head');
    expect(sleptMs.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(500);
  });

  it('shows the end of a short run at once also when the report was over before anything more had happened', async () => {
    const { slack, engine, clock, settle, root } = await openBench();
    const [asked, ...rest] = runs.STATUS;
    engine.append(RUN, ...(asked === undefined ? [] : [asked]));
    await settle();
    const sleep = clock.sleep.bind(clock);
    clock.sleep = (ms, signal) => {
      engine.append(RUN, ...rest.splice(0));
      return sleep(ms, signal);
    };
    engine.append(RUN, ...rest.splice(0, 1));
    await settle();
    expect(slack.calls('chat.update')).toHaveLength(1);
    expect(JSON.stringify(root()?.blocks)).toContain('Log head');
  });

  it('edits a message of a run that goes on when it has stood for two seconds', async () => {
    const { slack, engine, clock, settle, root } = await openBench();
    const { posts } = engine;
    const save = posts.save.bind(posts);
    engine.append(RUN, runs.askedStatus());
    engine.posts = {
      ...posts,
      async save(runId, fields) {
        await save(runId, fields);
        if ('root' in fields) engine.append(RUN, runs.stepStarted('checks'));
      },
    };
    await settle();
    const [edit] = slack.calls('chat.update');
    expect((edit?.atMs ?? 0) - Number(root()?.ts) * 1000).toBeGreaterThanOrEqual(1990);
    expect(clock.sleptMs.length).toBeGreaterThan(10);
  });

  it('reports again without a call when nothing changed', async () => {
    const { slack, engine, settle } = await openBench();
    engine.append(RUN, ...runs.WELL);
    await settle();
    const calls = slack.calls().length;
    await settle();
    expect(slack.calls()).toHaveLength(calls);
  });

  it('only waits when it is rate limited', async () => {
    const { slack, engine, settle, clock, root, thread } = await openBench();
    slack.fault({ method: 'chat.postMessage', kind: '429', retryAfterS: 30, times: 2 });
    engine.append(RUN, runs.asked());
    expect(await settle()).toBe(0);
    slack.fault({ method: 'chat.update', kind: '429', retryAfterS: 20 });
    engine.append(RUN, ...runs.WELL.slice(1));
    expect(await settle()).toBe(0);
    expect(clock.sleptMs.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(80_000);
    expect(slack.messages('#ops')).toHaveLength(1);
    expect(thread()).toHaveLength(5);
    expect(JSON.stringify(root()?.blocks)).toContain('*Done with warnings*');
  });

  it('posts a fresh root when the old one is gone', async () => {
    const { slack, engine, settle } = await openBench();
    engine.append(RUN, ...runs.WAITING);
    await settle();
    slack.fault({ method: 'chat.update', kind: 'error', error: 'message_not_found' });
    engine.append(RUN, ...runs.WELL.slice(3));
    await settle();
    const [, fresh] = slack.messages('#ops');
    expect(JSON.stringify(fresh?.blocks)).toContain('*Done with warnings*');
    expect(slack.thread('#ops', fresh?.ts ?? '').slice(1)).toHaveLength(4);
  });

  it('moves to the ops channel when it may not post where it was asked', async () => {
    const { slack, engine, settle } = await openBench();
    slack.fault({ method: 'chat.postMessage', kind: 'error', error: 'not_in_channel' });
    engine.append(RUN, ...runs.WAITING);
    await settle();
    expect(slack.messages('#ops')).toHaveLength(0);
    expect(JSON.stringify(slack.messages('#ops-alerts')[0]?.blocks)).toContain('Asked in <#C0OPS>');
  });

  it('reports terminal runs in the ops channel', async () => {
    const { slack, engine, settle } = await openBench();
    engine.append(RUN, runs.asked('', 'terminal'));
    await settle();
    expect(JSON.stringify(slack.messages('#ops-alerts')[0]?.blocks)).toContain('in the terminal');
  });

  it('shows the text alone when Slack does not take the blocks', async () => {
    const { slack, engine, settle, root } = await openBench();
    slack.fault({ method: 'chat.postMessage', kind: 'error', error: 'invalid_blocks' });
    engine.append(RUN, runs.asked());
    await settle();
    expect(root()?.text).toContain('deploy redis');
  });

  it('answers a status in the root message alone', async () => {
    const { engine, settle, root, thread } = await openBench();
    engine.append(RUN, ...runs.STATUS);
    await settle();
    expect(JSON.stringify(root()?.blocks)).toContain('three Sentinels name redis-01');
    expect(thread()).toHaveLength(0);
  });
});
