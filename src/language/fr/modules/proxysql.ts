/** Titles of what src/modules/proxysql brings, by their English. */
export const proxysql: Readonly<Record<string, string>> = {
  'Admin is ours': "L'administration est à nous",
  'Admin is closed to others': "L'administration est fermée aux autres",
  'ProxySQL follows Galera': 'ProxySQL suit Galera',
  'All members serve': 'Tous les membres servent',
  'One writer': 'Un seul membre reçoit les écritures',
  'Proxies agree': "Les proxys sont d'accord",
  'Configuration is kept': 'La configuration est conservée',
  'Reads go to the writer': 'Les lectures vont au membre des écritures',
  'The load balancer leads here': 'Le répartiteur de charge mène ici',
  'Members answer ProxySQL': 'Les membres répondent à ProxySQL',
  'Make the user as whom ProxySQL asks the members how they are':
    "Créer l'utilisateur sous lequel ProxySQL surveille les membres",
  'Lead port 3306 of each proxy to the member that takes the writes':
    'Mener le port 3306 de chaque proxy au membre qui reçoit les écritures',
  'Begin to write markers through each proxy': 'Commencer à écrire des marqueurs par chaque proxy',
  'Lead the proxies to another writer': 'Mener les proxys à un autre membre pour les écritures',
  'Kill the writer, and wait until the proxies lead to another':
    'Tuer le membre des écritures, et attendre que les proxys mènent à un autre',
  'Kill one proxy, and see whether the other serves': "Tuer un proxy, et voir si l'autre sert",
  'Start the proxy again': 'Redémarrer le proxy',
  'Write a row through each proxy, read it on every member, delete it':
    'Écrire une ligne par chaque proxy, la lire sur tous les membres, la supprimer',
  'Take ProxySQL off each proxy': 'Retirer ProxySQL de chaque proxy',
};
