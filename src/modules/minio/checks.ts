import type { CheckSpec } from '../contract.ts';

/** Percent of a drive's file system at which it is near to full, and too near. */
export const DISK_PERCENT_WARN = 80;
export const DISK_PERCENT_MAX = 95;

const HEALTH = 'MinIO, docs/metrics/healthcheck';
const ADMIN = 'MinIO admin API, ServerInfo (madmin.InfoMessage)';
const JUDGED = 'judgement, see README.md of this module';

/** The module's questions, in the order in which `assessMinio` answers them. */
export const CHECKS: readonly CheckSpec[] = [
  {
    id: 'live',
    title: 'Nodes live',
    criterion: '/minio/health/live of each of the three nodes is 200',
    source: HEALTH,
  },
  {
    id: 'quorum',
    title: 'Objects can be written and read',
    criterion: '/minio/health/cluster and /minio/health/cluster/read are 200, asked of each node',
    source: HEALTH,
  },
  {
    id: 'maintenance',
    title: 'A node may be taken out',
    criterion: '/minio/health/cluster?maintenance=true is 200 on each node (412: writes would end without it)',
    source: HEALTH,
  },
  {
    id: 'drives',
    title: 'Every drive is online',
    criterion:
      'each node sees the same nodes online, and every drive of every node in state ok; the text tells the parity',
    source: ADMIN,
  },
  {
    id: 'healing',
    title: 'Nothing is being healed',
    criterion: 'no node sees a drive that is healing: a warning, as objects have fewer copies meanwhile',
    source: `${ADMIN}; X-Minio-Healing-Drives of /minio/health/cluster`,
  },
  {
    id: 'one-cluster',
    title: 'One cluster, one version',
    criterion: 'the nodes name one deployment id, and every node has the same version in the eyes of all',
    source: ADMIN,
  },
  {
    id: 'entry',
    title: 'The entry leads to the cluster',
    criterion:
      'a signed request (S3, SigV4) through s3.keybuzz.io:9000 is answered on each host, and with no other key',
    source: 'Amazon S3 API: ListBuckets, Signature Version 4',
  },
  {
    id: 'names',
    title: 'Names lead to the nodes',
    criterion: 'on each host minio-01 to minio-03 and s3 have just the addresses of servers.tsv',
    source: "the platform's document, module 6; MinIO finds its own drives by these names",
  },
  {
    id: 'disk',
    title: 'Disk',
    criterion: `less than ${DISK_PERCENT_WARN} % of a drive's file system is used (fails from ${DISK_PERCENT_MAX} %); a warning when it is the system's own`,
    source: `MinIO, deployment checklist: drives of their own; the limits are ${JUDGED}`,
  },
  {
    id: 'end-of-life',
    title: 'Maintained software',
    criterion: 'the software that runs gets security updates; that of MinIO gets none any more, so this warns',
    source: 'github.com/minio/minio, README of 2026-02-12: no longer maintained',
    upkeep: 'end of life',
  },
];
