import { DRILL_ENGINES, type DrillEngine } from '../fleet/drill-engines.ts';
import { drill, killByHand, openDrills, untilReady, type Cost } from '../fleet/drills.ts';
import type { Bench, BenchContext } from './bench.ts';
import { spreadOf, type Figure } from './stats.ts';

const DRILLS = 10;

/** The median drill may take so much longer than the slowest kill by hand, s. */
const SLOWER_SECONDS_MAX = 1;

/** Redis acknowledges a write before a replica has it; the others wait for a second node. */
const MAY_LOSE = ['redis'];

const total = (costs: readonly Cost[], key: 'acknowledged' | 'lost' | 'lostByAll') =>
  spreadOf([costs.reduce((sum, cost) => sum + cost[key], 0)]);

function figuresOf(who: string, costs: readonly Cost[], canLose: boolean): Figure[] {
  const isAway = costs.filter(({ isBack }) => !isBack).length;
  return [
    { what: `${who}: acknowledged writes, of all of them`, unit: '', ...total(costs, 'acknowledged') },
    { what: `${who}: lost`, unit: '', ...(canLose ? {} : { target: 0 }), ...total(costs, 'lost') },
    {
      what: `${who}: lost though every replica that must have it had it`,
      unit: '',
      target: 0,
      ...total(costs, 'lostByAll'),
    },
    { what: `${who}: killed nodes that were no full member then`, unit: '', target: 0, ...spreadOf([isAway]) },
  ];
}

/** Ten of each, alternately, each begun when every check passes that a drill asks. */
async function measure(engine: DrillEngine, context: BenchContext): Promise<{ ours: Cost[]; bare: Cost[] }> {
  const rounds = context.isFull ? DRILLS : context.rounds;
  const found = { ours: [] as Cost[], bare: [] as Cost[] };
  context.progress(`deploys ${engine.deploys.join(' and ')}`);
  const real = await openDrills(engine);
  const contenders = [
    { name: 'ours', kill: drill },
    { name: 'bare', kill: killByHand },
  ] as const;
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const { name, kill } of round % 2 === 0 ? contenders : contenders.toReversed()) {
        await untilReady(real, engine);
        const cost = await kill(real, engine);
        found[name].push(cost);
        const { host, outageSeconds, lost, acknowledged } = cost;
        const lostOf = `${lost} of ${acknowledged} lost`;
        context.progress(`round ${round + 1} of ${rounds}, ${name}: ${host}, ${outageSeconds} s, ${lostOf}`);
      }
    }
    return found;
  } finally {
    await real.close();
  }
}

/** `drill` by the bot beside the same node killed by hand, on real hosts: what both cost those who write. */
const benchOf = (engine: DrillEngine): Bench => ({
  name: `drills-${engine.name}`,
  hosts: engine.hosts,
  async run(context) {
    const { ours, bare } = await measure(engine, context);
    const [byBot, byHand] = [ours, bare].map((costs) => spreadOf(costs.map((cost) => cost.outageSeconds)));
    if (byBot === undefined || byHand === undefined) throw new Error('Nothing was measured.');
    const what = 'longest time without an acknowledged write';
    const canLose = MAY_LOSE.includes(engine.name);
    return [
      { what: `drill: ${what}`, unit: 's', ...byBot, target: byHand.max + SLOWER_SECONDS_MAX },
      { what: `by hand: ${what}`, unit: 's', ...byHand },
      ...figuresOf('drill', ours, canLose),
      ...figuresOf('by hand', bare, canLose),
    ];
  },
});

/** One bench for each service that has a drill: `drills-redis` and so on. */
export const DRILL_BENCHES: readonly Bench[] = DRILL_ENGINES.map(benchOf);
