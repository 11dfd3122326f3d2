import { setTimeout as delay } from 'node:timers/promises';
import { createRuns, type Work } from '../../sandbox/fleet/detached.ts';
import { readProgram } from '../../sandbox/fleet/shell.ts';
import { startSshServer, type Execution, type SshServer } from '../../sandbox/fleet/ssh-server.ts';
import { generateSshKey } from '../../sandbox/ssh-key.ts';
import type { HostsOrder } from './load-processes.ts';

// Hosts in a process of their own: an SSH server per address, all with one key. Started by load-processes.ts.

/** So many servers begin to listen at the same time. */
const LISTEN_AT_ONCE = 200;

async function work({ args, write, signal }: Work): Promise<number> {
  const [pieces = 0, pieceMs = 0] = args.map(Number);
  for (let piece = 1; piece <= pieces; piece += 1) {
    await delay(pieceMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return 143;
    write(`::progress ${piece}/${pieces} piece ${piece}\n`);
  }
  write('::change mark work done\n');
  return 0;
}

function startHost(address: string, port: number, order: HostsOrder, hostKey: string): Promise<SshServer> {
  const runs = createRuns(work);
  return startSshServer({
    address,
    port,
    hostKey,
    authorizedKey: order.authorizedKey,
    execute(execution: Execution) {
      const program = readProgram(execution.command, execution.stdin);
      const answer = program && runs.answer(program, execution);
      if (answer !== undefined) return answer;
      execution.write(
        program?.mode === 'check' ? '::change mark work planned\n' : '::check answers pass 1 it answers\n',
      );
      return Promise.resolve(0);
    },
  });
}

process.once('message', (order: HostsOrder) => {
  const open = async () => {
    const key = generateSshKey();
    const [first = '', ...rest] = order.addresses;
    const { port } = await startHost(first, 0, order, key.private);
    for (let at = 0; at < rest.length; at += LISTEN_AT_ONCE) {
      await Promise.all(rest.slice(at, at + LISTEN_AT_ONCE).map((one) => startHost(one, port, order, key.private)));
    }
    process.send?.({ port, hostKey: key.public });
  };
  void open();
});
process.once('disconnect', () => process.exit(0));
