import { loadWorkerConfig } from '../../src/config.ts';
import { startWorker } from '../../src/jobs/index.ts';
import { openLog, runProcess, secretsIn } from '../../src/process.ts';
import { createRedact } from '../../src/secret.ts';
import { assembleChaos, chaos } from './module.ts';

// `keybuzz worker` with the chaos module in the place of the real ones, and less patience with hosts.

const config = loadWorkerConfig();
const log = openLog({ role: 'worker', level: config.logLevel, redact: createRedact(secretsIn(config)) });
const {
  redis: endpoint,
  redisPrefix: prefix,
  inventory,
  credentialsDirectory,
  leaseMs,
  sweepMs,
  ssh,
  monitor,
} = config;

// A loop that stands still: no timer and no callback runs, while the kernel goes on to take what hosts and Redis send.
const still = new Int32Array(new SharedArrayBuffer(4));
process.on('SIGUSR2', () => Atomics.wait(still, 0, 0, Number(process.env.KEYBUZZ_CHAOS_BLOCKED_MS ?? '0')));

const code = await runProcess({
  log,
  open: async () => {
    const worker = await startWorker({
      ...{ endpoint, prefix, inventory, credentialsDirectory, leaseMs, sweepMs, monitor },
      modules: [chaos],
      assemble: assembleChaos,
      ssh: {
        keyFile: ssh.key.kind === 'file' ? ssh.key.file : undefined,
        agentSocket: ssh.key.kind === 'agent' ? ssh.key.socket : undefined,
        port: ssh.port,
      },
      knownHostsFile: ssh.knownHostsFile,
      unreachableMs: Number(process.env.KEYBUZZ_CHAOS_UNREACHABLE_MS ?? '3000'),
      warn: (what, err) => log.warn({ err }, what),
    });
    return () => worker.close();
  },
});
process.exit(code);
