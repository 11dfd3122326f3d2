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

/** The lines of a red file's report that its summary repeats; the report whole stands where it was run. */
const REPEATED_LINES = 30;

/** How the run of a file ended: the exit code (0: green), and what jest says of the tests that failed. */
export interface Ended {
  readonly exitCode: number;
  readonly failed: string;
}

/** What came of one file: the lane's number from 1, how it ended, and how long it took, seconds. */
export interface Ran extends Ended {
  readonly file: string;
  readonly lane: number;
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
 * `runFile` tells how a file ended; one that throws counts as red, and its reason goes to `tell`.
 */
export async function runInLanes(
  files: readonly string[],
  lanes: number,
  runFile: (file: string, lane: number) => Promise<Ended>,
  { signal, tell }: { signal: AbortSignal; tell: (text: string) => void },
): Promise<Ran[]> {
  const left = [...files];
  const ran: Ran[] = [];
  const work = async (lane: number) => {
    for (let file = left.shift(); file !== undefined && !signal.aborted; file = left.shift()) {
      const start = performance.now();
      const ended = await runFile(file, lane).catch((error: unknown) => {
        const failed = error instanceof Error ? error.message : String(error);
        tell(`${file}: ${failed}`);
        return { exitCode: 1, failed };
      });
      ran.push({ file, lane, ...ended, seconds: (performance.now() - start) / 1000 });
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, index) => work(index + 1)));
  return ran;
}

/**
 * The last lines of a run: what each file took, then the red ones, each with the first lines of what failed in it; a
 * reader looks at the end first, and of a long log often nothing else is kept.
 */
export function summaryOf(ran: readonly Ran[], files: readonly string[]): string {
  const line = ({ file, lane, exitCode, seconds }: Ran) =>
    `  ${exitCode === 0 ? 'PASS' : 'FAIL'} ${file} (${seconds.toFixed(0)} s, lane ${lane})`;
  const repeated = (one: Ran) => {
    const lines = one.failed.split('\n').filter((text) => text.trim() !== '');
    return [line(one), ...lines.slice(0, REPEATED_LINES).map((text) => `    ${text}`)];
  };
  const missing = files.filter((file) => !ran.some((one) => one.file === file)).map((file) => `  not run: ${file}`);
  const green = ran.filter(({ exitCode }) => exitCode === 0);
  const red = ran.filter(({ exitCode }) => exitCode !== 0);
  return [...green.map(line), ...missing, ...red.flatMap(repeated)].join('\n');
}
