/** Titles of what src/modules/redis brings, by their English. */
export const redis: Readonly<Record<string, string>> = {
  'One master': 'Un seul maître',
  'Sentinels agree': "Les Sentinel sont d'accord",
  'Sentinels know all members': 'Les Sentinel connaissent tous les membres',
  'Sentinels trust their clocks': 'Les Sentinel se fient à leur horloge',
  'No failover has just happened': "Aucune bascule ne vient d'avoir lieu",
  'Replicas are linked': 'Les répliques sont reliées',
  'Writes need a replica': 'Les écritures exigent une réplique',
  'Data reaches the disk': 'Les données arrivent sur le disque',
  Memory: 'Mémoire',
  'HAProxy leads to the master': 'HAProxy mène au maître',
  'HAProxy is told who is master': 'HAProxy sait qui est le maître',
  'Make each server a member with Redis and Sentinel': 'Faire de chaque serveur un membre, avec Redis et Sentinel',
  'Lead port 6379 of each HAProxy to the master': 'Mener le port 6379 de chaque HAProxy au maître',
  'Begin to write markers through each HAProxy': 'Commencer à écrire des marqueurs par chaque HAProxy',
  'Hand the master over to a replica': 'Passer le rôle de maître à une réplique',
  'Kill the master, and wait until another is master': "Tuer le maître, et attendre qu'un autre prenne sa place",
  'Write, read and delete a key through each HAProxy': 'Écrire, lire et supprimer une clé par chaque HAProxy',
  'Take port 6379 out of each HAProxy': 'Retirer le port 6379 de chaque HAProxy',
  'Stop Redis and Sentinel for good, and move their data aside':
    'Arrêter pour de bon Redis et Sentinel, et mettre leurs données de côté',
};
