/** When the checks of src/modules/minio pass, by their English. */
export const minio: Readonly<Record<string, string>> = {
  '/minio/health/live of each of the three nodes is 200': '/minio/health/live de chacun des trois nœuds donne 200',
  '/minio/health/cluster and /minio/health/cluster/read are 200, asked of each node':
    '/minio/health/cluster et /minio/health/cluster/read donnent 200, sur chaque nœud',
  '/minio/health/cluster?maintenance=true is 200 on each node (412: writes would end without it)':
    "/minio/health/cluster?maintenance=true donne 200 sur chaque nœud (412 : sans lui, plus d'écritures)",
  'each node sees the same nodes online, and every drive of every node in state ok; the text tells the parity':
    'chaque nœud voit les mêmes nœuds en ligne, et chaque volume de chaque nœud en état ok ; le texte dit la parité',
  'no node sees a drive that is healing: a warning, as objects have fewer copies meanwhile':
    'aucun nœud ne voit de volume en réparation : un avertissement, car les objets ont moins de copies entre-temps',
  'the nodes name one deployment id, and every node has the same version in the eyes of all':
    'les nœuds nomment un seul identifiant de déploiement, et chaque nœud a la même version aux yeux de tous',
  'a signed request (S3, SigV4) through s3.keybuzz.io:9000 is answered on each host, and with no other key':
    'une requête signée (S3, SigV4) par s3.keybuzz.io:9000 a sa réponse sur chaque hôte, et avec aucune autre clé',
  'on each host minio-01 to minio-03 and s3 have just the addresses of servers.tsv':
    'sur chaque hôte, minio-01 à minio-03 et s3 ont exactement les adresses de servers.tsv',
  "less than 80 % of a drive's file system is used (fails from 95 %); a warning when it is the system's own":
    "moins de 80 % du système de fichiers d'un volume est utilisé (échec à partir de 95 %) ; un avertissement si c'est celui du système",
  'the software that runs gets security updates; that of MinIO gets none any more, so this warns':
    "le logiciel qui tourne reçoit des mises à jour de sécurité ; celui de MinIO n'en reçoit plus, d'où un avertissement",
};
