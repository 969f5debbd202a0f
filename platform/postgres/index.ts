// PostgreSQL for every room: an embedded server or one by URL, bounded pools, transactions, migrations.
export { type Connection, connectionUrl } from './connection.ts';
export { copyDatabase, dropDatabase, ensureDatabase } from './database.ts';
export { type EmbeddedOptions, type EmbeddedServer, startEmbedded } from './embedded.ts';
export { isConnectionTrouble, isWorthRepeating, told } from './failure.ts';
export { type KeptServer, keepRunning } from './keep-running.ts';
export { ensureExtensions, type MigrateOptions, type Migration, migrate, readMigrations } from './migrate.ts';
export { isAlive, isClaimed, stopAbandoned } from './owner.ts';
export { createPool, type Pool, type PooledConnection, type PoolOptions } from './pool.ts';
export { checkServer, parseDatabaseUrl } from './remote.ts';
export { ensureRoles, roleOf, rolePassword, type ServiceRole } from './roles.ts';
export { connectionToRunning } from './running.ts';
export type { ServerSettings } from './settings.ts';
export { describeSchema, differenceFromSnapshot } from './snapshot.ts';
export type { Rows, Sql, Statement } from './sql.ts';
export { type TransactionOptions, transaction } from './transaction.ts';
