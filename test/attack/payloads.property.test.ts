import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse, vocabularyOf } from '../../src/commands/grammar.ts';
import { personOfSlack } from '../../src/commands/policy.ts';
import { CommandError } from '../../src/errors.ts';
import type { Interaction } from '../../src/jobs/index.ts';
import { inventory, modules, policy } from '../commands/fakes.ts';
import { openEars, type Ears, type Sent } from './bolt.ts';
import { inputsOf, TIMEOUT_MS } from './inputs.ts';
import { ORDINARY, payload } from './payloads.ts';
import { assertMessage, assertMrkdwn } from './safe.ts';

const vocabulary = vocabularyOf(inventory.hosts, modules);

let ears: Ears;
beforeAll(async () => {
  ears = await openEars();
});
afterEach(() => ears.forget());

/** What was recorded is what a person could have typed, of a size and shape that Redis and the log can take. */
function assertInteraction({ key, userId, teamId, channel, text }: Interaction): void {
  for (const each of [userId, teamId, channel]) expect(each).toMatch(/^[A-Z0-9]{0,40}$/);
  expect(key.length).toBeLessThanOrEqual(300);
  expect(text.length).toBeLessThanOrEqual(5000);
  expect(text).not.toMatch(/\p{Surrogate}/u);
  personOfSlack(policy, userId, teamId);
  try {
    parse(text, vocabulary);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
  }
}

function assertAck(ack: unknown): void {
  const { text, errors } = (ack ?? {}) as { text?: unknown; errors?: Record<string, string> };
  if (typeof text === 'string') assertMrkdwn(text);
  for (const problem of Object.values(errors ?? {})) assertMrkdwn(problem);
}

/** What went to Slack on the way: never an address of the payload's choice, never more than text. */
function assertSent({ method, form }: Sent): void {
  expect(['chat.postEphemeral', 'views.open', 'auth.test']).toContain(method);
  const blocks = form.get('blocks');
  if (blocks !== null) assertMessage({ text: form.get('text') ?? '', blocks: JSON.parse(blocks) as never });
}

describe('whatever Slack delivers', () => {
  it(
    'is acked once, ends no process, and records nothing that a person could not have typed',
    async () => {
      await fc.assert(
        fc.asyncProperty(payload, async (body) => {
          ears.forget();
          const acks = await ears.hear(body);
          expect(acks).toHaveLength(1);
          acks.forEach(assertAck);
          ears.recorded.forEach(assertInteraction);
          ears.sent.forEach(assertSent);
          expect(({} as { id?: string }).id).toBeUndefined();
        }),
        inputsOf('slack payloads'),
      );
    },
    TIMEOUT_MS,
  );

  it('is heard when it is ordinary', async () => {
    for (const body of ORDINARY) expect(await ears.hear(body)).toHaveLength(1);
    expect(ears.recorded.map(({ text }) => text)).toEqual(
      expect.arrayContaining(['deploy redis', 'approve lusab-babad lusab-babad-2', 'deny lusab-babad no']),
    );
  });

  it.each([undefined, null, '', 0, [], 'x', [[]]])('is acked when its body is %j', async (body) => {
    expect(await ears.hear(body)).toHaveLength(1);
    expect(ears.recorded).toEqual([]);
  });
});
