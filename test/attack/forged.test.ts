import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startSlackSandbox, type Message, type SlackSandbox } from '../../sandbox/slack/index.ts';
import type { Execute } from '../../src/bot/interactions.ts';
import { createExecute } from '../../src/commands/index.ts';
import { parsePolicy } from '../../src/commands/policy-schema.ts';
import { openBot } from '../bot/bench.ts';
import { createFakeEngine, type FakeEngine } from '../bot/fake-engine.ts';
import * as runs from '../bot/runs.ts';
import { hashOf, inventory, known, modules } from '../commands/fakes.ts';
import { POLICY } from '../helpers/deployment.ts';
import { openEars } from './bolt.ts';
import { ORDINARY } from './payloads.ts';

const { RUN } = runs;
const OTHER = 'gutih-tugad';

/** The real way of a command, with an engine that says so should anything be decided in it. */
function realExecute(engine: FakeEngine, decided: string[]): Execute {
  const note = (what: string) => () => {
    decided.push(what);
    return engine.run(RUN);
  };
  const watched = { ...engine, approve: note('approve'), deny: note('deny'), cancel: note('cancel') };
  const policy = parsePolicy(POLICY, 'policy.yaml', { ...known, modules: ['postgresql', 'redis'] });
  return createExecute({
    ...{ inventory, modules, hashOf, policy: () => policy },
    engine: { ...watched, resume: note('resume'), abandon: note('abandon'), startRun: note('start') as never },
  });
}

/** A bot with a run that waits for approval in #ops, and one in #ops-alerts; everything real but the engine. */
async function openBench(slack?: SlackSandbox) {
  const engine = createFakeEngine();
  const decided: string[] = [];
  const given = slack === undefined ? {} : { slack };
  const bench = await openBot({ engine, execute: realExecute(engine, decided), ...given });
  engine.append(RUN, ...runs.WAITING);
  engine.append(OTHER, runs.asked('C0OPSALERTS'), runs.previewed, {
    ...runs.prompted,
    approval: `${OTHER}-2`,
  } as never);
  const root = await bench.rootWith('keybuzz_approve');
  const elsewhere = await bench.slack.waitFor(() => bench.slack.messages('#ops-alerts')[0]);
  return { ...bench, decided, root, elsewhere };
}

/** The message with another value on its buttons: what a forger would have to make Slack deliver. */
function forged(message: Message, value: string): Message {
  return JSON.parse(
    JSON.stringify(message, (key, each: unknown) => (key === 'value' && typeof each === 'string' ? value : each)),
  ) as Message;
}

describe('a forged button', () => {
  it.each([
    ['of a run that does not exist', 'hivob-zarun hivob-zarun-2', 'KEYBUZZ_RUN_UNKNOWN'],
    [
      'of a run without its approval, which another kind of id is given for',
      `${RUN} ${OTHER}-2`,
      'KEYBUZZ_PROMPT_OUTDATED',
    ],
    ['with the approval of a prompt that never was', `${RUN} ${RUN}-99`, 'KEYBUZZ_PROMPT_OUTDATED'],
    ['of a run that is reported in another channel', `${OTHER} ${OTHER}-2`, 'KEYBUZZ_CLICK_FOREIGN'],
    ['without a value', '', 'KEYBUZZ_COMMAND_INVALID'],
    ['with a value of 2000 characters', 'a'.repeat(2000), 'KEYBUZZ_COMMAND_INVALID'],
    ['with another command in it', `${RUN}\ncancel ${RUN}`, 'KEYBUZZ_COMMAND_INVALID'],
    ['with a mention in it', '<!channel> <!channel>', 'KEYBUZZ_COMMAND_INVALID'],
    ['named __proto__', '__proto__ __proto__', 'KEYBUZZ_COMMAND_INVALID'],
    ['named constructor', 'constructor constructor', 'KEYBUZZ_RUN_UNKNOWN'],
  ])('%s is refused, with the reason and what to do', async (_, value, code) => {
    const { slack, root, told, decided, engine } = await openBench();
    await slack.person('approver').click(forged(root, value), 'keybuzz_approve', { stale: true });
    const answer = JSON.stringify((await told('approver', code)).blocks);
    expect(answer).toMatch(/\*To do:\* [^\s].{8}/);
    expect(answer).not.toContain('<!');
    await engine.idle();
    expect(decided).toEqual([]);
  });

  it.each(['keybuzz_cancel', 'keybuzz_approve'])('%s in the channel of another run is refused', async (action) => {
    const { slack, elsewhere, told, decided, engine } = await openBench();
    await slack.person('operator').click({ ...forged(elsewhere, RUN) }, action, { stale: true });
    await told('operator', 'KEYBUZZ_CLICK_FOREIGN');
    await engine.idle();
    expect(decided).toEqual([]);
  });

  it('of another kind does what its own name says and nothing else: cancelling is no approval', async () => {
    const { slack, root, told, decided, engine } = await openBench();
    const cancel = JSON.stringify(root).replaceAll('keybuzz_cancel', 'keybuzz_abandon');
    await slack.person('viewer').click(JSON.parse(cancel) as Message, 'keybuzz_abandon', { stale: true });
    await told('viewer', 'KEYBUZZ_NOT_ALLOWED');
    await engine.idle();
    expect(decided).toEqual([]);
  });

  it('is not needed: the right one works', async () => {
    const { slack, root, decided, engine } = await openBench();
    await slack.person('approver').click(root, 'keybuzz_approve');
    await slack.waitFor(() => decided.length > 0 || undefined);
    await engine.idle();
    expect(decided).toEqual(['approve']);
  });
});

