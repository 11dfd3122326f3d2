import fc from 'fast-check';
import type { AlertView } from '../../../src/bot/views/alert-view.ts';
import type { Home } from '../../../src/bot/views/home.ts';
import type { Alert, SubjectState } from '../../../src/jobs/index.ts';
import { check, person, runState, text } from './arbitraries.ts';

const name = fc.oneof(fc.stringMatching(/^[a-z0-9-]{1,20}$/), text);
const iso = fc.oneof(
  fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2099-01-01') }).map((date) => date.toISOString()),
  text,
);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const severity = fc.constantFrom('warning' as const, 'critical' as const);
const signed = fc.record({ person, at: iso });
const answer = fc.constantFrom('pass' as const, 'warn' as const, 'fail' as const, 'unknown' as const);

const alertCheck = fc.record(
  { answer, value: text, text, severity, since: iso, isFlapping: fc.boolean(), turns: fc.nat(99), resolvedAt: iso },
  { requiredKeys: ['answer', 'value', 'text', 'severity', 'since', 'isFlapping', 'turns'] },
);

/** An alert with up to so many checks. */
export const alertOf = (checksMax: number): fc.Arbitrary<Alert> =>
  fc
    .record({
      id: fc.stringMatching(/^[a-z]{1,20}-\d{1,4}$/),
      subject: fc.constantFrom('redis', 'hosts', 'monitor', 'am-billing'),
      ...{ openedAt: iso, alarmedAt: iso, resolvedAt: maybe(iso), acknowledged: maybe(signed) },
      voided: fc.array(fc.record({ person, at: iso, check: name }), { maxLength: 2 }),
      escalatedAt: fc.array(iso, { maxLength: 2 }),
      wasSilenced: fc.boolean(),
      checks: fc.dictionary(name, alertCheck, { maxKeys: checksMax }),
    })
    .map(({ resolvedAt, acknowledged, ...alert }) => ({
      ...alert,
      ...(resolvedAt === undefined ? {} : { resolvedAt }),
      ...(acknowledged === undefined ? {} : { acknowledged }),
    }));

/** A subject with this alert or none, silenced or not. */
export const subjectOf = (alert: Alert | undefined): fc.Arbitrary<SubjectState> =>
  fc.record({ silence: maybe(fc.record({ person, at: iso, until: iso, reason: text })), mute: text }).map((rest) => ({
    ...{ subject: alert?.subject ?? 'redis', opened: 1, watches: {}, silent: {}, mute: rest.mute },
    ...(alert === undefined ? {} : { alert }),
    ...(rest.silence === undefined ? {} : { silence: rest.silence }),
  }));

const link = fc.constantFrom('', 'https://keybuzz.slack.com/archives/C0OPS/p1700000000000100');

export const alertView = (checksMax: number): fc.Arbitrary<AlertView> =>
  alertOf(checksMax).chain((alert) =>
    fc.record({
      alert: fc.constant(alert),
      subject: subjectOf(alert),
      lastChange: maybe(fc.record({ run: runState, link })),
    }),
  );

const linked = (max: number) => fc.array(fc.record({ run: runState, link }), { maxLength: max });
export const snapshot = fc.record({
  ...{ module: name, at: iso, results: fc.array(check, { maxLength: 12 }), trouble: text },
  silent: fc.array(fc.record({ host: name, reason: text }), { maxLength: 3 }),
});

/** A home tab with as much on it as there can be. */
export const home: fc.Arbitrary<Home> = fc.record({
  now: iso,
  modules: fc.array(
    fc.record({
      ...{ name, title: text, snapshot: maybe(snapshot) },
      monitored: maybe(fc.record({ module: name, everyMs: fc.nat(1_000_000) })),
    }),
    { maxLength: 30 },
  ),
  alerts: fc.array(
    maybe(alertOf(8)).chain((alert) => subjectOf(alert)),
    { maxLength: 40 },
  ),
  ...{ open: linked(6), prompts: linked(6), recent: linked(6) },
});
