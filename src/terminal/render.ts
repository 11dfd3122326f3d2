import { cancelOutlook } from '../commands/aftermath.ts';
import type { Reply, UsageLine } from '../commands/index.ts';
import type { Wording } from '../language/index.ts';
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
import { clip, escapeControl, escapeLines, formatTable, formatTime, paint } from './text.ts';
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
  const { colon, count, help, terminal } = style.say;
  const names = roles.length === 0 ? terminal.noRole : `${count(roles.length, 'role')}${colon}${roles.join(', ')}`;
  const known = reply.mapped ? terminal.knownAs(person.id, names) : terminal.notKnown(person.id);
  return [
    paint(escapeControl(person.name), 'bold', style),
    escapeControl(known),
    ...(reply.notes ?? []).map(escapeControl),
    help.youMay,
    ...usageLines(reply.may, style),
  ];
}

function renderInventory(title: string, hosts: readonly Host[], style: Style): string[] {
  const header = style.say.terminal.columns.inventory;
  const rows = hosts.map((host) =>
    [host.name, host.privateIp, `${host.role}/${host.subrole}`, host.stack, host.fqdn, host.notes].map(escapeControl),
  );
  const [head = '', ...lines] = formatTable([header, ...rows], style);
  return [
    paint(clip(escapeControl(title), style.columns), 'bold', style),
    paint(head, 'dim', style),
    ...lines,
    style.say.count(hosts.length, 'host'),
  ];
}

function renderRuns(runs: readonly RunState[], style: Style): string[] {
  if (runs.length === 0) return [style.say.answers.noRuns];
  const header = style.say.terminal.columns.runs;
  const rows = runs.map((run) => [
    run.runId,
    style.say.states.word[run.ending?.ending ?? run.status],
    escapeControl(run.command),
    escapeControl(run.person.name),
    formatTime(run.requestedAt, style.timeZone),
  ]);
  const [head = '', ...lines] = formatTable([header, ...rows], style);
  return [paint(head, 'dim', style), ...lines];
}

/** What an event says beyond its type, in a few words. */
function eventText({ body }: RunEvent, say: Wording): string {
  const parts: string[] = [];
  if ('step' in body) parts.push(body.step);
  if ('host' in body) parts.push(body.host);
  if ('outcome' in body) parts.push(say.terminal.status[body.outcome]);
  if ('ending' in body) parts.push(say.states.word[body.ending]);
  if ('lock' in body) parts.push(body.lock);
  if ('person' in body) parts.push(body.person.name);
  if ('changes' in body) parts.push(say.count(body.changes.length, 'change'));
  // A person's own words stay.
  if ('reason' in body && body.reason !== '')
    parts.push(body.type === 'approval.denied' ? body.reason : say.retold(body.reason));
  if ('text' in body) parts.push(body.text);
  return escapeControl(parts.join('  '));
}

function renderEvents(events: readonly RunEvent[], style: Style): string[] {
  const rows = events.map((event) => [
    String(event.seq).padStart(4),
    formatTime(event.at, style.timeZone),
    event.body.type,
    eventText(event, style.say),
  ]);
  return formatTable(rows, style);
}

/** Any reply as lines for people, each already safe to print and cut to the style's width. */
export function renderReply(reply: Reply, style: Style): string[] {
  const { say } = style;
  const { answers, terminal } = say;
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
      return [answers.unlocked(escapeControl(reply.lock))];
    case 'alerts':
      return renderAlerts(reply, style);
    case 'alert':
      return renderAlert(reply, style);
    case 'digest':
      return renderDigest(reply, style);
    case 'logs':
      return [
        paint(`${reply.state.runId} · ${reply.step} · ${reply.host}`, 'bold', style),
        ...(reply.text === '' ? [terminal.noOutput] : escapeLines(reply.text)),
      ];
    case 'started':
      return [
        reply.duplicate
          ? terminal.askedAlready(reply.state.runId)
          : terminal.started(reply.state.runId, escapeControl(reply.state.command)),
        ...(reply.warnings ?? []).map((warning) => terminal.warning(escapeControl(warning))),
      ];
    case 'audit':
      return renderAudit(reply, style);
    case 'audit-export':
      return reply.lines.map(printableJson);
    case 'audit-verified':
      return renderVerified(reply, say);
    case 'explained':
      return renderExplained(reply, say);
    case 'frozen':
      return renderFrozen(reply, say);
    case 'unfrozen':
      return renderUnfrozen(reply, say);
    case 'totp-enrol':
      return renderTotpSecret(reply, say);
    case 'totp':
      return renderTotp(reply, say);
    case 'reviews':
      return renderReviews(reply, style);
    case 'decided':
      return [
        terminal.decidedRun(terminal.decided[reply.decision], reply.state.runId, escapeControl(reply.state.command)),
        ...(reply.decision === 'cancelled' ? cancelOutlook(reply.state, say).map(escapeControl) : []),
      ];
  }
}

/** What went wrong and what to do, one line per line of the sentence. */
export function renderError(error: unknown, style: Style): string[] {
  return escapeLines(sentenceOf(error, style.say)).map((line, at) =>
    at === 0 ? markLine('failed', line, { ...style, columns: Infinity }) : `  ${line}`,
  );
}
