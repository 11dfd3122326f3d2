import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { english } from '../../../src/language/index.ts';
import { KeybuzzError } from '../../../src/errors.ts';
import { notesOf } from '../../../src/bot/notes.ts';
import { textOnly } from '../../../src/bot/posting.ts';
import { codeModal } from '../../../src/bot/views/code-modal.ts';
import { commandModal } from '../../../src/bot/views/command-modal.ts';
import { denyModal } from '../../../src/bot/views/deny-modal.ts';
import { errorMessage } from '../../../src/bot/views/error.ts';
import { replyMessage } from '../../../src/bot/views/reply.ts';
import { rootMessage } from '../../../src/bot/views/root.ts';
import { COMMANDS } from '../../../src/commands/index.ts';
import type { Reply } from '../../../src/commands/reply.ts';
import { reduce, type RunEvent, type RunState } from '../../../src/jobs/index.ts';
import { loadInventory } from '../../../src/inventory.ts';
import { ANSWERS, type CheckResult } from '../../../src/modules/contract.ts';
import { MODULES } from '../../../src/modules/index.ts';
import { checkView } from '../../../sandbox/slack/view-limits.ts';
import { changeStep, logOf, OLGA, planOf, requested } from '../../helpers/runs.ts';
import { ANDRE, RUN } from '../runs.ts';
import { holds } from './holds.ts';

type Body = RunEvent['body'];

const INVENTORY = loadInventory('inventory/servers.tsv');

/** What people type and hosts print here: French, emoji of several code points, Slack's own marks. */
const WORDS = [
  ...['déploiement', 'échoué', 'hôte', 'œuvre', 'là-bas', '« délai dépassé »', 'l’été', 'cœur', 'noe\u0308l', 'ÀÉÎÕÜ'],
  ...['🔥', '👩🏽‍🚒', '🇫🇷', '✅', ':tada:', '&', '<!channel>', '<@U0STRANGER>', '`', '```', '*gras*', '_', '~', 'redis-02'],
];
const prose = (wordsMax: number) =>
  fc.array(fc.constantFrom(...WORDS), { maxLength: wordsMax }).map((words) => words.join(' '));
const outcome = fc.constantFrom('ok', 'failed', 'unknown');

/** How much there is to show. */
interface Size {
  hosts: number;
  lines: number;
}

const SIZES: Size[] = [1, 52].flatMap((hosts) => [0, 300].map((lines) => ({ hosts, lines })));

/** As many checks as the module with the most has, answered somehow. */
const CHECKS_MAX = Math.max(...MODULES.map(({ checks }) => checks.length));
const checks: fc.Arbitrary<CheckResult[]> = fc.array(
  fc.record({ check: prose(2), answer: fc.constantFrom(...ANSWERS), value: prose(3), text: prose(40) }),
  { minLength: 1, maxLength: CHECKS_MAX },
);

/** What one run is told, and finds. */
interface Story {
  said: string;
  why: string;
  fix: string;
  line: string;
  outcomes: ('ok' | 'failed' | 'unknown')[];
  results: CheckResult[];
}

const story: fc.Arbitrary<Story> = fc.record({
  said: prose(30),
  why: prose(200),
  fix: prose(60),
  line: prose(50),
  outcomes: fc.array(outcome, { minLength: 1, maxLength: 9 }),
  results: checks,
});

function previewOf(names: readonly string[], { said, line }: Story, lines: number): Body {
  const changes = names.flatMap((host) =>
    Array.from({ length: 8 }, (_, at) => ({ host, step: 'install', kind: 'file', target: `/etc/${at}`, detail: said })),
  );
  const text = Array.from({ length: lines }, () => `+${line}`).join('\n');
  const diffs = names.map((host) => ({ host, target: '/etc/redis/redis.conf', text }));
  return { type: 'preview.taken', attempt: 1, locked: false, hash: 'a'.repeat(64), changes, diffs, troubles: [] };
}

