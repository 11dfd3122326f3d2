import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { APPS } from '../../src/modules/apps/settings.ts';
import { startBalancer, type Balancer } from './balancers.ts';
import { MASTERS, on, openK3s, type K3sDeployment } from './k3s-cluster.ts';

/** Canaries: what the applications are given, which no file of a host may hold. */
export const CANARIES = {
  SESSION_KEY: 'canarySessionPassword0123456789abcdef',
  APP_PASSWORD: 'canaryApplicationPassword0123456789abcdef',
  REDIS_PASSWORD: 'canaryRedisPassword0123456789abcdef',
};

/** The inventory's workers of these tests, and the public load balancers before them. */
export const WORKERS = { 'k8s-worker-01': '10.0.0.110', 'k8s-worker-02': '10.0.0.111' };
const PUBLIC = { 'lb-keybuzz-1': '10.0.0.5', 'lb-keybuzz-2': '10.0.0.6' };

/** Every way in: workers and load balancers. */
export const WAYS = { ...WORKERS, ...PUBLIC };

/** The images of one version, as artifacts.yaml names them. */
export const imagesOf = (version: string): string =>
  APPS.map(({ name }) => {
    const sha256 = Buffer.from(version.padEnd(32, '.')).toString('hex');
    return `  ${name}: { version: ${version}, sha256: ${sha256}, path: registry.example.org/keybuzz/${name} }\n`;
  }).join('');

/** A cluster of K3s, and load balancers before its workers. */
export interface AppsDeployment extends K3sDeployment {
  balancers: Record<keyof typeof PUBLIC, Balancer>;
  /** Writes which images there are, and begins bot and worker anew, as an operator does. */
  pin(version: string): Promise<void>;
}

/** Opens it: K3s is not deployed yet, and no image is said. */
export async function openApps(): Promise<AppsDeployment> {
  const real = await openK3s({
    'apps.env': `SESSION_KEY=${CANARIES.SESSION_KEY}\n`,
    'postgresql.env': `APP_PASSWORD=${CANARIES.APP_PASSWORD}\n`,
    'redis.env': `REDIS_PASSWORD=${CANARIES.REDIS_PASSWORD}\n`,
  });
  const start = (address: string) =>
    startBalancer(real.fleet.netns, { address, ports: [80, 443], targets: () => Object.values(WORKERS) });
  const [first, second] = await Promise.all(Object.values(PUBLIC).map(start) as [Promise<Balancer>, Promise<Balancer>]);
  const file = join(dirname(real.environmentOf('worker').KEYBUZZ_INVENTORY ?? ''), 'artifacts.yaml');
  const bare = await readFile(file, 'utf8');
  let running = [real.bot, real.worker];
  return {
    ...real,
    balancers: { 'lb-keybuzz-1': first, 'lb-keybuzz-2': second },
    async pin(version) {
      await Promise.all(running.map((one) => one.end('SIGTERM')));
      await writeFile(file, bare.includes('pins:\n') ? bare : `${bare}pins:\n`);
      await appendFile(file, imagesOf(version));
      running = await Promise.all([real.start('bot'), real.start('worker')]);
    },
    async close() {
      await Promise.all([first.close(), second.close()]);
      await real.close();
    },
  };
}

/** A shell word that asks a host name through an address, and prints the status. */
const asking = (address: string, host: string, path: string): string =>
  `curl -sk -o /dev/null -w '%{http_code}\\n' --max-time 5 --resolve ${host}:443:${address} https://${host}${path}`;

/** What a host name answers through each way in, by the way's name. */
export async function answersOf(real: AppsDeployment, host: string, path: string): Promise<Record<string, string>> {
  const asked = Object.entries(WAYS).map(async ([way, address]) => {
    return [way, await on(real, MASTERS[0] ?? '', asking(address, host, path))] as const;
  });
  return Object.fromEntries(await Promise.all(asked));
}

const STOP_FILE = '/run/keybuzz-names-stop';

/** Asks every application through a worker, again and again while `work` is done; gives all that was not 200. */
export async function namesWhile(real: AppsDeployment, work: () => Promise<void>): Promise<string[]> {
  const [from = ''] = MASTERS;
  const questions = APPS.map(({ host, path }) => asking(WORKERS['k8s-worker-01'], host, path));
  await on(real, from, `rm -f ${STOP_FILE}`);
  const watching = on(real, from, `while [ ! -e ${STOP_FILE} ]; do ${questions.join('; ')}; sleep 0.2; done`);
  const ended = await work().then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  await on(real, from, `touch ${STOP_FILE}`);
  const answers = (await watching).split('\n');
  if (ended !== undefined) throw ended.error;
  if (answers.length < 10) throw new Error(`Only ${answers.length} answers were seen.`);
  return answers.filter((answer) => answer !== '200');
}
