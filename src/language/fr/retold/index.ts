import { knownTitle } from '../modules/index.ts';
import { fillTemplate, matchTemplate, readTemplate, type Template } from '../template.ts';
import { apps } from './apps.ts';
import { base } from './base.ts';
import { catalogue } from './catalogue.ts';
import { composed, ofHost } from './composed.ts';
import { evidence } from './evidence.ts';
import { hetzner } from './hetzner.ts';
import { hosts } from './hosts.ts';
import { inventory } from './inventory.ts';
import { k3s } from './k3s.ts';
import { lb } from './lb.ts';
import { mariadb } from './mariadb.ts';
import { minio } from './minio.ts';
import { policyFaults } from './policy.ts';
import { postgresql } from './postgresql.ts';
import { proxysql } from './proxysql.ts';
import { rabbitmq } from './rabbitmq.ts';
import { redis } from './redis.ts';
import { refusals } from './refusals.ts';
import { runs } from './runs.ts';
import { shared } from './shared.ts';

/** The French of sentences that are kept in English, by their English; each English stands in one of the parts. */
export const parts = {
  ...{ shared, evidence, inventory, base, postgresql, redis, rabbitmq, minio, mariadb, proxysql, k3s, lb, apps },
  ...{ catalogue, runs, hosts, hetzner, refusals, policyFaults },
};

/** Findings of one check, and things of one finding, are told one after the other; so are what happened and what to do. */
const BETWEEN = [
  { english: '; ', french: ' ; ' },
  { english: ', ', french: ', ' },
  { english: '. ', french: '. ' },
] as const;

/** Of how many of them the sentence itself is made, whatever is filled in. */
function partsOf({ literals }: Template, between: string): number {
  return literals.join('\n').split(between).length;
}

/** The more a template says itself, the sooner it is tried: what it takes for filled in may be a sentence too. */
const TEMPLATES = Object.values(parts)
  .flatMap((part) => Object.entries(part))
  .map(([english, french]) => ({ template: readTemplate(english), french }))
  .map((each) => ({ ...each, said: each.template.literals.join('') }))
  .map((each) => ({ ...each, isGlue: !/[a-z]/i.test(each.said) }))
  .map((each) => ({ ...each, between: BETWEEN.map(({ english }) => partsOf(each.template, english)) }))
  .sort((a, b) => b.said.length - a.said.length);

type Known = (typeof TEMPLATES)[number];

/** A sentence has so many of them at most. */
const JOINED_MAX = 3;

/** More than our longest list of findings; longer lists are a host's. */
const PIECES_MAX = 100;

/** Longer than any sentence of ours; what is longer was said by a host. */
const CHARS_MAX = 4_000;

/** Sentences within sentences; deeper are none of ours. */
const DEPTH_MAX = 8;

/** Parentheses that were opened and not closed; negative: closed and not opened. */
const openIn = (text: string): number => text.split('(').length - text.split(')').length;

/** True for a text with half of a pair of parentheses. */
function isTorn(text: string): boolean {
  const [first = '', ...rest] = text.split(')');
  let open = openIn(first);
  for (const piece of rest) {
    open -= 1;
    if (open < 0) return true;
    open += openIn(piece);
  }
  return open !== 0;
}

/** What stands between these marks, outside of parentheses. */
function piecesOf(text: string, between: string): string[] {
  const pieces: string[] = [];
  let open = 0;
  for (const piece of text.split(between)) {
    if (open > 0) pieces.push(`${pieces.pop() ?? ''}${between}${piece}`);
    else pieces.push(piece);
    open += openIn(piece);
  }
  return open === 0 ? pieces : text.split(between);
}

/** How deep in a text something stands, what parts it from the next, and whether all of it must be ours. */
interface Place {
  depth: number;
  level: number;
  isWhole: boolean;
}

/** One text being told; what was found out of a part of it is kept, since parts are met again and again. */
class Telling {
  readonly #told = new Map<string, string | undefined>();

