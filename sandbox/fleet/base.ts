import { contentHash, deployment } from './world.ts';
import type { Call, ChangeLine, Performance } from './world.ts';

const DEPLOY = 'base/deploy-host.sh';

/** What is deployed on a host whose base is set up. */
export const BASE_DEPLOYED: readonly string[] = [DEPLOY];

type Fact = readonly [key: string, value: string | number];

function facts(pairs: readonly Fact[]): Performance {
  const lines = [['simulated', 'yes'] as const, ...pairs].map(([key, value]) => `::fact ${key} ${value}`.trimEnd());
  return { lines, exitCode: 0 };
}

/** The values of a kind among a script's `kind=value` words. */
function wishesOf({ args }: Call, kind: string): string[] {
  return args.filter((word) => word.startsWith(`${kind}=`)).map((word) => word.slice(kind.length + 1));
}

function deployHost(call: Call): Performance {
  const file = (target: string): ChangeLine => ['file', target, contentHash(call.host, target)];
  const rules = wishesOf(call, 'rule').map((rule): ChangeLine => {
    const [name = '', protocol = '', port = '', from = ''] = rule.split(',');
    return ['rule', `${name}:${protocol}/${port}`, `allow from ${from}`];
  });
  return deployment(call, [
    {
      text: 'packages',
      changes: [
        ['package', 'ufw', 'newest, predicted', '0.36.2-9'],
        ['package', 'fail2ban', 'newest, predicted', '1.1.0-8'],
        ['package', 'docker.io', 'newest, predicted', '26.1.5+dfsg1-9+b9'],
      ],
    },
    { text: 'host', changes: [file('/etc/sysctl.d/60-keybuzz.conf'), file('/etc/fail2ban/jail.d/keybuzz.local')] },
    { text: 'Docker', changes: [file('/etc/docker/daemon.json'), ['service', 'docker.service', 'start']] },
    {
      text: 'sshd and firewall',
      changes: [
        ...rules,
        ['firewall', 'ufw', 'enabled'],
        file('/etc/ssh/sshd_config.d/00-keybuzz.conf'),
        ['service', 'ssh.service', 'reload'],
      ],
    },
  ]);
}

/** As confirm-host.sh ends on a host that nobody could have come back into. */
function confirmHost({ host }: Call): Performance {
  if (!host.isLockedOut) return facts([['access', 'confirmed']]);
  const reason =
    'Nobody came in over a new connection in time, so this host took its changes of sshd and firewall back.';
  const fix = 'Find what would have kept us out (ufw show added, sshd -T), then resume: it is tried again.';
  const takeBack = () => void host.deployed.delete(DEPLOY);
  return { lines: [`::fact reason ${reason}`, `::fact fix ${fix}`], exitCode: 1, then: takeBack };
}

/** A host as it comes from the image: no Docker, no firewall, sshd as the distribution has it. */
function statusHost(call: Call): Performance {
  const isDeployed = call.host.deployed.has(DEPLOY);
  const pairs = (kind: string, otherwise: string): Fact[] =>
    wishesOf(call, kind).map((wish) => {
      const [key = '', value = ''] = wish.split('=');
      return [`${kind}.${key}`, isDeployed ? value : otherwise];
    });
  const names = wishesOf(call, 'rule').map((rule) => rule.split(',')[0] ?? '');
  return facts([
    ['docker', isDeployed ? 'answers' : 'stopped'],
    ['docker.driver', 'json-file'],
    ['docker.options', 'read'],
    ['fail2ban', isDeployed ? 'active' : 'inactive'],
    ['auditd', isDeployed ? 'active' : 'inactive'],
    ['swap.on', 0],
    ['swap.fstab', 0],
    ['firewall', isDeployed ? 'on' : 'absent'],
    ['firewall.policy', isDeployed ? 'DROP' : 'ACCEPT'],
    ['firewall.missing', isDeployed ? '' : names.join(',')],
    ['sshd', 'ok'],
    ...pairs('sshd', 'unset'),
    ['resolver', isDeployed ? 'active' : 'inactive'],
    ['resolver.servers', wishesOf(call, 'resolver').join(' ')],
    ['resolver.used', 'yes'],
    ['resolver.answers', 'yes'],
    ['clock', isDeployed ? 'yes' : 'no'],
    ['clock.offset', 3],
    ['clock.zone', isDeployed ? (wishesOf(call, 'zone')[0] ?? '') : 'Etc/UTC'],
    ...pairs('sysctl', 'default'),
    ['reboot', 'no'],
    ['disk', call.host.isDiskFull ? '100 /' : '31 /'],
    ['disk.inodes', '4 /'],
    ['updates.security', 0],
    ['updates.held', ''],
    ['updates.lists', 0],
    ['updates.turn', 0],
  ]);
}

function statusInventory({ world, host, args }: Call): Performance {
  const [own = '', , ...peers] = args;
  const isUp = (address: string) => [...world.values()].some((one) => one.address === address);
  return facts([
    ['name', host.name],
    ['address', 'yes'],
    ['route.source', own],
    ['peers', peers.length],
    ['peers.silent', peers.filter((address) => !isUp(address)).join(',')],
  ]);
}

function bootHost({ host }: Call): Performance {
  return facts([
    ['boot', host.bootId],
    ['uptime', Math.floor((Date.now() - host.bootedMs) / 1000)],
  ]);
}

/** What the scripts of base and inventory do here. */
export const BASE_SCRIPTS: Readonly<Record<string, (call: Call) => Performance>> = {
  [DEPLOY]: deployHost,
  'base/boot-host.sh': bootHost,
  'base/confirm-host.sh': confirmHost,
  'base/status-host.sh': statusHost,
  'inventory/status-host.sh': statusInventory,
};
