/** Each fault of the base as root makes it by hand on a host, how it is taken back, and what must notice it. */
export const FAULTS: [title: string, make: string, undo: string, noticed: string[]][] = [
  ['Docker stopped', 'systemctl stop docker.socket docker.service', 'systemctl start docker', ['services: fail']],
  ['fail2ban stopped', 'systemctl stop fail2ban', 'systemctl start fail2ban', ['services: fail']],
  [
    'swap in /etc/fstab',
    'echo "/swapfile none swap sw 0 0" >>/etc/fstab',
    'sed -i /swapfile/d /etc/fstab',
    ['swap: fail'],
  ],
  ['the firewall off', 'ufw --force disable', 'ufw --force enable', ['firewall: fail']],
  [
    'a rule gone from the kernel',
    'iptables -D ufw-user-input -p tcp --dport 26379 -s 10.0.0.0/16 -j ACCEPT',
    'ufw reload',
    ['firewall: fail'],
  ],
  ['IPv6 open to everybody', 'ip6tables -P INPUT ACCEPT', 'ip6tables -P INPUT DROP', ['firewall: fail']],
  [
    'passwords for sshd, in a file that comes first',
    'echo "PasswordAuthentication yes" >/etc/ssh/sshd_config.d/00-by-hand.conf',
    'rm /etc/ssh/sshd_config.d/00-by-hand.conf',
    ['sshd: fail'],
  ],
  [
    'systemd-resolved stopped',
    'systemctl stop systemd-resolved',
    'systemctl start systemd-resolved',
    ['resolver: fail'],
  ],
  [
    'another kernel setting',
    'sysctl -w net.core.somaxconn=128',
    'sysctl -w net.core.somaxconn=65535',
    ['sysctl: fail'],
  ],
  ['a reboot that is due', 'touch /run/reboot-required', 'rm /run/reboot-required', ['reboot: warn']],
  [
    'lists of packages that are old',
    'touch -d "9 days ago" /var/lib/apt/lists',
    'touch /var/lib/apt/lists',
    ['updates: warn'],
  ],
];
