import { loadInventory } from '../../src/inventory.ts';
import type { Language } from '../../src/language/index.ts';
import { startHetznerSandbox, type HetznerSandbox } from '../hetzner/index.ts';
import { startPrivateRedis, type PrivateRedis } from '../redis.ts';
import { startSlackSandbox } from '../slack/index.ts';
import type { SlackSandbox } from '../slack/index.ts';
import { LOCALE_IN } from '../web/locales.ts';
import { startProgram, startRestartable, type Restartable } from './program.ts';
import type { DemoHosts, HostMaker } from './hosts.ts';
import { createSite, type Site } from './site.ts';

/** All the demo runs on. */
export interface Stage {
  slack: SlackSandbox;
  hosts: DemoHosts;
  redis: PrivateRedis;
  worker: Restartable;
  site: Site;
  hetzner: HetznerSandbox;
  /** Rejects when bot or worker ends by itself. */
  failed: Promise<never>;
  /** Ends everything, the last first, and removes every file. */
  close: () => Promise<void>;
}

/** Short enough that a demo does not wait for a sweep, long enough to be a sweep. */
const SWEEP_MS = '500';

/** Nobody at a demo waits for two minutes to see that a host is away. */
const UNREACHABLE_MS = '15000';

/** Often enough that an alert is there, and is over, before anybody wonders. */
const MONITOR_MS = '1000';

/** So long that people see an action run, and a target become healthy. */
const HETZNER_PACE = { actionMs: 600, healthMs: 2_500 };

/** A project at Hetzner with the inventory's servers, and no load balancer yet. */
function openProject({ inventoryFile }: Site, { onPower }: DemoHosts): Promise<HetznerSandbox> {
  const servers = loadInventory(inventoryFile).hosts.map(({ name, privateIp }) => ({ name, privateIp }));
  return startHetznerSandbox({
    servers,
    zones: ['keybuzz.io'],
    ...HETZNER_PACE,
    ...(onPower === undefined ? {} : { onPower }),
  });
}

/** Starts hosts, Redis, Slack, bot and worker. `say` hears of what takes time. */
export async function setStage(maker: HostMaker, language: Language, say: (line: string) => void): Promise<Stage> {
  const closers: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const site = createSite(maker.inventory);
    closers.push(site.remove);
    const redis = await startPrivateRedis(say);
    closers.push(() => redis.stop());
    const slack = await startSlackSandbox({ locale: LOCALE_IN[language] });
    closers.push(slack.close);
    const hosts = await maker.open(site, say);
    closers.push(hosts.close);
    site.pinHosts(hosts.knownHosts);
    const hetzner = await openProject(site, hosts);
    closers.push(hetzner.close);
    if (hosts.network !== undefined) {
      for (const port of [redis.port, hetzner.port]) closers.push(await hosts.network.openPort(port));
    }

    const shared = {
      REDIS_URL: redis.url,
      KEYBUZZ_REDIS_PREFIX: 'demo',
      KEYBUZZ_INVENTORY: site.inventoryFile,
      KEYBUZZ_POLICY: site.policyFile,
      KEYBUZZ_SWEEP_MS: SWEEP_MS,
      KEYBUZZ_LANG: language,
    };
    const bot = await startProgram({
      name: 'bot',
      logFile: site.logFile('bot'),
      environment: {
        ...shared,
        KEYBUZZ_OPS_CHANNEL: 'C0OPS',
        SLACK_API_URL: slack.apiUrl,
        SLACK_BOT_TOKEN: slack.botToken,
        SLACK_APP_TOKEN: slack.appToken,
      },
    });
    closers.push(bot.stop);
    const worker = await startRestartable({
      name: 'worker',
      logFile: site.logFile('worker'),
      enter: hosts.network?.enter,
      environment: {
        ...shared,
        KEYBUZZ_KNOWN_HOSTS: site.knownHostsFile,
        KEYBUZZ_SSH_KEY: site.keyFile,
        KEYBUZZ_SSH_PORT: String(hosts.port),
        KEYBUZZ_UNREACHABLE_MS: UNREACHABLE_MS,
        KEYBUZZ_MONITOR: hosts.monitored.join(',') || 'off',
        KEYBUZZ_MONITOR_MS: MONITOR_MS,
        KEYBUZZ_CREDENTIALS: site.credentialsDirectory,
        HCLOUD_TOKEN: hetzner.token,
        HCLOUD_ENDPOINT: hetzner.endpoint,
      },
    });
    closers.push(worker.stop);
    const failed = Promise.race([bot.failed, worker.failed]);
    failed.catch(() => undefined);
    return { slack, hosts, redis, worker, site, hetzner, failed, close };
  } catch (error) {
    await close();
    throw error;
  }
}
