import type { Fault } from '../answers.ts';
import { seen, VERSION } from './cluster.ts';

/** What is wrong, in facts of hosts, and what must notice it. */
export const FAULTS: readonly [what: string, faults: Fault[], noticed: string[]][] = [
  ['a node that does not live', [['minio-02', { 'minio.live': '503' }]], ['live: fail']],
  [
    'a node that runs no more, as its host says',
    [['minio-02', { minio: 'stopped', 'minio.live': '', 'minio.servers': '' }]],
    ['live: fail', 'quorum: fail', 'maintenance: fail', 'drives: fail', 'healing: fail', 'one-cluster: fail'],
  ],
  ['no quorum for writes', [['minio-01', { 'minio.write': '503' }]], ['quorum: fail']],
  ['no quorum for reads', [['minio-03', { 'minio.read': '503' }]], ['quorum: fail']],
  ['a node that may not go', [['minio-02', { 'minio.maintenance': '412' }]], ['maintenance: fail']],
  [
    'a node that one other does not see',
    [['minio-01', { 'minio.servers': seen({ 'minio-03': { state: 'offline', ok: '0', version: 'none' } }) }]],
    ['drives: fail'],
  ],
  ['a drive offline', [['minio-01', { 'minio.servers': seen({ 'minio-03': { ok: '0' } }) }]], ['drives: fail']],
  [
    'a node without drives',
    [['minio-01', { 'minio.servers': seen({ 'minio-03': { ok: '0', all: '0' } }) }]],
    ['drives: fail'],
  ],
  [
    'a node that is not in the inventory',
    [
      [
        'minio-02',
        { 'minio.servers': `${seen()} host=minio-09.keybuzz.io,state=online,version=${VERSION},ok=1,all=1,healing=0` },
      ],
    ],
    ['drives: fail'],
  ],
  ['two parities', [['minio-02', { 'minio.parity': '0' }]], ['drives: fail']],
  [
    'a parity of none',
    ['minio-01', 'minio-02', 'minio-03'].map((host): Fault => [host, { 'minio.parity': '0' }]),
    ['drives: warn'],
  ],
  [
    'a drive that is being healed',
    [['minio-02', { 'minio.servers': seen({ 'minio-01': { healing: '1' } }) }]],
    ['healing: warn'],
  ],
  ['a node of another cluster', [['minio-03', { 'minio.deployment': 'another' }]], ['one-cluster: fail']],
  [
    'another version',
    [['minio-01', { 'minio.servers': seen({ 'minio-02': { version: '2025-10-15T17:29:55Z' } }) }]],
    ['one-cluster: fail'],
  ],
  ['an entry that takes no password of ours', [['minio-01', { entry: 'wrong-password' }]], ['entry: unknown']],
  ['an entry where nobody listens', [['minio-01', { entry: 'stopped' }]], ['entry: fail']],
  ['an entry that is open to everybody', [['minio-01', { 'entry.unsigned': '200' }]], ['entry: fail']],
  ['a name that is not known', [['minio-02', { 'dns.minio-03.keybuzz.io': ' ' }]], ['names: fail']],
  ['a name that leads elsewhere', [['minio-02', { 'dns.minio-03.keybuzz.io': '127.0.1.1' }]], ['names: fail']],
  [
    'an entry that leaves a node out',
    [['minio-02', { 'dns.s3.keybuzz.io': '10.0.0.131,10.0.0.132' }]],
    ['names: fail'],
  ],
  ['a disk that fills', [['minio-02', { 'disk.used': '80' }]], ['disk: warn']],
  ['a full disk', [['minio-02', { 'disk.used': '95' }]], ['disk: fail']],
  ["a drive on the system's file system", [['minio-02', { 'disk.own': 'no' }]], ['disk: warn']],
];
