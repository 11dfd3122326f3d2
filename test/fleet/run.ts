import { spawn, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { text } from 'node:stream/consumers';
import { chooseHosts, defaultHosts } from './inventory.ts';
import { longestFirst, runInLanes, summaryOf } from './lanes.ts';
import { areUp, bringUp, takeDown, type Progress } from './lifecycle.ts';
import { hasNamespace, inNamespace } from './network.ts';
import { must } from './process.ts';
import { codeDir, fleetSettings, type FleetSettings } from './settings.ts';

// `npm run test:fleet -- [--keep] [--lanes=N] JEST ARGUMENTS`: brings the fleet up, runs jest inside its network, takes
// down what it brought up (a fleet that was there stays; --keep leaves ours too). With lanes there are N fleets beside
// each other, named after the one; each takes the next file when it is done with one. Tests wait more than they work.

const ROOT = join(codeDir, '../..');
const LANES = /^[1-4]$/;

const JEST: readonly string[] = [
  ...[process.execPath, '--experimental-vm-modules', '--no-warnings=ExperimentalWarning'],
  ...[join(ROOT, 'node_modules/jest/bin/jest.js'), '--config', join(ROOT, 'jest.fleet.config.js')],
];

const stopping = new AbortController();

/** Runs jest in a fleet's network; gives its exit code, and what it wrote where that is not passed on. */
async function jest(name: string, args: readonly string[], output: 'inherit' | 'pipe') {
  const [program = '', ...rest] = inNamespace(name, [...JEST, ...args]);
  const stdio: StdioOptions = ['ignore', output, output];
  const child = spawn(program, rest, { cwd: ROOT, stdio, env: { ...process.env, KEYBUZZ_FLEET_NAME: name } });
  const pass = () => child.kill('SIGTERM');
  stopping.signal.addEventListener('abort', pass);
  const written = [child.stdout, child.stderr].map((stream) => (stream === null ? Promise.resolve('') : text(stream)));
  const [code] = (await once(child, 'close')) as [number | null];
  stopping.signal.removeEventListener('abort', pass);
  return { exitCode: code ?? 1, written: (await Promise.all(written)).join('') };
}

/** What jest says of the tests that failed, from the report that it wrote; empty where it did not come that far. */
async function failedIn(report: string): Promise<string> {
  const text = await readFile(report, 'utf8').catch(() => '{}');
  await rm(report, { force: true });
  const { testResults = [] } = JSON.parse(text) as { testResults?: { message: string }[] };
  return testResults.map(({ message }) => message).join('\n');
}

/** A fleet up for the time of `work`. */
async function withFleet<T>(settings: FleetSettings, kept: boolean, progress: Progress, work: () => Promise<T>) {
  const keep = kept || hasNamespace(settings.name);
  const hosts = chooseHosts({ hosts: defaultHosts });
  try {
    if (!areUp(settings, hosts)) await bringUp(settings, hosts, progress);
    return await work();
  } finally {
    if (!keep) await takeDown(settings, progress);
  }
}

const toStderr: Progress = (line) => process.stderr.write(`fleet: ${line}\n`);

async function inOneFleet(args: readonly string[], keep: boolean): Promise<number> {
  const settings = fleetSettings();
  return withFleet(settings, keep, toStderr, async () => (await jest(settings.name, args, 'inherit')).exitCode);
}

async function inLanes(lanes: number, args: readonly string[], keep: boolean): Promise<number> {
  const listed = await must([...JEST, '--listTests', ...args]);
  const files = longestFirst(listed.split('\n').flatMap((path) => (path === '' ? [] : [relative(ROOT, path)])));
  const { name } = fleetSettings();
  const nameOf = (lane: number) => `${name}-${lane}`;
  const reports = await mkdtemp(join(tmpdir(), 'keybuzz-fleet-'));
  const runFile = async (file: string, lane: number) => {
    toStderr(`lane ${lane}: ${file}`);
    const report = join(reports, `${lane}.json`);
    const args = ['--runTestsByPath', file, '--json', '--outputFile', report];
    const { exitCode, written } = await jest(nameOf(lane), args, 'pipe');
    process.stderr.write(written);
    return { exitCode, failed: exitCode === 0 ? '' : await failedIn(report) };
  };
  const open = (lane: number, work: () => Promise<number>): Promise<number> => {
    if (lane === 0) return work();
    const settings = fleetSettings({ ...process.env, KEYBUZZ_FLEET_NAME: nameOf(lane) });
    const progress: Progress = (line) => toStderr(`lane ${lane}: ${line}`);
    return withFleet(settings, keep, progress, () => open(lane - 1, work));
  };
  const inAll = async () => {
    const ran = await runInLanes(files, lanes, runFile, { signal: stopping.signal, tell: toStderr });
    process.stderr.write(`${summaryOf(ran, files)}\n`);
    const isGreen = ran.length === files.length && ran.every(({ exitCode }) => exitCode === 0);
    return isGreen && files.length > 0 ? 0 : 1;
  };
  return open(lanes, inAll).finally(() => rm(reports, { recursive: true }));
}

async function main(): Promise<number> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort());
  const args = process.argv.slice(2);
  const rest = args.filter((arg) => arg !== '--keep' && !arg.startsWith('--lanes='));
  const keep = args.includes('--keep');
  const lanes = args.find((arg) => arg.startsWith('--lanes='))?.slice('--lanes='.length) ?? '1';
  if (!LANES.test(lanes)) throw new Error(`--lanes=${lanes} is no number of fleets beside each other: 1 to 4.`);
  if (lanes === '1') return inOneFleet(rest, keep);
  const option = rest.find((arg) => arg.startsWith('-'));
  if (option !== undefined) throw new Error(`With lanes only paths can be given, not ${option}; leave out --lanes.`);
  return inLanes(Number(lanes), rest, keep);
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  return 1;
});
