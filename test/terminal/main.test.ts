import { describe, expect, it } from '@jest/globals';
import type { Reply } from '../../src/commands/reply.ts';
import { BusyError, CommandError, ConfigError, ExternalError, RefusedError } from '../../src/errors.ts';
import type { RunState } from '../../src/jobs/index.ts';
import { runTerminal } from '../../src/terminal/main.ts';
import { ENDED_OK, PLAIN, runState, stepState, WAITING } from './fixtures.ts';

interface Situation {
  reply?: Reply;
  error?: Error;
  states?: RunState[];
}

async function type(args: string[], situation: Situation) {
  const out: string[] = [];
  const errors: string[] = [];
  const texts: string[] = [];
  const code = await runTerminal(args, {
    execute(text) {
      texts.push(text);
      if (situation.error !== undefined) return Promise.reject(situation.error);
      return Promise.resolve(situation.reply ?? { kind: 'runs', runs: [] });
    },
    engine: {
      // eslint-disable-next-line @typescript-eslint/require-await -- the face is asynchronous, this engine has its answers
      async *watch() {
        yield* situation.states ?? [];
      },
    },
    approvers: () => ['Anne', 'operators'],
    write: (text) => out.push(text),
    writeError: (text) => errors.push(text),
    style: PLAIN,
    signal: new AbortController().signal,
  });
  return { code, out: out.join(''), errors: errors.join(''), text: texts[0] };
}

const started: Reply = { kind: 'started', state: runState(), duplicate: false };
const sick = stepState('ask', {
  status: 'ok',
  checks: [{ check: 'quorum', answer: 'unknown', value: '', text: 'no answer' }],
});

describe('exit codes', () => {
  it.each<[string, number, Situation]>([
    ['0 for an answer', 0, {}],
    ['0 for a run that ended well', 0, { reply: started, states: [runState(), runState(ENDED_OK)] }],
    [
      '1 for a run that ended well with an unknown check',
      1,
      { reply: started, states: [runState({ ...ENDED_OK, steps: [sick] })] },
    ],
    ['1 for an interrupted run', 1, { reply: started, states: [runState({ status: 'interrupted' })] }],
    ['2 for wrong use', 2, { error: new CommandError('No.', { code: 'KEYBUZZ_X', fix: '' }) }],
    ['3 for a run that waits for approval', 3, { reply: started, states: [runState(WAITING)] }],
    ['4 for a refusal', 4, { error: new RefusedError('No.', { code: 'KEYBUZZ_X', fix: '' }) }],
    [
      '4 for a denied run',
      4,
      { reply: started, states: [runState({ ...ENDED_OK, ending: { ending: 'denied', reason: '', fix: '' } })] },
    ],
    ['1 when Redis is away', 1, { error: new ExternalError('No.', { code: 'KEYBUZZ_X', fix: '' }) }],
    ['1 when somebody else holds it', 1, { error: new BusyError('No.', { code: 'KEYBUZZ_X', fix: '' }) }],
    ['1 for a defect', 1, { error: new Error('boom') }],
    ['78 for a bad inventory', 78, { error: new ConfigError('No.', { code: 'KEYBUZZ_X', fix: '' }) }],
  ])('is %s, with and without --json', async (_name, code, situation) => {
    expect((await type(['status'], situation)).code).toBe(code);
    const json = await type(['status', '--json'], situation);
    expect(json.code).toBe(code);
    expect(JSON.parse(json.out)).toMatchObject({ format: 1, exit: code });
    expect(json.errors).toBe('');
  });
});

describe('runTerminal', () => {
  it('follows a run to its end', async () => {
    const step = stepState('install', { status: 'running' });
    const states = [runState(), runState({ status: 'running', steps: [step] }), runState(ENDED_OK)];
    const { out } = await type(['deploy', 'redis'], { reply: started, states });
    expect(out.split('\n')).toEqual([
      'Started run dapod-kivag: deploy redis.',
      'Asking the hosts what would change ...',
      '› Install Redis',
      '',
      'deploy redis · run dapod-kivag · ok',
      '✓ Done after 34 s',
      'log: 7 events, head abcdef012345',
      '',
    ]);
  });

  it('says what to type and who may when a run waits for approval', async () => {
    const { out } = await type(['deploy', 'redis'], { reply: started, states: [runState(WAITING)] });
    expect(out).toContain('  keybuzz approve dapod-kivag\n');
    expect(out).toContain('  Not by Ada, who asked.\n  May approve: Anne, operators\n');
  });

  it('follows a run that was approved here', async () => {
    const reply: Reply = { kind: 'decided', state: runState({ status: 'waiting-locks' }), decision: 'approved' };
    const { code, out } = await type(['approve', 'dapod-kivag'], { reply, states: [runState(ENDED_OK)] });
    expect(code).toBe(0);
    expect(out).toContain('You approved run dapod-kivag');
  });

  it('returns at once with --detach', async () => {
    const { code, out, text } = await type(['deploy', 'redis', '--detach'], {
      reply: started,
      states: [runState(WAITING)],
    });
    expect(code).toBe(0);
    expect(text).toBe('deploy redis');
    expect(out).toContain('See where it stands: keybuzz show dapod-kivag');
  });

  it('says that the run goes on when the person stops watching', async () => {
    const { code, out } = await type(['deploy', 'redis'], { reply: started, states: [runState()] });
    expect(code).toBe(130);
    expect(out).toContain('The run goes on without you: keybuzz show dapod-kivag');
  });

  it('keeps an argument with spaces and quotes whole', async () => {
    expect((await type(['deny', 'dapod-kivag', 'not "now"'], {})).text).toBe('deny dapod-kivag "not \\"now\\""');
  });

  it('puts the last state into the JSON document', async () => {
    const { out } = await type(['deploy', 'redis', '--json'], {
      reply: started,
      states: [runState(), runState(ENDED_OK)],
    });
    expect(JSON.parse(out)).toMatchObject({ reply: { kind: 'started', state: { ending: { ending: 'ok' } } } });
  });

  it('puts an error into the JSON document', async () => {
    const error = new CommandError('No such verb.', { code: 'KEYBUZZ_VERB', fix: 'Type help.' });
    const { out } = await type(['stauts', '--json'], { error });
    expect(JSON.parse(out)).toEqual({
      format: 1,
      exit: 2,
      error: { code: 'KEYBUZZ_VERB', message: 'No such verb.', fix: 'Type help.' },
    });
  });
});
