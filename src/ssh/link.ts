import type { Client } from 'ssh2';
import { connect, type ConnectOptions } from './connection.ts';
import { createSlots } from './slots.ts';
import type { SshTarget } from './target.ts';

export interface LinkOptions extends ConnectOptions {
  idleCloseMs: number;
  channelsMax: number;
  pollsMax: number;
}

/** One connection to one host, from its first attempt to its end. */
export interface Link {
  /** Rejects with the HostError of the attempt; everybody who waits gets the same. */
  readonly client: Promise<Client>;
  /** Nothing new may be sent on it. */
  readonly isClosed: boolean;
  /** Resolves when nothing of it is left. Never rejects. */
  readonly closed: Promise<void>;
  /** A channel's place; the function gives it back. Rejects when the signal aborts first. */
  lease(request: { isPoll: boolean; signal: AbortSignal | undefined }): Promise<() => void>;
  /** Takes no new channels from now on, and closes when those in use are done. */
  retire(): void;
  close(): void;
}

/** A host that does not answer our goodbye is left after so long. */
const GOODBYE_MS = 1_000;

export function createLink(target: SshTarget, options: LinkOptions): Link {
  const channels = createSlots(options.channelsMax);
  const polls = createSlots(options.pollsMax);
  const state = { isClosed: false, isRetired: false, users: 0 };
  let idle: NodeJS.Timeout | undefined;
  const stop = new AbortController();
  const client = connect(target, options, stop.signal);

  const closed = client.then(
    async (open) => {
      const mark = (): boolean => (state.isClosed = true);
      open.once('error', mark).once('end', mark).once('close', mark);
      await gone(open);
      clearTimeout(idle);
    },
    () => {
      state.isClosed = true;
    },
  );
  const close = (): void => {
    state.isClosed = true;
    clearTimeout(idle);
    stop.abort();
    void client.then(sayGoodbye, () => undefined);
  };
  const use = (): (() => void) => {
    state.users += 1;
    clearTimeout(idle);
    return () => {
      state.users -= 1;
      if (state.users > 0) return;
      if (state.isRetired) close();
      else if (!state.isClosed) idle = setTimeout(close, options.idleCloseMs);
    };
  };
  const lease: Link['lease'] = async ({ isPoll, signal }) => {
    const held = [use()];
    const release = (): void => held.reverse().forEach((give) => give());
    try {
      if (isPoll) held.push(await polls.take(signal));
      held.push(await channels.take(signal));
      return release;
    } catch (error) {
      release();
      throw error;
    }
  };
  return {
    client,
    get isClosed() {
      return state.isClosed;
    },
    closed,
    lease,
    retire() {
      state.isRetired = true;
      state.isClosed = true;
      if (state.users === 0) close();
    },
    close,
  };
}

function gone(client: Client): Promise<void> {
  return new Promise((resolve) => client.once('close', () => resolve()));
}

function sayGoodbye(client: Client): void {
  const timer = setTimeout(() => client.destroy(), GOODBYE_MS);
  client.once('close', () => clearTimeout(timer));
  client.end();
}
