import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { killHost } from './host.ts';
import { chooseHosts, type Choice, type FleetHost } from './inventory.ts';
import { sshArgv } from './keys.ts';
import { bootHost, bringUp, fleetStatus, knownHosts, resetHost, takeDown } from './lifecycle.ts';
import { inNamespace } from './network.ts';
import { fleetSettings } from './settings.ts';

const usage = `npm run fleet -- VERB
  up [--hosts NAME,...] [--stack STACK] [--count N]   boots hosts (default: the redis module's five)
  down                                                takes the whole fleet down
  status                                              every host and its state
  boot | kill | reset HOST                            switches on | kills hard | gives a fresh disk, same host key
  ssh HOST COMMAND...                                 a command as root, over SSH
  run COMMAND...                                      a command on this machine, inside the fleet's network
Environment: KEYBUZZ_FLEET_NAME, KEYBUZZ_FLEET_CACHE, KEYBUZZ_FLEET_MIRROR, KEYBUZZ_INVENTORY.
`;

const settings = fleetSettings();

function progress(text: string): void {
  process.stdout.write(process.stdout.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
}

function say(text: string): void {
  process.stdout.write(process.stdout.isTTY ? `\r\x1b[K${text}\n` : `${text}\n`);
}

async function up(args: string[]): Promise<number> {
  const options = { hosts: { type: 'string' }, stack: { type: 'string' }, count: { type: 'string' } } as const;
  const { hosts, stack, count } = parseArgs({ args, options }).values;
  if (count !== undefined && !/^[1-9]\d*$/.test(count)) throw new Error(`--count '${count}' is no number of hosts.`);
  const choice: Choice = {
    ...(hosts === undefined ? {} : { hosts: hosts.split(',') }),
    ...(stack === undefined ? {} : { stack }),
    ...(count === undefined ? {} : { count: Number(count) }),
  };
  const chosen = chooseHosts(choice);
  const start = performance.now();
  await bringUp(settings, chosen, progress);
  say(`${settings.name}: ${chosen.length} hosts up in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return 0;
}

async function down(): Promise<number> {
  const start = performance.now();
  await takeDown(settings, progress);
  say(`${settings.name}: down in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return 0;
}

async function status(): Promise<number> {
  const hosts = await fleetStatus(settings);
  for (const { name, address, state } of hosts) say(`${name.padEnd(16)} ${address.padEnd(12)} ${state}`);
  if (hosts.length === 0) say(`${settings.name} is down.`);
  return hosts.every(({ state }) => state === 'running') ? 0 : 1;
}

async function pass(argv: readonly string[]): Promise<number> {
  const [program = '', ...args] = inNamespace(settings.name, argv);
  const child = spawn(program, args, { stdio: 'inherit' });
  const onSignal = (signal: NodeJS.Signals) => child.kill(signal);
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 255;
}

function hostNamed(name = ''): FleetHost {
  const host = knownHosts(settings).find((each) => each.name === name);
  if (host === undefined) throw new Error(`'${name}' is no host of ${settings.name}; see: npm run fleet -- status.`);
  return host;
}

async function power(verb: 'boot' | 'kill' | 'reset', name: string | undefined): Promise<number> {
  const host = hostNamed(name);
  if (verb === 'kill') await killHost(settings, host.name);
  else await (verb === 'boot' ? bootHost : resetHost)(settings, host);
  say(`${host.name}: ${verb} done`);
  return 0;
}

async function main(): Promise<number> {
  const [verb, ...args] = process.argv.slice(2);
  if (verb === 'up') return up(args);
  if (verb === 'down') return down();
  if (verb === 'status') return status();
  if (verb === 'boot' || verb === 'kill' || verb === 'reset') return power(verb, args[0]);
  if (verb === 'ssh') return pass(sshArgv(settings, hostNamed(args[0]), args.slice(1).join(' ')));
  if (verb === 'run') return pass(args);
  process.stderr.write(usage);
  return 2;
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  return 1;
});
