import ssh2, { type Client } from 'ssh2';
import type { Job } from './fanout-job.ts';

/** What a bare connection needs. The host's key is not compared: this is the floor, with nothing of ours on it. */
export interface BareTarget {
  address: string;
  key: Buffer;
}

/** Connects with ssh2 alone, set up as ours is: without Nagle, which would cost it 40 ms for each exec. */
export function connectBare({ address, key }: BareTarget): Promise<Client> {
  const client = new ssh2.Client();
  return new Promise((resolve, reject) => {
    client
      .once('connect', () => client.setNoDelay(true))
      .once('ready', () => resolve(client))
      .once('error', reject)
      .connect({ host: address, username: 'root', privateKey: key });
  });
}

/** Runs the job's command on a channel of an open connection. Throws when it fails. */
export function execBare(client: Client, job: Job): Promise<void> {
  return new Promise((resolve, reject) => {
    client.exec(job.command, (error, channel) => {
      if (error) {
        reject(error);
        return;
      }
      const pieces: Buffer[] = [];
      let exit: number | null = null;
      channel.on('data', (chunk: Buffer) => pieces.push(chunk));
      channel.on('exit', (code: number | null) => (exit = code));
      channel.stderr.resume();
      channel.on('close', () => {
        if (exit === 0 && Buffer.concat(pieces).includes(job.mark)) resolve();
        else reject(new Error(`ssh2 ${job.command}: exit ${exit ?? 'unknown'}`));
      });
      channel.end(job.stdin);
    });
  });
}

/** Ends a connection and waits until it is gone. */
export async function endBare(client: Client): Promise<void> {
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
  client.end();
  await closed;
}
