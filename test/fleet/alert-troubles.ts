import type { Message } from '../../sandbox/slack/index.ts';
import { parseRedisUrl } from '../../src/config-redis-url.ts';
import { CHECK_RULE } from '../../src/jobs/alert-rules.ts';
import { openEngine, type Alert, type AlertEvent, type Engine } from '../../src/jobs/index.ts';
import type { Module } from '../../src/modules/contract.ts';
import { keyIn, readable, type Started } from '../helpers/deployment.ts';
import { CREDENTIALS as REDIS_CREDENTIALS } from './deployment.ts';
import { openMovable, type Movable } from './operator.ts';
import { CREDENTIALS as POSTGRESQL_CREDENTIALS, HOSTS as POSTGRESQL_HOSTS } from './postgresql-cluster.ts';
import { HOSTS as REDIS_HOSTS } from './redis-moves.ts';

/** Between two questions of the monitor to a module, ms. */
const EVERY_MS = 3_000;
const MONITOR = { KEYBUZZ_MONITOR: 'postgresql,redis', KEYBUZZ_MONITOR_MS: String(EVERY_MS) };

/** From the answer that alarms to the post: a wake-up, and Slack's one post a second. */
const REPORT_MS = 3_000;

/** Until something shows for which no time is promised: services recover, a run ends. */
const PATIENCE_MS = 120_000;

/** An alert as it was opened. */
export interface Opened {
  id: string;
  message: Message;
  /** From the trouble to the post. */
  tookMs: number;
  /** So long one round of the module's checks took while the trouble was there. */
  roundMs: number;
}

/** Two modules, deployed by us, and a monitor that is told when to begin. */
export interface Watched extends Movable {
  engine: Engine;
  /** Ends the process at once and starts another of its kind; the worker's monitor asks the modules. */
  restart(kind: 'bot' | 'worker'): Promise<void>;
  /** Runs shell on a host as root, past its network; throws what it says when it fails. */
  on(host: string, shell: string): Promise<string>;
  /** Makes a trouble and waits for the subject's next alert in the channel. `module` is asked how long a round takes. */
  trouble(subject: string, module: Module, make: () => Promise<unknown>): Promise<Opened>;
  /** The alert's message, once it says so. */
  says(opened: Opened, what: string | RegExp): Promise<Message>;
  /** Waits until the same message says how long it lasted; gives the alert. */
  over(opened: Opened): Promise<Alert>;
  /** Ids of all alerts that the channel has a message of, in their order, as often as they stand there. */
  posted(): string[];
  /** Changes of these kinds, of all alerts so far. */
  changes(...types: AlertEvent['type'][]): Promise<AlertEvent[]>;
}

/** Longest time that `turns` questions to a module take: one is begun in each interval, or when the last one is answered. */
function turnsMs(turns: number, roundMs: number): number {
  return turns * Math.max(EVERY_MS, roundMs);
}

/** Interval x N, and the time that one round of checks takes: by then it must be in the channel. */
export function dueMs({ roundMs }: Opened): number {
  return turnsMs(CHECK_RULE.bad, roundMs) + roundMs + REPORT_MS;
}

/** Nothing is over before as many good answers in a row; so long after the last bad one it must be. */
export function recoveredMs({ roundMs }: Opened): number {
  return turnsMs(CHECK_RULE.bad, roundMs) + roundMs;
}

function watchAlerts(real: Movable, engine: Engine): Pick<Watched, 'trouble' | 'says' | 'over' | 'posted' | 'changes'> {
  const { slack } = real;
  const ofAlerts = () => slack.messages('#ops').filter((message) => keyIn(message).key.startsWith('alert-'));

  async function roundOf(module: Module): Promise<number> {
    const start = performance.now();
    await real.ask(module);
    return performance.now() - start;
  }
  const says: Watched['says'] = ({ message }, what) => {
    const holds = (text: string) => (typeof what === 'string' ? text.includes(what) : what.test(text));
    return real.when(message, holds, PATIENCE_MS);
  };
  return {
    async trouble(subject, module, make) {
      const id = `${subject}-${(await engine.alerts.subject(subject)).opened + 1}`;
      // A connection that is lost takes longer to be noticed than one that can't be had.
      await real.ask(module);
      await make();
      const atMs = Date.now();
      const [message, roundMs] = await Promise.all([
        slack.waitFor(() => ofAlerts().find((one) => keyIn(one).run === id), PATIENCE_MS, `the alert ${id}`),
        roundOf(module),
      ]);
      return { id, message, tookMs: Number(message.ts) * 1000 - atMs, roundMs };
    },
    says,
    async over(opened) {
      await says(opened, /\*Resolved\*[^]*It lasted \d+/);
      await slack.waitFor(() =>
        slack.thread('#ops', opened.message.ts).some((note) => readable(note).includes('*Resolved*')),
      );
      return engine.alerts.alert(opened.id);
    },
    posted: () => ofAlerts().map((message) => keyIn(message).run),
    async changes(...types) {
      return (await engine.alerts.events(10_000)).filter(({ type }) => types.includes(type));
    },
  };
}

/** Opens both modules' hosts, empty; nothing is monitored before the worker is restarted. */
export async function openWatched(): Promise<Watched> {
  const real = await openMovable([...new Set([...POSTGRESQL_HOSTS, ...REDIS_HOSTS])], {
    credentials: { ...POSTGRESQL_CREDENTIALS, ...REDIS_CREDENTIALS },
  });
  const endpoint = parseRedisUrl(real.redis.url);
  const engine = openEngine({ endpoint, prefix: 'keybuzz', sweepMs: 500, warn: () => undefined });
  const running: Record<'bot' | 'worker', Started> = { bot: real.bot, worker: real.worker };
  return {
    ...{ ...real, ...watchAlerts(real, engine), engine },
    async restart(kind) {
      await running[kind].end('SIGKILL');
      running[kind] = await real.start(kind, kind === 'worker' ? MONITOR : {});
    },
    async on(host, shell) {
      const { exitCode, stdout, stderr } = await real.fleet.exec(host, shell);
      if (exitCode !== 0) throw new Error(`${shell} on ${host}: exit ${exitCode}: ${stdout}${stderr}`);
      return stdout;
    },
    async close() {
      await engine.close();
      await real.close();
    },
  };
}
