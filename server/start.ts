// From the command line to `ready`: checks the settings, then runs as supervisor of workers or as a single process.
import { createServer } from 'node:net';
import { type Config, ConfigFault, readConfig, unknownSettings } from './config.ts';
import { PROFILES } from './profiles.ts';
import { SERVICE_NAMES } from './service-names.ts';
import { told } from './told.ts';

const say = (line: string): void => console.log(line);

export async function start(env: NodeJS.ProcessEnv, cores: number): Promise<void> {
  const config = checked(env, cores);
  try {
    await checkPortFree(config.host, config.port);
    await PROFILES[config.profile].run(config, say);
  } catch (error) {
    console.error(told(error));
    process.exit(1);
  }
}

function checked(env: NodeJS.ProcessEnv, cores: number): Config {
  try {
    for (const name of unknownSettings(env)) console.error(`${name} is no setting of Polyclinic; it is ignored.`);
    return readConfig(env, SERVICE_NAMES, cores);
  } catch (error) {
    if (!(error instanceof ConfigFault)) throw error;
    for (const fault of error.faults) console.error(`${fault}.`);
    process.exit(1);
  }
}

// Before anything else is touched: the commonest mistake is a second start.
function checkPortFree(host: string, port: number): Promise<void> {
  return new Promise((free, taken) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) =>
      taken(
        new Error(
          error.code === 'EADDRINUSE'
            ? `Port ${port} on ${host} is taken by another program; stop it or set PORT to another port.`
            : `Port ${port} on ${host} can't be used (${error.code ?? 'unknown'}).`,
        ),
      ),
    );
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => free()));
  });
}
