import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Fault } from '../answers.ts';
import { clusterJson, healthy, notPassing, patroniJson, resultsOf, withFaults, withSilence } from './cluster.ts';
import { FAULTS, SILENT_POSTGRESQL } from './faults.ts';

/** Facts that people read and no check needs, by key, and how the store of a member that uses RAFT is found another way. */
const UNJUDGED = /^(?:store|etcd|postgresql\.(?:version|directory)|(?:write|read)\.up)$/;

/** Facts that are judged of the leader alone. */
const OF_LEADER = /^postgresql\.(?:archive|archived-seconds-ago|vector|distance|synchronous)$/;

describe('what the checks make of a cluster', () => {
  it('passes a healthy one, and warns of RAFT all the same', () => {
    expect(notPassing(healthy())).toEqual([]);
    const raft = resultsOf(healthy()).find(({ check }) => check === 'dcs-supported');
    expect(raft).toMatchObject({ answer: 'warn', text: expect.stringContaining('etcd') as unknown });
  });

  const ETCD = { store: 'etcd3', raft: 'stopped', etcd: 'answers', 'etcd.health': 'true', 'etcd.members': '3' };
  /** As it is with etcd3; `facts` of db-slave-02 are other. */
  const onEtcd = (facts: Record<string, string> = {}) =>
    withFaults(
      ...['db-master-01', 'db-slave-01', 'db-slave-02'].map((host): Fault => {
        const own = host === 'db-slave-02' ? facts : {};
        return [host, { ...ETCD, 'etcd.leader': 'db-slave-01', ...own }];
      }),
    );

  it('passes a healthy one with etcd3 as its store, without a warning', () => {
    expect(notPassing(onEtcd())).toEqual([]);
    expect(resultsOf(onEtcd()).find(({ check }) => check === 'dcs-supported')?.answer).toBe('pass');
  });

  it("takes somebody else's etcd for the store where nobody listens for RAFT", () => {
    const strangers = onEtcd().map((answer) => {
      const facts = Object.entries(answer.facts).filter(([key]) => key !== 'store');
      return { ...answer, facts: Object.fromEntries(facts) };
    });
    expect(notPassing(strangers)).toEqual([]);
  });

  it.each<[string, Record<string, string>, string]>([
    ['a stopped etcd', { etcd: 'stopped' }, 'dcs-quorum: fail'],
    ['an etcd that hangs', { etcd: 'silent' }, 'dcs-quorum: fail'],
    ['an etcd without a majority', { 'etcd.health': 'false' }, 'dcs-quorum: fail'],
    ['an etcd that knows too few members', { 'etcd.members': '2' }, 'dcs-quorum: fail'],
    ['an etcd without a leader', { 'etcd.leader': 'none' }, 'dcs-quorum: fail'],
    ['an etcd that names another leader', { 'etcd.leader': 'db-slave-02' }, 'dcs-quorum: fail'],
    ['an etcd that does not say its health', { 'etcd.health': '' }, 'dcs-quorum: unknown'],
    ['an etcd that does not say its leader', { 'etcd.leader': '' }, 'dcs-quorum: unknown'],
  ])('notices %s, and blames nothing else', (_, facts, noticed) => {
    expect(notPassing(onEtcd(facts))).toEqual([noticed]);
  });

  it('says of a migration that has stopped half way who has moved', () => {
    const results = resultsOf(onEtcd({ store: 'raft', raft: 'answers', 'raft.members': '3', 'raft.connected': '1' }));
    const quorum = results.find(({ check }) => check === 'dcs-quorum');
    expect(quorum).toMatchObject({
      answer: 'fail',
      text: expect.stringMatching(/half way: db-master-01, db-slave-01 use/) as unknown,
    });
    expect(results.find(({ check }) => check === 'dcs-supported')?.answer).toBe('warn');
  });

  it.each(FAULTS)('notices %s, and blames nothing else', (_, faults, noticed) => {
    expect(notPassing(withFaults(...faults))).toEqual(noticed);
  });

  it('has a fault for every check', () => {
    const noticed = FAULTS.flatMap(([, , lines]) => lines.map((line) => line.split(':')[0]));
    const checks = resultsOf(healthy()).map(({ check }) => check);
    expect(checks.filter((check) => check !== 'dcs-supported' && !noticed.includes(check))).toEqual([]);
  });

  it('names the host in what people read', () => {
    const results = resultsOf(withFaults(['db-slave-02', { 'raft.connected': '1' }]));
    expect(results.find((result) => result.check === 'dcs-quorum')?.text).toContain('db-slave-02');
  });

  it.each(['db-master-01', 'db-slave-01', 'db-slave-02'])(
    'passes nothing that asks every member when %s is silent',
    (host) => {
      const answers = Object.fromEntries(resultsOf(withSilence(host)).map((result) => [result.check, result.answer]));
      const asked = ['one-leader', 'members-agree', 'replicas', 'replication-lag', 'not-paused', 'dcs-quorum', 'disk'];
      for (const check of [...asked, 'write-entry', 'pooler'])
        expect([check, answers[check]]).toEqual([check, 'unknown']);
    },
  );

  it('tells one reason of several silent hosts once, whatever is asked of them', () => {
    const told = 'db-master-01 and db-slave-01 say nothing: no answer in 20 s';
    const results = resultsOf(withSilence('db-master-01', 'db-slave-01'));
    for (const check of ['one-leader', 'not-paused', 'write-entry', 'pgvector', 'disk', 'backup']) {
      expect(results.find((result) => result.check === check)).toMatchObject({ answer: 'unknown', text: told });
    }
  });

  it('still passes what does not depend on a silent proxy', () => {
    const entries = ['write-entry: unknown', 'read-entry: unknown', 'pooler: unknown'];
    expect(notPassing(withSilence('haproxy-01'))).toEqual(entries);
  });

  it('calls a fault it sees a fault, also when another host is silent', () => {
    const answers = withSilence('db-slave-01').map((answer) =>
      answer.host === 'db-slave-02' ? { ...answer, facts: { ...answer.facts, 'postgresql.recovery': 'f' } } : answer,
    );
    expect(resultsOf(answers).find((result) => result.check === 'one-leader')?.answer).toBe('fail');
  });

  it('never passes when a fact is missing', () => {
    for (const answer of healthy()) {
      for (const key of Object.keys(answer.facts)) {
        if (UNJUDGED.test(key) || (OF_LEADER.test(key) && answer.host !== 'db-master-01')) continue;
        const found = notPassing(withFaults([answer.host, { [key]: '' }])).length > 0;
        // What a member is called is asked of the leader; whether a restart is due, of each.
        expect([key, answer.host, found]).toEqual([key, answer.host, true]);
      }
    }
  });

  it('follows the leader to another node', () => {
    const moved = withFaults(
      ['db-master-01', { 'postgresql.recovery': 't', 'postgresql.replicas': '', 'postgresql.synchronous': 'f' }],
      [
        'db-slave-01',
        {
          'postgresql.recovery': 'f',
          'postgresql.synchronous': 't',
          'postgresql.replicas':
            'name=db-master-01,state=streaming,sync=quorum,lag=0 name=db-slave-02,state=streaming,sync=async,lag=0',
        },
      ],
      ...['db-master-01', 'db-slave-01', 'db-slave-02'].map((host): Fault => {
        return [host, { 'patroni.cluster': clusterJson({}, 'db-slave-01') }];
      }),
      ...['haproxy-01', 'haproxy-02'].map((host): Fault => {
        return [host, { 'write.node': '10.0.0.121', 'pooler.node': '10.0.0.121', 'read.node': '10.0.0.120' }];
      }),
    );
    expect(notPassing(moved)).toEqual([]);
  });

  it('knows a leader by the name that Patroni has for it, where somebody else installed it', () => {
    const named = withFaults(
      ['db-master-01', { 'patroni.patroni': patroniJson('node-a') }],
      ...['db-master-01', 'db-slave-01', 'db-slave-02'].map((host): Fault => {
        const members = ['node-a', 'node-b', 'node-c'].map((name) => ({
          name,
          role: name === 'node-a' ? 'leader' : 'replica',
        }));
        return [host, { 'patroni.cluster': JSON.stringify({ members }) }];
      }),
    );
    expect(notPassing(named)).toEqual([]);
  });

  it('gives an answer to whatever a member says, and passes no JSON that Patroni would not say', () => {
    const odd = fc.oneof(
      fc.json(),
      fc.string(),
      fc.constantFrom('null', '[]', '{"members": [null]}', '{"pause": "no"}'),
    );
    fc.assert(
      fc.property(odd, odd, fc.string(), (cluster, patroni, replicas) => {
        const facts = { 'patroni.cluster': cluster, 'patroni.patroni': patroni, 'postgresql.replicas': replicas };
        const answers = Object.fromEntries(
          resultsOf(withFaults(['db-master-01', facts])).map((one) => [one.check, one.answer]),
        );
        for (const check of ['members-agree', 'replicas', 'replication-lag']) expect(answers[check]).not.toBe('pass');
      }),
    );
  });

  it('fails everything that asks a server when all are stopped', () => {
    const stopped = ['db-master-01', 'db-slave-01', 'db-slave-02'].map((host): Fault => [
      host,
      { ...SILENT_POSTGRESQL, postgresql: 'stopped', patroni: 'stopped', raft: 'stopped' },
    ]);
    const others = resultsOf(withFaults(...stopped)).filter(({ answer }) => answer !== 'fail');
    expect(others.map(({ check }) => check)).toEqual(['dcs-supported', 'read-entry', 'disk']);
  });
});
