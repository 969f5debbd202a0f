// A running Polyclinic, however many processes it is made of.

export interface Topology {
  readonly url: string;
  stop(): Promise<void>;
}
