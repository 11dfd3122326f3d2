import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { alertMessage, escalationNote, resolvedNote, voidedNote } from '../../../src/bot/views/alert.ts';
import { homeView } from '../../../src/bot/views/home.ts';
import { runCommand, runModal } from '../../../src/bot/views/home-modals.ts';
import { replyMessage } from '../../../src/bot/views/reply.ts';
import { silenceCommand, silenceModal } from '../../../src/bot/views/silence-modal.ts';
import { parse } from '../../../src/commands/grammar.ts';
import { MODULES } from '../../../src/modules/index.ts';
import { checkView } from '../../../sandbox/slack/view-limits.ts';
import { vocabularyOf } from '../../../src/commands/grammar.ts';
import { inventory } from '../../commands/fakes.ts';
import { alertOf, alertView, home, subjectOf } from './alert-arbitraries.ts';
import { text } from './arbitraries.ts';
import { holds } from './holds.ts';

const runs = { numRuns: 60, endOnFailure: true };
const vocabulary = vocabularyOf(inventory.hosts, MODULES);

/** References that are ours: times, people of the tests, and where a run's message stands. */
const OURS =
  /<!date\^-?\d+\^\{date_short_pretty\} \{time\}\|[0-9TZ:.+-]+>|<@U0OPERATOR>|<https:\/\/keybuzz\.slack\.com\/archives\/C0OPS\/p1700000000000100\|[^<>|]*>/g;

/** A message as if the links to our own messages were plain text. */
function unlinked(message: ReturnType<typeof alertMessage>): ReturnType<typeof alertMessage> {
  return JSON.parse(JSON.stringify(message).replace(OURS, '-')) as ReturnType<typeof alertMessage>;
}

describe("Slack's limits hold, and nothing from outside becomes markup, for any", () => {
  it('alert', () => {
    fc.assert(
      fc.property(alertView(20), (view) => holds(unlinked(alertMessage(view)))),
      runs,
    );
  });

  it('alert of a thousand checks', () => {
    fc.assert(
      fc.property(alertView(3), text, (view, words) => {
        const check = { value: words, text: words, since: '2026-01-01T00:00:00.000Z', isFlapping: true, turns: 9 };
        const of = { ...check, answer: 'fail' as const, severity: 'critical' as const };
        const checks = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`check ${index} ${words}`, of]));
        holds(unlinked(alertMessage({ ...view, alert: { ...view.alert, checks } })));
      }),
      { numRuns: 10 },
    );
  });

  it('note of an alert', () => {
    fc.assert(
      fc.property(alertOf(5), text, (alert, group) => {
        holds(voidedNote(alert));
        holds(resolvedNote(alert));
        // Only the id of a user group becomes a mention.
        holds(escalationNote(alert, /^S[A-Z0-9]+$/.test(group) ? '' : group));
        expect(escalationNote(alert, 'S0ONCALL').text).toContain('<!subteam^S0ONCALL>');
      }),
      runs,
    );
  });

  it('answer about alerts', () => {
    const subject = alertOf(8).chain((alert) => subjectOf(alert));
    const asked = fc.array(fc.record({ module: text, at: text }), { maxLength: 30 });
    fc.assert(
      fc.property(fc.array(subject, { maxLength: 40 }), subject, asked, (subjects, one, modules) => {
        holds(replyMessage({ kind: 'alerts', subjects, asked: modules }));
        for (const did of ['ack', 'silence', 'unsilence'] as const)
          holds(replyMessage({ kind: 'alert', did, subject: one }));
      }),
      { numRuns: 30, endOnFailure: true },
    );
  });

  it('home tab', () => {
    fc.assert(
      fc.property(home, (given) => {
        const view = homeView(given);
        checkView(view, 'home');
        expect(view.blocks.length).toBeLessThanOrEqual(100);
        expect(JSON.stringify(view).replace(OURS, '')).not.toMatch(/[<>]/);
      }),
      { numRuns: 30, endOnFailure: true },
    );
  });
});

describe('A form of alerts or of the home tab', () => {
  it('is one that Slack takes, whatever it is opened for', () => {
    fc.assert(
      fc.property(
        text,
        fc.array(text, { minLength: 1, maxLength: 120 }),
        fc.nat(4_000_000_000_000),
        (alert, names, at) => {
          const filled = names.filter((name) => name.trim() !== '');
          const modules = filled.length === 0 ? ['redis'] : filled;
          checkView(silenceModal(alert.slice(0, 100), at, modules), 'modal');
          for (const kind of ['deploy', 'failover'] as const) checkView(runModal(kind, modules), 'modal');
        },
      ),
      runs,
    );
  });

  it('makes a command that people could have typed, or a sentence', () => {
    const nowMs = Date.UTC(2026, 0, 1);
    const name = fc.oneof(fc.constantFrom('redis', 'redis-12', 'hosts'), text);
    fc.assert(
      fc.property(
        name,
        fc.oneof(fc.integer(), fc.constant(nowMs / 1000 + 3600)),
        text,
        (alert, untilSeconds, reason) => {
          const meant = silenceCommand(alert, { untilSeconds, reason }, nowMs);
          if ('problem' in meant) expect(meant.problem).not.toBe('');
          else expect(parse(meant.command, vocabulary)).toMatchObject({ verb: 'silence', alert });
        },
      ),
      runs,
    );
    const names = MODULES.map((module) => module.name);
    const kinds = fc.oneof(fc.constantFrom('deploy', 'failover'), text);
    const hows = fc.oneof(fc.constantFrom('plan', 'run'), text);
    const modules = fc.oneof(fc.constantFrom(...names), text);
    fc.assert(
      fc.property(kinds, modules, hows, (kind, module, how) => {
        const meant = runCommand(kind, { module, how }, names);
        if ('problem' in meant) expect(meant.problem).not.toBe('');
        else expect(parse(meant.command, vocabulary)).toMatchObject({ module });
      }),
      runs,
    );
  });
});
