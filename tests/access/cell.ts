// One question to the platform: a way in, and what must be allowed for it to be answered.
import type { Letter, Need, Owner } from './oracle.ts';

export interface Cell {
  readonly way: string;
  readonly method: string;
  /** Below the FHIR base, without a slash in front. */
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** All of them must be allowed. None: everybody who is signed in is answered with what they may see. */
  readonly needs: readonly Need[];
  /** What says that it was let through; 200 when not given. */
  readonly ok?: readonly number[];
  /** The query may find more than what it is after, so an answer to who may not see that need not be empty. */
  readonly broad?: true;
  /** The `Type/id`s that a total may count. */
  readonly counts?: readonly string[];
}

export const need = (letter: Letter, type: string, owner: Owner): Need => ({ letter, type, owner });

/** As the only entry of a batch or transaction. */
export const wrapped = (kind: 'batch' | 'transaction', cell: Cell): Cell => ({
  ...cell,
  way: `${kind}: ${cell.way}`,
  method: 'POST',
  path: '',
  headers: {},
  body: {
    resourceType: 'Bundle',
    type: kind,
    entry: [
      {
        ...(cell.body === undefined ? {} : { resource: cell.body }),
        request: {
          method: cell.method,
          url: cell.path,
          ...(cell.headers?.['if-match'] === undefined ? {} : { ifMatch: cell.headers['if-match'] }),
        },
      },
    ],
  },
});