describe('forged private_metadata', () => {
  const submission = ORDINARY.find((each) => JSON.stringify(each).includes('view_submission')) as { view: object };

  it.each([
    ['of a run that does not exist', 'hivob-zarun', 'KEYBUZZ_RUN_UNKNOWN'],
    ['with a command of its own', `${RUN}\napprove ${RUN}`, undefined],
    ['with a flag', '--help', undefined],
    ['that is too long', 'a'.repeat(3000), 'KEYBUZZ_COMMAND_INVALID'],
    ['named __proto__', '__proto__', 'KEYBUZZ_RUN_UNKNOWN'],
    ['that is no text', { id: 1 } as unknown as string, undefined],
  ])('%s approves nothing, whoever sends it', async (_, private_metadata, code) => {
    const ears = await openEars();
    await ears.hear({ ...submission, view: { ...submission.view, private_metadata } });
    const engine = createFakeEngine();
    const decided: string[] = [];
    engine.append(RUN, ...runs.WAITING);
    const [interaction] = ears.recorded;
    if (interaction === undefined) throw new Error('nothing was recorded');
    expect(interaction.text).toMatch(/^deny /);
    const identity = { via: 'slack' as const, userId: 'U0APPROVER', teamId: 'T0KEYBUZZ', homeTeam: 'T0KEYBUZZ' };
    const executing = realExecute(engine, decided)(interaction.text, { identity, channel: '', interaction: 'i' });
    const refusal = await executing.then(
      () => undefined,
      (error: unknown) => error,
    );
    if (code !== undefined) expect(refusal).toMatchObject({ code });
    expect(decided.filter((what) => what !== 'deny')).toEqual([]);
  });
});

describe('somebody of another company in a shared channel', () => {
  let slack: SlackSandbox;
  beforeEach(async () => {
    const people = ['operator', 'approver', 'approver2', 'viewer'];
    slack = await startSlackSandbox({
      users: [
        ...people.map((name) => ({ id: `U0${name.toUpperCase()}`, name })),
        // The same id as one of ours, which only its own workspace keeps from being given twice.
        { id: 'U0APPROVER2', name: 'stranger', team_id: 'T0FOREIGN' },
      ],
    });
  });

  it('is a stranger, also with the id of somebody whom the policy names', async () => {
    const { root, told, decided, engine } = await openBench(slack);
    await slack.person('stranger').click(root, 'keybuzz_approve');
    const answer = JSON.stringify((await told('stranger', 'KEYBUZZ_NOT_ALLOWED')).blocks);
    expect(answer).toContain('Your Slack workspace `T0FOREIGN` does not count here');
    await engine.idle();
    expect(decided).toEqual([]);
  });
});

describe('a response_url', () => {
  let ears: Awaited<ReturnType<typeof openEars>>;
  beforeAll(async () => {
    ears = await openEars();
  });
  afterAll(() => ears.forget());

  it.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://127.0.0.1:6379/',
    'http://127.0.0.1:9@10.0.0.1/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    '//10.0.0.1/x',
    '',
  ])('%j that does not lead to Slack is not used', async (response_url) => {
    const { slackUrl } = await import('../../src/bot/responders.ts');
    expect(slackUrl(response_url, 'https://slack.com/api/')).toBe('');
    expect(slackUrl(response_url, 'http://127.0.0.1:9/api/')).toBe('');
    expect(await ears.hear({ ...(ORDINARY[0] as object), response_url })).toHaveLength(1);
  });

  it('that leads to Slack is', async () => {
    const { slackUrl } = await import('../../src/bot/responders.ts');
    const url = 'https://hooks.slack.com/commands/T0/1/x';
    expect(slackUrl(url, 'https://slack.com/api/')).toBe(url);
    expect(slackUrl('https://hooks.slack.com.evil.example/x', 'https://slack.com/api/')).toBe('');
    expect(slackUrl('https://evilslack.com/x', 'https://slack.com/api/')).toBe('');
    expect(slackUrl('http://hooks.slack.com/x', 'https://slack.com/api/')).toBe('');
  });
});
