// Appends happenings to the service's log, many in one transaction. What is there already stays as it is.
import { readAccess } from '@polyclinic/audit-trail';
import { refuse } from '@polyclinic/kit';
import type { Records } from '@polyclinic/records';
import { happeningsOf } from '../events/from-access.ts';
import type { Happening } from '../events/happening.ts';
import { writeItemFor } from '../events/write-item.ts';

/** A page that names two thousand patients makes as many events; so many go into one statement. */
const AT_ONCE = 500;

export async function keepEvents(
  records: Pick<Records, 'transaction'>,
  happenings: readonly Happening[],
): Promise<void> {
  for (let from = 0; from < happenings.length; from += AT_ONCE) {
    const items = happenings.slice(from, from + AT_ONCE).map(writeItemFor);
    await records.transaction((tx) => tx.write(items));
  }
}

const NAME = /^[A-Za-z0-9-]{1,40}$/;

/** @throws Refusal for lines that are no accesses: nothing of the batch is kept, nothing is lost */
export async function keepAccesses(
  records: Pick<Records, 'transaction'>,
  { spool, lines }: { readonly spool: string; readonly lines: readonly { offset: number; line: string }[] },
): Promise<void> {
  if (!NAME.test(spool)) throw refuse('value', 'This is no name of a spool.', { expression: 'input.spool' });
  const happenings = lines.flatMap(({ offset, line }) => {
    const access = readAccess(line);
    if (access === null) throw refuse('value', 'A spooled line is no access.', { expression: 'input.lines' });
    return happeningsOf(access, `${spool}-${offset.toString(36)}`);
  });
  await keepEvents(records, happenings);
}
