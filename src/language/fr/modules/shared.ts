/** Titles that several modules bring, and those of plans over them, by their English. */
export const shared: Readonly<Record<string, string>> = {
  Disk: 'Disque',
  'Replicas keep up': 'Les répliques suivent',
  'A node may be taken out': 'Un nœud peut être retiré',
  'Applications get in': 'Les applications entrent',
  'Ask every host': 'Interroger chaque hôte',
  'Ask every member': 'Interroger chaque membre',
  'Ask every node': 'Interroger chaque nœud',
  'Ask every proxy': 'Interroger chaque proxy',
  'Ask every master': 'Interroger chaque maître',
  'Ask its checks': 'Faire ses contrôles',
  'Ask whether the cluster can bear it': 'Demander si la grappe peut le supporter',
  'Ask every member, until it is whole again':
    "Interroger chaque membre, jusqu'à ce que la grappe soit à nouveau au complet",
  'End the markers, and tell what it cost': 'Finir les marqueurs, et dire ce que cela a coûté',
  'Judge what it cost': 'Juger ce que cela a coûté',
  'Start again what was stopped, as a replica': 'Redémarrer ce qui a été arrêté, comme réplique',
  'Start again what was stopped, until it has every write':
    "Redémarrer ce qui a été arrêté, jusqu'à ce qu'il ait toutes les écritures",
  'Write the names of MinIO where the zone is at Hetzner': 'Écrire les noms de MinIO là où la zone est chez Hetzner',
  'The bot itself': 'Le bot lui-même',
  'Look at credentials and at the last failovers and drills':
    'Regarder les secrets, et les dernières bascules et les derniers essais',
};
