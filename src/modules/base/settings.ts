/** What every host of the platform is given. To change one, change it here and deploy. */
export interface BaseSettings {
  timeZone: string;
  /**
   * Resolvers that systemd-resolved asks, in order. Those of Hetzner's network until the platform has its own in
   * 10.0.0.0/16: put their addresses here then.
   */
  resolvers: readonly string[];
  /** A name that they must know. */
  probeName: string;
  /** Where the platform's hosts are: SSH and the modules' ports are open to it and to nobody else. */
  privateNetwork: string;
  /** Whoever may log in besides: networks or addresses. The orchestrator's public address comes from the inventory. */
  sshFrom: readonly string[];
  sysctl: Readonly<Record<string, string>>;
  sshd: Readonly<Record<string, string>>;
  /** Seconds after which a host takes an unconfirmed change of sshd and firewall back. */
  rollbackSeconds: number;
}

/** Values from the platform's document; docs.hetzner.com, "Recursive name servers", for the resolvers. */
export const SETTINGS: BaseSettings = {
  timeZone: 'Europe/Paris',
  resolvers: ['185.12.64.1', '185.12.64.2'],
  probeName: 'keybuzz.io',
  privateNetwork: '10.0.0.0/16',
  sshFrom: [],
  sysctl: {
    'net.core.somaxconn': '65535',
    'net.ipv4.tcp_fin_timeout': '15',
    'net.ipv4.tcp_keepalive_time': '300',
    'fs.inotify.max_user_instances': '8192',
    'fs.inotify.max_user_watches': '524288',
    'vm.swappiness': '10',
  },
  sshd: {
    PasswordAuthentication: 'no',
    KbdInteractiveAuthentication: 'no',
    PermitRootLogin: 'prohibit-password',
    PubkeyAuthentication: 'yes',
    X11Forwarding: 'no',
    AllowTcpForwarding: 'no',
    MaxSessions: '4',
    MaxAuthTries: '3',
  },
  rollbackSeconds: 120,
};
