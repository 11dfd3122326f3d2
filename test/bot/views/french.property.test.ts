import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { notesOf } from '../../../src/bot/notes.ts';
import { alertMessage, escalationNote, resolvedNote, voidedNote } from '../../../src/bot/views/alert.ts';
import { codeModal } from '../../../src/bot/views/code-modal.ts';
import { commandModal } from '../../../src/bot/views/command-modal.ts';
import { denyModal } from '../../../src/bot/views/deny-modal.ts';
import { homeView } from '../../../src/bot/views/home.ts';
import { runModal } from '../../../src/bot/views/home-modals.ts';
import { replyMessage } from '../../../src/bot/views/reply.ts';
import { rootMessage } from '../../../src/bot/views/root.ts';
import { silenceModal } from '../../../src/bot/views/silence-modal.ts';
import type { Message } from '../../../src/bot/views/text.ts';
import type { Reply } from '../../../src/commands/reply.ts';
import { reduce, type RunState } from '../../../src/jobs/index.ts';
import { parts } from '../../../src/language/fr/retold/index.ts';
import { english, LANGUAGES, wordingOf } from '../../../src/language/index.ts';
import { MODULES } from '../../../src/modules/index.ts';
import { progressLines } from '../../../src/terminal/follow.ts';
import { renderReply } from '../../../src/terminal/render.ts';
import { helpText } from '../../../src/terminal/usage.ts';
import { checkView } from '../../../sandbox/slack/view-limits.ts';
import { logOf } from '../../helpers/runs.ts';
import { EVIDENCE } from '../../language/evidence.ts';
import { leavesOf, spoken } from '../../language/leaves.ts';
import { PLAIN } from '../../terminal/fixtures.ts';
import { CANCELLED, CANCELLING, MOVED, PUT_RIGHT, REFUSED } from '../failover-runs.ts';
import { BROKEN, RUN, STATUS, WAITING, WELL } from '../runs.ts';
import { alertOf, alertView, home } from './alert-arbitraries.ts';
import { lock, runState } from './arbitraries.ts';
import { holds } from './holds.ts';

const french = wordingOf('fr');
const runs = { numRuns: 40, endOnFailure: true };

