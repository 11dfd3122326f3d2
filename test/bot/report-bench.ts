import { afterEach } from '@jest/globals';
import { pino } from 'pino';
import { createBudget } from '../../src/bot/budget.ts';
import { boltLogger } from '../../src/bot/bolt-logger.ts';
import { createClients } from '../../src/bot/clients.ts';
import { english } from '../../src/language/index.ts';
import { createReporter } from '../../src/bot/reporter.ts';
import { Secret } from '../../src/secret.ts';
import { startSlackSandbox, type SandboxOptions, type SlackSandbox } from '../../sandbox/slack/index.ts';
import { createFakeEngine } from './fake-engine.ts';
import { createVirtualClock } from './virtual-clock.ts';
import { RUN } from './runs.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A workspace and the reporter of one run in it; everything is closed after the test. */
export async function openBench(options: SandboxOptions = {}) {
  const clock = createVirtualClock();
  const slack: SlackSandbox = await startSlackSandbox({ nowMs: () => clock.nowMs(), ...options });
  closers.push(() => slack.close());
  /** Kept output by `<step> <host>`. */
  const outputs = new Map<string, string>();
  const engine = createFakeEngine();
  engine.output = (_run, step, host) => Promise.resolve(outputs.get(`${step} ${host}`) ?? '');
  const logger = pino({ level: 'silent' });
  const clients = createClients({
    token: new Secret('SLACK_BOT_TOKEN', slack.botToken),
    apiUrl: slack.apiUrl,
    logger: boltLogger(logger),
  });
  const stopping = new AbortController();
  const report = createReporter({
    engine,
    clients,
    budget: createBudget({ nowMs: () => clock.nowMs(), engine }),
    clock,
    opsChannel: 'C0OPSALERTS',
    say: english,
    logger,
    signal: stopping.signal,
  });
  /** Like the engine: again until it does not throw. */
  const settle = async () => {
    for (let round = 0; ; round += 1) {
      try {
        await report(RUN);
        return round;
      } catch (error) {
        if (round === 20) throw error;
      }
    }
  };
  const root = () => slack.messages('#ops')[0];
  const thread = () => slack.thread('#ops', root()?.ts ?? '').slice(1);
  return { clock, slack, engine, outputs, report, settle, root, thread };
}
