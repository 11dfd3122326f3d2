import { Redis } from 'ioredis';
import { startRedis } from '../helpers/redis.ts';
import type { Bench } from './bench.ts';
import { openBareQueue } from './engine-bare.ts';
import { openNoopEngine } from './engine-noop.ts';
import { measureInTurn, ratiosOf, samplesOf, spreadOf, type Figure } from './stats.ts';

/** Steps of one run, and jobs beside it. */
const STEPS = 100;

/** The engine may take so many times what a job of BullMQ alone takes. */
const RATIO_MAX = 3;

/** Commands that Redis carried out so far, those inside scripts included. */
async function commandsOf(redis: Redis): Promise<number> {
  const [, count] = /total_commands_processed:(\d+)/.exec(await redis.info('stats')) ?? [];
  return Number(count);
}

/**
 * (e) What the engine itself takes for a step, beside a job of BullMQ alone, one after the other in the same Redis with
 * `appendfsync always`. The hosts of the steps answer at once, so that nothing is measured but queue, lease and log.
 */
export const bench: Bench = {
  name: 'engine',
  hosts: 'none',
  async run(context) {
    const { rounds } = context;
    const redis = await startRedis();
    const bare = await openBareQueue(redis.port);
    const ours = openNoopEngine(redis.url);
    const asking = new Redis({ host: '127.0.0.1', port: redis.port });
    const counts = new Map<string, number[]>();
    const perStep = async (name: string, work: () => Promise<number>) => {
      const before = await commandsOf(asking);
      const tookMs = await work();
      counts.set(name, [...(counts.get(name) ?? []), ((await commandsOf(asking)) - before) / STEPS]);
      return tookMs / STEPS;
    };
    try {
      context.progress(`${rounds} rounds of ${STEPS} steps, and of as many jobs`);
      const measured = await measureInTurn(
        [
          { name: 'bare', measure: () => perStep('bare', () => bare.chain(STEPS)) },
          { name: 'checks', measure: () => perStep('checks', () => ours.run('checks', STEPS)) },
          { name: 'script', measure: () => perStep('script', () => ours.run('script', STEPS)) },
        ],
        rounds,
      );
      const [job, checks, script] = (['bare', 'checks', 'script'] as const).map((name) => samplesOf(measured, name));
      const ratio = (taken: readonly number[] = []) => spreadOf(ratiosOf(taken, job ?? []));
      const figures: Figure[] = [
        { what: 'a job of BullMQ alone', unit: 'ms', ...spreadOf(job ?? []) },
        { what: 'a step that asks no host', unit: 'ms', ...spreadOf(checks ?? []) },
        { what: 'a step whose script is answered at once', unit: 'ms', ...spreadOf(script ?? []) },
        { what: 'a step that asks no host / a job', unit: 'x', target: RATIO_MAX, ...ratio(checks) },
        { what: 'a step with a script / a job', unit: 'x', target: RATIO_MAX, ...ratio(script) },
        { what: 'commands to Redis: a job', unit: '', ...spreadOf(counts.get('bare') ?? []) },
        { what: 'commands to Redis: a step that asks no host', unit: '', ...spreadOf(counts.get('checks') ?? []) },
        { what: 'commands to Redis: a step with a script', unit: '', ...spreadOf(counts.get('script') ?? []) },
      ];
      return figures;
    } finally {
      asking.disconnect();
      await ours.close();
      await bare.close();
      await redis.stop();
    }
  },
};
