import type { Reply } from '../commands/index.ts';
import { escapeControl, formatTable, formatTime, plural, type Style } from './text.ts';

type Of<K extends Reply['kind']> = Extract<Reply, { kind: K }>;

const CUT = 'Only the newest runs were looked at.';

/** Decisions, newest first. */
export function renderAudit({ since, entries, more, isCut }: Of<'audit'>, style: Style): string[] {
  const rows = entries.map(({ at, run, person, what, about, text }) =>
    [formatTime(at, style.timeZone), person?.name ?? '', what, run, about, text].map(escapeControl),
  );
  const table = rows.length === 0 ? [] : formatTable([['AT', 'WHO', 'WHAT', 'RUN', 'ABOUT', 'NOTE'], ...rows], style);
  const below = more === 0 ? [] : [`${more} more: narrow it down, or keybuzz audit export`];
  const head = `Since ${formatTime(since, style.timeZone)}: ${entries.length + more} found`;
  return [head, ...table, ...below, ...(isCut ? [CUT] : [])];
}

/** Whether every log stands as it was written. */
export function renderVerified({ verified }: Of<'audit-verified'>): string[] {
  const { runs, events, entries, ledgerHead, seals, sealsHead, faults, isCut } = verified;
  const looked = `${plural(runs, 'run')}, ${plural(events, 'event')}, ${entries} of the ledger`;
  return [
    faults.length === 0 ? `Every chain holds: ${looked}.` : `${plural(faults.length, 'fault')} in ${looked}:`,
    ...faults.map(({ run, text }) => escapeControl(`  ${run === '' ? 'ledger' : run}: ${text}`)),
    `Sealed ends: ${seals}, head ${sealsHead === '' ? 'none' : sealsHead}`,
    `Head of the ledger: ${ledgerHead === '' ? 'none' : ledgerHead}`,
    ...(isCut ? [CUT] : []),
  ];
}
