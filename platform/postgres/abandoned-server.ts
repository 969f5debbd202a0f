// For the tests of this folder: starts a server as a platform would, and is then killed with the server left running.
import { startEmbedded } from './embedded.ts';

const server = await startEmbedded({ folder: process.argv[2]! });
console.log(server.pid);
