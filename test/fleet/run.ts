import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { chooseHosts, defaultHosts } from './inventory.ts';
import { areUp, bringUp, takeDown } from './lifecycle.ts';
import { hasNamespace, inNamespace } from './network.ts';
import { codeDir, fleetSettings } from './settings.ts';

// `npm run test:fleet -- [--keep] JEST ARGUMENTS`: brings the fleet up, runs jest inside its network, takes down what
// it brought up (a fleet that was there stays; --keep leaves ours too).

async function jest(name: string, args: readonly string[]): Promise<number> {
  const root = join(codeDir, '../..');
  const node = [process.execPath, '--experimental-vm-modules', '--no-warnings=ExperimentalWarning'];
  const command = [
    ...node,
    join(root, 'node_modules/jest/bin/jest.js'),
    '--config',
    join(root, 'jest.fleet.config.js'),
  ];
  const [program = '', ...rest] = inNamespace(name, [...command, ...args]);
  const child = spawn(program, rest, { cwd: root, stdio: 'inherit' });
  const pass = (signal: NodeJS.Signals) => child.kill(signal);
  process.on('SIGINT', pass).on('SIGTERM', pass);
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}

async function main(): Promise<number> {
  const settings = fleetSettings();
  const args = process.argv.slice(2);
  const keep = args.includes('--keep') || hasNamespace(settings.name);
  const hosts = chooseHosts({ hosts: defaultHosts });
  const progress = (text: string) => process.stderr.write(`fleet: ${text}\n`);
  try {
    if (!areUp(settings, hosts)) await bringUp(settings, hosts, progress);
    return await jest(
      settings.name,
      args.filter((arg) => arg !== '--keep'),
    );
  } finally {
    if (!keep) await takeDown(settings, progress);
  }
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  return 1;
});
