/** When the checks of src/modules/redis pass, by their English. */
export const redis: Readonly<Record<string, string>> = {
  'exactly one of the three Redis says that it is master (a stopped one is none)':
    "exactement un des trois Redis dit qu'il est maître (un Redis arrêté ne compte pas)",
  'all three Sentinels name the same address, and the Redis there says that it is master':
    "les trois Sentinel nomment la même adresse, et le Redis qui s'y trouve dit qu'il est maître",
  'SENTINEL CKQUORUM is OK on each of the three Sentinels': 'SENTINEL CKQUORUM est OK sur chacun des trois Sentinel',
  'each Sentinel knows 2 other Sentinels and 2 replicas, and its flags of the master are only `master`':
    'chaque Sentinel connaît 2 autres Sentinel et 2 répliques, et ses flags du maître sont seulement `master`',
  'sentinel_tilt is 0 on each: a Sentinel in TILT takes part in no failover':
    'sentinel_tilt est 0 sur chacun : un Sentinel en TILT ne prend part à aucune bascule',
  'every Sentinel has known its master for 10 s, and none leads a failover':
    'chaque Sentinel connaît son maître depuis 10 s, et aucun ne mène de bascule',
  '2 replicas follow the master, link up, heard of it within 10 s':
    '2 répliques suivent le maître, lien établi, des nouvelles de lui depuis moins de 10 s',
  'the master counts 2 replicas online, each less than 1 MiB behind its offset':
    'le maître compte 2 répliques en ligne, chacune à moins de 1 Mio de sa position',
  'min-replicas-to-write >= 1 and min-replicas-max-lag <= 10 on all; the master has a good replica':
    'min-replicas-to-write >= 1 et min-replicas-max-lag <= 10 sur tous ; le maître a une bonne réplique',
  'on all: append-only file on, its last write and the last snapshot ok, nothing being loaded':
    'sur tous : fichier append-only actif, sa dernière écriture et le dernier instantané réussis, aucun chargement en cours',
  'used < 85 % of maxmemory (of the host without one; fails from 95 %), policy noeviction':
    "utilisée à moins de 85 % de maxmemory (sans elle, de la mémoire de l'hôte ; échec à partir de 95 %), politique noeviction",
  'the run_id behind port 6379 of each HAProxy is the one of the only master':
    'le run_id derrière le port 6379 de chaque HAProxy est celui du seul maître',
  'on each HAProxy the timer runs, its last result is at most 10 s old and names the master':
    'sur chaque HAProxy le timer tourne, son dernier résultat a au plus 10 s et nomme le maître',
};
