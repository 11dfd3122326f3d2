/** Titles of what src/modules/minio brings, by their English. */
export const minio: Readonly<Record<string, string>> = {
  'Nodes live': 'Les nœuds sont en vie',
  'Objects can be written and read': 'Les objets peuvent être écrits et lus',
  'Every drive is online': 'Chaque volume est en ligne',
  'Nothing is being healed': 'Rien ne se répare',
  'One cluster, one version': 'Une seule grappe, une seule version',
  'The entry leads to the cluster': "L'entrée mène à la grappe",
  'Names lead to the nodes': 'Les noms mènent aux nœuds',
  'Maintained software': 'Logiciel maintenu',
  'Put MinIO with its configuration on each node, without starting it':
    'Poser MinIO et sa configuration sur chaque nœud, sans le démarrer',
  'Start all nodes together, and restart together those whose files changed':
    'Démarrer tous les nœuds ensemble, et redémarrer ensemble ceux dont les fichiers ont changé',
  'Begin to put objects through each node and the entry':
    "Commencer à déposer des objets par chaque nœud et par l'entrée",
  'Stop one node for maintenance, when MinIO says that it may go':
    "Arrêter un nœud pour maintenance, quand MinIO dit qu'il peut partir",
  'Start again what was stopped, until every drive is online and healed':
    "Redémarrer ce qui a été arrêté, jusqu'à ce que chaque volume soit en ligne et réparé",
  'Kill one node, and see the others serve': 'Tuer un nœud, et voir les autres servir',
  'Put an object through each node, get it through every node and the entry, delete it':
    "Déposer un objet par chaque nœud, le lire par tous les nœuds et par l'entrée, le supprimer",
  'Stop MinIO for good, and move its data aside': 'Arrêter MinIO pour de bon, et mettre ses données de côté',
};