function workOf(names: readonly string[], told: Story, lines: number): Body[] {
  const at = { step: 'install', attempt: 1 };
  const tail = Array.from({ length: lines }, () => told.line);
  return names.flatMap((host, index): Body[] => {
    const how = told.outcomes[index % told.outcomes.length] ?? 'ok';
    return [
      { type: 'host.started', ...at, host, work: 1 },
      { type: 'host.progress', ...at, host, done: 1, total: 9, text: told.said },
      {
        ...{ type: 'host.finished', ...at, host, outcome: how, exitCode: how === 'ok' ? 0 : 75, changes: [] },
        ...{ tail, outputBytes: lines * 80, outputHash: 'h', reason: told.why, fix: told.fix, checks: told.results },
      },
    ];
  });
}

/** Runs from the request to every kind of end, as logs. */
function logsOf(told: Story, { hosts, lines }: Size): Body[][] {
  const names = INVENTORY.hosts.slice(0, hosts).map(({ name }) => name);
  const steps = ['install', 'start', 'proxy'].map((id) => changeStep(id, names, { title: told.said }));
  const asked = requested(planOf(steps, { title: `deploy ${told.said}` }));
  const preview = previewOf(names, told, lines);
  const troubles = names.map((host) => ({ host, step: 'install', reason: told.why, fix: told.fix }));
  const approval = `${RUN}-2`;
  const person = ANDRE;
  const prompt: Body[] = [
    { type: 'approval.requested', approval, previewHash: 'a'.repeat(64), expiresAt: '2026-01-01T01:00:00.000Z' },
  ];
  const given: Body[] = [{ type: 'approval.given', approval, person, via: 'slack', interaction: 'i' }];
  const ended = (ending: Extract<Body, { type: 'run.ended' }>['ending']): Body => ({
    ...{ type: 'run.ended', ending, reason: told.why, fix: told.fix },
  });
  const begun: Body[] = [asked, preview, ...prompt, ...given, { type: 'step.started', step: 'install', attempt: 1 }];
  const answered: Body = {
    ...{ type: 'checks.answered', step: 'checks', results: told.results },
    hosts: names.map((host) => ({ host, outcome: 'unknown' as const, reason: told.why })),
  };
  const finished = (step: string, how: 'ok' | 'failed' | 'unknown'): Body => ({
    ...{ type: 'step.finished', step, outcome: how, reason: told.why, fix: told.fix },
  });
  const [how = 'ok'] = told.outcomes;
  const worked = [...begun, ...workOf(names, told, lines), finished('install', how)];
  const checked: Body[] = [{ type: 'step.started', step: 'checks', attempt: 1 }, answered, finished('checks', how)];
  const status = requested(planOf([], { title: 'status redis' }), { approvals: 0, impact: 'none' });
  return [
    [asked, { ...preview, troubles } as Body, { type: 'run.interrupted', reason: told.why, fix: told.fix }],
    [asked, preview, ...prompt, { type: 'approval.denied', approval, person, reason: told.why, interaction: 'i' }],
    [asked, preview, ...prompt, { type: 'approval.voided', approval, reason: told.why }],
    [asked, preview, ...prompt, ...given, { type: 'locks.waiting', lock: 'redis', holder: told.why, since: told.said }],
    [...worked, { type: 'run.interrupted', reason: told.why, fix: told.fix }],
    [...worked, { type: 'cancel.requested', person, interaction: 'i' }, ended('cancelled')],
    [...worked, ...checked, ended('ok')],
    [...worked, ...checked, ended('failed')],
    [status, ...checked, ended('ok')],
  ];
}

function stateOf(log: readonly RunEvent[]): RunState {
  const state = reduce(RUN, log);
  if (state === undefined) throw new Error('an empty log');
  return state;
}

/** The replies that tell of a run. */
function repliesOf(state: RunState, events: RunEvent[], told: Story, lines: number): Reply[] {
  const text = Array.from({ length: lines }, () => told.line).join('\n');
  return [
    { kind: 'run', state, events },
    { kind: 'runs', runs: Array.from({ length: 50 }, () => state) },
    { kind: 'started', state, duplicate: false, warnings: [told.why] },
    { kind: 'decided', state, decision: 'cancelled' },
    { kind: 'logs', state, step: 'install', host: 'redis-01', text },
  ];
}

