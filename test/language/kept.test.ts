import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parts } from '../../src/language/fr/retold/index.ts';
import { matchTemplate, readTemplate } from '../../src/language/fr/template.ts';
import { english, wordingOf } from '../../src/language/index.ts';
import { isSaid, textsOf } from './sentences.ts';

const { retold } = wordingOf('fr');

const SRC = join(import.meta.dirname, '../../src');

const namesIn = (folder: string, isMeant: (name: string) => boolean): string[] =>
  readdirSync(join(SRC, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && isMeant(name))
    .map((name) => join(SRC, folder, name));

const JOBS = [
  ...['advance', 'ask-checks', 'confirm', 'credentials', 'decide', 'decide-clearance', 'decide-step', 'do-work'],
  ...['earlier-work', 'enroll', 'halt', 'hetzner-work', 'local-work', 'locks', 'mutes', 'power-work', 'preview'],
  ...['reads', 'start-work', 'steal', 'take-preview', 'unasked', 'workshop'],
];
const HETZNER = ['client', 'errors', 'fence', 'index', 'power', 'reconcile', 'resolve', 'work'];
const PLANNING = ['k3s/networks.ts', 'lb/settings.ts', 'steps.ts'];

/** Where sentences are written that a run, a lock or an alert keeps, or with which a plan is refused. */
const FILES = [
  ...namesIn('jobs', (name) => JOBS.includes(name.slice(0, -3))),
  ...namesIn('ssh', () => true),
  ...namesIn('hetzner', (name) => HETZNER.includes(name.slice(0, -3))),
  ...namesIn('modules', (name) => PLANNING.includes(name) || name.endsWith('/members.ts')),
  ...namesIn('commands', (name) => name.startsWith('policy-')),
  ...['bot/alert-watch.ts', 'commands/plan.ts', 'commands/plan-emergency.ts', 'commands/watch-governance.ts'].map(
    (name) => join(SRC, name),
  ),
];

/** What is no sentence that anybody keeps: shell, Lua, protocols, what is planned, details of changes, defects of our own. */
const NOT_KEPT: readonly RegExp[] = [
  /\n|^::|^(?:main|exec|set|export|bash|unset) |\[(?:\.\.\.|line|more) |^\{1\} \[line cut\]$|eval \{|^node-ssh /,
  /^(?:there is no such kind of line|it must read \{1\}|\{1\} protocol lines, or .*|more than \{1\}; the rest .*)$/,
  /^(?:GET \/|an? (?:action|id)$|action \{|no (?:reason|\{1\})$|it does not end$|\{1\} is no id$|something that is not)/,
  /^(?:run|enroll|steal|boot|server) \{1\}$|^ --prune$|^, (?:replaces|correlation id) \{1\}$|^alerts can not be/,
  /plug is pulled|^(?:asked to by ACPI|turned on again|is off|does not answer over SSH)$|^server \{1\}, /,
  /^(?:service|target|failover|locks meanwhile:|\{1\} is part of) |: not ours, |^it answers(?:; .*)?$/,
  /^(?:taken (?:out: its|from \{1\}, who)|put back, until)|^The plan of run .* has no step|^Step \{1\} has no work/,
];

/** Parts of what is put together, which is told as a whole. */
const PUT_TOGETHER: readonly string[] = [
  ...['{1} {2} on {3}', ' of {1}', '(and {1} more {2})', '{1} and {2}', '{1} is {2}', ' (and {1} more)'],
  ...['line {1}, {2}', 'line {1}', 'the file'],
];

const WRITTEN = [...new Set(FILES.flatMap(textsOf))].filter(
  (text) => isSaid(text) && !PUT_TOGETHER.includes(text) && !NOT_KEPT.some((pattern) => pattern.test(text)),
);

const PLACES = /\{(\d+)\}/g;
const marked = (text: string): string => text.replace(PLACES, '‹$1›');

/** With what is left out at times left out, and sentences in the places of sentences. */
const asIfSaid = (text: string): string =>
  marked(
    text
      .replace(/(?<=[\w.)])\{\d+\}(?!\w)/g, '')
      .replace(/^(\{\d+\})(?= [A-Z])/, '$1.')
      .replace(/(?<=\. )(\{\d+\})/g, '`$1`'),
  );

const marksIn = (text: string): string[] => (text.match(/‹\d+›/g) ?? []).sort();

const ENGLISH = / (?:is|are|was|were|not|of|has|have|had|its?|to|and|with|the|by|from|that|which|says|after|again) /;

function isTold(text: string): boolean {
  const french = retold(text);
  return french !== text && marksIn(french).join() === marksIn(text).join() && !ENGLISH.test(french);
}

/** The text as a log may have it, with marks, in a way that is told. */
const tellable = (text: string): string | undefined => [marked(text), asIfSaid(text.trim())].find(isTold);

describe('The sentences that a log keeps', () => {
  it('are many, and in English as they stand', () => {
    expect(WRITTEN.length).toBeGreaterThan(200);
    expect(WRITTEN.map(english.retold)).toEqual(WRITTEN);
  });

  it('all are told in French, with what is filled in', () => {
    expect(WRITTEN.filter((text) => tellable(text) === undefined)).toEqual([]);
  });
});

const OWN = [parts.runs, parts.hosts, parts.hetzner, parts.refusals, parts.policyFaults];
const entries = OWN.flatMap((part) => Object.entries(part));

describe('Their French', () => {
  it('is there for nothing that is not written any more, and once', () => {
    const piecesOf = (text: string): string[] => text.trim().split(/(?<=[.…]|^\{\d+\}) (?=[A-Z`{])|(?<=[^ ]); /);
    const said = WRITTEN.flatMap((text) => [text, text.replace(/^\{\d+\} (?=[A-Z])/, ''), ...piecesOf(text)]).flatMap(
      (text) => [marked(text), asIfSaid(text)],
    );
    const isSaidStill = (key: string) => said.some((text) => matchTemplate(readTemplate(key), text) !== undefined);
    expect(entries.map(([key]) => key).filter((key) => !isSaidStill(key))).toEqual([]);
    expect(entries).toHaveLength(new Set(entries.map(([key]) => key)).size);
  });

  it('has every place of the English, and is written as French is printed', () => {
    const placesOf = (text: string): string =>
      readTemplate(text)
        .places.toSorted((a, b) => a - b)
        .join();
    expect(entries.filter(([key, french]) => placesOf(key) !== placesOf(french))).toEqual([]);
    const told = [
      ...entries.map(([, french]) => french),
      ...WRITTEN.flatMap((text) => tellable(text) ?? []).map(retold),
    ];
    expect(told.filter((text) => /\S[:;?](?=\s)|"|’|«\S|\S»/.test(text.replace(/slack: \[|›: ‹/, '')))).toEqual([]);
  });
});
