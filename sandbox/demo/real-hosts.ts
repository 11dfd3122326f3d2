import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Server, type Socket } from 'node:net';
import { openFleet, type Fleet } from '../../test/fleet/fleet.ts';
import { SandboxError } from '../slack/index.ts';
import type { FaultSpec } from '../web/faults.ts';
import { HOST_FAULTS, VICTIM } from './host-faults.ts';
import type { HostMaker, OwnNetwork } from './hosts.ts';
import { platformInventory } from './site.ts';

/** The redis module's, and the one from which a failover is watched. */
const SERVERS = ['redis-01', 'redis-02', 'redis-03'];
const NAMES = [...SERVERS, 'haproxy-01', 'haproxy-02', 'install-01'];

/** A fleet of its own: whoever runs tests beside it keeps theirs. */
const FLEET_NAME = process.env.KEYBUZZ_FLEET_NAME ?? 'keybuzz-demo';

const REDIS_UNIT = 'redis-server.service';
const REDIS_DIRECTORY = '/opt/keybuzz/redis';

/** Opens a listener where it is started, hands it to its parent, and ends when that has it. */
const LISTEN = `
const server = require('node:net').createServer();
server.listen(Number(process.argv[1]), '127.0.0.1', () => process.send('', server));
process.on('disconnect', () => process.exit());
`;

/** A listener belongs to the network in which it was opened, whoever holds it. */
async function listenInside(fleet: Fleet, port: number): Promise<Server> {
  const [program = '', ...args] = fleet.enterNetns([process.execPath, '-e', LISTEN, String(port)]);
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  const failed = ended.then(() => {
    throw new Error(`No port could be opened in the network of the hosts: ${program} ended.`);
  });
  failed.catch(() => undefined);
  const [, server] = (await Promise.race([once(child, 'message'), failed])) as [unknown, Server];
  child.disconnect();
  await ended;
  return server;
}

function networkOf(fleet: Fleet): OwnNetwork {
  return {
    enter: (argv) => fleet.enterNetns(argv),
    async openPort(port) {
      const server = await listenInside(fleet, port);
      const sockets = new Set<Socket>();
      server.on('connection', (inner) => {
        const outer = connect(port, '127.0.0.1');
        for (const [one, other] of [
          [inner, outer],
          [outer, inner],
        ] as const) {
          sockets.add(one);
          one.on('error', () => one.destroy());
          one.on('close', () => {
            sockets.delete(one);
            other.destroy();
          });
          one.pipe(other);
        }
      });
      return async () => {
        const closed = once(server, 'close');
        server.close();
        for (const socket of sockets) socket.destroy();
        await closed;
      };
    },
  };
}

/** The server that says it is master. Its password is read where it lies, and stays there. */
async function masterOf(fleet: Fleet): Promise<string> {
  const ask = `REDISCLI_AUTH=$(sed -n 's/^requirepass //p' /etc/redis/keybuzz.conf) redis-cli role`;
  for (const host of SERVERS) {
    const { stdout } = await fleet.exec(host, ask);
    if (stdout.startsWith('master')) return host;
  }
  throw new SandboxError('no_master', 'There is no master yet: deploy redis first.');
}

function faultsOf(fleet: Fleet): FaultSpec[] {
  const group = 'Real hosts';
  return [
    {
      ...{ ...HOST_FAULTS.killMaster, group },
      make: async () => {
        const master = await masterOf(fleet);
        await fleet.killUnit(master, REDIS_UNIT);
        return () => fleet.reviveUnit(master, REDIS_UNIT);
      },
    },
    {
      ...{ ...HOST_FAULTS.cutOff, group },
      make: async () => {
        await fleet.linkDown(VICTIM);
        return () => fleet.linkUp(VICTIM);
      },
    },
    {
      ...{ ...HOST_FAULTS.fillDisk, group },
      make: async () => {
        await fleet.fillDisk(VICTIM, REDIS_DIRECTORY);
        return () => fleet.dropDisk(VICTIM, REDIS_DIRECTORY);
      },
    },
  ];
}

/** Lets a key in beside the fleet's own, which only the fleet itself needs to know. */
async function letIn(fleet: Fleet, publicKey: string): Promise<void> {
  await Promise.all(
    NAMES.map(async (host) => {
      const { exitCode, stderr } = await fleet.exec(host, `echo '${publicKey.trim()}' >>/root/.ssh/authorized_keys`);
      if (exitCode !== 0) throw new Error(`${host} does not take the demo's key: ${stderr.trim()}`);
    }),
  );
}

/** The redis module's hosts and the orchestrator as Debian machines booted here, in a network of their own. Needs root. */
export function realHosts(): HostMaker {
  const { hosts, ...inventory } = platformInventory();
  return {
    title: 'Slack is a local workspace; the hosts are REAL Debian machines, booted here in a network of their own.',
    inventory: { ...inventory, hosts: hosts.filter(({ name }) => NAMES.includes(name)) },
    async open({ publicKey }, say) {
      const progress = (text: string) => say(`hosts: ${text}`);
      const fleet = await openFleet({ name: FLEET_NAME, hosts: NAMES, mustBeNew: true, progress });
      try {
        await letIn(fleet, publicKey);
      } catch (error) {
        await fleet.close();
        throw error;
      }
      return {
        label: 'Real Debian hosts on this machine: only Slack is not real',
        knownHosts: readFileSync(fleet.knownHostsFile, 'utf8'),
        port: 22,
        network: networkOf(fleet),
        faults: faultsOf(fleet),
        monitored: [],
        forget: undefined,
        onPower: undefined,
        close: () => fleet.close(),
      };
    },
  };
}
