/** When the checks of src/modules/mariadb pass, by their English. */
export const mariadb: Readonly<Record<string, string>> = {
  'wsrep_cluster_status is Primary on all three': 'wsrep_cluster_status est Primary sur les trois',
  'wsrep_cluster_size is 3 on all three': 'wsrep_cluster_size est 3 sur les trois',
  'wsrep_cluster_state_uuid and wsrep_cluster_conf_id are the same on all three':
    'wsrep_cluster_state_uuid et wsrep_cluster_conf_id sont les mêmes sur les trois',
  'wsrep_local_state is 4 on all three (2: it gives a copy to another, or was desynced)':
    'wsrep_local_state est 4 sur les trois (2 : le membre donne une copie à un autre, ou a été désynchronisé)',
  'wsrep_on, wsrep_ready and wsrep_connected are ON on all three':
    'wsrep_on, wsrep_ready et wsrep_connected sont ON sur les trois',
  'on all three wsrep_desync is OFF and its count 0, wsrep_reject_queries NONE, read_only OFF':
    'sur les trois, wsrep_desync est OFF et son compteur 0, wsrep_reject_queries NONE, read_only OFF',
  'on all three a read with wsrep_sync_wait = 1, which waits for every earlier write, is answered within 8 s':
    'sur les trois, une lecture avec wsrep_sync_wait = 1, qui attend chaque écriture antérieure, a sa réponse en moins de 8 s',
  'over half a second each was paused for less than 10 % (fails from 20 %)':
    'sur une demi-seconde, chacun a été en pause moins de 10 % du temps (échec à partir de 20 %)',
  'fewer than 2 writes wait in wsrep_local_recv_queue and send_queue, at both ends of half a second (else a warning)':
    "moins de 2 écritures attendent dans wsrep_local_recv_queue et send_queue, au début et à la fin d'une demi-seconde (sinon un avertissement)",
  'binlog_format ROW, innodb_autoinc_lock_mode 2 and the same cluster name on all; versions that differ are a warning':
    'binlog_format ROW, innodb_autoinc_lock_mode 2 et le même nom de grappe sur tous ; des versions différentes donnent un avertissement',
  'gcache remembers the writes of 20 minutes at the average rate since the start (else a warning)':
    "gcache retient 20 minutes d'écritures, au rythme moyen depuis le démarrage (sinon un avertissement)",
  "less than 1 % of a member's writes failed certification since its start (else a warning)":
    "moins de 1 % des écritures d'un membre ont échoué à la certification depuis son démarrage (sinon un avertissement)",
  'on all three the user erpnext logs in and sees the database erpnext':
    "sur les trois, l'utilisateur erpnext se connecte et voit la base erpnext",
  'a member has the majority; or none runs, all say where they stand, and only the one with the highest position may begin':
    'un membre a la majorité ; ou aucun ne tourne, tous disent où ils en sont, et seul celui dont la position est la plus haute peut commencer',
};
