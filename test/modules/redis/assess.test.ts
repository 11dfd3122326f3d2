import { describe, expect, it } from '@jest/globals';
import type { Fault } from '../answers.ts';
import { healthy, notPassing, resultsOf, withFaults, withSilence } from './cluster.ts';
import { FAULTS, SILENT_REDIS } from './faults.ts';

const STOPPED = { redis: 'stopped', sentinel: 'stopped' };

describe('what the checks make of a cluster', () => {
  it('passes a healthy one', () => {
    expect(notPassing(healthy())).toEqual([]);
  });

  it.each(FAULTS)('notices %s, and blames nothing else', (_, faults, noticed) => {
    expect(notPassing(withFaults(...faults))).toEqual(noticed);
  });

  it('names the host in what people read', () => {
    const results = resultsOf(withFaults(['redis-03', { 'redis.master_link_status': 'down' }]));
    expect(results.find((result) => result.check === 'replica-links')?.text).toContain('redis-03');
  });

  it('tells the way out when the last replica is gone and every write is refused', () => {
    const results = resultsOf(withFaults(['redis-01', { 'redis.min_slaves_good_slaves': '0' }]));
    expect(results.find((result) => result.check === 'min-replicas')?.text).toContain('README');
  });

  it.each(['redis-01', 'redis-02', 'redis-03'])('passes nothing that depends on %s when it is silent', (host) => {
    const answers = Object.fromEntries(resultsOf(withSilence(host)).map((result) => [result.check, result.answer]));
    expect(Object.values(answers)).not.toContain('pass');
    expect(answers['one-master']).toBe('unknown');
  });

  it('still passes what does not depend on a silent proxy', () => {
    expect(notPassing(withSilence('haproxy-01'))).toEqual([
      'haproxy-points-to-master: unknown',
      'update-master: unknown',
    ]);
  });

  it('calls a fault it sees a fault, also when another host is silent', () => {
    const answers = withSilence('redis-02').map((answer) =>
      answer.host === 'redis-03' ? { ...answer, facts: { ...answer.facts, 'redis.role': 'master' } } : answer,
    );
    expect(resultsOf(answers).find((result) => result.check === 'one-master')?.answer).toBe('fail');
  });

  it('never passes when a fact is missing', () => {
    for (const answer of healthy()) {
      for (const key of Object.keys(answer.facts)) {
        if (
          /version|connected|slave_repl|quorum$|proxy\.(?:role|up|ours)|updater\.since|run_id$/.test(key) &&
          !key.includes('ckquorum')
        )
          continue;
        if (key === 'redis.min_slaves_good_slaves' && answer.host !== 'redis-01') continue;
        if (key === 'redis.master_repl_offset' && answer.host !== 'redis-01') continue;
        if (key === 'redis.total_system_memory' && answer.facts['redis.maxmemory'] !== '0') continue;
        expect([key, answer.host, notPassing(withFaults([answer.host, { [key]: '' }])).length > 0]).toEqual([
          key,
          answer.host,
          true,
        ]);
      }
    }
  });

  it('follows the master to another node', () => {
    const moved = withFaults(
      [
        'redis-01',
        {
          ...SILENT_REDIS,
          'redis.role': 'slave',
          'redis.master_host': '10.0.0.124',
          'redis.master_link_status': 'up',
          'redis.master_last_io_seconds_ago': '0',
          ...base(),
        },
      ],
      [
        'redis-02',
        {
          'redis.role': 'master',
          'redis.min_slaves_good_slaves': '2',
          'redis.replicas': 'ip=10.0.0.123,state=online,offset=54455 ip=10.0.0.125,state=online,offset=54455',
        },
      ],
      ['redis-03', { 'redis.master_host': '10.0.0.124' }],
      ...['redis-01', 'redis-02', 'redis-03'].map((host): Fault => [host, { 'sentinel.ip': '10.0.0.124' }]),
      ...['haproxy-01', 'haproxy-02'].map((host): Fault => [
        host,
        { 'proxy.run_id': 'id-of-02', 'updater.master': '10.0.0.124' },
      ]),
    );
    expect(notPassing(moved)).toEqual([]);
  });

  it('counts a host that was not asked as silent', () => {
    const results = resultsOf(healthy().filter((answer) => answer.host !== 'redis-02'));
    expect(results[0]).toMatchObject({ answer: 'unknown' });
    expect(results[0]?.text).toContain('redis-02');
  });

  it('tells one reason of several silent hosts once', () => {
    const reasons: Record<string, string> = {
      'redis-01': 'no password',
      'redis-02': 'no password',
      'redis-03': 'cut off',
    };
    const answers = healthy().map((answer) => {
      const reason = reasons[answer.host];
      return reason === undefined ? answer : { ...answer, outcome: 'unknown' as const, facts: {}, reason };
    });
    const tilt = resultsOf(answers).find(({ check }) => check === 'tilt');
    expect(tilt).toMatchObject({
      ...{ answer: 'unknown', value: '0/3' },
      text: 'redis-01 and redis-02 say nothing: no password; redis-03 says nothing: cut off',
    });
  });

  it('fails everything that asks a server when all are stopped', () => {
    const stopped = ['redis-01', 'redis-02', 'redis-03'].map((host): Fault => [
      host,
      { ...SILENT_REDIS, ...STOPPED, 'redis.replicas': '' },
    ]);
    expect(new Set(resultsOf(withFaults(...stopped)).map((result) => result.answer))).toEqual(new Set(['fail']));
  });
});

/** What every Redis says of itself, whatever its role. */
function base(): Record<string, string> {
  const keys = [
    'loading',
    'aof_enabled',
    'aof_last_write_status',
    'rdb_last_bgsave_status',
    'used_memory',
    'maxmemory',
    'total_system_memory',
    'maxmemory_policy',
    'min-replicas-to-write',
    'min-replicas-max-lag',
  ];
  return Object.fromEntries(keys.map((key) => [`redis.${key}`, healthy()[0]?.facts[`redis.${key}`] ?? '']));
}
