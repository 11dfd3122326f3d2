import { mkdtempSync } from 'node:fs';

/** A new folder for Unix sockets, whose paths may have 107 characters; TMPDIR alone can be longer. The caller removes it. */
export function socketDirectory(): string {
  return mkdtempSync('/tmp/keybuzz-');
}
