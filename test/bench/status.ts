import type { Bench } from './bench.ts';
import { ratioFigure, timeFigures } from './fanout-figures.ts';
import { statusJob } from './fanout-job.ts';
import { BARE, measureFanOut, OURS, PEERS } from './fanout-measure.ts';

/** The same status script of ours on every host, sent by every tool. */
export const bench: Bench = {
  name: 'status',
  hosts: 'all',
  async run(context) {
    const { cold, warm } = await measureFanOut(context, statusJob());
    return [
      ...timeFigures('cold', cold),
      ...timeFigures('warm', warm),
      ratioFigure('cold', cold, [OURS, 'parallel-ssh']),
      ...PEERS.map((peer) => ratioFigure('warm', warm, [OURS, peer], 1)),
      ratioFigure('warm', warm, [OURS, BARE]),
    ];
  },
};
