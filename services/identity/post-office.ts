// Sends the letters that were ordered, in the background: nobody waits for a mail server on a page, and how long a
// page takes tells nothing about whose address it was. At least once; a repeated letter has the same id.
import type { Letter, Mail } from '@polyclinic/mail';
import { keepLink, type MailedLink } from './commands/mailed-link.ts';
import { isLinkPurpose, type LetterKind, type LinkPurpose, linkTo, writeLetter } from './domain/letters.ts';
import { FORGOT } from './oidc/routes.ts';
import type { IdentityStore } from './store.ts';

export interface PostOffice {
  /** Sends what is due; how many orders were dealt with. Runs by itself, too. */
  deliver(): Promise<number>;
  close(): Promise<void>;
}

interface Order {
  readonly id: string;
  readonly kind: LetterKind;
  readonly address: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly token: string;
  readonly attempts: number;
}

const EVERY_MS = 1_000;
/** One attempt may take this long before another process may try. */
const LEASE_MS = 60_000;
/** With doubling waits, about an hour: no link is good for longer unsent. */
const MOST_ATTEMPTS = 7;
const BATCH = 20;

export function openPostOffice(rooms: {
  readonly store: IdentityStore;
  readonly mail: Mail;
  readonly baseUrl: string;
  readonly onDefect: (error: unknown) => void;
}): PostOffice {
  const { onDefect } = rooms;
  let round: Promise<number> = Promise.resolve(0);
  const deliver = () => {
    round = round.catch(() => 0).then(() => deliverDue(rooms));
    return round;
  };
  const timer = setInterval(() => void deliver().catch(onDefect), EVERY_MS);
  timer.unref();
  return {
    deliver,
    close: async () => {
      clearInterval(timer);
      await round.catch(() => 0);
    },
  };
}

async function deliverDue(rooms: Parameters<typeof openPostOffice>[0]): Promise<number> {
  const orders = await claim(rooms.store);
  if (orders.length === 0) return 0;
  for (const order of orders)
    try {
      const letter = await compose(rooms, order);
      if (letter !== null) await rooms.mail.send(letter);
      await drop(rooms.store, order);
    } catch (error) {
      rooms.onDefect(new Error('a letter could not be sent', { cause: error }));
      if (order.attempts >= MOST_ATTEMPTS) await drop(rooms.store, order);
    }
  return orders.length + (await deliverDue(rooms));
}

// Due again after the lease, or after twice the last wait: whoever dies with a letter in hand leaves it to the next.
async function claim({ sql, now }: IdentityStore): Promise<Order[]> {
  const { rows } = await sql.query<Order>(
    `update identity.letter_order
        set attempts = attempts + 1, due_at = $1::timestamptz + make_interval(secs => $2 * power(2, attempts))
      where id = any(array(
        select id from identity.letter_order where due_at <= $1 order by due_at limit $3 for update skip locked))
      returning id, kind, address, details, token, attempts`,
    [now(), LEASE_MS / 1000, BATCH],
  );
  return rows;
}

const drop = ({ sql }: IdentityStore, { id }: Order) =>
  sql.query('delete from identity.letter_order where id = $1', [id]);

/** null where there is nothing to send: nobody has that address, or somebody already does. */
async function compose(
  { store, baseUrl }: { readonly store: IdentityStore; readonly baseUrl: string },
  { id, kind, address, details, token }: Order,
): Promise<Letter | null> {
  const notice = (about: LetterKind) => ({ id, to: address, ...writeLetter(about, baseUrl + FORGOT) });
  if (!isLinkPurpose(kind)) return notice(kind);
  const owner = await ownerOf(store, address);
  if (kind === 'registration' && owner?.isOpen) return notice('already-registered');
  const link = linkFor(kind, owner, details);
  if (link === null) return null;
  await keepLink(store, { ...link, address, details, token, purpose: kind });
  return { id, to: address, ...writeLetter(kind, linkTo(baseUrl, kind, token)) };
}

interface Owner {
  readonly id: string;
  /** False for an account that was closed. */
  readonly isOpen: boolean;
}

async function ownerOf({ sql }: IdentityStore, address: string): Promise<Owner | null> {
  const { rows } = await sql.query<Owner>(
    'select id, closed_at is null as "isOpen" from identity.account where username = $1',
    [address],
  );
  return rows[0] ?? null;
}

function linkFor(
  purpose: LinkPurpose,
  owner: Owner | null,
  details: Order['details'],
): Pick<MailedLink, 'accountId' | 'clinic'> | null {
  const clinic = Number(details['clinic'] ?? 0);
  switch (purpose) {
    case 'reset':
      return owner?.isOpen ? { accountId: owner.id, clinic } : null;
    case 'new-address':
      return owner === null ? { accountId: String(details['accountId']), clinic } : null;
    case 'registration':
      return owner === null ? { accountId: null, clinic } : null;
    case 'invitation':
      return owner === null || owner.isOpen ? { accountId: owner?.id ?? null, clinic } : null;
  }
}
