import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execForm, readStages, ROOT, type Instruction } from './stages.ts';

// `npm run test:image`: does by hand what `docker build` would do with the Dockerfile, in fresh Debian roots, and then
// starts what came out. Needs root, mmdebstrap, and a way to the registries.

const NODE_UID = 1000;

/** Node brings certificates of its own; the registry of this machine may need those of its Debian. */
const CERTIFICATES = { NODE_EXTRA_CA_CERTS: '/etc/ssl/certs/ca-certificates.crt' };

function must(argv: readonly string[], what: string, expected = 0): string {
  const [program = '', ...args] = argv;
  const ran = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (ran.status !== expected) {
    const said = `${ran.stdout}${ran.stderr}`.slice(-2000);
    throw new Error(`${what} ended with ${ran.status ?? ran.signal ?? ran.error?.message ?? '?'}: ${said}`);
  }
  process.stdout.write(`ok: ${what}\n`);
  return `${ran.stdout}${ran.stderr}`;
}

/** A root like the base image: Debian with Node in /usr/local and the user `node`. */
function makeBase(directory: string): string {
  const base = join(directory, 'base');
  must(['mmdebstrap', '--variant=minbase', '--include=ca-certificates,passwd', 'bookworm', base], 'base of Debian 12');
  cpSync(process.execPath, join(base, 'usr/local/bin/node'));
  const npm = join(dirname(dirname(process.execPath)), 'lib/node_modules/npm');
  cpSync(npm, join(base, 'usr/local/lib/node_modules/npm'), { recursive: true });
  must(['ln', '-s', '../lib/node_modules/npm/bin/npm-cli.js', join(base, 'usr/local/bin/npm')], 'npm of this machine');
  must(['chroot', base, 'useradd', '-m', '-u', String(NODE_UID), 'node'], 'user node');
  // The image has its own; here it is how this machine finds the registry.
  cpSync('/etc/resolv.conf', join(base, 'etc/resolv.conf'));
  cpSync('/etc/hosts', join(base, 'etc/hosts'));
  cpSync('/etc/ssl/certs/ca-certificates.crt', join(base, 'etc/ssl/certs/ca-certificates.crt'));
  const settings = join(process.env.HOME ?? '/root', '.npmrc');
  if (existsSync(settings)) cpSync(settings, join(base, 'root/.npmrc'));
  return base;
}

interface Built {
  root: string;
  workdir: string;
  environment: Record<string, string>;
  user: string;
}

function inside(built: Built, argv: readonly string[], extra: Record<string, string> = {}): string[] {
  const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  const home = built.user === 'node' ? '/home/node' : '/root';
  const variables = { PATH: path, HOME: home, ...built.environment, ...extra };
  const environment = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const user = built.user === 'node' ? [`--userspec=${NODE_UID}:${NODE_UID}`] : [];
  const program = ['sh', '-c', 'cd "$0" && exec "$@"', built.workdir, ...argv];
  return ['chroot', ...user, built.root, 'env', '-i', ...environment, ...program];
}

function copy(built: Built, { flags, words }: Instruction, stages: ReadonlyMap<string, Built>): void {
  const from = flags.from === undefined ? ROOT : (stages.get(flags.from)?.root ?? '');
  const to = words.at(-1) ?? '';
  const target = `${built.root}${built.workdir}/${to}`;
  mkdirSync(to.endsWith('/') ? target : dirname(target), { recursive: true });
  for (const source of words.slice(0, -1)) must(['cp', '-a', join(from, source), target], `COPY ${source}`);
}

function carryOut(built: Built, instruction: Instruction, stages: ReadonlyMap<string, Built>): void {
  const { keyword, words } = instruction;
  const [first = ''] = words;
  if (keyword === 'WORKDIR') {
    built.workdir = first;
    mkdirSync(join(built.root, first), { recursive: true });
  } else if (keyword === 'ENV') {
    for (const each of words) built.environment[each.split('=')[0] ?? ''] = each.split('=').slice(1).join('=');
  } else if (keyword === 'USER') built.user = first;
  else if (keyword === 'COPY') copy(built, instruction, stages);
  else if (keyword === 'RUN') must(inside(built, ['sh', '-c', first], CERTIFICATES), `RUN ${first}`);
  else if (!['CMD', 'ENTRYPOINT', 'HEALTHCHECK'].includes(keyword)) throw new Error(`${keyword} is not known here.`);
}

/** What came out starts as the user `node`, lists the faults of an empty configuration, and cannot write its own code. */
function tryOut(built: Built, instructions: readonly Instruction[]): void {
  const textOf = (keyword: string) => instructions.find((each) => each.keyword === keyword)?.words[0] ?? '';
  const entry = execForm(textOf('ENTRYPOINT'));
  const help = must(inside(built, [...entry, ...execForm(textOf('CMD'))]), 'the image without a command');
  if (!help.includes('keybuzz')) throw new Error('The help does not come.');
  for (const [role, variable] of Object.entries({ bot: 'SLACK_BOT_TOKEN', worker: 'KEYBUZZ_SSH_KEY' })) {
    const faults = must(inside(built, [...entry, role]), `${role} without a configuration`, 78);
    if (!faults.includes(variable)) throw new Error(`${role} does not list its faults: ${faults}`);
  }
  must(inside(built, execForm(textOf('HEALTHCHECK'))), 'the health check where nothing runs', 1);
  must(inside(built, ['touch', '/app/dist/cli.js']), 'the code is not the user’s to write', 1);
  const sizes = must(['du', '-sm', join(built.root, 'app')], 'size');
  process.stdout.write(`/app has ${sizes.split('\t')[0] ?? '?'} MB\n`);
}

const directory = mkdtempSync(join(tmpdir(), 'keybuzz-image-'));
try {
  const base = makeBase(directory);
  const stages = new Map<string, Built>();
  for (const { name, instructions } of readStages()) {
    const built: Built = { root: join(directory, name || 'last'), workdir: '/', environment: {}, user: 'root' };
    must(['cp', '-a', base, built.root], `FROM, stage ${name || 'last'}`);
    for (const instruction of instructions) carryOut(built, instruction, stages);
    if (name === '') tryOut(built, instructions);
    stages.set(name, built);
  }
  process.stdout.write(`${readFileSync(join(ROOT, 'Dockerfile'), 'utf8').split('\n').length} lines carried out\n`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
