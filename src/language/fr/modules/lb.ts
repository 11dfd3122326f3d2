/** Titles of what src/modules/lb brings, by their English. */
export const lb: Readonly<Record<string, string>> = {
  'Hetzner load balancers': 'Répartiteurs de charge Hetzner',
  "Hetzner's API": 'API de Hetzner',
  'Every load balancer exists': 'Chaque répartiteur de charge existe',
  'Type and algorithm': 'Type et algorithme',
  Targets: 'Cibles',
  'Private addresses': 'Adresses privées',
  'Public interfaces': 'Interfaces publiques',
  'Health of every target': 'Santé de chaque cible',
  'A request through each port': 'Une requête par chaque port',
  "The project's servers are those of the inventory": "Les serveurs du projet sont ceux de l'inventaire",
  'Names of MinIO': 'Noms de MinIO',
  'Make the load balancers as they are to be': 'Rendre les répartiteurs de charge tels que voulus',
  'Make the load balancers as they are to be, and take away what is not ours':
    "Rendre les répartiteurs de charge tels que voulus, et enlever ce qui n'est pas à nous",
  'Ask Hetzner until every target is healthy on every port':
    "Interroger Hetzner jusqu'à ce que chaque cible soit saine sur chaque port",
  'Ask whether every target is healthy and every port answers':
    'Demander si chaque cible est saine et si chaque port répond',
  'Take one target out of each private load balancer': 'Retirer une cible de chaque répartiteur de charge privé',
  'Ask every port while the others serve alone': 'Interroger chaque port pendant que les autres servent seules',
  'Put the targets back, until every port is healthy': "Remettre les cibles, jusqu'à ce que chaque port soit sain",
  'Ask until all is as before': "Interroger jusqu'à ce que tout soit comme avant",
  'Ask every port in its own protocol': 'Interroger chaque port dans son protocole',
  'Ask every check': 'Faire tous les contrôles',
};
