import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readable } from '../helpers/deployment.ts';
import { CLUSTERS } from './redis-clusters.ts';
import { deploy } from './redis-moves.ts';
import { labelOf, type Lane } from './redis-evidence.ts';
import { openLane, playUndisturbed, walk, type Point, type Undisturbed, type Walked } from './redis-points.ts';

const isLong = process.env.KEYBUZZ_LONG === '1';
/** Many half minutes, on a machine that may be five times as slow. */
const WALK_MS = isLong ? 10_000_000 : 2_400_000;
/** What is kept of what the processes wrote. */
const LOGS_CHARACTERS_MAX = 3_000;
const VERBS = ['drill', 'failover'] as const;

/** Every point of a move: by turns before and after an append, or both. */
function pointsOf(verb: Point['verb'], { appends }: Undisturbed): Point[] {
  return appends.flatMap((number, index) => {
    const both = [{ verb, number, when: 'before' } as const, { verb, number, when: 'after' } as const];
    return isLong ? both : both.slice(index % 2).slice(0, 1);
  });
}

describe('a worker that is killed at each numbered point of a move, on real hosts', () => {
  const lanes: Lane[] = [];
  const undisturbed = new Map<Point['verb'], Undisturbed>();

  beforeAll(async () => {
    for (const cluster of CLUSTERS) lanes.push(await openLane(cluster));
    await Promise.all(
      lanes.map(async ({ real }) => {
        expect(readable(await deploy(real))).toMatch(/\*Done\* in .*checks: 13 pass/);
        await real.worker.end('SIGTERM');
      }),
    );
    await Promise.all(
      VERBS.map(async (verb, index) => {
        const lane = lanes[index];
        if (lane !== undefined) undisturbed.set(verb, await playUndisturbed(lane, verb));
      }),
    );
  }, WALK_MS);

  afterAll(async () => {
    for (const lane of lanes) await lane.close();
  });

  /** Each cluster takes the next point until none is left; one whose move left a fault takes no more. */
  async function walkAll(points: Point[], one: Undisturbed): Promise<{ walked: Walked[]; left: Point[] }> {
    const walked: Walked[] = [];
    const left = [...points];
    const walkOn = async (lane: Lane) => {
      for (let point = left.shift(); point !== undefined; point = left.shift()) {
        const result = await walk(lane, point, one).catch((error: unknown) => failed(lane, point, error));
        walked.push(result);
        process.stderr.write(`${lineOf(result)}\n`);
        if (result.faults.length > 0) return;
      }
    };
    await Promise.all(lanes.map(walkOn));
    return { walked, left };
  }

  const failed = ({ real }: Lane, point: Point, error: unknown): Walked => {
    return {
      point,
      faults: [String(error).slice(0, LOGS_CHARACTERS_MAX), real.logs().slice(-LOGS_CHARACTERS_MAX)],
      interruptions: [],
      outageSeconds: Number.NaN,
      tookMs: 0,
    };
  };

  function lineOf({ point, faults, interruptions, outageSeconds, tookMs }: Walked): string {
    const { events = [], appends = [] } = undisturbed.get(point.verb) ?? {};
    const append = events.slice(appends[appends.indexOf(point.number) - 1] ?? 0, point.number);
    const where = `${point.verb} ${point.when} ${append.map(labelOf).join(' + ')}`;
    const resumed = interruptions.map((why) => `; resumed after: ${why}`).join('');
    const what = faults.length === 0 ? 'whole' : faults.join('; ').slice(0, 1_000);
    return `  ${where}: ${what} after ${(tookMs / 1000).toFixed(0)} s, outage ${outageSeconds} s${resumed}`;
  }

  it.each(VERBS)(
    'of the %s: another goes on, what was stopped runs again, and nothing is left over',
    async (verb) => {
      const one = undisturbed.get(verb);
      if (one === undefined) throw new Error(`No ${verb} was played undisturbed.`);
      expect(one.appends.at(-1)).toBe(one.events.length);
      const { walked, left } = await walkAll(pointsOf(verb, one), one);
      const outages = walked.map(({ outageSeconds }) => outageSeconds).toSorted((one, other) => one - other);
      const resumes = walked.flatMap(({ interruptions }) => interruptions).length;
      process.stderr.write(
        `${verb}: ${one.events.length} events in ${one.appends.length} appends, ${walked.length} points walked, ${resumes} resumed; outages ${outages.join(' ')} s\n`,
      );
      expect(walked.filter(({ faults }) => faults.length > 0)).toEqual([]);
      expect(left).toEqual([]);
    },
    WALK_MS,
  );
});