/** Fails unless Slack takes every message of every kind of run. */
function holdsAll(told: Story, { hosts, lines }: Size): void {
  for (const bodies of logsOf(told, { hosts, lines })) {
    const log = logOf(bodies);
    // Of many hosts that do alike not every one is looked at.
    const lengths = log.map(({ seq }) => seq).filter((seq) => seq % 23 === 0 || seq < 8 || seq > log.length - 3);
    for (const length of lengths) holds(rootMessage(stateOf(log.slice(0, length))));
    for (const { message } of notesOf(RUN, log)) {
      holds(message);
      holds(textOnly(message));
    }
    for (const reply of repliesOf(stateOf(log), log, told, lines)) holds(replyMessage(reply));
  }
}

const SINCE = '2026-01-01T00:00:00.000Z';

describe('whatever the bot can send is taken by Slack', () => {
  it.each(SIZES)('of a run on $hosts hosts with $lines lines of output', (size) => {
    const property = fc.property(story, (told) => holdsAll(told, size));
    fc.assert(property, { numRuns: size.hosts === 1 ? 20 : 3, endOnFailure: true });
  });

  it('of a run of which everything is as long as it may be', () => {
    const words = (count: number) => Array.from({ length: count }, () => 'l’été échoué').join(' ');
    const results = Array.from({ length: CHECKS_MAX }, (_, at) => ({
      ...{ check: `check-${at}`, answer: ANSWERS[at % ANSWERS.length] ?? 'unknown' },
      ...{ value: words(3), text: words(40) },
    }));
    const told = { said: words(30), why: words(200), fix: words(60), line: words(50), results };
    for (const how of ['ok', 'failed', 'unknown'] as const) {
      holdsAll({ ...told, outcomes: [how] }, { hosts: 52, lines: 300 });
    }
  });

  it.each([1, 52])('of an inventory of %s hosts, in French', (hosts) => {
    fc.assert(
      fc.property(prose(20), (title) => {
        const noted = INVENTORY.hosts.slice(0, hosts).map((host) => ({ ...host, role: title.slice(0, 30) }));
        holds(replyMessage({ kind: 'inventory', title, hosts: noted }));
      }),
    );
  });

  it('of people, locks, help and errors', () => {
    const usages = COMMANDS.map(({ verb }) => ({ usage: verb, summary: english.verbs[verb] }));
    const property = fc.property(prose(60), prose(300), (said, why) => {
      const lock = { lock: 'redis', run: '', ownerId: 'olga', owner: said, reason: why, since: SINCE, fence: 1 };
      const queue = Array.from({ length: 30 }, () => RUN);
      const person = { ...OLGA, name: said };
      holds(replyMessage({ kind: 'help', title: said, lines: usages, notes: [why, said] }));
      holds(replyMessage({ kind: 'whoami', person, mapped: true, roles: [said], may: usages, notes: [why] }));
      holds(replyMessage({ kind: 'locks', locks: Array.from({ length: 52 }, () => ({ ...lock, queue })) }));
      holds(replyMessage({ kind: 'locked', lock: { ...lock, queue } }));
      holds(replyMessage({ kind: 'unlocked', lock: said }));
      holds(errorMessage(new KeybuzzError(said, { code: 'KEYBUZZ_TEST', fix: why })));
      holds(errorMessage(new Error(why)));
    });
    fc.assert(property, { numRuns: 50, endOnFailure: true });
  });

  it('of forms, whatever run or place they are opened for', () => {
    const property = fc.property(prose(60), (said) => {
      checkView(denyModal(said), 'modal');
      checkView(codeModal(`${said} run-1`), 'modal');
      checkView(commandModal({ channel: 'C0OPS', thread: '1700000000.000100' }), 'modal');
    });
    fc.assert(property);
    expect(() =>
      checkView({ ...denyModal(RUN), title: { type: 'plain_text', text: 'x'.repeat(25) } }, 'modal'),
    ).toThrow();
  });
});
