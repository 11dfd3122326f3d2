import type { Fixture } from './checks-page.ts';
import type { InjectedFault } from './injected.ts';

const DRIVE = '/opt/keybuzz/minio/data/drive1';

const ENTRY = 's3\\.keybuzz\\.io';

/** Each fault of MinIO as root makes it by hand on a node, how it is taken back, and what must notice it. */
export const FAULTS: readonly InjectedFault[] = [
  {
    ...{ title: 'a node stopped', on: 'minio-02' },
    make: 'systemctl stop minio',
    undo: 'systemctl start minio',
    turns: {
      ...{ live: 'fail', quorum: 'fail', maintenance: 'fail', drives: 'fail', healing: 'fail', 'one-cluster': 'fail' },
    },
  },
  {
    ...{ title: 'a drive gone', on: 'minio-03', turns: { maintenance: 'fail', drives: 'fail' } },
    make: `mv ${DRIVE} ${DRIVE}.aside`,
    undo: `mv ${DRIVE}.aside ${DRIVE}`,
  },
  {
    ...{ title: "one of the entry's addresses forgotten", on: 'minio-02', turns: { names: 'fail' } },
    make: `sed -i '/10.0.0.134 ${ENTRY}/s/^/#/' /etc/hosts`,
    undo: "sed -i 's/^#//' /etc/hosts",
  },
  {
    ...{
      title: 'the entry leads to a host where nobody listens',
      on: 'minio-01',
      turns: { entry: 'fail', names: 'fail' },
    },
    make: `sed -i '/ ${ENTRY}/s/^/#/' /etc/hosts && echo '10.0.0.250 s3.keybuzz.io' >>/etc/hosts`,
    undo: `sed -i -e '/10.0.0.250 ${ENTRY}/d' -e 's/^#//' /etc/hosts`,
  },
];

const test = 'test/modules/minio/assess.test.ts';

export const FIXTURES: readonly Fixture[] = [
  { check: 'healing', test, because: 'the stand-in has healed before anybody asks' },
  { check: 'one-cluster', test, because: 'all take one program from one mirror' },
  { check: 'disk', test, because: 'a drive that fills would be the whole host' },
  { check: 'end-of-life', test, because: 'all there is of MinIO is at its end' },
];
