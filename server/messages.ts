// What the supervisor and its workers tell each other. Plain data over the channel that Node keeps between them.
import type { Connection } from '@polyclinic/postgres';
import type { MetricsSnapshot } from '@polyclinic/telemetry';

/** What a worker can't know by itself. */
export interface Handover {
  readonly connection: Connection;
  readonly workloadKey: string;
  /** The first worker brings the schemas up to date and loads the demo before it serves. */
  readonly prepares: boolean;
}

export type ToWorker =
  | { readonly kind: 'start'; readonly handover: Handover }
  | { readonly kind: 'stop' }
  | { readonly kind: 'snapshot?'; readonly ask: number }
  | { readonly kind: 'snapshots'; readonly ask: number; readonly snapshots: readonly MetricsSnapshot[] };

export type ToSupervisor =
  | { readonly kind: 'ready' }
  | { readonly kind: 'says'; readonly line: string }
  | { readonly kind: 'failed'; readonly line: string }
  | { readonly kind: 'snapshots?'; readonly ask: number }
  | { readonly kind: 'snapshot'; readonly ask: number; readonly snapshot: MetricsSnapshot };
