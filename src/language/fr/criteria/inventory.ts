/** When the checks of src/modules/inventory pass, by their English. */
export const inventory: Readonly<Record<string, string>> = {
  'names, addresses and FQDNs in servers.tsv are unique, those of the load balancers included':
    'les noms, les adresses et les FQDN de servers.tsv sont uniques, ceux des répartiteurs de charge compris',
  'servers.tsv has 52 rows; another number is a warning':
    'servers.tsv a 52 lignes ; un autre nombre donne un avertissement',
  'each module finds as many hosts of its role as it needs':
    "chaque module trouve autant d'hôtes de son rôle qu'il lui en faut",
  'each host answers over SSH and shows the key that is pinned for it':
    'chaque hôte répond par SSH et présente la clé épinglée pour lui',
  'each host has the name and the private address of its row': "chaque hôte a le nom et l'adresse privée de sa ligne",
  'a packet from each host to another carries its private address: the private route is there':
    'un paquet de chaque hôte vers un autre porte son adresse privée : la route privée est là',
  'each host of a module opens a connection to sshd of every other one, over the private network':
    "chaque hôte d'un module ouvre une connexion au sshd de chacun des autres, par le réseau privé",
};
