import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { notesOf } from '../../src/bot/notes.ts';
import { alertMessage } from '../../src/bot/views/alert.ts';
import { auditMessage } from '../../src/bot/views/audit.ts';
import { errorMessage } from '../../src/bot/views/error.ts';
import { describeEvent } from '../../src/bot/views/event-line.ts';
import { rootMessage } from '../../src/bot/views/root.ts';
import { faultSentence } from '../../src/commands/policy-file.ts';
import { parsePolicy, type Policy } from '../../src/commands/policy-schema.ts';
import { windowStandstill } from '../../src/commands/standstill.ts';
import type { ConfigError } from '../../src/errors.ts';
import { loadInventory } from '../../src/inventory.ts';
import type { EventBody, Person } from '../../src/jobs/events.ts';
import { standstillOf, type Standstill } from '../../src/jobs/freeze.ts';
import { english, wordingOf } from '../../src/language/index.ts';
import type { CheckResult } from '../../src/modules/contract.ts';
import { MODULES } from '../../src/modules/index.ts';
import { renderReply } from '../../src/terminal/render.ts';
import { change, ID, runIn, type World } from '../helpers/made-runs.ts';
import { ADA, ANDRE } from '../helpers/runs.ts';
import { PLAIN } from '../terminal/fixtures.ts';

const french = wordingOf('fr');

const APPROVAL = `${ID}-2`;
const by = (person: Person) => ({ person, interaction: 'trigger-2' });
const approved: EventBody = { type: 'approval.given', approval: APPROVAL, via: 'slack', ...by(ANDRE) };
const frozen: Standstill = standstillOf({
  person: ADA,
  reason: 'the primary is moved',
  at: '2026-01-01T00:00:00.000Z',
});

const FAILING: CheckResult[] = [
  { check: 'one-master', answer: 'fail', value: '', text: 'nobody answered it' },
  { check: 'tilt', answer: 'unknown', value: '', text: 'nobody answered it' },
];

/** What a run comes to, and what a French reader must find of it. */
const ENDS: [name: string, world: World, told: string][] = [
  [
    'interrupted since a host was lost',
    { silent: ['redis-02'] },
    "Faire de chaque serveur un membre, avec Redis et Sentinel : redis-02 : redis-02 (10.0.0.123:22) n'est pas joignable par SSH (ECONNREFUSED).",
  ],
  [
    'interrupted since two hosts were lost',
    { silent: ['redis-02', 'redis-03'] },
    "joignable par SSH (ECONNREFUSED). redis-03 : redis-03 (10.0.0.123:22) n'est pas joignable par SSH",
  ],
  [
    'interrupted since a host was not asked',
    { unasked: ['redis-01'] },
    "redis-01 : redis-01 (10.0.0.123:22) n'est pas joignable par SSH (ECONNREFUSED).",
  ],
  [
    'failed as a mere preview',
    { unasked: ['redis-01'], previewOnly: true },
    "Voyez si l'hôte est en marche, si sshd y tourne et si son pare-feu laisse entrer le worker ; puis réessayez.",
  ],
  [
    'interrupted since checks do not pass',
    { open: FAILING },
    "one-master : échec (personne n'y a répondu) ; tilt : inconnu (personne n'y a répondu)",
  ],
  [
    'asked anew',
    { gate: { approvals: 1 }, surprises: [change('redis-02', '/etc/x')], then: [approved] },
    'Hors des changements approuvés : file /etc/x sur redis-02',
  ],
  [
    'refused in a freeze',
    { standstill: frozen },
    'Tout est gelé par Ada depuis 2026-01-01T00:00:00.000Z : the primary is moved.',
  ],
  [
    'cancelled',
    { gate: { approvals: 1 }, then: [{ type: 'cancel.requested', ...by(ADA) }] },
    'Annulée par Ada. Non fait : Faire de chaque serveur un membre, avec Redis et Sentinel, Interroger chaque membre.',
  ],
  ['abandoned', { silent: ['redis-02'], then: [{ type: 'abandon.requested', ...by(ADA) }] }, 'Abandonnée par Ada.'],
  [
    'denied',
    {
      gate: { approvals: 1 },
      then: [{ type: 'approval.denied', approval: APPROVAL, reason: 'not today', ...by(ANDRE) }],
    },
    'Rejetée par André : not today',
  ],
];

describe('A run of which a French reader asks why', () => {
  const style = { ...PLAIN, columns: 2_000, say: french };

  it.each(ENDS)('%s: says it in French in Slack and in the terminal', (_name, world, told) => {
    const { events, state } = runIn(world);
    const shown = [
      rootMessage(state, '', french),
      notesOf(ID, events, french),
      events.map(({ body }) => describeEvent(body, french)),
      renderReply({ kind: 'run', state, events }, style),
      renderReply({ kind: 'run', state, events: [] }, style),
    ].map((one) => JSON.stringify(one).replaceAll('\\"', '"'));
    expect(shown.join('\n')).toContain(told);
    const kept = events.flatMap(({ body }) => ('reason' in body ? [body.reason] : []));
    for (const reason of kept.filter((one) => one !== '' && one !== 'not today')) {
      expect(french.retold(reason)).not.toBe(reason);
      for (const one of shown) expect(one).not.toContain(reason);
    }
  });
});

