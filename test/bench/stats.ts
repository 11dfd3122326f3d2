/** The middle and the ends of some measurements; `samples` is how many there were. */
export interface Spread {
  median: number;
  min: number;
  max: number;
  samples: number;
}

/** One line of a bench's table. */
export interface Figure extends Spread {
  /** What was measured, to be read without the code: `warm: keybuzz / parallel-ssh`. */
  what: string;
  /** `x` is a ratio without unit, `` a plain count. */
  unit: 'ms' | 's' | 'x' | 'MiB' | '';
  /** The median is to be at most this; a figure without it is only shown. */
  target?: number;
}

/** Throws for no samples: a figure of nothing would look like a good one. */
export function spreadOf(samples: readonly number[]): Spread {
  const sorted = [...samples].sort((a, b) => a - b);
  const last = sorted.length - 1;
  const [lower, upper, min, max] = [sorted[Math.floor(last / 2)], sorted[Math.ceil(last / 2)], sorted[0], sorted[last]];
  if (lower === undefined || upper === undefined || min === undefined || max === undefined) {
    throw new Error('A figure needs at least one sample.');
  }
  return { median: (lower + upper) / 2, min, max, samples: sorted.length };
}

/** The value below which a share (0.99) of the samples lies: the nearest rank, never between two samples. */
export function percentileOf(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('A percentile needs at least one sample.');
  return value;
}

/**
 * Round by round, ours divided by theirs: both were measured within the same moment, so that a machine that is slow for a
 * while is slow for both. Throws when they were not measured in the same rounds.
 */
export function ratiosOf(ours: readonly number[], theirs: readonly number[]): number[] {
  if (ours.length !== theirs.length) throw new Error(`${ours.length} rounds cannot be paired with ${theirs.length}.`);
  return ours.map((value, round) => value / (theirs[round] ?? Number.NaN));
}

/** Round by round, ours minus theirs; see {@link ratiosOf}. */
export function differencesOf(ours: readonly number[], theirs: readonly number[]): number[] {
  if (ours.length !== theirs.length) throw new Error(`${ours.length} rounds cannot be paired with ${theirs.length}.`);
  return ours.map((value, round) => value - (theirs[round] ?? Number.NaN));
}

/** Something measured in every round: does its work once and gives what it took, in the figure's unit. */
export interface Contender {
  name: string;
  measure(): Promise<number>;
}

/**
 * Measures all of them in every round, each round in another order (it begins with the next one, and the others of every
 * second round go backwards), after one round that is not counted. Gives each one's samples by name, in the order of the rounds.
 */
export async function measureInTurn(contenders: readonly Contender[], rounds: number): Promise<Map<string, number[]>> {
  const samples = new Map(contenders.map(({ name }) => [name, [] as number[]]));
  for (let round = -1; round < rounds; round += 1) {
    const first = Math.max(0, round) % contenders.length;
    const others = [...contenders.slice(first + 1), ...contenders.slice(0, first)];
    if (round % 2 === 1) others.reverse();
    for (const contender of [...contenders.slice(first, first + 1), ...others]) {
      const value = await contender.measure();
      if (round >= 0) samples.get(contender.name)?.push(value);
    }
  }
  return samples;
}

/** The samples of a contender that took part. */
export function samplesOf(samples: ReadonlyMap<string, number[]>, name: string): number[] {
  const found = samples.get(name);
  if (found === undefined) throw new Error(`Nothing called ${name} was measured.`);
  return found;
}

/** `met`, `missed` or nothing, for a figure's target. */
export function verdictOf({ median, target }: Figure): string {
  if (target === undefined) return '';
  return median <= target ? 'met' : 'missed';
}

/** Enough digits to compare, and no more: 3.17, 0.41, 125, 1204. */
export function shown(value: number): string {
  if (Number.isInteger(value)) return `${value}`;
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

const HEADINGS = ['what', 'median', 'min', 'max', 'of', 'target', ''];

/** The table as Markdown, its columns aligned: the same text for the screen and for docs/bench.md. */
export function tableOf(figures: readonly Figure[]): string {
  const withUnit = (value: number, unit: string): string => `${shown(value)}${unit === '' ? '' : ` ${unit}`}`;
  const rows = figures.map((figure) => [
    figure.what,
    withUnit(figure.median, figure.unit),
    withUnit(figure.min, figure.unit),
    withUnit(figure.max, figure.unit),
    `${figure.samples}`,
    figure.target === undefined ? '' : `≤ ${withUnit(figure.target, figure.unit)}`,
    verdictOf(figure),
  ]);
  const widths = HEADINGS.map((heading, column) =>
    Math.max(3, heading.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  const rule = widths.map((width) => '-'.repeat(width));
  return [HEADINGS, rule, ...rows].map(line).join('\n');
}
