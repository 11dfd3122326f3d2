import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parts } from '../../src/language/fr/retold/index.ts';
import { wordingOf } from '../../src/language/index.ts';
import { EVIDENCE } from './evidence.ts';
import { isSaid, textsOf } from './sentences.ts';

const { retold } = wordingOf('fr');
const source = join(import.meta.dirname, '../../src');

const OF_MODULE = /^(?:assess(?:-[a-z]+)?|view|needs)\.ts$/;

/** Where texts of check results are made. */
const FILES = [
  ...readdirSync(join(source, 'modules'), { recursive: true, encoding: 'utf8' })
    .filter((path) => OF_MODULE.test(path.split('/')[1] ?? ''))
    .map((path) => `modules/${path}`),
  ...['modules/judging.ts', 'modules/judge-hosts.ts', 'modules/answers.ts'],
  'jobs/evidence-judging.ts',
  ...['hetzner/judge.ts', 'hetzner/judge-servers.ts', 'hetzner/describe.ts', 'hetzner/dns.ts'],
];

/** The tables of what checks find; the others are of what runs keep. */
const { shared, evidence, inventory, base, postgresql, redis, rabbitmq, minio, mariadb, proxysql, k3s, lb, apps } =
  parts;
const TABLES = {
  ...{ ...shared, ...evidence, ...inventory, ...base, ...postgresql, ...redis, ...rabbitmq },
  ...{ ...minio, ...mariadb, ...proxysql, ...k3s, ...lb, ...apps },
};

/** A template without what its places take. */
const plain = (template: string): string => template.replaceAll(/\{(\d+):[a-z]+\}/g, '{$1}');

const TEXTS = [...new Set(FILES.flatMap((file) => textsOf(join(source, file))))];
const SENTENCES = TEXTS.filter(isSaid);
const KEYS = Object.keys(TABLES).map(plain);

const placesOf = (text: string): string[] => (text.match(/\{\d+\}/g) ?? []).sort();

/** Words that are in no French sentence, and no name or value of a fact. */
const ENGLISH =
  /(?:^|[\s(])(?:is|are|was|were|not|nobody|nothing|says?|has|have|had|of|the|its|which|who|did|does|and|but|every|with|from|through|than)(?=[\s,;:.)]|$)/;

/** Headings of the README files are quoted as they stand there. */
const withoutQuotes = (text: string): string => text.replaceAll(/«[^»]*»/g, '');

describe('What checks find', () => {
  it('is said in many sentences, by every module', () => {
    expect(SENTENCES.length).toBeGreaterThan(350);
    const modules = new Set(FILES.map((file) => relative('modules', file).split('/')[0]));
    for (const [name] of EVIDENCE.slice(0, -2)) expect(modules).toContain(name);
  });

  it('has French for each of its sentences', () => {
    expect(SENTENCES.filter((sentence) => !KEYS.includes(sentence))).toEqual([]);
  });

  it('has no French without its English, and each English once', () => {
    expect(KEYS.filter((key) => !TEXTS.includes(key))).toEqual([]);
    const all = Object.values(parts).flatMap((part) => Object.keys(part).map(plain));
    expect(all.filter((key, index) => all.indexOf(key) !== index)).toEqual([]);
  });

  it('keeps in French what is filled in', () => {
    for (const [english, french] of Object.entries(TABLES)) {
      expect([english, placesOf(french)]).toEqual([english, placesOf(plain(english))]);
    }
  });

  it('is written as French is printed', () => {
    expect(Object.values(TABLES).filter((french) => /\S[:;?](?=\s)|"|’/.test(french))).toEqual([]);
  });

  it.each(EVIDENCE)('is told in French: %s', (_name, texts) => {
    expect(texts.length).toBeGreaterThan(5);
    const told = texts.map((text) => withoutQuotes(retold(text)));
    expect(told.filter((text) => ENGLISH.test(text))).toEqual([]);
  });

  it('is read in full sentences', () => {
    expect(retold('redis-02 has master_link_status down, not up; redis-03 says nothing: was not asked')).toBe(
      "redis-02 a master_link_status à down, et non à up ; redis-03 ne dit rien : n'a pas été interrogé",
    );
    expect(retold('UFW is off, not on (52 of 52: haproxy-01, haproxy-02 and 50 more)')).toBe(
      'UFW est off, et non on (52 sur 52 : haproxy-01, haproxy-02 et 50 de plus)',
    );
  });
});
