import { bench as ack } from './ack.ts';
import type { Bench } from './bench.ts';
import { DRILL_BENCHES } from './drills.ts';
import { bench as engine } from './engine.ts';
import { bench as fanout } from './fanout.ts';
import { bench as load } from './load.ts';
import { bench as matrix } from './matrix.ts';
import { bench as redeploy } from './redeploy.ts';
import { bench as scale } from './scale.ts';
import { bench as status } from './status.ts';

/** Every bench, in the order in which `npm run bench` runs them and docs/bench.md shows them. A new one adds its line. */
export const BENCHES: readonly Bench[] = [
  ...[fanout, status, matrix, redeploy, ack, engine, load, scale],
  ...DRILL_BENCHES,
];
