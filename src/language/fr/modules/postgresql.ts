/** Titles of what src/modules/postgresql brings, by their English. */
export const postgresql: Readonly<Record<string, string>> = {
  'One leader': 'Un seul leader',
  'Members agree': "Les membres sont d'accord",
  'Replicas stream': 'Les répliques reçoivent le flux',
  'Commits wait for a replica': 'Les commits attendent une réplique',
  'Patroni may act': 'Patroni peut agir',
  'The store has its quorum': 'Le magasin de Patroni a son quorum',
  'The store has a future': 'Le magasin de Patroni a un avenir',
  'HAProxy leads writes to the leader': 'HAProxy mène les écritures au leader',
  'HAProxy leads reads to a replica': 'HAProxy mène les lectures à une réplique',
  'PgBouncer leads to the leader': 'PgBouncer mène au leader',
  Vectors: 'Vecteurs',
  Backup: 'Sauvegarde',
  'Make each server a member with PostgreSQL and Patroni':
    'Faire de chaque serveur un membre, avec PostgreSQL et Patroni',
  'Set up on the leader what the members share: settings, user, database, pgvector':
    'Mettre en place sur le leader ce que les membres partagent : réglages, utilisateur, base, pgvector',
  'Lead ports 5432, 5433 and 6432 of each proxy to the leader and the replicas':
    'Mener les ports 5432, 5433 et 6432 de chaque proxy au leader et aux répliques',
  'Begin to write markers through each HAProxy and PgBouncer':
    'Commencer à écrire des marqueurs par chaque HAProxy et PgBouncer',
  'Hand over to the replica that has every write': 'Passer la main à la réplique qui a toutes les écritures',
  'Kill the leader, and wait until another leads': "Tuer le leader, et attendre qu'un autre prenne sa place",
  'Write, read and delete a row through the entries of each proxy':
    'Écrire, lire et supprimer une ligne par les entrées de chaque proxy',
  "Make each server a member of etcd, Patroni's store":
    "Faire de chaque serveur un membre d'etcd, le magasin de Patroni",
  'Keep Patroni from acting, on every member': "Empêcher Patroni d'agir, sur chaque membre",
  'Take the leader to etcd, its PostgreSQL running on': 'Passer le leader à etcd, sans arrêter son PostgreSQL',
  'Take each replica to etcd, its PostgreSQL running on': 'Passer chaque réplique à etcd, sans arrêter son PostgreSQL',
  'Let Patroni act again': 'Laisser Patroni agir à nouveau',
  "Move RAFT's directory aside": 'Mettre de côté le répertoire de RAFT',
  'Take ports 5432, 5433 and 6432 out of each proxy': 'Retirer les ports 5432, 5433 et 6432 de chaque proxy',
  'Stop PostgreSQL, Patroni and its etcd for good, and move their data aside':
    'Arrêter pour de bon PostgreSQL, Patroni et son etcd, et mettre leurs données de côté',
};
