/** When the checks of src/modules/postgresql pass, by their English. */
export const postgresql: Readonly<Record<string, string>> = {
  'exactly one of the three PostgreSQL is not in recovery (a stopped one is none)':
    "exactement un des trois PostgreSQL n'est pas en recovery (un PostgreSQL arrêté ne compte pas)",
  'GET /cluster of all three lists the same 3 members and the same leader, and that one is not in recovery':
    "GET /cluster des trois liste les 3 mêmes membres et le même leader, et celui-ci n'est pas en recovery",
  'the leader counts 2 replicas streaming, and all three are on the same timeline':
    'le leader compte 2 répliques qui reçoivent le flux, et tous les trois sont sur la même timeline',
  'each of the 2 replicas has replayed all but 1 MiB of what the leader wrote':
    'chacune des 2 répliques a rejoué, à 1 Mio près, ce que le leader a écrit',
  'where the setting is on, the leader waits for one and it streams; no acknowledged commit can be lost then':
    'là où le réglage est actif, le leader en attend une et elle reçoit le flux ; aucun commit confirmé ne peut alors être perdu',
  'no member says pause, and no switchover is scheduled; a restart that is due is a warning':
    "aucun membre ne dit pause, et aucun switchover n'est prévu ; un redémarrage en attente donne un avertissement",
  'each member sees 3 in RAFT, all connected, and the same RAFT leader; with etcd3 each etcd is healthy, knows 3 members and names the same leader; all use one store':
    'chaque membre en voit 3 dans RAFT, tous connectés, et le même leader RAFT ; avec etcd3, chaque etcd est sain, connaît 3 membres et nomme le même leader ; tous utilisent un seul magasin',
  'Patroni keeps its state in etcd; RAFT, which it has deprecated since 3.0, is a warning: see README.md':
    "Patroni garde son état dans etcd ; RAFT, qu'il déconseille depuis 3.0, donne un avertissement : voir README.md",
  'select 1 through port 5432 of each HAProxy is answered by the leader':
    'select 1 par le port 5432 de chaque HAProxy a la réponse du leader',
  'select 1 through port 5433 of each HAProxy is answered by a member that is in recovery':
    "select 1 par le port 5433 de chaque HAProxy a la réponse d'un membre en recovery",
  'select 1 through port 6432 of each proxy is answered by the leader':
    'select 1 par le port 6432 de chaque proxy a la réponse du leader',
  'the extension is in the database keybuzz, and the distance of [1,2,3] and [4,6,3] is 5':
    "l'extension est dans la base keybuzz, et la distance de [1,2,3] à [4,6,3] est 5",
  "less than 85 % of the data's file system is used (fails from 95 %), the store's too":
    'moins de 85 % du système de fichiers des données est utilisé (échec à partir de 95 %), de même pour le magasin de Patroni',
  'the leader archives its WAL, the last within 26 h, and does not fail; no archive is a warning':
    "le leader archive son WAL, la dernière fois il y a moins de 26 h, et sans échec ; pas d'archive donne un avertissement",
};
