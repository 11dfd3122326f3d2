import { dirname, join, normalize } from 'node:path';

/** A file as the rules see it; `path` from the project's root. */
export interface SourceFile {
  path: string;
  text: string;
}

const LINES_MAX = 250;

/** Floors of docs design: an import may go to a lower floor, or stay within its own folder. */
const FLOORS: [prefix: string, floor: number][] = [
  ['src/cli.ts', 8],
  ['src/terminal/', 7],
  ['src/bot/', 7],
  ['src/commands/', 6],
  ['src/jobs/', 5],
  ['src/hetzner/', 4],
  ['src/ssh/', 3],
  ['src/modules/', 3],
  ['src/inventory', 2],
  // Between the two: it refuses a Redis that is one of the inventory's hosts.
  ['src/config', 2.5],
  ['src/health.ts', 2],
  ['src/webhook.ts', 1.5],
  ['src/errors.ts', 0],
  ['src/language/', -1],
  ['src/printable-json.ts', 0],
  ['src/secret.ts', 0],
  ['src/', 1],
];

/** Who alone may import a package. */
const OWNERS: [packages: RegExp, owner: string][] = [
  [/^@slack\//, 'src/bot/'],
  [/^(node-ssh|ssh2)$/, 'src/ssh/'],
  [/^hcloud-js$/, 'src/hetzner/'],
  [/^(bullmq|ioredis|bullmq-otel|@bull-board\/.*|@opentelemetry\/.*)$/, 'src/jobs/'],
];

/** Rooms whose files may be reached only through their index. */
const FACES: [room: string, visitors: RegExp][] = [['src/jobs/', /^src\/(bot|terminal)\//]];

/** The module specifiers of a file: static, type-only, re-exported and dynamic. */
export function importsOf(text: string): string[] {
  const statics = [...text.matchAll(/^\s*(?:import|export)\b[^;'"]*?from\s*['"]([^'"]+)['"]/gm)];
  const bare = [...text.matchAll(/^\s*import\s*['"]([^'"]+)['"]/gm)];
  const dynamic = [...text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g)];
  return [...statics, ...bare, ...dynamic].flatMap((match) => (match[1] === undefined ? [] : [match[1]]));
}

function floorOf(path: string): number {
  return FLOORS.find(([prefix]) => path.startsWith(prefix))?.[1] ?? 0;
}

/** The room a file belongs to: its folder below src, or the file itself with those beside it (`config-reading.ts`). */
function roomOf(path: string): string {
  const [, room = '', rest] = path.split('/');
  return rest === undefined ? room.replace(/-.*\.ts$/, '.ts') : `${room}/`;
}

function moduleOf(path: string): string | undefined {
  const [, room, module, file] = path.split('/');
  return room === 'modules' && file !== undefined ? module : undefined;
}

function faultOfImport(path: string, name: string): string | undefined {
  const owner = OWNERS.find(([packages]) => packages.test(name))?.[1];
  if (owner !== undefined && !path.startsWith(owner)) {
    return `${path} imports ${name}, which belongs to ${owner}: ask that room for what you need`;
  }
  if (!name.startsWith('.')) return undefined;
  const target = normalize(join(dirname(path), name));
  if (!target.startsWith('src/')) return `${path} imports ${target}: nothing in src/ may import sandbox/ or test/`;
  const modules = [moduleOf(path), moduleOf(target)];
  if (modules[0] !== undefined && modules[1] !== undefined && modules[0] !== modules[1]) {
    return `${path} imports ${target}: one module never imports another; share through lib.sh or the contract`;
  }
  const face = FACES.find(([room, visitors]) => target.startsWith(room) && visitors.test(path))?.[0];
  if (face !== undefined && target !== `${face}index.ts`) {
    return `${path} imports ${target}: reach ${face} only through ${face}index.ts`;
  }
  if (roomOf(path) === roomOf(target) || floorOf(target) < floorOf(path)) return undefined;
  return `${path} (floor ${floorOf(path)}) imports ${target} (floor ${floorOf(target)}): imports go down only`;
}

/** Every way in which the files break the house's rules; each fault says what to do. */
export function faultsOf(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    const lines = text.split('\n').length - 1;
    const faults = importsOf(text).flatMap((name) => faultOfImport(path, name) ?? []);
    if (lines > LINES_MAX) faults.push(`${path} has ${lines} lines, more than ${LINES_MAX}: split it by what it does`);
    if (text.includes('process.env') && path !== 'src/config.ts') {
      faults.push(`${path} reads process.env: only src/config.ts does; take the value from a config`);
    }
    return faults;
  });
}
