import { z } from 'zod';
import { VERBS } from '../modules/contract.ts';
import { COMMAND_VERBS } from './command-spec.ts';
import { nearest } from './suggest.ts';

/** All verbs people type or modules offer. */
const KNOWN = [...new Set<string>([...COMMAND_VERBS, ...VERBS])];

/** Verbs that no rule can grant or withhold, and where they are decided instead. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  help: 'is open to everybody',
  whoami: 'is open to everybody',
  approve: 'is granted under approvals, by `by`',
  deny: 'is granted under approvals, by `by`',
  review: 'is granted under approvals, by `by`',
};

/** Verbs whose runs can wait for an approval. */
const APPROVED: readonly string[] = [
  ...['deploy', 'failover', 'drill', 'test', 'migrate', 'remove', 'enroll', 'steal', 'reboot', 'reset', 'poweron'],
];

function verbList(whyNot: (verb: string) => string | undefined) {
  const verb = z.string().superRefine((word, context) => {
    const fault = word === '*' ? undefined : whyNot(word);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: `"${word}" ${fault}` });
  });
  return z.array(verb).min(1, 'should name at least one');
}

function whyUnknown(verb: string): string | undefined {
  if (KNOWN.includes(verb)) return undefined;
  const near = nearest(verb, KNOWN);
  return near === undefined
    ? `is no verb; use one of: ${KNOWN.join(', ')}, or *`
    : `is no verb; write ${near} if you meant that`;
}

/** What a rule can grant. A verb that rules don't decide is a fault: it would grant nothing, silently. */
export const ruleVerbs = verbList((verb) => {
  const where = Object.hasOwn(ELSEWHERE, verb) ? ELSEWHERE[verb] : undefined;
  return where === undefined ? whyUnknown(verb) : `${where}: a rule about it would do nothing`;
});

/** What another requirement can be for: verbs that become runs with changes. */
export const overrideVerbs = verbList(
  (verb) =>
    whyUnknown(verb) ??
    (APPROVED.includes(verb) ? undefined : `never waits for approval; use one of: ${APPROVED.join(', ')}, or *`),
);
