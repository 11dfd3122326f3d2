import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { notesOf } from '../../src/bot/notes.ts';
import { replyMessage } from '../../src/bot/views/reply.ts';
import { rootMessage } from '../../src/bot/views/root.ts';
import { sha256 } from '../../src/canonical.ts';
import { DefectError, HostError } from '../../src/errors.ts';
import { factsOf } from '../../src/jobs/ask-checks.ts';
import { RunEvent, type EventBody } from '../../src/jobs/events.ts';
import { nextEvent } from '../../src/jobs/log.ts';
import { applyEvent } from '../../src/jobs/reduce.ts';
import type { RunState } from '../../src/jobs/state.ts';
import { changesOf } from '../../src/jobs/take-preview.ts';
import { printableJson } from '../../src/printable-json.ts';
import { createRedact } from '../../src/secret.ts';
import { createAnswerReader } from '../../src/ssh/ask.ts';
import { reasonOfState } from '../../src/ssh/host-answer.ts';
import { createOutputReader, type ReadOutput } from '../../src/ssh/output.ts';
import { endingOfExit, resultOf } from '../../src/ssh/result.ts';
import { makeVisible } from '../../src/ssh/visible.ts';
import { endingOfAnswer, parseFollowAnswer } from '../../src/ssh/work-ending.ts';
import { progressLines } from '../../src/terminal/follow.ts';
import { renderReply } from '../../src/terminal/render.ts';
import { hostFinished, hostStarted, stepFinished, WELL, RUN } from '../bot/runs.ts';
import { PLAIN } from '../terminal/fixtures.ts';
import { hostile, inputsOf, mixed, piece, TIMEOUT_MS } from './inputs.ts';
import { assertMessage, assertPrintedJson, assertTerminal } from './safe.ts';

const redact = createRedact();

const fields = fc.array(mixed(['a', 'pass', 'fail', '7', '1/2', 'reason', 'fix', 'file', '/etc/x']), { maxLength: 4 });
const kind = fc.constantFrom('::check', '::change', '::fact', '::progress', '::', '::constructor', '| +', 'log');
const line = fc.oneof(
  fc.tuple(kind, fields).map(([word, rest]) => [word, ...rest].join(' ')),
  hostile,
);
/** What a host sends: such lines, and bytes that are no text at all. */
const output = fc
  .array(fc.oneof({ weight: 5, arbitrary: line.map((text) => Buffer.from(text)) }, fc.uint8Array({ maxLength: 40 })), {
    maxLength: 8,
  })
  .map((lines) => Buffer.concat(lines.flatMap((each) => [each, Buffer.from('\n')])));

function readOutput(bytes: Uint8Array): ReadOutput {
  const reader = createOutputReader({ redact });
  reader.push(bytes);
  return reader.end();
}

const upTo = WELL.findIndex(({ type }) => type === 'host.started');

function applied(bodies: readonly EventBody[]): { events: RunEvent[]; state: RunState } {
  let state: RunState | undefined;
  const events = bodies.map((body) => {
    const event = nextEvent(state, body, Date.UTC(2026, 0, 1));
    state = applyEvent(RUN, state, event);
    return event;
  });
  if (state === undefined) throw new Error('no state');
  return { events, state };
}

/** The events that a worker writes of such an output: as do-work.ts makes them. */
function eventsOf(read: ReadOutput, exitCode: number): EventBody[] {
  const result = resultOf(endingOfExit(exitCode), read);
  const { changes, diffs } = changesOf('install', 'redis-02', result);
  const checks = result.lines.flatMap((each) =>
    each.kind === 'check' ? [{ check: each.id, answer: each.answer, value: each.value, text: each.text }] : [],
  );
  const progress = result.lines.flatMap((each): EventBody[] =>
    each.kind === 'progress' ? [{ type: 'host.progress', step: 'install', host: 'redis-02', attempt: 1, ...each }] : [],
  );
  const tail = result.output.split('\n').map((each) => each.slice(0, 300));
  const { outcome, reason, fix, outputBytes } = result;
  return [
    { type: 'preview.taken', attempt: 1, locked: true, hash: 'h', changes, diffs, troubles: [] },
    hostStarted('redis-02'),
    ...progress,
    hostFinished('redis-02', {
      ...{ outcome, exitCode, changes, checks, facts: factsOf(result.lines), tail, reason, fix },
      ...{ outputBytes, outputHash: sha256(result.output) },
    }),
    stepFinished('install', outcome, reason, fix),
  ];
}

