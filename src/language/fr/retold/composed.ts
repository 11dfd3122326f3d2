import { knownTitle } from '../modules/index.ts';
import { counting } from '../counting.ts';
import { states } from '../states.ts';

/** Tells a part of a text; undefined when nothing of it is known. */
type Known = (english: string) => string | undefined;

/** Tells a part of a text, what nobody knows as it is. */
type Retell = (english: string) => string;

/** As servers.tsv, load balancers and zones are named, and the bot itself: any other word before a colon may be a host's own. */
const HOST = String.raw`(?:[a-z][a-z0-9-]*-\d+|lb-[a-z0-9-]+|keybuzz|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,})`;
const OF_HOST = new RegExp(`^(${HOST}): (.*)$`, 's');
const NEXT_HOST = new RegExp(`(?<![;,]) (?=${HOST}: )`);
const MORE_HOSTS = / \(and (\d+) more hosts?\)$/;

/** "redis-02: port 6379 is held by nginx. redis-03: …  (and 2 more hosts)": what went wrong, or what to do, host by host. */
function ofHosts(english: string, retell: Retell, known: Known): string | undefined {
  if (!OF_HOST.test(english)) return undefined;
  const [, left] = MORE_HOSTS.exec(english) ?? [];
  const more = left === undefined ? [] : [`(et ${counting.more(Number(left), 'host')})`];
  const all = english.replace(MORE_HOSTS, '').split(NEXT_HOST);
  const isKnown = all.some((one) => known(one.replace(OF_HOST, '$2')) !== undefined);
  // What is said of one host may be a sentence with its name.
  if (!isKnown && all.length + more.length === 1) return undefined;
  const each = all.map((one) =>
    one.replace(OF_HOST, (_all, host: string, what: string) => `${host} : ${retell(what)}`),
  );
  return [...each, ...more].join(' ');
}

/** A host's own words behind its name; undefined: there is no name. */
export function ofHost(english: string): string | undefined {
  return OF_HOST.test(english) ? english.replace(OF_HOST, '$1 : $2') : undefined;
}

/** A title has at most so many colons of its own, before the one that ends it. */
const COLONS_MAX = 3;

/** "Install Redis: redis-02: …": the step at which a run stopped. */
function atStep(english: string, retell: Retell): string | undefined {
  const parts = english.split(': ', COLONS_MAX + 1);
  for (let length = parts.length; length > 0; length -= 1) {
    const title = parts.slice(0, length).join(': ');
    const told = title.length < english.length ? knownTitle(title) : undefined;
    if (told !== undefined) return `${told} : ${retell(english.slice(title.length + 2))}`;
  }
  return undefined;
}

const ANSWERED = String.raw`[\w-]+(?:, [\w-]+)* (?:is|are) (?:pass|warn|fail|unknown) \(`;
const NEXT_ANSWERED = new RegExp(`(?<=\\)); (?=${ANSWERED})`);
const ANSWER = /^([\w-]+(?:, [\w-]+)*) (?:is|are) (pass|warn|fail|unknown) \((.*)\)$/s;

/** "one-master is fail (two masters); a, b are unknown (…)": why checks do not pass. */
function answers(english: string, retell: Retell): string | undefined {
  const told = english.split(NEXT_ANSWERED);
  if (!told.every((one) => ANSWER.test(one))) return undefined;
  const tell = (_all: string, names: string, answer: keyof typeof states.answer, why: string) =>
    `${names} : ${states.answer[answer]} (${retell(why)})`;
  return told.map((one) => one.replace(ANSWER, tell)).join(' ; ');
}

const NOT_WHOLE = /^the cluster is not whole again after (\S+) s: (.*)$/s;

/** What a step waited for in vain between two hosts, by checks: "one-master (two masters); …". */
function notWhole(english: string, retell: Retell): string | undefined {
  const [, seconds, lost] = NOT_WHOLE.exec(english) ?? [];
  if (seconds === undefined || lost === undefined) return undefined;
  const told = lost
    .split(/(?<=\)); (?=[\w-]+ \()/)
    .map((one) =>
      one.replace(/^([\w-]+) \((.*)\)$/s, (_all, check: string, why: string) => `${check} (${retell(why)})`),
    );
  return `la grappe n'est pas à nouveau au complet après ${seconds} s : ${told.join(' ; ')}`;
}

