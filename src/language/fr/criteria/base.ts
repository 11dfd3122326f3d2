/** When the checks of src/modules/base pass, by their English. */
export const base: Readonly<Record<string, string>> = {
  'Docker answers and logs to json-file with our limits; fail2ban and auditd are active':
    'Docker répond et journalise en json-file avec nos limites ; fail2ban et auditd sont actifs',
  'nothing in /proc/swaps and no swap in /etc/fstab': 'rien dans /proc/swaps et pas de swap dans /etc/fstab',
  "UFW is on, the kernel's INPUT policy is DROP (IPv6 too), and it has every rule of the host's role":
    "UFW est actif, la politique INPUT du noyau est DROP (en IPv6 aussi), et il a chaque règle du rôle de l'hôte",
  'sshd -T shows our values for root from the orchestrator: no passwords, root by key, the limits':
    "sshd -T montre nos valeurs pour root depuis l'orchestrateur : pas de mot de passe, root par clé, les limites",
  'systemd-resolved asks the resolvers of the settings, is used, and knows the name of the settings':
    'systemd-resolved interroge les résolveurs des réglages, sert bien, et connaît le nom des réglages',
  'NTP synchronised, at most 500 ms off; another time zone is a warning':
    'synchronisée par NTP, à 500 ms près au plus ; un autre fuseau horaire donne un avertissement',
  '/proc/sys has the values of the settings': '/proc/sys a les valeurs des réglages',
  'neither a package asks for a reboot nor a newer kernel waits; else a warning':
    "aucun paquet ne demande de redémarrage et aucun noyau plus récent n'attend ; sinon un avertissement",
  'no file system above 85 % of its space or inodes (warning), none above 95 %':
    'aucun système de fichiers au-dessus de 85 % de sa place ou de ses inodes (avertissement), aucun au-dessus de 95 %',
  "none waits longer than 7 days, none waits for a module's own roll; else a warning":
    "aucune n'attend plus de 7 jours, aucune n'attend la mise à jour propre à un module ; sinon un avertissement",
};
