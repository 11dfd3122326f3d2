import { describe, expect, it } from '@jest/globals';
import { openBench } from './report-bench.ts';
import * as runs from './runs.ts';

const { RUN } = runs;

describe('a bot, whatever happens while it posts,', () => {
  it('posts one root message when the answer to it was lost', async () => {
    const { slack, engine, settle } = await openBench();
    slack.fault({ method: 'chat.postMessage', kind: 'reset-after-store' });
    engine.append(RUN, ...runs.WAITING);
    expect(await settle()).toBeGreaterThan(0);
    expect(slack.messages('#ops')).toHaveLength(1);
  });

  it('posts one root message when it is killed while Slack takes it, and nothing can be written down any more', async () => {
    const { slack, engine, report, settle } = await openBench();
    engine.append(RUN, ...runs.WAITING);
    const { posts } = engine;
    engine.posts = {
      ...posts,
      save: (runId, fields) =>
        slack.calls('chat.postMessage').length > 0 ? Promise.reject(new Error('killed')) : posts.save(runId, fields),
    };
    await expect(report(RUN)).rejects.toThrow('killed');
    expect(slack.messages('#ops')).toHaveLength(1);
    engine.posts = posts;
    await settle();
    expect(slack.messages('#ops')).toHaveLength(1);
  });

  it.each([
    ['the root message', 0],
    ['the notes', 1],
  ])('posts %s once when it stood still while another bot posted', async (_, told) => {
    const { slack, engine, report, settle, thread } = await openBench();
    engine.append(RUN, ...runs.WELL.slice(0, told));
    if (told > 0) await settle();
    const { posts } = engine;
    const old = await posts.load(RUN);
    engine.append(RUN, ...runs.WELL.slice(told));
    await settle();
    const notes = thread().length;
    engine.posts = { ...posts, load: () => Promise.resolve(old) };
    await expect(report(RUN)).rejects.toMatchObject({ code: 'KEYBUZZ_POST_TAKEN_OVER' });
    engine.posts = posts;
    await settle();
    expect(slack.messages('#ops')).toHaveLength(1);
    expect(notes).toBeGreaterThan(0);
    expect(thread()).toHaveLength(notes);
  });

  it('gives what a killed bot began to post the time that a call may take, and some for Slack to show it', async () => {
    const { slack, engine, settle, clock } = await openBench();
    engine.append(RUN, ...runs.WAITING);
    await engine.posts.save(RUN, { root: `posting:${clock.nowMs()}` });
    await settle();
    expect(slack.messages('#ops')).toHaveLength(1);
    expect(clock.sleptMs.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(18_000);
  });

  it('posts each note once when the answers to all of them are lost', async () => {
    const { slack, engine, settle, thread } = await openBench();
    engine.append(RUN, runs.asked());
    await settle();
    slack.fault({ method: 'chat.postMessage', kind: 'reset-after-store', times: 5 });
    engine.append(RUN, ...runs.WELL.slice(1));
    await settle();
    expect(thread()).toHaveLength(5);
    expect(new Set(thread().map((note) => note.text)).size).toBe(5);
  });

  it('posts again when the connection broke before Slack had the message', async () => {
    const { slack, engine, settle, clock } = await openBench();
    slack.fault({ method: 'chat.postMessage', kind: 'reset' });
    engine.append(RUN, ...runs.WAITING);
    await settle();
    expect(slack.messages('#ops')).toHaveLength(1);
    expect(clock.sleptMs.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(3000);
  });

  it('replaces a message that somebody deleted once when it stood still while another bot replaced it', async () => {
    const { slack, engine, report, settle, root } = await openBench();
    engine.append(RUN, ...runs.WAITING);
    await settle();
    const { posts } = engine;
    const old = await posts.load(RUN);
    const first = root();
    if (first !== undefined) slack.admin.deleteMessage(first);
    engine.append(RUN, ...runs.WELL.slice(3));
    await settle();
    engine.posts = { ...posts, load: () => Promise.resolve(old) };
    await expect(report(RUN)).rejects.toMatchObject({ code: 'KEYBUZZ_POST_TAKEN_OVER' });
    engine.posts = posts;
    await settle();
    expect(slack.messages('#ops')).toHaveLength(1);
    expect(JSON.stringify(root()?.blocks)).toContain('*Done with warnings*');
  });
});
