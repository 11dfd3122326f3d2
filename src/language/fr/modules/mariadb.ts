/** Titles of what src/modules/mariadb brings, by their English. */
export const mariadb: Readonly<Record<string, string>> = {
  'Members have the majority': 'Les membres ont la majorité',
  'All members are there': 'Tous les membres sont là',
  'Members are one cluster': 'Les membres forment une seule grappe',
  'Members are synced': 'Les membres sont synchronisés',
  'Members take statements': 'Les membres acceptent les requêtes',
  'Nobody is taken out': "Personne n'est mis à l'écart",
  'Writes arrive everywhere': 'Les écritures arrivent partout',
  'Nobody holds up the others': 'Personne ne retient les autres',
  'Queues are short': 'Les files sont courtes',
  'Settings that must be equal': 'Réglages qui doivent être égaux',
  'A member may be away': 'Un membre peut être absent',
  'Writes do not get in each other’s way': 'Les écritures ne se gênent pas entre elles',
  'The cluster runs, or may be begun': 'La grappe tourne, ou peut être commencée',
  'Install MariaDB and Galera on each server, without starting them':
    'Installer MariaDB et Galera sur chaque serveur, sans les démarrer',
  'Ask where the data of a cluster that does not run is newest':
    "Demander où sont les données les plus récentes d'une grappe qui ne tourne pas",
  'Begin the cluster, where no member runs, on the one that may':
    'Commencer la grappe, si aucun membre ne tourne, sur celui qui le peut',
  'Make each server a running member that has every write':
    'Faire de chaque serveur un membre qui tourne et a toutes les écritures',
  'Set up the database and the user of the applications': "Mettre en place la base et l'utilisateur des applications",
  'Begin to write markers on every member': 'Commencer à écrire des marqueurs sur chaque membre',
  'Let one member leave in order': 'Laisser un membre partir en bon ordre',
  'Kill one member, and wait until the others go on': 'Tuer un membre, et attendre que les autres continuent',
  'Write a row on each member, read it on the others, delete it':
    'Écrire une ligne sur chaque membre, la lire sur les autres, la supprimer',
  'Stop MariaDB for good, and move its data aside': 'Arrêter MariaDB pour de bon, et mettre ses données de côté',
};