  /** The French; undefined when nothing of it is known, or, where it must be ours as a whole, when some of it is not. */
  known(english: string, depth: number, isWhole = false): string | undefined {
    if (depth > DEPTH_MAX || english.length > CHARS_MAX || !/[a-z]/i.test(english)) return undefined;
    const key = `${depth} ${isWhole} ${english}`;
    if (!this.#told.has(key)) this.#told.set(key, this.#find(english, depth, isWhole));
    return this.#told.get(key);
  }

  #find(english: string, depth: number, isWhole: boolean): string | undefined {
    const made = knownTitle(english) ?? composed(english, (part) => this.known(part, depth, isWhole));
    return made ?? this.#ofTemplates(english, depth, isWhole) ?? (isWhole ? undefined : ofHost(english));
  }

  #ofTemplates(english: string, depth: number, isWhole: boolean): string | undefined {
    // A sentence must not take for filled in what is said after it.
    if (piecesOf(english, BETWEEN[0].english).length > 1) return this.#list(english, { depth, level: 0, isWhole });
    return (
      this.#sentence(english, depth, ({ isGlue }) => !(isGlue && isWhole)) ??
      this.#list(english, { depth, level: 1, isWhole })
    );
  }

  #list(english: string, at: Place): string | undefined {
    const { level, isWhole } = at;
    const below = { ...at, level: level + 1 };
    const between = BETWEEN[level];
    if (between === undefined) return undefined;
    const pieces = piecesOf(english, between.english);
    if (pieces.length === 1) return this.#list(english, below);
    if (pieces.length > PIECES_MAX) return undefined;
    const told: string[] = [];
    let isKnown = false;
    while (pieces.length > 0) {
      const [first = ''] = pieces;
      const found = this.#first(pieces.slice(0, JOINED_MAX), at);
      const french = found?.french ?? this.#list(first, below);
      if (isWhole && french === undefined) return undefined;
      isKnown ||= french !== undefined;
      told.push(french ?? first);
      pieces.splice(0, found?.joined ?? 1);
    }
    return isKnown ? told.join(between.french) : undefined;
  }

  /** The shortest of these pieces, put together, that is a sentence, which itself has as many of them. */
  #first(pieces: readonly string[], { depth, level, isWhole }: Place): { french: string; joined: number } | undefined {
    for (let joined = 1; joined <= pieces.length; joined += 1) {
      const text = pieces.slice(0, joined).join(BETWEEN[level]?.english);
      const isMeant = ({ between, isGlue }: Known) => between[level] === joined && !(isGlue && isWhole);
      const french = this.#sentence(text, depth, isMeant);
      if (french !== undefined) return { french, joined };
    }
    return undefined;
  }

  /** A sentence is filled into another without its full stop, and gets one as the last part of another. */
  #sentence(english: string, depth: number, isMeant: (one: Known) => boolean): string | undefined {
    const found = this.#match(english, depth, isMeant);
    if (found !== undefined) return found;
    if (!english.endsWith('.')) return this.#match(`${english}.`, depth, isMeant)?.replace(/\.$/, '');
    const open = this.#match(english.slice(0, -1), depth, isMeant);
    return open === undefined ? undefined : `${open}.`;
  }

  #match(english: string, depth: number, isMeant: (one: Known) => boolean): string | undefined {
    for (const one of TEMPLATES) {
      if (!isMeant(one)) continue;
      const french = this.#fill(one, english, depth);
      if (french !== undefined) return french;
    }
    return undefined;
  }

  #fill({ template, french, isGlue }: Known, english: string, depth: number): string | undefined {
    const found = matchTemplate(template, english);
    if (found === undefined || (!isTorn(english) && [...found.values()].some(isTorn))) return undefined;
    const filled = template.places.map((place, at) => {
      const text = found.get(place) ?? '';
      const kind = template.kinds[at];
      return { place, text, kind, told: kind === 'own' ? undefined : this.known(text, depth + 1, kind === 'told') };
    });
    const isMissing = filled.some(({ kind, told }) => kind === 'told' && told === undefined);
    // What says nothing itself is ours only if something in it is.
    const isOurs = !isGlue || filled.some(({ told }) => told !== undefined);
    if (isMissing || !isOurs) return undefined;
    return fillTemplate(french, new Map(filled.map(({ place, text, told }) => [place, told ?? text])));
  }
}

/**
 * The French of a sentence that was kept in English before its reader was known: what a check found, why a run stopped. What it
 * does not know, such as what a host printed or an older version said, it gives back as it is.
 */
export function retold(english: string): string {
  return new Telling().known(english, 0) ?? english;
}
