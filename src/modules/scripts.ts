import { readFileSync } from 'node:fs';
import { sha256 } from '../canonical.ts';
import { DefectError } from '../errors.ts';

/** A script as it will run: the shared shell it needs, then itself; `hash` is the SHA-256 (hex) of `text`. */
export interface AssembledScript {
  text: string;
  hash: string;
}

const SCRIPT_PATH = /^[a-z0-9-]+\/[a-z0-9-]+\.sh$/;
const SHARED_PATH = /^[a-z0-9-]+\.sh$/;

/** The line of a script that names the shared shell it is to follow, in that order. */
const NEEDS_LINE = /^# needs: (.+)$/m;

/** A text cut before this line runs nothing, and no program in the script can eat the rest of it. */
const LAST_LINE = 'main "$@" </dev/null';

const assembled = new Map<string, AssembledScript>();

/**
 * The whole text of a script, by its path below src/modules: `redis/deploy-server.sh`. Read once in a process, so that
 * a plan's hash and what runs are the same. Throws DefectError when the script is not there or not of the house's form.
 */
export function assembleScript(script: string): AssembledScript {
  const known = assembled.get(script);
  if (known !== undefined) return known;
  if (!SCRIPT_PATH.test(script)) throw defect(`${script} is not the path of a module's script.`);
  const own = load(script);
  const shared = neededBy(own);
  const odd = shared.find((name) => !SHARED_PATH.test(name));
  if (odd !== undefined) throw defect(`The script ${script} needs ${odd}, which is no shared shell of src/modules.`);
  if (!own.endsWith(`\n${LAST_LINE}\n`)) throw defect(`The script ${script} does not end in the line ${LAST_LINE}.`);
  const text = [...shared.map(load), own].join('\n');
  const result = { text, hash: sha256(text) };
  assembled.set(script, result);
  return result;
}

/** Names of the shared shell in a script's `# needs:` line; none without such a line. */
export function neededBy(text: string): string[] {
  return NEEDS_LINE.exec(text)?.[1]?.trim().split(/\s+/) ?? [];
}

/** Read from src/ also when we run from dist/: shell is not built. */
function load(path: string): string {
  try {
    return readFileSync(new URL(`../../src/modules/${path}`, import.meta.url), 'utf8');
  } catch (cause) {
    throw defect(`The script src/modules/${path} can't be read.`, cause);
  }
}

function defect(message: string, cause?: unknown): DefectError {
  return new DefectError(message, {
    code: 'KEYBUZZ_SCRIPT_DEFECT',
    fix: 'This is a defect of the module, or the installation lacks src/modules: install it again.',
    cause,
  });
}
