import { auditText } from '../../commands/audit-text.ts';
import type { Reply } from '../../commands/reply.ts';
import { english, type Wording } from '../../language/index.ts';
import type { AuditEntry } from '../../jobs/index.ts';
import { code, context, fallback, line, lineSections, mention, section, time, type Message } from './text.ts';

type Of<K extends Reply['kind']> = Extract<Reply, { kind: K }>;

/** "10:02 @olga `approval.given` deploy redis · lusab-babad". */
function entryLine(entry: AuditEntry, say: Wording): string {
  const { at, run, person, what, about } = entry;
  const text = auditText(entry, say);
  const who = person === undefined ? '' : ` ${mention(person)}`;
  const of = run === '' ? '' : ` · ${code(run)}`;
  const why = text === '' ? '' : `${say.colon}${line(text, 200)}`;
  return `${time(at)}${who} ${code(what, 40)} ${line(about, 120)}${why}${of}`;
}

/** Decisions, newest first. */
export function auditMessage({ since, entries, more, isCut }: Of<'audit'>, say: Wording = english): Message {
  const lines = entries.map((entry) => entryLine(entry, say));
  const head = say.governance.entriesSince(entries.length + more, time(since));
  const below = more === 0 ? [] : [say.governance.moreEntries(more, code('/keybuzz audit export'))];
  const notes = [...below, ...(isCut ? [`:warning: ${say.governance.onlyNewest}`] : [])].map(context);
  return {
    text: fallback([head], say),
    blocks: [section(head), ...lineSections(lines, 8, 'entry', say), ...notes],
  };
}

/** What was exported; the file stands in the thread. */
export function exportMessage({ title, since, lines, isCut }: Of<'audit-export'>, say: Wording = english): Message {
  const cut = isCut ? ` :warning: ${say.governance.exportCut}` : '';
  const head = `:page_facing_up: ${say.governance.exported(code(title, 200), lines.length, time(since))}${cut}`;
  return { text: fallback([head], say), blocks: [section(head)] };
}

/** Whether every log stands as it was written. */
export function verifiedMessage({ verified }: Of<'audit-verified'>, say: Wording = english): Message {
  const { runs, events, entries, ledgerHead, seals, sealsHead, faults, isCut } = verified;
  const looked = say.governance.looked(runs, events, entries);
  const head =
    faults.length === 0
      ? `:white_check_mark: ${say.governance.holds(looked)}`
      : `:rotating_light: ${say.governance.faults(faults.length, looked)}`;
  const lines = faults.map(
    ({ run, text }) => `${run === '' ? say.governance.ledger : say.run.Named(code(run))}${say.colon}${line(text, 200)}`,
  );
  const shown = (hash: string) => code(hash.slice(0, 12) || say.governance.none);
  const heads = say.governance.heads(shown(ledgerHead), seals, shown(sealsHead));
  const notes = [heads, ...(isCut ? [`:warning: ${say.governance.onlyNewest}`] : [])].map(context);
  return { text: fallback([head], say), blocks: [section(head), ...lineSections(lines, 8, 'fault', say), ...notes] };
}
