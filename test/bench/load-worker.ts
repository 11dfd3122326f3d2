import { loadWorkerConfig } from '../../src/config.ts';
import { startWorker } from '../../src/jobs/index.ts';
import { openLog, runProcess, secretsIn } from '../../src/process.ts';
import { createRedact } from '../../src/secret.ts';
import { assembleLoad, load } from './load-module.ts';

// `keybuzz worker` with the load module in the place of the real ones. Started by load-stage.ts.

const config = loadWorkerConfig();
const log = openLog({ role: 'worker', level: config.logLevel, redact: createRedact(secretsIn(config)) });
const { redis: endpoint, redisPrefix: prefix, inventory, credentialsDirectory, leaseMs, sweepMs, ssh } = config;

const code = await runProcess({
  log,
  open: async () => {
    const worker = await startWorker({
      ...{ endpoint, prefix, inventory, credentialsDirectory, leaseMs, sweepMs },
      modules: [load],
      assemble: assembleLoad,
      ssh: {
        keyFile: ssh.key.kind === 'file' ? ssh.key.file : undefined,
        agentSocket: undefined,
        port: ssh.port,
      },
      knownHostsFile: ssh.knownHostsFile,
      unreachableMs: 120_000,
      warn: (what, err) => log.warn({ err }, what),
    });
    return () => worker.close();
  },
});
process.exit(code);
