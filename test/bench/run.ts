import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFleet, type Fleet } from '../fleet/fleet.ts';
import { allHosts, chooseHosts, defaultHosts, type FleetHost } from '../fleet/inventory.ts';
import type { Bench } from './bench.ts';
import { installPeers } from './fanout-peers.ts';
import { BENCHES } from './list.ts';
import { writeFigures } from './page.ts';
import { tableOf, verdictOf, type Figure } from './stats.ts';

// `npm run bench [-- NAME ...]`: builds the program, boots the hosts if a bench needs them, runs each bench in a process
// of its own, prints its table and, after a full run, writes it into docs/bench.md. Exits 1 when a target is missed.
// KEYBUZZ_BENCH_HOSTS=8 and KEYBUZZ_BENCH_ROUNDS=2 make a smoke run of it, which writes nothing.

const ROUNDS_FULL = 5;
const [rounds, hostCount] = [
  Number(process.env.KEYBUZZ_BENCH_ROUNDS ?? ROUNDS_FULL),
  Number(process.env.KEYBUZZ_BENCH_HOSTS ?? allHosts().length),
];
const isFull = rounds >= ROUNDS_FULL && hostCount === allHosts().length;
const say = (text: string): void => void process.stderr.write(`bench: ${text}\n`);

/** So many hosts: those of the redis module first, so that a smoke run has a module to ask. */
function firstHosts(count: number): FleetHost[] {
  const isDefault = ({ name }: FleetHost): boolean => (defaultHosts as readonly string[]).includes(name);
  const [first, rest] = [allHosts().filter(isDefault), allHosts().filter((host) => !isDefault(host))];
  return [...first, ...rest].slice(0, Math.max(count, first.length));
}

/** The hosts that a bench asks for, in this run. */
function hostsOf({ hosts }: Bench): readonly FleetHost[] {
  if (hosts === 'none') return [];
  return hosts === 'all' ? firstHosts(hostCount) : chooseHosts({ hosts });
}

/** The child's half: runs one bench and leaves its figures in a file. */
async function runOne(name: string, directory: string): Promise<void> {
  const bench = BENCHES.find((each) => each.name === name);
  if (bench === undefined) throw new Error(`There is no bench ${name}.`);
  const hosts = hostsOf(bench);
  const figures = await bench.run({ rounds, hosts, isFull, directory, progress: (text) => say(`${name}: ${text}`) });
  writeFileSync(join(directory, 'figures.json'), JSON.stringify(figures));
}

/** The parent's half: starts the child, inside the hosts' network if the bench needs them. */
async function measure(bench: Bench, fleet: Fleet | undefined): Promise<Figure[]> {
  const directory = mkdtempSync(join(tmpdir(), 'kb-bench-'));
  try {
    const self = [process.execPath, ...process.execArgv, import.meta.filename, '--one', bench.name, directory];
    const [program = '', ...args] = fleet !== undefined ? fleet.enterNetns(self) : self;
    const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
    process.on('SIGINT', pass).on('SIGTERM', pass);
    const [code] = (await once(child, 'close')) as [number | null];
    process.off('SIGINT', pass).off('SIGTERM', pass);
    if (code !== 0) throw new Error(`The bench ${bench.name} ended with ${code ?? 'a signal'}.`);
    return JSON.parse(readFileSync(join(directory, 'figures.json'), 'utf8')) as Figure[];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function circumstances(bench: Bench): string {
  const [load = 0] = loadavg();
  const hosts = bench.hosts === 'none' ? '' : `${hostsOf(bench).length} hosts, `;
  return `${hosts}${availableParallelism()} processors, Node ${process.version}, load average before ${load.toFixed(1)}`;
}

/** Brings the hosts of one bench after the other up: those that the next one also needs, and no others, stay. */
function createHosts() {
  let up: { names: string; fleet: Fleet } | undefined;
  const close = async (): Promise<void> => {
    await up?.fleet.close();
    up = undefined;
  };
  return {
    close,
    async openFor(bench: Bench): Promise<Fleet | undefined> {
      const hosts = hostsOf(bench).map(({ name }) => name);
      if (hosts.length === 0) return undefined;
      if (up?.names !== hosts.join()) {
        await close();
        up = { names: hosts.join(), fleet: await openFleet({ hosts, progress: say }) };
      }
      return up.fleet;
    },
  };
}

/** The benches that a word means: the one of that name, or all whose names begin with it. */
const named = (word: string): Bench[] => BENCHES.filter(({ name }) => name === word || name.startsWith(`${word}-`));

async function runAll(words: readonly string[]): Promise<number> {
  const unknown = words.filter((word) => named(word).length === 0);
  if (unknown.length > 0) {
    process.stderr.write(`No bench: ${unknown.join(', ')}. There are: ${BENCHES.map(({ name }) => name).join(' ')}.\n`);
    return 2;
  }
  const chosen =
    words.length === 0 ? BENCHES : BENCHES.filter((bench) => words.some((word) => named(word).includes(bench)));
  if (chosen.some((bench) => bench.hosts !== 'none')) await installPeers();
  const hosts = createHosts();
  let missed = 0;
  try {
    for (const bench of chosen) {
      const where = circumstances(bench);
      const figures = await measure(bench, await hosts.openFor(bench));
      missed += figures.filter((figure) => verdictOf(figure) === 'missed').length;
      process.stdout.write(`\n${bench.name} (${where})\n\n${tableOf(figures)}\n\n`);
      if (isFull) await writeFigures(bench.name, `${tableOf(figures)}\n\n${where}.`);
    }
  } finally {
    await hosts.close();
  }
  if (!isFull) say('a smoke run: figures of few hosts or rounds are not written down');
  return missed === 0 ? 0 : 1;
}

async function main(): Promise<number> {
  const [first, name = '', directory = ''] = process.argv.slice(2);
  if (first !== '--one') return runAll(process.argv.slice(2));
  await runOne(name, directory).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    // A bench that failed in its middle may have left open what would keep this process alive.
    process.exit(1);
  });
  return 0;
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 1;
});
