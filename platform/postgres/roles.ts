// One database role per service, owning only its own schema: in the distributed topology the database itself keeps
// services out of each other's data.
import { createHmac } from 'node:crypto';
import pg from 'pg';
import type { Pool } from './pool.ts';
import { transaction } from './transaction.ts';

export interface ServiceRole {
  readonly service: string;
  readonly password: string;
}

export const roleOf = (service: string): string => `svc_${service}`;

/** A service's password, derived from one secret so that there is only one to keep. */
export const rolePassword = (secret: string, service: string): string =>
  createHmac('sha256', secret).update(`polyclinic role ${service}`).digest('base64url');

/** Makes the roles and their schemas where they are missing, and sets their passwords. */
export async function ensureRoles(admin: Pool, services: readonly ServiceRole[]): Promise<void> {
  await transaction(admin, async (sql) => {
    await sql.query(`select pg_advisory_xact_lock(hashtextextended('polyclinic.roles', 0))`);
    const { rows: existing } = await sql.query<{ rolname: string }>(
      `select rolname from pg_roles where rolname like 'svc\\_%'`,
    );
    for (const { service, password } of services) {
      const [role, schema] = [pg.escapeIdentifier(roleOf(service)), pg.escapeIdentifier(service)];
      const verb = existing.some(({ rolname }) => rolname === roleOf(service)) ? 'alter' : 'create';
      await sql.query(
        `${verb} role ${role} login nosuperuser nocreatedb nocreaterole password ${pg.escapeLiteral(password)}`,
      );
      // Whoever makes a schema for a role must be a member of it, unless a superuser.
      await sql.query(`grant ${role} to current_user`);
      await sql.query(`create schema if not exists ${schema} authorization ${role}`);
      await handOver(sql, service);
    }
  });
}

// A clinic that grew out of one process: what the all-in-one role made becomes the service's own.
async function handOver(sql: { query: Pool['query'] }, service: string): Promise<void> {
  const role = pg.escapeIdentifier(roleOf(service));
  const { rows } = await sql.query<{ statement: string }>(
    `select format('alter %s %I.%I owner to ${role}', case c.relkind when 'S' then 'sequence' when 'v' then 'view' else 'table' end, n.nspname, c.relname) as statement
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = $1 and c.relkind in ('r', 'p', 'v', 'S') and pg_get_userbyid(c.relowner) <> $2
        and not exists (select 1 from pg_depend d where d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype in ('a', 'i'))
      union all
     select format('alter function %s owner to ${role}', p.oid::regprocedure)
       from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname = $1 and pg_get_userbyid(p.proowner) <> $2
      union all
     select format('alter schema %I owner to ${role}', n.nspname) from pg_namespace n
      where n.nspname = $1 and pg_get_userbyid(n.nspowner) <> $2`,
    [service, roleOf(service)],
  );
  for (const { statement } of rows) await sql.query(statement);
}