describe('whatever a host prints', () => {
  it(
    'is read without an error, and comes out with every control character written out',
    () => {
      fc.assert(
        fc.property(output, (bytes) => {
          const read = readOutput(bytes);
          const said = JSON.stringify([read.lines, read.malformed]);
          if (makeVisible(read.output) !== read.output) throw new Error(`not visible: ${JSON.stringify(read.output)}`);
          if (makeVisible(said) !== said) throw new Error(`not visible: ${said}`);
          if (read.outputBytes !== bytes.length) throw new Error('bytes were not counted');
        }),
        inputsOf('host lines'),
      );
    },
    TIMEOUT_MS,
  );

  it(
    'reaches Slack, the terminal, JSON and the log as text, from a log that can be read back',
    () => {
      fc.assert(
        fc.property(output, fc.constantFrom(0, 1, 69), (bytes, exitCode) => {
          const read = readOutput(bytes);
          const { events, state } = applied([...WELL.slice(0, upTo), ...eventsOf(read, exitCode)]);
          for (const event of events) RunEvent.parse(JSON.parse(JSON.stringify(event)));
          assertMessage(rootMessage(state));
          for (const { message } of notesOf(RUN, events)) assertMessage(message);
          for (const reply of [
            { kind: 'run', state, events },
            { kind: 'logs', state, step: 'install', host: 'redis-02', text: read.output },
          ] as const) {
            assertMessage(replyMessage(reply));
            assertTerminal(renderReply(reply, PLAIN));
            assertPrintedJson(printableJson(redact(JSON.stringify(reply))));
          }
          assertTerminal(progressLines(undefined, state, PLAIN));
        }),
        inputsOf('host reports'),
      );
    },
    TIMEOUT_MS,
  );
});

describe('whatever a host answers in place of our own scripts', () => {
  const target = { host: 'redis-01', address: '10.0.0.123', port: 22, user: 'root' };
  const word = mixed([
    'done',
    'running',
    'success',
    'exited',
    'killed',
    '0',
    '7',
    '10',
    'none',
    'stop',
    '1e999',
    '1.5',
    '9007199254740991',
  ]);
  const answer = fc.tuple(fc.array(word, { maxLength: 11 }), hostile, fc.array(fc.nat(), { maxLength: 4 }));

  it(
    'is an end that can be written down, or no answer',
    () => {
      fc.assert(
        fc.property(answer, ([words, rest, at]) => {
          const reader = createAnswerReader('n0nce', target.host);
          const bytes = Buffer.from(`KEYBUZZ n0nce ${words.join(' ')}\n${rest}`);
          const places = [0, ...at.map((place) => place % bytes.length).sort((a, b) => a - b), bytes.length];
          try {
            places.slice(1).forEach((end, n) => reader.push(bytes.subarray(places[n], end)));
          } catch (error) {
            if (!(error instanceof HostError)) throw error;
            return;
          }
          const read = reader.read().words ?? [];
          assertTerminal(read);
          const followed = parseFollowAnswer(read);
          const ending = followed === undefined ? 'running' : endingOfAnswer(followed, target);
          const { reason, exitCode } = ending === 'running' ? { reason: '', exitCode: 1 } : ending;
          const states = [reason, reasonOfState(read[0] ?? '', target)];
          for (const each of states) assertTerminal([each]);
          const finished = hostFinished('redis-02', { outcome: 'failed', exitCode, reason: states.join(' ') });
          const { events } = applied([...WELL.slice(0, upTo), hostStarted('redis-02'), finished]);
          RunEvent.parse(JSON.parse(JSON.stringify(events.at(-1))));
        }),
        inputsOf('host answers'),
      );
    },
    TIMEOUT_MS,
  );

  it('never makes an event that could not be read back', () => {
    const odd = hostFinished('redis-02', { outputBytes: 2 ** 60, exitCode: Number.NaN });
    expect(() => applied([...WELL.slice(0, upTo), odd])).toThrow(DefectError);
    expect(() => applied([...WELL.slice(0, upTo), hostFinished('redis-02', { exitCode: 1.5 })])).toThrow(DefectError);
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    'is not looked up in our own objects: %s',
    (word) => {
      expect(reasonOfState(word, target)).toBe(`redis-01 gave an answer we don't know: ${word}.`);
    },
  );

  it('is cut in the middle of a character without harm', () => {
    fc.assert(
      fc.property(fc.tuple(piece, fc.nat(20)), ([text, cut]) => {
        const half = `${'x'.repeat(cut)}🙂${text}`.slice(0, cut + 1);
        const { events } = applied([...WELL.slice(0, upTo), hostFinished('redis-02', { tail: [half], reason: half })]);
        expect(JSON.stringify(events)).not.toMatch(/\\ud[89a-f]/i);
      }),
      { numRuns: 50 },
    );
  });
});
