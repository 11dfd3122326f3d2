import { auditText } from '../commands/audit-text.ts';
import type { Reply } from '../commands/index.ts';
import type { Wording } from '../language/index.ts';
import { escapeControl, formatTable, formatTime, type Style } from './text.ts';

type Of<K extends Reply['kind']> = Extract<Reply, { kind: K }>;

/** Decisions, newest first. */
export function renderAudit({ since, entries, more, isCut }: Of<'audit'>, style: Style): string[] {
  const { governance, terminal } = style.say;
  const rows = entries.map((entry) =>
    [
      formatTime(entry.at, style.timeZone),
      entry.person?.name ?? '',
      entry.what,
      entry.run,
      entry.about,
      auditText(entry, style.say),
    ].map(escapeControl),
  );
  const table = rows.length === 0 ? [] : formatTable([terminal.columns.audit, ...rows], style);
  const below = more === 0 ? [] : [terminal.moreEntries(more)];
  const head = terminal.foundSince(formatTime(since, style.timeZone), entries.length + more);
  return [head, ...table, ...below, ...(isCut ? [governance.onlyNewest] : [])];
}

/** Whether every log stands as it was written. */
export function renderVerified({ verified }: Of<'audit-verified'>, { colon, governance, terminal }: Wording): string[] {
  const { runs, events, entries, ledgerHead, seals, sealsHead, faults, isCut } = verified;
  const looked = governance.looked(runs, events, entries);
  const shown = (head: string) => (head === '' ? governance.none : head);
  return [
    faults.length === 0 ? terminal.holds(looked) : terminal.faults(faults.length, looked),
    ...faults.map(({ run, text }) => escapeControl(`  ${run === '' ? terminal.ledger : run}${colon}${text}`)),
    terminal.sealedEnds(seals, shown(sealsHead)),
    terminal.ledgerHead(shown(ledgerHead)),
    ...(isCut ? [governance.onlyNewest] : []),
  ];
}
