import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Fault } from '../answers.ts';
import { healthy, notPassing, resultsOf, stopped, UUID, withFaults, withSilence } from './cluster.ts';
import { FAULTS } from './faults.ts';

/** Facts that people read and no check needs. */
const UNJUDGED = /^mariadb\.(?:datadir|threads_connected|wsrep_local_index|wsrep_last_committed)$/;

const answerOf = (answers: ReturnType<typeof healthy>, check: string) =>
  resultsOf(answers).find((result) => result.check === check);

describe('what the checks make of a cluster', () => {
  it('passes a healthy one', () => {
    expect(notPassing(healthy())).toEqual([]);
  });

  it.each(FAULTS)('notices %s, and blames nothing else', (_, faults, noticed) => {
    expect(notPassing(withFaults(...faults))).toEqual(noticed);
  });

  it('has a fault for every check but the one about a cluster that is down', () => {
    const noticed = FAULTS.flatMap(([, , lines]) => lines.map((line) => line.split(':')[0]));
    const checks = resultsOf(healthy()).map(({ check }) => check);
    expect(checks.filter((check) => !noticed.includes(check))).toEqual(['begin']);
  });

  it('says which member is the donor', () => {
    const result = answerOf(withFaults(['maria-02', { 'mariadb.wsrep_local_state': '2' }]), 'synced');
    expect(result?.text).toMatch(/maria-02 gives a copy to another, or was desynced/);
  });

  it.each(['maria-01', 'maria-02', 'maria-03'])('passes nothing that asks every member when %s is silent', (host) => {
    const open = resultsOf(withSilence(host)).filter(({ answer }) => answer === 'pass');
    expect(open.map(({ check }) => check)).toEqual(['begin']);
  });

  it('calls a fault it sees a fault, also when another host is silent', () => {
    const answers = withSilence('maria-02').map((answer) =>
      answer.host === 'maria-03'
        ? { ...answer, facts: { ...answer.facts, 'mariadb.wsrep_cluster_status': 'non-Primary' } }
        : answer,
    );
    expect(answerOf(answers, 'primary')?.answer).toBe('fail');
  });

  it('never passes when a fact is missing', () => {
    for (const answer of healthy()) {
      for (const key of Object.keys(answer.facts)) {
        if (UNJUDGED.test(key)) continue;
        const found = notPassing(withFaults([answer.host, { [key]: '' }])).length > 0;
        expect([key, answer.host, found]).toEqual([key, answer.host, true]);
      }
    }
  });

  it('fails everything that asks a server when all are stopped', () => {
    const others = resultsOf(stopped('none', 'none', 'none')).filter(({ answer }) => answer !== 'fail');
    expect(others.map(({ check }) => check)).toEqual(['begin', 'disk']);
  });

  it('knows that a cluster runs when only root can ask it, as before the first deploy is over', () => {
    const refused: Fault[] = ['maria-01', 'maria-02', 'maria-03'].map((host) => [host, { mariadb: 'wrong-password' }]);
    expect(answerOf(withFaults(...refused), 'begin')?.answer).toBe('pass');
    expect(answerOf(withFaults(...refused), 'app-database')?.answer).toBe('unknown');
  });
});

describe('whether a cluster that is down may be begun', () => {
  const begin = (...positions: string[]) => answerOf(stopped(...positions), 'begin');

  it('may, on the seed, when there has never been one', () => {
    expect(begin('none', 'none', 'none')).toMatchObject({ answer: 'pass', value: 'maria-01' });
  });

  it.each([
    [['100', '120*', '110'], 'maria-02'],
    [['120', '120', '120*'], 'maria-03'],
    [['120*', 'none', 'none'], 'maria-01'],
  ])('may where Galera noted that it left last and nobody has more: %j', (positions, host) => {
    expect(begin(...positions)).toMatchObject({ answer: 'pass', value: host });
  });

  it('may not after a crash of all: it shows where each stands, who has most, and what to do', () => {
    const result = begin('100', '120', '110');
    expect(result?.answer).toBe('fail');
    for (const seqno of ['100', '120', '110']) expect(result?.text).toContain(`${UUID}:${seqno}`);
    expect(result?.text).toMatch(/maria-02 has the newest data: write safe_to_bootstrap: 1/);
  });

  it('may not where somebody let the wrong one begin, or two', () => {
    expect(begin('100*', '120', '110')?.text).toMatch(/maria-01 would begin.*maria-02 has the newest/);
    expect(begin('120*', '120*', '110')?.answer).toBe('fail');
  });

  it('may not on an empty seed while another has data', () => {
    expect(begin('none', '120*', '110')?.text).toMatch(/maria-01 and maria-02 would begin.*galera_new_cluster/);
    expect(begin('none', '120', '110')?.answer).toBe('fail');
  });

  it('may not while their data is of several clusters', () => {
    const other = `00000000-0000-0000-0000-000000000001:500*`;
    expect(begin('120*', other, 'none')?.text).toMatch(/of several clusters/);
  });

  it('is not known while one of them does not say where it stands, or says nothing', () => {
    expect(begin('100', 'unknown', '110*')?.answer).toBe('unknown');
    for (const positions of [
      ['starting', '110', '120*'],
      ['starting', 'none', 'none'],
    ]) {
      expect(begin(...positions)).toMatchObject({
        answer: 'unknown',
        text: expect.stringMatching(/maria-01 is starting/),
      });
    }
    const silent = stopped('100', '110', '120*').filter(({ host }) => host !== 'maria-01');
    expect(answerOf(silent, 'begin')?.answer).toBe('unknown');
  });

  it('may not while some run without the majority', () => {
    const cut = withFaults(
      ...['maria-01', 'maria-02', 'maria-03'].map((host): Fault => {
        return [host, { 'mariadb.wsrep_cluster_status': 'non-Primary' }];
      }),
    );
    expect(answerOf(cut, 'begin')?.text).toMatch(/none has the majority/);
  });

  it('never passes on a member that has less than another', () => {
    const position = fc.record({ seqno: fc.integer({ min: -1, max: 50 }), safe: fc.boolean() });
    const text = ({ seqno, safe }: { seqno: number; safe: boolean }) => `${seqno}${safe ? '*' : ''}`;
    fc.assert(
      fc.property(position, position, position, (...three) => {
        const result = begin(...three.map(text));
        if (result?.answer !== 'pass') return;
        const begun = three[['maria-01', 'maria-02', 'maria-03'].indexOf(result.value)];
        expect(begun?.safe).toBe(true);
        expect(begun?.seqno).toBe(Math.max(...three.map(({ seqno }) => seqno)));
      }),
    );
  });
});
