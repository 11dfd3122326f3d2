import type { Logger } from 'pino';
import { z } from 'zod';
import type { Phrase } from '../language/index.ts';
import type { Engine, Interaction } from '../jobs/index.ts';
import { wellFormedText } from '../well-formed.ts';
import type { Clock } from './clock.ts';

/** An ack waits no longer for the one Redis write before it. */
export const RECORD_DEADLINE_MS = 1000;

/** An event could not be recorded: it is not acked, and Slack delivers it again. */
export const NOT_RECORDED = 'KEYBUZZ_EVENT_NOT_RECORDED';

/** What to tell the person when the write did not succeed; undefined: it is durable. */
export type Recorded = { problem: Phrase } | undefined;

export interface RecordParts {
  engine: Pick<Engine, 'recordInteraction'>;
  clock: Clock;
  logger: Logger;
}

const FAILED: Phrase = ({ slack }) => slack.notRecorded;
const LATE: Phrase = ({ slack }) => slack.recordLate;
const UNREADABLE: Phrase = ({ slack }) => slack.unreadable;

/** Longer than any command that is read: what is cut here is refused for its length. */
const TEXT_CHARACTERS_MAX = 5000;

const id = z.string().regex(/^[A-Z0-9]{0,40}$/);

/** An interaction as Slack can mean it: what it says is kept for a day, and becomes part of keys, logs and messages. */
const Readable = z.object({
  key: z.string().min(1).max(300),
  userId: id.min(2),
  teamId: id,
  channel: id,
  thread: z
    .string()
    .regex(/^\d{1,20}\.\d{1,10}$/)
    .optional(),
  text: z.string().transform((text) => wellFormedText(text.slice(0, TEXT_CHARACTERS_MAX))),
});

/** The one Redis write before an ack. Failed and unanswered are told apart: the second may still happen. */
export async function record({ engine, clock, logger }: RecordParts, interaction: Interaction): Promise<Recorded> {
  const readable = Readable.safeParse(interaction);
  if (!readable.success) {
    logger.warn({ fault: z.prettifyError(readable.error) }, 'an interaction that can not be read');
    return { problem: UNREADABLE };
  }
  const { text } = readable.data;
  const deadline = new AbortController();
  const late = clock.sleep(RECORD_DEADLINE_MS, deadline.signal).then((): Recorded => ({ problem: LATE }));
  const written = engine.recordInteraction({ ...interaction, text }).then(
    (): Recorded => undefined,
    (error: unknown): Recorded => {
      logger.error({ err: error, user: interaction.userId }, 'interaction not recorded');
      return { problem: FAILED };
    },
  );
  try {
    return await Promise.race([written, late]);
  } finally {
    deadline.abort();
  }
}
