import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openFleet } from '../fleet/fleet.ts';
import { must } from '../fleet/process.ts';
import { fleetSettings } from '../fleet/settings.ts';
import type { BenchContext } from './bench.ts';
import { builtSsh } from './built.ts';
import { connectBare, endBare, execBare } from './fanout-bare.ts';
import type { Job } from './fanout-job.ts';
import { openMasters, openPeers, runPeer, type Peer } from './fanout-peers.ts';
import { untilQuiet } from './fanout-quiet.ts';
import { readAll } from './fanout-reads.ts';
import { measureInTurn, type Contender } from './stats.ts';

/** Samples of a fan-out in ms by the tool's name, first with nothing open, then with open connections. */
export interface FanOut {
  cold: Map<string, number[]>;
  warm: Map<string, number[]>;
}

export const OURS = 'keybuzz';
export const OURS_AS_PROCESS = 'keybuzz, as a program of its own';
export const BARE = 'bare ssh2';
export const PEERS = ['ansible', 'parallel-ssh', 'clush'] as const;

/** What it took, ms, once the machine has come to rest. What `work` gives is closed when the clock has stopped. */
async function timed(work: () => Promise<(() => Promise<unknown>) | undefined>): Promise<number> {
  await untilQuiet();
  const start = performance.now();
  const close = await work();
  const tookMs = performance.now() - start;
  await close?.();
  return tookMs;
}

/** A contender that has nothing to close. */
function contender(name: string, work: () => Promise<unknown>): Contender {
  const open = async (): Promise<undefined> => {
    await work();
    return undefined;
  };
  return { name, measure: () => timed(open) };
}

/** One job on all hosts by every tool, cold and warm, in turn; see docs/bench.md for what each of them does. */
export async function measureFanOut(context: BenchContext, job: Job): Promise<FanOut> {
  const { hosts, rounds, directory, progress } = context;
  const settings = fleetSettings();
  const { sshKeyFile: keyFile, knownHostsFile } = settings;
  const fleet = await openFleet({ hosts: hosts.map(({ name }) => name) });
  const ssh = await builtSsh();
  const key = readFileSync(keyFile);
  const targets = hosts.map(({ name, address }) => ({ host: name, address, port: 22, user: 'root' }));
  const newPool = () => ssh.createSshPool({ keyFile, knownHosts: () => ssh.loadKnownHosts(knownHostsFile) });
  const peers: readonly Peer[] = await openPeers(hosts, settings, directory);
  const control = join(directory, '%h');
  const peerContenders = (how: string | undefined): Contender[] =>
    peers.map((peer) => contender(peer.name, () => runPeer(peer, job, { count: hosts.length, control: how })));

  const cold: Contender[] = [
    {
      name: OURS,
      measure: () =>
        timed(async () => {
          const pool = newPool();
          await readAll(ssh, pool, targets, job);
          return () => pool.close();
        }),
    },
    {
      name: BARE,
      measure: () =>
        timed(async () => {
          const clients = await Promise.all(
            hosts.map(async ({ address }) => {
              const client = await connectBare({ address, key });
              await execBare(client, job);
              return client;
            }),
          );
          return () => Promise.all(clients.map(endBare));
        }),
    },
    ...(job.secrets.length === 0 ? [asProgram(directory, { targets, keyFile, knownHostsFile, ...job })] : []),
    ...peerContenders(undefined),
  ];
  progress(`cold, ${rounds} rounds`);
  const coldSamples = await measureInTurn(cold, rounds);

  progress('opening the connections that stay');
  const closers = [await openMasters(hosts, settings, control), () => fleet.close()];
  try {
    const pool = newPool();
    closers.push(() => pool.close());
    const clients = await Promise.all(hosts.map(({ address }) => connectBare({ address, key })));
    closers.push(async () => {
      await Promise.all(clients.map(endBare));
    });
    // Fewer would leave the ratio of two short times to chance.
    const warmRounds = 2 * rounds + 1;
    progress(`warm, ${warmRounds} rounds`);
    const warm: Contender[] = [
      contender(OURS, () => readAll(ssh, pool, targets, job)),
      contender(BARE, () => Promise.all(clients.map((client) => execBare(client, job)))),
      ...peerContenders(control),
    ];
    return { cold: coldSamples, warm: await measureInTurn(warm, warmRounds) };
  } finally {
    await Promise.all(closers.map((close) => close()));
  }
}

function asProgram(directory: string, given: object): Contender {
  const file = join(directory, 'program.json');
  writeFileSync(file, JSON.stringify(given));
  const argv = [process.execPath, join(import.meta.dirname, 'fanout-process.js'), file];
  return contender(OURS_AS_PROCESS, () => must(argv));
}
