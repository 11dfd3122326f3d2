/** Titles of what src/modules/rabbitmq brings, by their English. */
export const rabbitmq: Readonly<Record<string, string>> = {
  'Nodes agree': "Les nœuds sont d'accord",
  'No partition': 'Pas de partition',
  'Nodes serve': 'Les nœuds servent',
  'No alarm': "Pas d'alarme",
  'Virtual hosts run': 'Les hôtes virtuels tournent',
  'Queues have all their copies': 'Les files ont toutes leurs copies',
  'Queue leaders are spread': 'Les leaders des files sont répartis',
  'New queues are quorum queues': 'Les nouvelles files sont des files à quorum',
  'One version, all features': 'Une seule version, toutes les fonctions',
  'HAProxy leads to the cluster': 'HAProxy mène à la grappe',
  'Begin the cluster with one node': 'Commencer la grappe avec un nœud',
  'Import users, the virtual host and its permissions': "Importer les utilisateurs, l'hôte virtuel et ses permissions",
  'Let each other server join': 'Faire entrer chaque autre serveur',
  'Import the policy, and the queue for what nobody acknowledges':
    "Importer la politique, et la file de ce que personne n'acquitte",
  'Lead port 5672 of each HAProxy to the nodes that serve':
    'Mener le port 5672 de chaque HAProxy aux nœuds qui servent',
  'Begin to publish markers through each HAProxy': 'Commencer à publier des marqueurs par chaque HAProxy',
  'Drain one node, restart it, and let it serve again': 'Vider un nœud, le redémarrer, et le laisser servir à nouveau',
  'Start again what was stopped, and let it serve': 'Redémarrer ce qui a été arrêté, et le laisser servir',
  'Kill one node, and wait until others lead its queues': "Tuer un nœud, et attendre que d'autres mènent ses files",
  'Publish, confirm, consume and acknowledge through each HAProxy':
    'Publier, confirmer, consommer et acquitter par chaque HAProxy',
  'Take port 5672 out of each HAProxy': 'Retirer le port 5672 de chaque HAProxy',
  'Stop RabbitMQ for good, and move its data aside': 'Arrêter RabbitMQ pour de bon, et mettre ses données de côté',
};
