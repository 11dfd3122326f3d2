import PQueue from 'p-queue';
import { createRedact } from '../../src/secret.ts';
import type * as Ssh from '../../src/ssh/index.ts';
import type { Job } from './fanout-job.ts';

/** As many as a worker asks at once: HOSTS_AT_ONCE of src/jobs/workshop.ts. */
const HOSTS_AT_ONCE = 52;

/** Longer than any answer here takes on a loaded machine. */
const TIMEOUT_SECONDS = 60;

/** Asks all targets by the read that the worker's checks use. Throws when one of them does not answer with ok. */
export async function readAll(
  ssh: Pick<typeof Ssh, 'runRead'>,
  pool: Ssh.SshPool,
  targets: readonly Ssh.SshTarget[],
  job: Job,
): Promise<void> {
  const queue = new PQueue({ concurrency: HOSTS_AT_ONCE });
  const request = {
    script: job.script,
    args: job.args,
    secrets: job.secrets,
    mode: 'read' as const,
    timeoutSeconds: TIMEOUT_SECONDS,
    redact: createRedact(job.secrets),
  };
  await Promise.all(
    targets.map((target) =>
      queue.add(async () => {
        const { outcome, reason, output } = await ssh.runRead(pool, target, request);
        if (outcome !== 'ok' || !output.includes(job.mark)) throw new Error(`${target.host}: ${outcome}: ${reason}`);
      }),
    ),
  );
}
