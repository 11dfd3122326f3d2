import { createHash } from 'node:crypto';
import { LAST_LINE, type AssembledScript } from '../../src/ssh/index.ts';

/** A script whose main has this body. */
export function assemble(body: string): AssembledScript {
  return assembleText(`set -euo pipefail\nmain() {\n${body}\n}\n${LAST_LINE}\n`);
}

/** Any text as a script, with its right hash. */
export function assembleText(text: string): AssembledScript {
  return { text, hash: createHash('sha256').update(text).digest('hex') };
}
