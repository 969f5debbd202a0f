// Remembers every coding and text that resources were found by, so that a bare code or the start of a text can be
// turned into hashes. Entries only ever come; they are written before the resources that need them, in statements of
// their own, so that no long transaction makes others wait for a common code.
import type { IndexEntries } from '@polyclinic/fhir/search';
import type { Sql } from '@polyclinic/postgres';
import { LRUCache } from 'lru-cache';
import { boundedKey } from '../bounded-key.ts';
import { plainArray, textArray } from '../pg-array.ts';
import type { Store } from '../stores.ts';

export interface Dictionary {
  /** What of these is not known to be stored. */
  unknown(indexes: Iterable<IndexEntries>): Unknown;
  /** Stores it, durably, on a connection that is in no transaction. */
  learn(sql: Sql, unknown: Unknown): Promise<void>;
}

export interface Unknown {
  readonly tokens: ReadonlyMap<string, IndexEntries['tokensSeen'][number]>;
  readonly texts: ReadonlyMap<string, IndexEntries['textsSeen'][number]>;
}

// Far more than the codes a clinic uses; about 10 MB when full. What drops out is merely written once more in vain.
const KNOWN = 50_000;
// As the table says: the start is what :text compares.
const TEXT_LENGTH = 200;
const CHUNK = 5_000;

export const isEmpty = ({ tokens, texts }: Unknown): boolean => tokens.size === 0 && texts.size === 0;

export function createDictionary({ schema, service }: Store): Dictionary {
  // A hash is as good as what it stands for, and shorter. Tokens and texts have separate hashes anyhow.
  const known = new LRUCache<string, true>({ max: KNOWN });
  return {
    unknown(indexes) {
      const tokens = new Map<string, IndexEntries['tokensSeen'][number]>();
      const texts = new Map<string, IndexEntries['textsSeen'][number]>();
      for (const { tokensSeen, textsSeen } of indexes) {
        for (const token of tokensSeen) if (!known.get(`c${token.hash}`)) tokens.set(`c${token.hash}`, token);
        for (const text of textsSeen) if (!known.get(`t${text.hash}`)) texts.set(`t${text.hash}`, text);
      }
      return { tokens, texts };
    },
    async learn(sql, { tokens, texts }) {
      // Sorted, so that two processes that learn the same never wait for each other crosswise.
      const codings = sorted(tokens.values());
      for (let i = 0; i < codings.length; i += CHUNK) {
        const some = codings.slice(i, i + CHUNK);
        await sql.query({
          name: `learn tokens ${service}`,
          text: `insert into ${schema}.token_seen (hash, code, system)
                 select * from unnest($1::int8[], $2::text[], $3::text[]) on conflict do nothing`,
          values: [
            plainArray(some.map(({ hash }) => hash)),
            textArray(some.map(({ code }) => boundedKey(code))),
            textArray(some.map(({ system }) => boundedKey(system))),
          ],
        });
      }
      const displays = sorted(texts.values());
      for (let i = 0; i < displays.length; i += CHUNK) {
        const some = displays.slice(i, i + CHUNK);
        await sql.query({
          name: `learn texts ${service}`,
          text: `insert into ${schema}.text_seen (hash, text)
                 select * from unnest($1::int8[], $2::text[]) on conflict do nothing`,
          values: [
            plainArray(some.map(({ hash }) => hash)),
            // A cut inside a surrogate pair would not be UTF-8.
            textArray(some.map(({ text }) => text.slice(0, TEXT_LENGTH).toWellFormed())),
          ],
        });
      }
      // Only now that they are committed.
      for (const key of [...tokens.keys(), ...texts.keys()]) known.set(key, true);
    },
  };
}

function sorted<T extends { readonly hash: string }>(entries: Iterable<T>): T[] {
  return [...entries].sort((a, b) => (a.hash < b.hash ? -1 : 1));
}
