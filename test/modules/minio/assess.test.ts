import { describe, expect, it } from '@jest/globals';
import type { HostAnswer } from '../../../src/modules/contract.ts';
import { healthy, notPassing, resultsOf, seen, withFaults, withSilence } from './cluster.ts';
import { FAULTS } from './faults.ts';

const HOSTS = ['minio-01', 'minio-02', 'minio-03'];

const answerOf = (answers: HostAnswer[], check: string) => resultsOf(answers).find((result) => result.check === check);

describe('what the checks make of MinIO', () => {
  it('passes a healthy one, and says all the same that the software is at its end, with the way out', () => {
    expect(notPassing(healthy())).toEqual([]);
    expect(answerOf(healthy(), 'end-of-life')).toMatchObject({ answer: 'warn', value: '2025-09-07T16:13:09Z' });
    expect(answerOf(healthy(), 'end-of-life')?.text).toMatch(/no security updates.*Garage, SeaweedFS or AIStor/);
  });

  it.each(FAULTS)('notices %s, and blames nothing else', (_, faults, noticed) => {
    expect(notPassing(withFaults(...faults))).toEqual(noticed);
  });

  it('has a fault for every check', () => {
    const noticed = FAULTS.flatMap(([, , lines]) => lines.map((line) => line.split(':')[0]));
    const checks = resultsOf(healthy()).map(({ check }) => check);
    expect(checks.filter((check) => !noticed.includes(check))).toEqual(['end-of-life']);
  });

  it.each(HOSTS)('passes nothing that asks every node when %s is silent', (host) => {
    const open = resultsOf(withSilence(host)).filter(({ answer }) => answer === 'pass');
    expect(open).toEqual([]);
  });

  it('calls a fault it sees a fault, also when another host is silent', () => {
    const answers = withSilence('minio-02').map((answer) =>
      answer.host === 'minio-03' ? { ...answer, facts: { ...answer.facts, 'minio.write': '503' } } : answer,
    );
    expect(answerOf(answers, 'quorum')?.answer).toBe('fail');
  });

  it('never passes when a fact is missing', () => {
    for (const { host, facts } of healthy()) {
      for (const key of Object.keys(facts)) {
        expect([host, key, notPassing(withFaults([host, { [key]: '' }])).length > 0]).toEqual([host, key, true]);
      }
    }
  });

  it('does not take what is no list of nodes for one', () => {
    for (const text of ['garbage', 'host=minio-01.keybuzz.io', seen({ 'minio-01': { ok: 'x' } })]) {
      expect(answerOf(withFaults(['minio-01', { 'minio.servers': text }]), 'drives')?.answer).toBe('unknown');
    }
  });

  it('tells what the parity means, and for names what to enter where', () => {
    expect(answerOf(healthy(), 'drives')?.text).toBe('3 drives, parity EC:1: objects bear the loss of 1 of them');
    const names = answerOf(withFaults(['minio-02', { 'dns.s3.keybuzz.io': ' ' }]), 'names');
    expect(names?.text).toMatch(
      /deploy lb writes.*minio-01\.keybuzz\.io A 10\.0\.0\.134;.*s3\.keybuzz\.io A 10\.0\.0\.134 10\.0\.0\.131/,
    );
  });

  it('fails everything that asks a node when all are stopped, and knows no version then', () => {
    const stopped = withFaults(
      ...HOSTS.map((host): [string, Record<string, string>] => [
        host,
        { minio: 'stopped', 'minio.live': '', 'minio.servers': '', entry: 'stopped', 'entry.unsigned': '' },
      ]),
    );
    const others = resultsOf(stopped).filter(({ answer }) => answer !== 'fail');
    expect(others.map(({ check, answer }) => `${check}: ${answer}`)).toEqual(['names: pass', 'disk: pass']);
  });
});
