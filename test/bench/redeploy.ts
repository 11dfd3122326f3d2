import { defaultHosts } from '../fleet/inventory.ts';
import { openRealDeployment, type RealDeployment } from '../fleet/deployment.ts';
import { command } from '../fleet/operator.ts';
import { readable } from '../helpers/deployment.ts';
import type { Bench } from './bench.ts';
import { untilQuiet } from './fanout-quiet.ts';
import { openPlaybook } from './redeploy-ansible.ts';
import { measureInTurn, ratiosOf, samplesOf, spreadOf, type Figure } from './stats.ts';

/** A deploy that changes nothing may take this share of the playbook's time. */
const SHARE_MAX = 0.1;

const DEPLOY_MS = 300_000;

/** Types the command, and waits for the message that says how it ended. Throws unless there was nothing to change. */
async function redeploy(real: RealDeployment): Promise<void> {
  const message = await command(real, 'deploy redis', DEPLOY_MS);
  const events = await real.events(message);
  const started = events.filter(({ type }) => type === 'host.started').length;
  if (readable(message).includes('Nothing to change.') && started === 0) return;
  throw new Error(`deploy redis changed something: ${readable(message).slice(0, 2000)}`);
}

/** What `work` took, ms, once the machine has come to rest. */
async function timed(work: () => Promise<void>): Promise<number> {
  await untilQuiet();
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** `deploy redis` typed in Slack where all is as it should be, beside a playbook that looks at the same things. */
export const bench: Bench = {
  name: 'redeploy',
  hosts: defaultHosts,
  async run({ hosts, rounds, directory, progress }): Promise<Figure[]> {
    const real = await openRealDeployment(defaultHosts);
    try {
      await real.start('worker');
      await real.start('bot');
      progress('deploys redis on empty hosts');
      const first = readable(await command(real, 'deploy redis', DEPLOY_MS));
      if (!first.includes('*Done*')) throw new Error(`deploy redis: ${first.slice(0, 2000)}`);
      progress("python for ansible's modules");
      const playbook = await openPlaybook(real, hosts, directory);
      progress(`${rounds} rounds`);
      const samples = await measureInTurn(
        [
          { name: 'ours', measure: () => timed(() => redeploy(real)) },
          { name: 'ansible', measure: () => timed(() => playbook.run()) },
        ],
        rounds,
      );
      await playbook.close();
      const [ours, theirs] = [samplesOf(samples, 'ours'), samplesOf(samples, 'ansible')];
      return [
        { what: 'keybuzz: deploy redis, from the command to its end in Slack', unit: 'ms', ...spreadOf(ours) },
        { what: 'ansible-playbook, warm', unit: 'ms', ...spreadOf(theirs) },
        { what: 'keybuzz / ansible-playbook', unit: 'x', target: SHARE_MAX, ...spreadOf(ratiosOf(ours, theirs)) },
      ];
    } finally {
      await real.close();
    }
  },
};