const servers = join(import.meta.dirname, '../../inventory/servers.tsv');
const inventory = loadInventory(servers);

/** What a plan says of an inventory without these hosts. */
function refusalWithout(module: string, isGone: (name: string) => boolean): unknown {
  const hosts = inventory.hosts.filter(({ name }) => !isGone(name));
  try {
    MODULES.find(({ name }) => name === module)?.hosts({ ...inventory, hosts });
  } catch (error) {
    return error;
  }
  return undefined;
}

function policyFault(text: string): string {
  try {
    parsePolicy(text, 'policy.yaml', { modules: ['redis'], hosts: ['redis-01'] });
  } catch (error) {
    return faultSentence(error as ConfigError);
  }
  return '';
}

describe('A French reader', () => {
  it("is told why a plan was refused, though the module's error is English alone", () => {
    const error = refusalWithout('redis', (name) => name === 'redis-01');
    const shown = JSON.stringify(errorMessage(error, french));
    expect(shown).toContain(
      "Le module redis exige 3 hôtes de rôle redis (il y en a 2), l'un d'eux de sous-rôle master (il y en a 0).",
    );
    expect(shown).toContain(`Corrigez ROLE et SUBROLE dans ${servers}.`);
    expect((error as ConfigError).message).toContain('The module redis needs 3 hosts with role redis (it has 2)');
  });

  it("reads a host's own words as they are, behind the step and the host that say them", () => {
    const said =
      'Ask every member: redis-02: bind: Address already in use redis-03: Segmentation fault (and 2 more hosts)';
    expect(french.retold(said)).toBe(
      'Interroger chaque membre : redis-02 : bind: Address already in use redis-03 : Segmentation fault (et 2 autres hôtes)',
    );
    expect(french.retold('redis-02: bind: Address already in use')).toBe('redis-02 : bind: Address already in use');
    expect(french.retold('bind: Address already in use')).toBe('bind: Address already in use');
  });

  it('is told of a fault of policy.yaml where it stands, with what to write', () => {
    const text =
      'people:\n  olga: { name: Olga }\nrules:\n  - { who: [olgo], verbs: ["*"] }\n  - { who: [nobody-else], verbs: ["*"] }\n';
    expect(french.retold(policyFault(text))).toBe(
      "ligne 4, rules/0/who/0 : il n'y a pas de « olgo » (personne ou rôle). Écrivez olga si vous pensiez à cela. (et 3 de plus)",
    );
  });

  it('is told until when a freeze window is open, from the policy and from a log', () => {
    const freeze = {
      zone: 'UTC',
      dated: [],
      weekly: [{ name: 'Night', days: ['sat' as const], from: '22:00', to: '06:00' }],
    };
    const standstill = windowStandstill({ freeze } as unknown as Policy, Date.parse('2026-01-03T23:00Z'));
    const told = "La fenêtre de gel « Night » est ouverte jusqu'à 06:00 demain, UTC.";
    expect(standstill?.reason(french)).toBe(told);
    expect(standstill?.reason(english)).toBe('The freeze window "Night" is open until 06:00 tomorrow, UTC.');
    expect(french.retold(standstill?.reason(english) ?? '')).toBe(told);
  });

  it.each([
    ['Anna holds the lock redis: new disks are put in', 'Anna tient le verrou redis : new disks are put in'],
    [
      'run lusab-babad of Olga is at work: deploy redis',
      "l'exécution lusab-babad de Olga est à l'œuvre : deploy redis",
    ],
  ])('reads why an alert is muted in French, a person in their own words: %s', (mute, told) => {
    const at = '2026-01-01T00:00:00.000Z';
    const alert = { id: 'redis-1', subject: 'redis', openedAt: at, alarmedAt: at, voided: [], escalatedAt: [] };
    const subject = {
      subject: 'redis',
      alert: { ...alert, wasSilenced: false, checks: {} },
      watches: {},
      silent: {},
      opened: 1,
      mute,
    };
    const view = { alert: subject.alert, subject, lastChange: undefined };
    expect(JSON.stringify(alertMessage(view, french))).toContain(told);
    expect(JSON.stringify(alertMessage(view, english))).toContain(mute);
    const reply = { kind: 'alerts' as const, subjects: [subject], asked: [] };
    expect(renderReply(reply, { ...PLAIN, columns: 400, say: french }).join('\n')).toContain(told);
  });

  it('reads in an audit how runs ended in French, and what people wrote in their own words', () => {
    const base = { at: '2026-01-01T00:00:00.000Z', run: ID, seq: 9, about: 'deploy redis' };
    const entries = [
      { ...base, person: undefined, what: 'run.ended', text: 'expired Nobody decided in time.' },
      { ...base, person: ADA, what: 'approval.denied', text: 'Nobody decided in time.' },
    ];
    const reply = { kind: 'audit' as const, since: base.at, entries, more: 0, isCut: false };
    for (const shown of [auditMessage(reply, french), renderReply(reply, { ...PLAIN, columns: 400, say: french })]) {
      expect(JSON.stringify(shown)).toContain("expirée Personne n'a décidé à temps.");
      expect(JSON.stringify(shown).match(/Nobody decided in time\./g)).toHaveLength(1);
    }
    expect(JSON.stringify(auditMessage(reply, english))).toContain('expired Nobody decided in time.');
  });
});
