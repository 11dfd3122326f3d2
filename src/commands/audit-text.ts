import type { AuditEntry } from '../jobs/audit.ts';
import { ENDINGS } from '../jobs/events.ts';
import type { Wording } from '../language/index.ts';

/** An entry's reason, note or ending for the reader: how a run ended is our sentence, all else somebody's own words. */
export function auditText({ what, text }: AuditEntry, say: Wording): string {
  const ending = what === 'run.ended' ? ENDINGS.find((one) => text.split(' ', 1)[0] === one) : undefined;
  if (ending === undefined) return text;
  return `${say.states.word[ending]} ${say.retold(text.slice(ending.length).trim())}`.trim();
}
