import { begin } from './actions.ts';
import { notFound, type Action, type Server, type World } from './model.ts';

/** The server of that id. */
export function findServer(world: World, id: number): Server {
  const found = world.servers.get(id);
  if (found === undefined) throw notFound(`server with ID '${id}'`);
  return found;
}

function turnOff(world: World, server: Server): void {
  if (server.status === 'off') return;
  server.status = 'off';
  world.onPower(server, 'off');
}

/** ACPI: the action ends when the signal was sent. What the system makes of it comes later, or never. */
function signal(world: World, server: Server, effect: () => void): () => void {
  return () => {
    if (server.isDeaf || server.status === 'off') return;
    world.defer(world.actionMs, effect);
  };
}

const POWER: Readonly<Record<string, { command: string; effectOf: (world: World, server: Server) => () => void }>> = {
  // A server that reboots is running to Hetzner all the time.
  reboot: {
    command: 'reboot_server',
    effectOf: (world, server) => signal(world, server, () => world.onPower(server, 'reboot')),
  },
  shutdown: {
    command: 'shutdown_server',
    effectOf: (world, server) => signal(world, server, () => turnOff(world, server)),
  },
  reset: {
    command: 'reset_server',
    effectOf: (world, server) => () => {
      if (server.status === 'running') world.onPower(server, 'reset');
    },
  },
  poweroff: { command: 'stop_server', effectOf: (world, server) => () => turnOff(world, server) },
  poweron: {
    command: 'start_server',
    effectOf: (world, server) => () => {
      if (server.status === 'running') return;
      server.status = 'running';
      world.onPower(server, 'on');
    },
  },
};

/** Begins a power action by the last part of its path; 423 while another one is under way. */
export function actOnServer(world: World, server: Server, name: string): Action {
  const power = Object.hasOwn(POWER, name) ? POWER[name] : undefined;
  if (power === undefined) throw notFound(`action ${name}`);
  return begin(world, power.command, { type: 'server', id: server.id }, power.effectOf(world, server));
}
