import type { Wording } from '../language/index.ts';
import type { Style } from './text.ts';

/** What this process writes to, and for whom. */
export function styleOf(output: NodeJS.WriteStream, say: Wording): Style {
  return {
    columns: output.isTTY ? output.columns : Infinity,
    isColour: output.isTTY && output.hasColors(),
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    say,
  };
}
