// Which way leads to each service: in this process, or over gRPC to where it runs.
import type { Subject } from '@polyclinic/kit';
import { type Caller, grpcRpc, type Hosted, localRpc, type Rpc } from '@polyclinic/rpc';

export interface Reach {
  (service: string): Rpc;
  close(): Promise<void>;
}

export interface ReachParts {
  /** The services of this process, once they are at work. */
  readonly hosted: () => readonly Hosted[];
  readonly addresses: Readonly<Record<string, string>>;
  readonly workloadKey: string;
  readonly now: () => Date;
}

export function createReach({ hosted, addresses, workloadKey, now }: ReachParts): Reach {
  const ways = new Map<string, Rpc>();
  const find = (service: string): Rpc | null => {
    const here = hosted().find((each) => each.service === service);
    if (here !== undefined) return localRpc(here);
    const address = addresses[service];
    return address === undefined ? null : grpcRpc({ address, workloadKey, now });
  };
  const reach = (service: string): Rpc => {
    const way = ways.get(service) ?? find(service);
    if (way === null) throw new Error(`nobody knows the way to ${service}`);
    ways.set(service, way);
    return way;
  };
  return Object.assign(reach, {
    close: async () => {
      await Promise.all([...ways.values()].map((way) => way.close()));
    },
  });
}

/** The platform itself as a caller: for what a process asks on nobody's behalf, such as the list of revoked tokens. */
export function platformCaller(process: string): Caller {
  const subject: Subject = {
    id: process,
    client: 'polyclinic',
    clinic: 0,
    roles: ['system'],
    scopes: ['polyclinic:*:*'],
  };
  return { subject, requestId: `${process}-itself` };
}
