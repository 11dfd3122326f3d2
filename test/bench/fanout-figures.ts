import { ratiosOf, samplesOf, spreadOf, type Figure } from './stats.ts';

/** A line for each tool: what it took, ms. */
export function timeFigures(phase: string, samples: ReadonlyMap<string, number[]>): Figure[] {
  return [...samples].map(([name, took]) => ({ what: `${phase}: ${name}`, unit: 'ms', ...spreadOf(took) }));
}

/** A line for the first of the two in relation to the second, paired by rounds. */
export function ratioFigure(
  phase: string,
  samples: ReadonlyMap<string, number[]>,
  [ours, theirs]: readonly [string, string],
  target?: number,
): Figure {
  const ratios = ratiosOf(samplesOf(samples, ours), samplesOf(samples, theirs));
  const aim = target === undefined ? {} : { target };
  return { what: `${phase}: ${ours} / ${theirs}`, unit: 'x', ...spreadOf(ratios), ...aim };
}
