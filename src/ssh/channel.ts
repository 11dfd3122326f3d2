import type { Client, ClientChannel } from 'ssh2';
import { watchStandstill } from '../standstill.ts';
import { fieldOf } from './os-error.ts';
import type { Transport } from './transport.ts';

/**
 * How an exec ended. Only `exited` carries the program's own word; `cut` is neither success nor failure. `stoodStill`: this
 * process did meanwhile, so that the host may have answered in time.
 */
export type ExecEnd =
  | { kind: 'exited'; code: number }
  | { kind: 'signalled'; signal: string }
  /** The channel closed without an exit status: the link broke. */
  | { kind: 'cut'; stoodStill?: true }
  /** Our own deadline passed; the channel was closed, the program may still run. */
  | { kind: 'timeout'; stoodStill?: true }
  | { kind: 'aborted' }
  /** sshd opened no channel: nothing was started. */
  | { kind: 'refused'; cause: unknown };

export interface ExecRequest extends Transport {
  /** Leaves stdin open after the text, so that the program can notice when we go away. */
  isStdinOpen?: boolean;
  /** Standard output, in any pieces. */
  onData: (chunk: Buffer) => void;
  /** For the whole exec, from the opening of its channel. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

/** After our deadline the channel is told to close; if the host does not even answer that, we wait no longer than this. */
const CLOSE_GRACE_MS = 1_000;

/**
 * True when it is worth asking once more what may be asked twice: the connection was lost before the host began to answer,
 * as it may have been stale, or this process stood still, and that is not the host's fault.
 */
export function isWorthAnother(end: ExecEnd, isAnswering: boolean): boolean {
  if (end.kind !== 'cut' && end.kind !== 'timeout') return false;
  return end.stoodStill === true || (end.kind === 'cut' && !isAnswering);
}

/** Runs one command on a channel of its own. Rejects only with what `onData` threw; the program is then told to end. */
export function runOnChannel(client: Client, request: ExecRequest): Promise<ExecEnd> {
  return new Promise((resolve, reject) => {
    const state: { channel?: ClientChannel; end?: ExecEnd; grace?: NodeJS.Timeout; isFinished?: true } = {};
    const stoodStill = watchStandstill();
    const finish = (end: ExecEnd): void => {
      state.isFinished = true;
      clearTimeout(timer);
      clearTimeout(state.grace);
      request.signal?.removeEventListener('abort', abort);
      client.removeListener('close', onCut);
      resolve(withStandstill(state.end ?? end, stoodStill()));
    };
    // The first word counts: what we decided ourselves is not overwritten by the close that follows from it.
    const giveUp = (end: ExecEnd): void => {
      state.end ??= end;
      state.channel?.signal('TERM');
      state.channel?.close();
      state.grace ??= setTimeout(() => finish(end), CLOSE_GRACE_MS);
    };
    const take = (chunk: Buffer): void => {
      if (state.isFinished || state.end) return;
      try {
        request.onData(chunk);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
        giveUp({ kind: 'aborted' });
      }
    };
    const abort = (): void => giveUp({ kind: 'aborted' });
    const onCut = (): void => finish({ kind: 'cut' });
    const timer = setTimeout(() => giveUp({ kind: 'timeout' }), request.timeoutMs);
    request.signal?.addEventListener('abort', abort, { once: true });
    client.once('close', onCut);
    openChannel(client, request, (error, channel) => {
      if (!channel) {
        // A refused channel carries the reason's number (RFC 4254 section 5.1); a broken link does not.
        const isRefused = typeof fieldOf(error, 'reason') === 'number';
        finish(isRefused ? { kind: 'refused', cause: error } : { kind: 'cut' });
        return;
      }
      state.channel = channel;
      channel.on('data', take);
      attach(channel, request, finish);
      if (state.end) giveUp(state.end);
    });
    if (request.signal?.aborted) abort();
  });
}

function withStandstill(end: ExecEnd, stoodStill: boolean): ExecEnd {
  const isOpen = end.kind === 'cut' || end.kind === 'timeout';
  return isOpen && stoodStill ? { ...end, stoodStill } : end;
}

function openChannel(
  client: Client,
  request: ExecRequest,
  done: (error: unknown, channel: ClientChannel | undefined) => void,
): void {
  try {
    client.exec(request.command, (error, channel) => done(error, error ? undefined : channel));
  } catch (error) {
    // ssh2 throws when the socket is gone already.
    done(error, undefined);
  }
}

function attach(channel: ClientChannel, request: ExecRequest, finish: (end: ExecEnd) => void): void {
  let end: ExecEnd = { kind: 'cut' };
  channel.on('exit', (code: number | null, signal?: string) => {
    if (code !== null) end = { kind: 'exited', code };
    else if (signal !== undefined) end = { kind: 'signalled', signal };
  });
  // Unread, it would fill the channel's window and stop the program.
  channel.stderr.resume();
  // A program may end before it has read all of its stdin.
  channel.on('error', () => undefined);
  channel.on('close', () => finish(end));
  if (request.isStdinOpen) channel.write(request.stdin);
  else channel.end(request.stdin);
}
