import { randomBytes } from 'node:crypto';
import { HostError } from '../errors.ts';
import type { ExecEnd } from './channel.ts';
import type { SshPool } from './pool.ts';
import type { RunKey, SshTarget } from './target.ts';
import { buildOwn, loadOwn } from './transport.ts';
import { makeVisible } from './visible.ts';
import { buildKeyVariables } from './work.ts';

/** One of our own scripts on a host. */
export interface Question {
  key: RunKey;
  /** File of src/ssh: `start.sh`. */
  script: string;
  args: readonly string[];
  /** More shell variables, as assignments. */
  variables?: string;
  timeoutMs: number;
  isPoll?: boolean;
  signal?: AbortSignal | undefined;
}

/** `words`: the answer line's; undefined when none came, which leaves everything open. */
export interface Reply {
  words: string[] | undefined;
  /** The bytes after the answer line; as many as the script was told to send at most. */
  rest: Buffer;
  end: ExecEnd;
}

/** A login shell may print something first; more than this is not waited through. */
const NOISE_BYTES_MAX = 64 * 1024;

/** An answer line has nine short words, or a sentence. */
const ANSWER_BYTES_MAX = 16 * 1024;

/** Twice what follow.sh is told to send at most. */
const REST_BYTES_MAX = 512 * 1024;

const texts = new Map<string, string>();

function textOf(script: string): string {
  const text = texts.get(script) ?? loadOwn('state.sh', script);
  texts.set(script, text);
  return text;
}

/** Runs one of our scripts for a key and gives its answer line. Throws HostError when there was no connection. */
export async function ask(pool: SshPool, target: SshTarget, question: Question): Promise<Reply> {
  const nonce = randomBytes(8).toString('hex');
  const answer = createAnswerReader(nonce, target.host);
  const end = await pool.exec(target, {
    ...buildOwn({
      text: textOf(question.script),
      args: question.args,
      variables: buildKeyVariables(question.key, nonce) + (question.variables ?? ''),
    }),
    onData: answer.push,
    timeoutMs: question.timeoutMs,
    signal: question.signal,
    isStdinOpen: question.isPoll === true,
    isPoll: question.isPoll === true,
  });
  return { ...answer.read(), end };
}

/** Our script there would never send so much: somebody else answers in its place. */
function flood(host: string): HostError {
  return new HostError(`${host} sends far more than it was asked for.`, {
    code: 'KEYBUZZ_HOST_FLOODS',
    fix: `Log in to ${host} and see who answers there instead of our script: it may be taken over.`,
  });
}

/**
 * Finds the line `KEYBUZZ <nonce> ...` in the bytes, in any pieces, and keeps what comes after it; its words have their
 * control characters written out. `push` throws HostError when a host sends more than any answer of ours has.
 */
export function createAnswerReader(
  nonce: string,
  host: string,
): { push: (chunk: Buffer) => void; read: () => Omit<Reply, 'end'> } {
  const mark = Buffer.from(`KEYBUZZ ${nonce} `);
  let seen = Buffer.alloc(0);
  let words: string[] | undefined;
  const rest: Buffer[] = [];
  let restBytes = 0;
  const keep = (chunk: Buffer): void => {
    restBytes += chunk.length;
    if (restBytes > REST_BYTES_MAX) throw flood(host);
    rest.push(chunk);
  };
  const push = (chunk: Buffer): void => {
    if (words) {
      keep(chunk);
      return;
    }
    seen = Buffer.concat([seen, chunk]);
    const start = seen.indexOf(mark);
    const stop = start === -1 ? -1 : seen.indexOf('\n', start);
    if (stop !== -1) {
      words = makeVisible(seen.toString('utf8', start + mark.length, stop)).split(' ');
      keep(seen.subarray(stop + 1));
    } else if (start !== -1 && seen.length - start > ANSWER_BYTES_MAX) {
      throw flood(host);
    } else if (start === -1 && seen.length > NOISE_BYTES_MAX) {
      seen = seen.subarray(-mark.length);
    }
  };
  return { push, read: () => ({ words, rest: Buffer.concat(rest) }) };
}
