import { cancelOutlook } from '../commands/aftermath.ts';
import type { Reply, UsageLine } from '../commands/index.ts';
import { sentenceOf } from '../errors.ts';
import type { Host } from '../inventory.ts';
import type { RunEvent, RunState } from '../jobs/index.ts';
import { renderAlert, renderAlerts } from './render-alerts.ts';
import { printableJson } from '../printable-json.ts';
import { renderDigest } from './render-digest.ts';
import { renderAudit, renderVerified } from './render-audit.ts';
import {
  renderExplained,
  renderFrozen,
  renderReviews,
  renderTotp,
  renderTotpSecret,
  renderUnfrozen,
} from './render-governance.ts';
import { renderLocked, renderLocks } from './render-locks.ts';
import { markLine } from './render-run.ts';
import { renderRun } from './render-whole.ts';
import { clip, escapeControl, escapeLines, formatTable, formatTime, paint, plural } from './text.ts';
import type { Style } from './text.ts';

function usageLines(lines: readonly UsageLine[], style: Style): string[] {
  const rows = lines.map((line) => [`  keybuzz ${line.usage}`, line.summary].map(escapeControl));
  return formatTable(rows, style);
}

function renderHelp(reply: Extract<Reply, { kind: 'help' }>, style: Style): string[] {
  return [
    paint(clip(escapeControl(reply.title), style.columns), 'bold', style),
    ...usageLines(reply.lines, style),
    ...reply.notes.map((note) => escapeControl(note)),
  ];
}

function renderWhoami(reply: Extract<Reply, { kind: 'whoami' }>, style: Style): string[] {
  const { person, roles } = reply;
  const names = roles.length === 0 ? 'no role' : plural(roles.length, 'role');
  const known = reply.mapped
    ? `The policy knows you as ${person.id}, with ${names}${roles.length === 0 ? '' : `: ${roles.join(', ')}`}.`
    : `The policy does not know ${person.id}: you may only read.`;
  return [
    paint(escapeControl(person.name), 'bold', style),
    escapeControl(known),
    ...(reply.notes ?? []).map(escapeControl),
    'You may:',
    ...usageLines(reply.may, style),
  ];
}

function renderInventory(title: string, hosts: readonly Host[], style: Style): string[] {
  const header = ['HOST', 'ADDRESS', 'ROLE', 'STACK', 'FQDN', 'NOTES'];
  const rows = hosts.map((host) =>
    [host.name, host.privateIp, `${host.role}/${host.subrole}`, host.stack, host.fqdn, host.notes].map(escapeControl),
  );
  const [head = '', ...lines] = formatTable([header, ...rows], style);
  return [
    paint(clip(escapeControl(title), style.columns), 'bold', style),
    paint(head, 'dim', style),
    ...lines,
    plural(hosts.length, 'host'),
  ];
}

function renderRuns(runs: readonly RunState[], style: Style): string[] {
  if (runs.length === 0) return ['No runs.'];
  const header = ['RUN', 'STATUS', 'COMMAND', 'ASKED BY', 'AT'];
  const rows = runs.map((run) => [
    run.runId,
    run.ending?.ending ?? run.status,
    escapeControl(run.command),
    escapeControl(run.person.name),
    formatTime(run.requestedAt, style.timeZone),
  ]);
  const [head = '', ...lines] = formatTable([header, ...rows], style);
  return [paint(head, 'dim', style), ...lines];
}

/** What an event says beyond its type, in a few words. */
function eventText({ body }: RunEvent): string {
  const parts: string[] = [];
  if ('step' in body) parts.push(body.step);
  if ('host' in body) parts.push(body.host);
  if ('outcome' in body) parts.push(body.outcome);
  if ('ending' in body) parts.push(body.ending);
  if ('lock' in body) parts.push(body.lock);
  if ('person' in body) parts.push(body.person.name);
  if ('changes' in body) parts.push(plural(body.changes.length, 'change'));
  if ('reason' in body && body.reason !== '') parts.push(body.reason);
  if ('text' in body) parts.push(body.text);
  return escapeControl(parts.join('  '));
}

function renderEvents(events: readonly RunEvent[], style: Style): string[] {
  const rows = events.map((event) => [
    String(event.seq).padStart(4),
    formatTime(event.at, style.timeZone),
    event.body.type,
    eventText(event),
  ]);
  return formatTable(rows, style);
}

const DECISION_TEXT = {
  approved: 'You approved',
  denied: 'You denied',
  cancelled: 'You asked to cancel',
  resumed: 'You resumed',
  abandoned: 'You abandoned',
  reviewed: 'You reviewed',
} as const;

/** Any reply as lines for people, each already safe to print and cut to the style's width. */
export function renderReply(reply: Reply, style: Style): string[] {
  switch (reply.kind) {
    case 'help':
      return renderHelp(reply, style);
    case 'whoami':
      return renderWhoami(reply, style);
    case 'inventory':
      return renderInventory(reply.title, reply.hosts, style);
    case 'runs':
      return renderRuns(reply.runs, style);
    case 'run':
      return [...renderRun(reply.state, style), '', ...renderEvents(reply.events, style)];
    case 'locks':
      return [
        ...(reply.standstill === undefined ? [] : [escapeControl(reply.standstill)]),
        ...renderLocks(reply.locks, style),
      ];
    case 'locked':
      return renderLocked(reply.lock, style);
    case 'unlocked':
      return [`The lock ${escapeControl(reply.lock)} is free; the next run in its queue goes on.`];
    case 'alerts':
      return renderAlerts(reply, style);
    case 'alert':
      return renderAlert(reply, style);
    case 'digest':
      return renderDigest(reply, style);
    case 'logs':
      return [
        paint(`${reply.state.runId} · ${reply.step} · ${reply.host}`, 'bold', style),
        ...(reply.text === '' ? ['No output was kept.'] : escapeLines(reply.text)),
      ];
    case 'started':
      return [
        reply.duplicate
          ? `This was asked already: run ${reply.state.runId}.`
          : `Started run ${reply.state.runId}: ${escapeControl(reply.state.command)}.`,
        ...(reply.warnings ?? []).map((warning) => `Warning: ${escapeControl(warning)}`),
      ];
    case 'audit':
      return renderAudit(reply, style);
    case 'audit-export':
      return reply.lines.map(printableJson);
    case 'audit-verified':
      return renderVerified(reply);
    case 'explained':
      return renderExplained(reply);
    case 'frozen':
      return renderFrozen(reply);
    case 'unfrozen':
      return renderUnfrozen(reply);
    case 'totp-enrol':
      return renderTotpSecret(reply);
    case 'totp':
      return renderTotp(reply);
    case 'reviews':
      return renderReviews(reply, style);
    case 'decided':
      return [
        `${DECISION_TEXT[reply.decision]} run ${reply.state.runId}: ${escapeControl(reply.state.command)}.`,
        ...(reply.decision === 'cancelled' ? cancelOutlook(reply.state).map(escapeControl) : []),
      ];
  }
}

/** What went wrong and what to do, one line per line of the sentence. */
export function renderError(error: unknown, style: Style): string[] {
  return escapeLines(sentenceOf(error)).map((line, at) =>
    at === 0 ? markLine('failed', line, { ...style, columns: Infinity }) : `  ${line}`,
  );
}
