import type { Bench } from './bench.ts';
import { uptimeJob } from './fanout-job.ts';
import { BARE, measureFanOut, OURS, PEERS } from './fanout-measure.ts';
import { ratioFigure, timeFigures } from './fanout-figures.ts';

/** One `uptime` on every host. */
export const bench: Bench = {
  name: 'fanout',
  hosts: 'all',
  async run(context) {
    const { cold, warm } = await measureFanOut(context, uptimeJob());
    return [
      ...timeFigures('cold', cold),
      ...timeFigures('warm', warm),
      ratioFigure('cold', cold, [OURS, 'parallel-ssh'], 0.4),
      ratioFigure('cold', cold, [OURS, BARE]),
      ratioFigure('warm', warm, [OURS, 'parallel-ssh'], 0.45),
      ratioFigure('warm', warm, [OURS, BARE], 1.5),
      ...PEERS.filter((peer) => peer !== 'parallel-ssh').map((peer) => ratioFigure('warm', warm, [OURS, peer])),
    ];
  },
};
