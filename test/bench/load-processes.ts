import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Books } from './load-books.ts';

/** What the process of the hosts is told. */
export interface HostsOrder {
  addresses: string[];
  /** As in authorized_keys. */
  authorizedKey: string;
}

/** What the process of the workspace is told, and its answer to each. */
export type SlackOrder =
  | { do: 'drive'; perSecond: number; seconds: number; texts: string[] }
  /** Slack's own rate limits from now on. */
  | { do: 'limits' }
  | { do: 'connections' }
  | { do: 'books' };
export type SlackAnswer = Partial<Books> & {
  latenciesMs?: number[];
  /** Why commands got no ack. */
  unheard?: string[];
  tookMs?: number;
  connections?: number;
};

interface Helper {
  child: ChildProcess;
  /** The next message of the process; rejects when it ends instead. */
  next(): Promise<unknown>;
  close(): Promise<void>;
}

function startHelper(file: string): Helper {
  const child = fork(join(import.meta.dirname, file), [], { execArgv: ['--import', 'tsx'] });
  const exited = once(child, 'exit');
  return {
    child,
    async next() {
      const first = await Promise.race([once(child, 'message'), exited.then(() => undefined)]);
      if (first === undefined) throw new Error(`${file} ended.`);
      return first[0] as unknown;
    },
    async close() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await exited;
    },
  };
}

/** Hosts that answer over SSH on loopback, in one process of their own. */
export interface LoadHosts {
  port: number;
  /** Of all of them, as in known_hosts: `ssh-ed25519 AAAA...`. */
  hostKey: string;
  close(): Promise<void>;
}

export async function startHosts(order: HostsOrder): Promise<LoadHosts> {
  const helper = startHelper('load-hosts.ts');
  const opened = helper.next();
  helper.child.send(order);
  const { port, hostKey } = (await opened) as { port: number; hostKey: string };
  return { port, hostKey, close: () => helper.close() };
}

/** A sandbox workspace in a process of its own; one order at a time. */
export interface LoadSlack {
  apiUrl: string;
  botToken: string;
  appToken: string;
  ask(order: SlackOrder): Promise<SlackAnswer>;
  close(): Promise<void>;
}

export async function startSlack(): Promise<LoadSlack> {
  const helper = startHelper('load-slack.ts');
  const opened = (await helper.next()) as { apiUrl: string; botToken: string; appToken: string };
  return {
    ...opened,
    async ask(order) {
      const answer = helper.next();
      helper.child.send(order);
      return (await answer) as SlackAnswer;
    },
    close: () => helper.close(),
  };
}