const SURPRISE = /^Not among the approved changes(?: of ([^:]+))?: (.*)$/s;

/** Changes that nobody approved: "file /etc/x on redis-01". */
function surprise(english: string): string | undefined {
  const [, modules, changes] = SURPRISE.exec(english) ?? [];
  if (changes === undefined) return undefined;
  const of = modules === undefined ? '' : ` de ${modules}`;
  return `Hors des changements approuvés${of} : ${changes.replace(/ on (?=[a-z0-9.-]+(?:, | …|$))/g, ' sur ')}`;
}

const NEEDS = /^The module (\S+) needs (.*)\.$/s;

/** Hosts that a module lacks: "3 hosts with role redis (it has 2), one of them …". */
function needs(english: string, _retell: Retell, known: Known): string | undefined {
  const [, module, hosts] = NEEDS.exec(english) ?? [];
  if (module === undefined || hosts === undefined || hosts.includes('; ')) return undefined;
  const told = hosts.split(/(?<=\))(?:, | and )/).map((one) => (isSaid(one) ? known(one) : one));
  if (told.includes(undefined)) return undefined;
  return `Le module ${module} exige ${told.join(', ')}.`;
}

const NOT_DONE = /^Not done: (.*)\.$/s;

/** Titles of steps have commas of their own: as few as possible of what stands between commas make one. */
function notDone(english: string): string | undefined {
  const [, titles] = NOT_DONE.exec(english) ?? [];
  if (titles === undefined) return undefined;
  const pieces = titles.split(', ');
  const told: string[] = [];
  while (pieces.length > 0) {
    const length = pieces.findIndex((_piece, at) => knownTitle(pieces.slice(0, at + 1).join(', ')) !== undefined) + 1;
    const title = pieces.splice(0, Math.max(length, 1)).join(', ');
    told.push(knownTitle(title) ?? title);
  }
  return `Non fait : ${told.join(', ')}.`;
}

const FAULT = /^(?:line (\d+)(?:, ([^\s:]+))?|the file): (.*?)(?: \(and (\d+) more\))?$/s;

/** A fault of policy.yaml: "line 12, rules/0/who/0: there is no … (and 2 more)". */
function fault(english: string, retell: Retell): string | undefined {
  const [, line, path, what, more] = FAULT.exec(english) ?? [];
  if (what === undefined) return undefined;
  const where = line === undefined ? ['le fichier'] : [`ligne ${line}`, ...(path === undefined ? [] : [path])];
  return `${where.join(', ')} : ${retell(what)}${more === undefined ? '' : ` (et ${more} de plus)`}`;
}

const REFUSED_NOW = 'It would be refused now. ';

/** What a mere preview says of the run that it stands for. */
function refusedNow(english: string, retell: Retell): string | undefined {
  if (!english.startsWith(REFUSED_NOW)) return undefined;
  return `Elle serait refusée maintenant. ${retell(english.slice(REFUSED_NOW.length))}`;
}

const WAYS = [refusedNow, atStep, notWhole, answers, surprise, needs, notDone, fault, ofHosts];

/** What we say in several sentences has so many of them at most. */
const JOINED_MAX = 3;

const isSaid = (text: string): boolean => /[a-z]/i.test(text);

/** What happened and what to do, when all of it is known; undefined: it is one sentence, or some of it is not ours. */
function sentences(english: string, known: Known): string | undefined {
  const left = english.split(/(?<=[.…]) (?=[A-Z`])/);
  const several = left.length;
  const told: string[] = [];
  while (left.length > 0) {
    let found: string | undefined;
    let joined = 0;
    while (found === undefined && joined < Math.min(JOINED_MAX, left.length, several - 1)) {
      joined += 1;
      const text = left.slice(0, joined).join(' ');
      found = isSaid(text) ? known(text) : text;
    }
    if (found === undefined) return undefined;
    told.push(found);
    left.splice(0, joined);
  }
  return told.join(' ');
}

/** The French of what jobs and modules put together from any number of parts, which no template has; undefined: it is none. */
export function composed(english: string, known: Known): string | undefined {
  const retell: Retell = (part) => known(part) ?? part;
  for (const way of WAYS) {
    const told = way(english, retell, known);
    if (told !== undefined) return told;
  }
  return sentences(english, known);
}