/** What is between the things that are filled in, where it is long enough to be a piece of a sentence. */
function piecesOf(wording: typeof english): Set<string> {
  const texts = leavesOf(wording).filter(
    ({ path }) => !['count', 'more', 'states.answers', 'grammar.none'].includes(path),
  );
  const pieces = texts.flatMap(({ value }) => spoken(value).split(/§[^§]*§|[*_`]/));
  return new Set(pieces.map((piece) => piece.trim()).filter((piece) => /[a-z]{2,} [a-z]{2,}/i.test(piece)));
}

const ofFrench = piecesOf(french);
const ENGLISH = [...piecesOf(english)].filter((piece) => !ofFrench.has(piece));

/** Fails when any of it is a piece of an English sentence of ours. */
function isFrench(what: unknown): void {
  // Hosts speak for themselves.
  const text = JSON.stringify(what).replaceAll(/port \d+ is held by/g, '');
  expect(ENGLISH.filter((piece) => text.includes(piece))).toEqual([]);
}

/** Fails unless Slack takes it and it is French. */
function holdsInFrench(message: Message): void {
  isFrench(message);
  holds(message);
}

/** What checks find is told by templates; what stands between their places is English. */
const OF_TEMPLATES = Object.entries(Object.assign({}, ...Object.values(parts)) as Record<string, string>)
  .flatMap(([template, told]) => template.split(/\{\d+[^}]*\}/).filter((piece) => !told.includes(piece)))
  .map((piece) => piece.trim())
  .filter((piece) => /[a-z]{2,} [a-z]{2,}/i.test(piece));

const LOGS = { WAITING, WELL, BROKEN, STATUS, MOVED, PUT_RIGHT, CANCELLING, CANCELLED, REFUSED };

describe('In French, a view', () => {
  it('is measured by many English sentences', () => {
    expect(ENGLISH.length).toBeGreaterThan(250);
    expect(() => isFrench(homeView(HOME))).toThrow('Recent changes');
  });

  it('of any run is French and within the limits', () => {
    fc.assert(
      fc.property(runState, (state) => {
        isFrench(rootMessage(state, '', french));
        for (const decision of ['approved', 'cancelled'] as const) {
          isFrench(replyMessage({ kind: 'decided', state, decision }, french));
        }
        isFrench(replyMessage({ kind: 'started', state, duplicate: false }, french));
      }),
      runs,
    );
  });

  it.each(Object.entries(LOGS))('of the thread of a run (%s) is French and within the limits', (_name, bodies) => {
    const events = logOf(bodies);
    for (const { message } of notesOf(RUN, events, french)) holdsInFrench(message);
  });

  it.each(Object.entries(LOGS))('of a run (%s) in a terminal is French', (_name, bodies) => {
    const style = { ...PLAIN, say: french };
    // What a log holds for good is told as it was written.
    const events = logOf(bodies.map((body) => ('reason' in body ? { ...body, reason: '' } : body)));
    let before: RunState | undefined;
    for (const { seq } of events) {
      const state = reduce(RUN, events.slice(0, seq));
      if (state === undefined) continue;
      isFrench(progressLines(before, state, style));
      isFrench(renderReply({ kind: 'run', state, events: events.slice(0, seq) }, style));
      before = state;
    }
  });

  it('that answers about who may what, freezes, codes, audits and the day is French in both places', () => {
    const person = { id: 'olga', name: 'Olga Petit' };
    const at = '2026-01-01T00:00:00.000Z';
    const explanation = { decision: 'approval' as const, sentence: '', fix: '', code: '' };
    const verified = { runs: 1, events: 2, entries: 3, ledgerHead: '', seals: 1, sealsHead: '', isCut: true };
    const faults = [{ kind: 'changed' as const, run: '', text: '' }];
    const entry = { at, seq: 3, run: RUN, person, what: 'approval.given', about: '', text: '' };
    const replies: Reply[] = [
      { kind: 'explained', person, command: 'deploy redis', explanation },
      { kind: 'frozen', freeze: { person, at, reason: '' } },
      { kind: 'unfrozen', interrupted: [RUN] },
      { kind: 'totp-enrol', person, uri: 'otpauth://totp/olga', secret: 'ABC' },
      { kind: 'totp', did: 'confirm', person },
      { kind: 'totp', did: 'forget', person },
      { kind: 'reviews', runs: [] },
      { kind: 'audit', since: at, entries: [entry], more: 3, isCut: true },
      { kind: 'audit-export', title: 'audit export', since: at, lines: ['{}'], isCut: true },
      { kind: 'audit-verified', verified: { ...verified, faults } },
      { kind: 'whoami', person, mapped: true, roles: ['operator'], may: [] },
      { kind: 'whoami', person, mapped: false, roles: [], may: [] },
      { kind: 'runs', runs: [] },
      { kind: 'locks', locks: [] },
      { kind: 'unlocked', lock: 'redis' },
      { kind: 'alerts', subjects: [], asked: [] },
    ];
    for (const reply of replies) {
      holdsInFrench(replyMessage(reply, french));
      isFrench(renderReply(reply, { ...PLAIN, say: french }));
    }
    isFrench(helpText(MODULES, french));
  });

  it('of any alert is French and within the limits', () => {
    fc.assert(
      fc.property(alertView(20), alertOf(5), (view, alert) => {
        isFrench(alertMessage(view, french));
        for (const note of [voidedNote(alert, french), resolvedNote(alert, french)]) isFrench(note);
        isFrench(escalationNote(alert, '', french));
      }),
      runs,
    );
  });

  it.each(EVIDENCE)(
    'of what checks really find (%s) is French: an alert, a run, a terminal, a home tab',
    (module, all) => {
      const results = all.slice(0, 40).map((text, index) => {
        return { check: `${module}-${index}`, answer: 'fail' as const, value: '', text };
      });
      const isTold = (shown: unknown): void => {
        const text = JSON.stringify(shown);
        expect(OF_TEMPLATES.filter((piece) => text.includes(piece))).toEqual([]);
      };
      for (let at = 0; at < results.length; at += 5) {
        const some = results.slice(at, at + 5);
        const found = { severity: 'critical' as const, since: HOME.now, isFlapping: false, turns: 0 };
        const checks = Object.fromEntries(some.map(({ check, ...said }) => [check, { ...said, ...found }]));
        const [view] = fc.sample(alertView(0), { numRuns: 1, seed: 1 });
        if (view !== undefined) isTold(alertMessage({ ...view, alert: { ...view.alert, checks } }, french));
        const events = logOf(
          STATUS.map((body) => (body.type === 'checks.answered' ? { ...body, results: some } : body)),
        );
        const state = reduce(RUN, events);
        if (state === undefined) throw new Error('The run has no beginning.');
        isTold(rootMessage(state, '', french));
        isTold(renderReply({ kind: 'run', state, events }, { ...PLAIN, say: french }));
      }
      const snapshot = { module, at: HOME.now, results: [], silent: [], trouble: all[0] ?? '' };
      const monitored = { module, everyMs: 30_000 };
      isTold(homeView({ ...HOME, modules: [{ name: module, title: module, monitored, snapshot }] }, french));
    },
  );

  it('of any home tab is French and taken by Slack', () => {
    fc.assert(
      fc.property(home, (given) => {
        const view = homeView(given, french);
        isFrench(view);
        checkView(view, 'home');
      }),
      runs,
    );
  });

  it('of locks is French, in Slack and in a terminal', () => {
    fc.assert(
      fc.property(fc.array(lock, { maxLength: 5 }), (locks) => {
        isFrench(replyMessage({ kind: 'locks', locks }, french));
        isFrench(renderReply({ kind: 'locks', locks }, { ...PLAIN, say: french }));
      }),
      runs,
    );
  });

  it.each(LANGUAGES)('that is a form fits its fields, in %s', (language) => {
    const say = wordingOf(language);
    const names = MODULES.map(({ name }) => name);
    const forms = [
      runModal('deploy', names, say),
      runModal('failover', names, say),
      silenceModal('', 1_700_000_000_000, names, say),
      silenceModal('redis-12', 1_700_000_000_000, [], say),
      denyModal(RUN, say),
      codeModal(`${RUN} ${RUN}-2`, say),
      commandModal({ channel: 'C0OPS', thread: '1700000000.000100' }, say),
    ];
    for (const form of forms) checkView(form, 'modal');
    if (language === 'fr') isFrench(forms);
    // Longer ones would be taken, cut.
    const { deploy, failover, silence, deny, command, code } = say.forms;
    const titles = [deploy, failover, silence, deny, command, code];
    expect(titles.filter((title) => title.length > 24)).toEqual([]);
  });
});

const HOME = { now: '2026-01-01T00:00:00.000Z', modules: [], alerts: [], open: [], prompts: [], recent: [] };
