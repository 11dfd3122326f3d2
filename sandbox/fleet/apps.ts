import { removed } from './moves.ts';
import { contentHash, deployment, facts } from './world.ts';
import type { Call, ChangeLine, Performance } from './world.ts';

const DEPLOY = 'apps/deploy-apps.sh';
const MASTER = 'k3s/deploy-server.sh';

/** The values of a kind among a script's `kind=value` words, each cut at its commas. */
function wordsOf({ args }: Call, kind: string): string[][] {
  return args.filter((word) => word.startsWith(`${kind}=`)).map((word) => word.slice(kind.length + 1).split(','));
}

/** `name=image` of each application, as many as the script's third argument says. */
function imagesOf({ args }: Call): [name: string, image: string][] {
  return args.slice(3, 3 + Number(args[2])).map((word) => {
    const at = word.indexOf('=');
    return [word.slice(0, at), word.slice(at + 1)];
  });
}

const deployed = new WeakMap<Call['world'], ReturnType<typeof imagesOf>>();

/** What is applied is in the cluster, whoever applied it. */
const isApplied = ({ world }: Call): boolean => [...world.values()].some((host) => host.deployed.has(DEPLOY));

function deployApps(call: Call): Performance {
  const images = imagesOf(call);
  const manifest = (name: string): ChangeLine => ['manifest', name, contentHash(call.host, name)];
  const performance = deployment(call, [
    { text: 'configuration', changes: [manifest('back-ends'), manifest('credentials')] },
    ...images.map(([name]) => ({ text: name, changes: [manifest(name)] })),
  ]);
  const { then } = performance;
  if (then === undefined) return performance;
  return {
    ...performance,
    then: () => {
      then();
      deployed.set(call.world, images);
    },
  };
}

function statusApps(call: Call): Performance {
  const apps = wordsOf(call, 'app').map(([name = '']) => name);
  const isUp = isApplied(call);
  const ways = wordsOf(call, 'way').flatMap(([way = '']) =>
    apps.map((app): [string, string] => [`way.${way}.${app}`, isUp ? '200' : 'absent']),
  );
  if (!call.host.deployed.has(MASTER) || call.host.isKilled) return facts([['api', 'stopped'], ...ways]);
  if (!isUp) {
    const none = ['deployments', 'pods', 'endpoints', 'configuration', 'secret'];
    return facts([['api', 'answers'], ...none.map((key): [string, string] => [`apps.${key}`, 'none']), ...ways]);
  }
  const images = new Map(deployed.get(call.world));
  const image = (app: string): string => images.get(app) ?? '';
  const pods = apps.flatMap((app) =>
    [1, 2].map((at) => `name=${app}-${at},app=${app},node=k8s-worker-0${at},ready=yes,reason=none,restarts=0`),
  );
  return facts([
    ['api', 'answers'],
    ['apps.deployments', apps.map((app) => `name=${app},wanted=2,available=2,whole=yes,image=${image(app)}`).join(' ')],
    ['apps.pods', pods.join(' ')],
    ['apps.endpoints', apps.map((app) => `service=${app},ready=2`).join(' ')],
    [
      'apps.configuration',
      [
        ...['POSTGRES_HOST', 'POSTGRES_PORT', 'POSTGRES_READ_PORT', 'PGBOUNCER_PORT', 'REDIS_HOST', 'REDIS_PORT'],
        ...['RABBITMQ_HOST', 'RABBITMQ_PORT', 'MARIADB_HOST', 'MARIADB_PORT', 'S3_ENDPOINT'],
      ].join(','),
    ],
    ['apps.secret', 'APP_PASSWORD,REDIS_PASSWORD,SESSION_KEY'],
    ...ways,
  ]);
}

function testApps(call: Call): Performance {
  if (isApplied(call)) {
    const text = 'every application answered 200 through every worker (simulated)';
    return { lines: [200, `::check probe pass 0.20s ${text}`], exitCode: 0 };
  }
  const lines = ['::fact reason No application answers (simulated fleet).', '::fact fix Deploy apps first.'];
  return { lines, exitCode: 1 };
}

function drillApps(call: Call): Performance {
  const changes = [
    '::change pods keybuzz one of each application deleted',
    `::change node ${call.args[1] ?? ''} cordoned and drained, then opened again`,
  ];
  if (call.mode === 'check') return { lines: changes, exitCode: 0 };
  const told = '::check outage pass 0.00s longest time without an answer 200: 0.00 s; target 5 s (simulated)';
  return { lines: [...changes, 1_500, told], exitCode: 0 };
}

/** What the scripts of the apps module do here. */
export const APPS_SCRIPTS: Readonly<Record<string, (call: Call) => Performance>> = {
  [DEPLOY]: deployApps,
  'apps/status-apps.sh': statusApps,
  'apps/test-apps.sh': testApps,
  'apps/drill-apps.sh': drillApps,
  'apps/return-apps.sh': ({ mode }) => ({
    lines: mode === 'check' ? ['::change node worker opened for pods, should it be drained then'] : [],
    exitCode: 0,
  }),
  'apps/remove-apps.sh': removed(DEPLOY, ['namespace keybuzz deleted, with all applications in it']),
};
