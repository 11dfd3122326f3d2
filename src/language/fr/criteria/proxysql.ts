/** When the checks of src/modules/proxysql pass, by their English. */
export const proxysql: Readonly<Record<string, string>> = {
  'on both, admin takes our credentials and refuses those that ProxySQL comes with (admin:admin)':
    "sur les deux, l'administration accepte nos identifiants et refuse ceux d'origine de ProxySQL (admin:admin)",
  'port 6032 of each can’t be reached from the other': "le port 6032 de chacun n'est pas joignable depuis l'autre",
  'on both, one active row in runtime_mysql_galera_hostgroups, with max_writers 1':
    'sur les deux, une ligne active dans runtime_mysql_galera_hostgroups, avec max_writers 1',
  'on both, the three members are ONLINE as writer or backup writer in runtime, and nobody else is':
    "sur les deux, les trois membres sont ONLINE comme writer ou backup writer dans runtime, et personne d'autre",
  'on both, exactly one member is ONLINE in the writers’ hostgroup, and it is the same':
    "sur les deux, exactement un membre est ONLINE dans le hostgroup des écritures, et c'est le même",
  'runtime_checksums_values of servers, users and query rules are the same on both':
    'runtime_checksums_values des serveurs, des utilisateurs et des query rules sont les mêmes sur les deux',
  'servers, users, rules and hostgroups in memory are those on disk, on both':
    'serveurs, utilisateurs, règles et hostgroups en mémoire sont ceux du disque, sur les deux',
  'user erpnext and every active query rule lead to the writers’ hostgroup, on both':
    "l'utilisateur erpnext et chaque query rule active mènent au hostgroup des écritures, sur les deux",
  'erpnext logs in through port 3306 of each, and the writer answers':
    'erpnext se connecte par le port 3306 de chacun, et le membre des écritures répond',
  'erpnext logs in through 10.0.0.20:3306, and the writer answers; nobody there is a warning (module 10)':
    'erpnext se connecte par 10.0.0.20:3306, et le membre des écritures répond ; personne à cette adresse donne un avertissement (module 10)',
  'no error in monitor’s logs of galera, connect and ping in the last minute, on both (else a warning)':
    'aucune erreur dans les journaux galera, connect et ping de monitor sur la dernière minute, sur les deux (sinon un avertissement)',
};
