import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { loadInventory } from '../../src/inventory.ts';
import { assembleScript, MODULES } from '../../src/modules/index.ts';
import type { Module, Probe } from '../../src/modules/contract.ts';
import { createRedact, Secret } from '../../src/secret.ts';
import type { SshPool } from '../../src/ssh/index.ts';
import { isOver, openDeployment, type Deployment } from '../helpers/deployment.ts';
import { fleetSettings } from '../fleet/settings.ts';
import type { Bench, BenchContext } from './bench.ts';
import { builtSsh } from './built.ts';
import { untilQuiet } from './fanout-quiet.ts';
import { differencesOf, measureInTurn, samplesOf, spreadOf, type Figure } from './stats.ts';

const INVENTORY = join(import.meta.dirname, '../../inventory/servers.tsv');

/** What the way through Slack, the queue, the log and the report may add to the reads themselves, ms. */
const ADDED_MS_MAX = 150;

const COMPLETE_MS = 60_000;

/** The module that asks most hosts, of those whose hosts are all booted. */
function widestModule(context: BenchContext): { module: Module; probes: readonly Probe[] } {
  const inventory = loadInventory(INVENTORY);
  const booted = new Set(context.hosts.map(({ name }) => name));
  const asked = MODULES.map((module) => ({ module, probes: module.probes(inventory) }))
    .filter(({ probes }) => probes.every(({ host }) => booted.has(host)))
    .sort((a, b) => b.probes.length - a.probes.length);
  const [widest] = asked;
  if (widest === undefined) throw new Error('No module has all of its hosts booted.');
  return widest;
}

/** The probes' reads alone, on open connections, as the worker does them. */
async function askProbes(
  runRead: Awaited<ReturnType<typeof builtSsh>>['runRead'],
  pool: SshPool,
  asked: { probes: readonly Probe[]; secrets: readonly Secret[]; addressOf: (host: string) => string },
): Promise<void> {
  await Promise.all(
    asked.probes.map(async ({ host, script, args, secrets, timeoutSeconds }) => {
      const target = { host, address: asked.addressOf(host), port: 22, user: 'root' };
      const { outcome, reason } = await runRead(pool, target, {
        script: assembleScript(script),
        args,
        secrets: asked.secrets.filter(({ name }) => secrets.includes(name)),
        mode: 'read',
        timeoutSeconds,
        redact: createRedact(asked.secrets),
      });
      if (outcome !== 'ok') throw new Error(`${host}: ${outcome}: ${reason}`);
    }),
  );
}

/** From typing the command to the message that shows every answer, ms. */
async function askInSlack(deployment: Deployment, module: Module, firstMs: number[]): Promise<number> {
  await untilQuiet();
  const start = performance.now();
  const root = await deployment.run('operator', `status ${module.name}`);
  firstMs.push(performance.now() - start);
  await deployment.when(root, isOver, COMPLETE_MS);
  return performance.now() - start;
}

/** `/keybuzz status` typed in Slack, to the complete matrix there, beside the same reads alone. */
export const bench: Bench = {
  name: 'matrix',
  hosts: 'all',
  async run(context): Promise<Figure[]> {
    const { module, probes } = widestModule(context);
    const settings = fleetSettings();
    const secrets = module.credentials.map(({ name }) => new Secret(name, randomBytes(16).toString('hex')));
    const addressOf = (host: string): string => context.hosts.find(({ name }) => name === host)?.address ?? '';
    const ssh = await builtSsh();
    const { sshKeyFile: keyFile, knownHostsFile } = settings;
    const pool = ssh.createSshPool({ keyFile, knownHosts: () => ssh.loadKnownHosts(knownHostsFile) });
    const deployment = await openDeployment({
      inventoryFile: INVENTORY,
      knownHostsFile,
      sshKeyFile: keyFile,
      credentials: { [`${module.name}.env`]: secrets.map((one) => `${one.name}=${one.reveal()}\n`).join('') },
    });
    try {
      context.progress(`status ${module.name}: ${probes.length} hosts`);
      await deployment.start('worker');
      await deployment.start('bot');
      const firstMs: number[] = [];
      const samples = await measureInTurn(
        [
          { name: 'slack', measure: () => askInSlack(deployment, module, firstMs) },
          {
            name: 'reads',
            measure: async () => {
              await untilQuiet();
              const start = performance.now();
              await askProbes(ssh.runRead, pool, { probes, secrets, addressOf });
              return performance.now() - start;
            },
          },
        ],
        2 * context.rounds + 1,
      );
      const [slack, reads] = [samplesOf(samples, 'slack'), samplesOf(samples, 'reads')];
      const asked = `status ${module.name} (${probes.length} hosts)`;
      return [
        { what: `${asked}: the reads alone`, unit: 'ms', ...spreadOf(reads) },
        { what: `${asked}: its first message in Slack`, unit: 'ms', ...spreadOf(firstMs.slice(1)) },
        { what: `${asked}: complete in Slack`, unit: 'ms', ...spreadOf(slack) },
        {
          what: 'complete in Slack - the reads alone',
          unit: 'ms',
          ...spreadOf(differencesOf(slack, reads)),
          target: ADDED_MS_MAX,
        },
      ];
    } finally {
      await Promise.all([pool.close(), deployment.close()]);
    }
  },
};
