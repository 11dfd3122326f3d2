import { createHash } from 'node:crypto';
import { z } from 'zod';
import { DefectError } from '../errors.ts';

/** Where a host answers. `host` is its name in the inventory: what people read in messages and known_hosts is asked for. */
export interface SshTarget {
  host: string;
  address: string;
  port: number;
  user: string;
}

/** A script as it will run: shared shell, `main() {...}` and the last line; `hash` is the SHA-256 (hex) of `text`. */
export interface AssembledScript {
  text: string;
  hash: string;
}

/** The last line of every script: its own stdin is empty, and a text cut before this line runs nothing. */
export const LAST_LINE = 'main "$@" </dev/null';

/** One piece of detached work on a host. The same key never starts twice. */
export const RunKey = z.object({
  run: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
  step: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
  attempt: z.number().int().positive().max(9999),
});
export type RunKey = z.infer<typeof RunKey>;

/** A lock's number as the run holds it; a host refuses a number older than the newest it has seen. */
export const Fence = z.object({
  lock: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/),
  number: z.number().int().nonnegative(),
});
export type Fence = z.infer<typeof Fence>;

/** The name of the key's directory below {@link RUNS_DIRECTORY}. Dots part it: none of its pieces can hold one. */
export function directoryNameOf(key: RunKey): string {
  const parsed = RunKey.safeParse(key);
  if (!parsed.success) throw defect(`The run key ${JSON.stringify(key)} is not made of [a-z0-9-] and a number.`);
  return `${key.run}.${key.step}.${key.attempt}`;
}

/** The key's systemd unit. Dots here too: with hyphens, run `a` step `b-c` and run `a-b` step `c` would share a unit. */
export function unitNameOf(key: RunKey): string {
  return `keybuzz-${directoryNameOf(key)}.service`;
}

/** Throws DefectError unless the script ends in {@link LAST_LINE} and its hash is its text's. */
export function assertAssembled(script: AssembledScript): void {
  if (!script.text.endsWith(`\n${LAST_LINE}\n`)) {
    throw defect(`A script does not end in the line ${LAST_LINE}: half of it could run.`);
  }
  if (script.text.includes('\0')) throw defect('A script holds a NUL character, which no shell can read.');
  const hash = createHash('sha256').update(script.text).digest('hex');
  if (hash !== script.hash) throw defect(`A script's text has the hash ${hash}, but ${script.hash} was planned.`);
}

function defect(message: string): DefectError {
  return new DefectError(message, {
    code: 'KEYBUZZ_SCRIPT_DEFECT',
    fix: 'This is a defect of the bot or of a module: report it with this message.',
  });
}
