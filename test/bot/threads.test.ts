import { describe, expect, it } from '@jest/globals';
import type { RunEvent } from '../../src/jobs/index.ts';
import { openBot } from './bench.ts';
import * as runs from './runs.ts';

const { RUN } = runs;

/** The same events, asked for in a thread of #ops. */
function askedIn(thread: string, [, ...rest]: readonly RunEvent['body'][]): RunEvent['body'][] {
  return [{ ...runs.asked(), origin: { via: 'slack', channel: 'C0OPS', thread } } as RunEvent['body'], ...rest];
}

describe('a run asked for in a thread', () => {
  it('is reported in that thread, each note saying which run it is about', async () => {
    const { slack, engine, operator } = await openBot();
    const talk = operator.say('#ops', 'Redis is slow again');
    engine.append(RUN, ...askedIn(talk.ts, runs.WELL));
    const thread = () => slack.thread('#ops', talk.ts).slice(1);
    await slack.waitFor(() => JSON.stringify(thread()).includes('*Done with warnings*'));
    await slack.waitFor(() => thread().length === 6);
    expect(slack.messages('#ops')).toEqual([talk]);
    for (const note of thread().slice(1)) expect(JSON.stringify(note.blocks?.at(-1))).toContain(`Run \`${RUN}\``);
  });

  it('has a thread of its own when that one is gone', async () => {
    const { slack, engine, operator } = await openBot();
    const talk = operator.say('#ops', 'Redis is slow again');
    slack.admin.deleteMessage(talk);
    engine.append(RUN, ...askedIn(talk.ts, runs.WELL));
    const root = await slack.waitFor(() =>
      slack.messages('#ops').find((each) => JSON.stringify(each.blocks).includes('*Done with warnings*')),
    );
    await slack.waitFor(() => slack.thread('#ops', root.ts).length === 6);
    expect(slack.messages('#ops')).toHaveLength(1);
  });

  it('leaves the thread with the channel when nothing can be posted there', async () => {
    const { slack, engine, operator } = await openBot();
    const talk = operator.say('#ops', 'Redis is slow again');
    slack.fault({ method: 'chat.postMessage', kind: 'error', error: 'not_in_channel', channel: 'C0OPS' });
    engine.append(RUN, ...askedIn(talk.ts, runs.WELL));
    const root = await slack.waitFor(() => slack.messages('#ops-alerts')[0]);
    await slack.waitFor(() => slack.thread('#ops-alerts', root.ts).length === 6);
  });
});
