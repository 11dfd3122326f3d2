/** When the checks of src/modules/lb pass, by their English. */
export const lb: Readonly<Record<string, string>> = {
  'it answers with the token of the worker; the value is how many requests are left of the hour':
    "elle répond avec le jeton du worker ; la valeur est le nombre de requêtes qui restent pour l'heure",
  'the project has one of each name; names are unique there':
    'le projet en a un de chaque nom ; les noms y sont uniques',
  'type lb11; least connections before databases, round robin before the ingress':
    "type lb11 ; « least connections » devant les bases, « round robin » devant l'ingress",
  'each port with its destination, protocol and health check; a further one is a warning':
    'chaque port avec sa destination, son protocole et son contrôle de santé ; un port de plus donne un avertissement',
  'each host of the role, by its private address; a further target is a warning':
    'chaque hôte du rôle, par son adresse privée ; une cible de plus donne un avertissement',
  'each has its fixed address in the private network, which nobody else holds':
    "chacun a son adresse fixe dans le réseau privé, que personne d'autre ne détient",
  'closed at the private load balancers, open at the two before the ingress':
    "fermées sur les répartiteurs privés, ouvertes sur les deux devant l'ingress",
  'Hetzner calls each target healthy on each port; unknown does not pass':
    'Hetzner dit chaque cible saine sur chaque port ; « unknown » ne suffit pas',
  "asked from the orchestrator in the service's own protocol, each port of each load balancer answers":
    "interrogé depuis l'orchestrateur dans le protocole du service, chaque port de chaque répartiteur répond",
  'each host of servers.tsv is a server of that name with its private address; a further server is a warning':
    'chaque hôte de servers.tsv est un serveur de ce nom avec son adresse privée ; un serveur de plus donne un avertissement',
  'minio-01 to minio-03 and s3 have the private addresses of their hosts, in the zone and on the orchestrator':
    "minio-01 à minio-03 et s3 ont les adresses privées de leurs hôtes, dans la zone et sur l'orchestrateur",
  'it is in every respect as desired, and each of its targets is healthy on each port':
    'il est tel que voulu à tous égards, et chacune de ses cibles est saine sur chaque port',
};
