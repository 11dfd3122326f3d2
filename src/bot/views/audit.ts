import type { Reply } from '../../commands/reply.ts';
import type { AuditEntry } from '../../jobs/index.ts';
import { code, context, count, fallback, line, lineSections, mention, section, time, type Message } from './text.ts';

type Of<K extends Reply['kind']> = Extract<Reply, { kind: K }>;

/** "10:02 @olga `approval.given` deploy redis · lusab-babad". */
function entryLine({ at, run, person, what, about, text }: AuditEntry): string {
  const who = person === undefined ? '' : ` ${mention(person)}`;
  const of = run === '' ? '' : ` · ${code(run)}`;
  const why = text === '' ? '' : `: ${line(text, 200)}`;
  return `${time(at)}${who} ${code(what, 40)} ${line(about, 120)}${why}${of}`;
}

const CUT = ':warning: Only the newest runs were looked at.';

/** Decisions, newest first. */
export function auditMessage({ since, entries, more, isCut }: Of<'audit'>): Message {
  const head = `*${count(entries.length + more, 'entry').replace('entrys', 'entries')}* since ${time(since)}`;
  const below = more === 0 ? [] : [`… ${more} more; narrow it down, or ${code('/keybuzz audit export')}`];
  const notes = [...below, ...(isCut ? [CUT] : [])].map(context);
  return {
    text: fallback([head]),
    blocks: [section(head), ...lineSections(entries.map(entryLine), 8, 'entry'), ...notes],
  };
}

/** What was exported; the file stands in the thread. */
export function exportMessage({ title, since, lines, isCut }: Of<'audit-export'>): Message {
  const cut = isCut ? ' :warning: There is more than one export holds: narrow it down.' : '';
  const head = `:page_facing_up: ${code(title, 200)}: ${count(lines.length, 'event')} since ${time(since)} as JSON lines.${cut}`;
  return { text: fallback([head]), blocks: [section(head)] };
}

/** Whether every log stands as it was written. */
export function verifiedMessage({ verified }: Of<'audit-verified'>): Message {
  const { runs, events, entries, ledgerHead, seals, sealsHead, faults, isCut } = verified;
  const looked = `${count(runs, 'run')}, ${count(events, 'event')}, ${entries} of the ledger`;
  const head =
    faults.length === 0
      ? `:white_check_mark: *Every chain holds*: ${looked}.`
      : `:rotating_light: *${count(faults.length, 'fault')}* in ${looked}.`;
  const lines = faults.map(({ run, text }) => `${run === '' ? 'The ledger' : `Run ${code(run)}`}: ${line(text, 200)}`);
  const heads = `Head of the ledger: ${code(ledgerHead.slice(0, 12) || 'none')}, of ${count(seals, 'seal')}: ${code(sealsHead.slice(0, 12) || 'none')}. A run's stands in its last message.`;
  const notes = [heads, ...(isCut ? [CUT] : [])].map(context);
  return { text: fallback([head]), blocks: [section(head), ...lineSections(lines, 8, 'fault'), ...notes] };
}
