import { basename } from 'node:path';

/**
 * The files that take minutes, longest first. The order alone matters: a long one begun last would leave all other
 * lanes idle. A name that is missing here costs time, nothing else.
 */
const LONG: readonly string[] = [
  'redis-points',
  'apps-on-k3s-stand-in',
  'proxysql-stand-in',
  'postgresql',
  'base',
  'mariadb',
  'rabbitmq',
  'redis-refusals',
  'chaos',
  'postgresql-by-hand',
  'mariadb-by-hand',
  'redis-failover',
  'redis-scripts',
  'alerts',
  'postgresql-emergency',
];

/** What came of one file: the lane's number from 1, the exit code (0: green) and how long it took, seconds. */
export interface Ran {
  readonly file: string;
  readonly lane: number;
  readonly exitCode: number;
  readonly seconds: number;
}

/** Test files in the order in which they are to be begun. */
export function longestFirst(files: readonly string[]): string[] {
  const rank = (file: string) => {
    const at = LONG.indexOf(basename(file, '.test.ts'));
    return at === -1 ? LONG.length : at;
  };
  return files.toSorted((one, other) => rank(one) - rank(other) || one.localeCompare(other, 'en'));
}

/**
 * Each lane takes the next file when it is done with one, until none is left or `signal` is aborted.
 * `runFile` gives a file's exit code; one that throws counts as 1, and its reason goes to `tell`.
 */
export async function runInLanes(
  files: readonly string[],
  lanes: number,
  runFile: (file: string, lane: number) => Promise<number>,
  { signal, tell }: { signal: AbortSignal; tell: (text: string) => void },
): Promise<Ran[]> {
  const left = [...files];
  const ran: Ran[] = [];
  const work = async (lane: number) => {
    for (let file = left.shift(); file !== undefined && !signal.aborted; file = left.shift()) {
      const start = performance.now();
      const exitCode = await runFile(file, lane).catch((error: unknown) => {
        tell(`${file}: ${error instanceof Error ? error.message : String(error)}`);
        return 1;
      });
      ran.push({ file, lane, exitCode, seconds: (performance.now() - start) / 1000 });
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, index) => work(index + 1)));
  return ran;
}

/** The last lines of a run: what each file took, the red ones last, where a reader looks first. */
export function summaryOf(ran: readonly Ran[], files: readonly string[]): string {
  const line = ({ file, lane, exitCode, seconds }: Ran) =>
    `  ${exitCode === 0 ? 'PASS' : 'FAIL'} ${file} (${seconds.toFixed(0)} s, lane ${lane})`;
  const done = ran.toSorted((one, other) => Number(one.exitCode !== 0) - Number(other.exitCode !== 0));
  const missing = files.filter((file) => !ran.some((one) => one.file === file)).map((file) => `  not run: ${file}`);
  return [...done.map(line), ...missing].join('\n');
}
