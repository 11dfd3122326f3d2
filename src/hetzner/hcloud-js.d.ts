/** The part of hcloud-js 1.4.1 that we call; the package brings no types. What it answers is parsed by our own schemas. */
declare module 'hcloud-js' {
  import type { AxiosInstance } from 'axios';

  interface HealthCheck {
    protocol: string;
    port: number;
    interval: number;
    timeout: number;
    retries: number;
    http?: { domain: string | null; path: string; tls: boolean; status_codes: string[] };
  }

  interface Actions {
    addService(...service: Service): Promise<unknown>;
    updateService(...service: Service): Promise<unknown>;
    deleteService(id: number, listenPort: number): Promise<unknown>;
    addTarget(id: number, type: string, server: { id: number }, usePrivateIp: boolean): Promise<unknown>;
    removeTarget(
      id: number,
      type: string,
      server: { id: number } | undefined,
      labelSelector?: { selector: string },
      ip?: { ip: string },
    ): Promise<unknown>;
    attachToNetwork(id: number, network: number, ip: string): Promise<unknown>;
    detachFromNetwork(id: number, network: number): Promise<unknown>;
    enablePublicInterface(id: number): Promise<unknown>;
    disablePublicInterface(id: number): Promise<unknown>;
    changeAlgorithm(id: number, type: string): Promise<unknown>;
    changeType(id: number, type: string): Promise<unknown>;
  }

  interface ServerActions {
    reboot(id: number): Promise<unknown>;
    reset(id: number): Promise<unknown>;
    powerOn(id: number): Promise<unknown>;
    powerOff(id: number): Promise<unknown>;
  }

  type Service = [
    id: number,
    protocol: string,
    listenPort: number,
    destinationPort: number,
    proxyProtocol: boolean,
    healthCheck: HealthCheck,
  ];

  export class Client {
    constructor(options: { token: string; baseURL: string; timeout: number });
    axios: AxiosInstance;
    actions: { get(id: number): Promise<unknown> };
    loadBalancers: { actions: Actions };
    servers: { actions: ServerActions };
  }
}
