// Makes protocol-facts.json of libvirt's own descriptions of its protocol, which are not part of this repository:
//
//     node test/wire/read-protocol-facts.mjs 11.3.0 …/src/remote/remote_protocol.x …/qemu_protocol.x …/lxc_protocol.x
//
// What is kept are facts: of each procedure its number, the layout of what goes and comes, whether it opens a stream, whether the daemon wants
// no more than the right to read for it. A layout is written flat, as it is on the wire (see layout.ts).
import { readFileSync, writeFileSync } from 'node:fs';
import { argv, exit } from 'node:process';
import { fileURLToPath } from 'node:url';

/** Constants that the descriptions take from libvirt's public headers (libvirt-host.h, libvirt-common.h). */
const PUBLIC = {
  VIR_UUID_BUFLEN: 16,
  VIR_SECURITY_MODEL_BUFLEN: 257,
  VIR_SECURITY_LABEL_BUFLEN: 4097,
  VIR_SECURITY_DOI_BUFLEN: 257,
  VIR_TYPED_PARAM_INT: 1,
  VIR_TYPED_PARAM_UINT: 2,
  VIR_TYPED_PARAM_LLONG: 3,
  VIR_TYPED_PARAM_ULLONG: 4,
  VIR_TYPED_PARAM_DOUBLE: 5,
  VIR_TYPED_PARAM_BOOLEAN: 6,
  VIR_TYPED_PARAM_STRING: 7,
};
/** RFC 4506, and what rpcgen makes of C's small integers: four bytes each. */
const SCALARS = {
  int: 'i32',
  'unsigned int': 'u32',
  hyper: 'i64',
  'unsigned hyper': 'u64',
  double: 'f64',
  char: 'i32',
  short: 'i32',
  'unsigned char': 'u32',
  'unsigned short': 'u32',
};
/** Rights that change nothing (libvirt's access control list of objects and permissions). */
const LOOKING = new Set(['getattr', 'read', 'read_secure', 'search_domains', 'search_networks', 'search_storage_pools']);
for (const kind of ['node_devices', 'interfaces', 'secrets', 'nwfilters', 'nwfilter_bindings', 'network_ports', 'storage_vols']) {
  LOOKING.add(`search_${kind}`);
}

/** @type {Map<string, number>} */
const constants = new Map(Object.entries(PUBLIC));
/** @type {Map<string, string>} */
const types = new Map(Object.entries(SCALARS));

/** @param {string} text */
function number(text) {
  const value = constants.get(text.trim()) ?? Number(text);
  if (!Number.isInteger(value)) throw new Error(`${text} is no number that is known here`);
  return value;
}

/** @param {string} name */
function typeOf(name) {
  const type = types.get(name.replaceAll(/\s+/g, ' ').trim());
  if (type === undefined) throw new Error(`the type ${name} is not known here`);
  return type;
}

/**
 * One declaration, as `unsigned int flags`, `opaque x<N>`, `T x[N]`, `T *x`.
 * @param {string} text
 * @returns {[name: string, layout: string]}
 */
function declaration(text) {
  const match = /^\s*([\w\s]+?)\s*(\*?)\s*(\w+)\s*(?:<(\w+)>|\[(\w+)\])?\s*$/s.exec(text);
  if (match === null) throw new Error(`no declaration: ${text}`);
  const [, base = '', pointer, name = '', limit, length] = match;
  if (base === 'string') return [name, `s${number(limit ?? '')}`];
  if (base === 'opaque') return [name, limit === undefined ? `o=${number(length ?? '')}` : `o${number(limit)}`];
  const type = typeOf(base);
  if (pointer === '*') return [name, `?(${type})`];
  if (limit !== undefined) return [name, `[${number(limit)}](${type})`];
  if (length !== undefined) return [name, `x${number(length)}(${type})`];
  return [name, type];
}

/** @param {string} body */
const declarations = (body) =>
  body
    .split(';')
    .filter((line) => line.trim() !== '')
    .map(declaration);

/** @param {string} body */
function union(body) {
  const cases = [...body.matchAll(/case\s+(\w+)\s*:\s*([^;]+);/g)].map(
    ([, label = '', line = '']) => `${number(label)}:${declaration(line)[1]}`,
  );
  return `union(${cases.join(',')})`;
}

/** @param {string} notes the comment in front of a procedure */
function annotations(notes) {
  const rights = [...notes.matchAll(/@acl:\s*(\w+)(?::(\w+))?/g)].map(([, object = '', right]) => right ?? object);
  const stream = notes.includes('@readstream') ? 'read' : notes.includes('@writestream') ? 'write' : null;
  return { looks: rights.every((right) => right === 'none' || LOOKING.has(right)), ...(stream === null ? {} : { stream }) };
}

/** @param {string} file */
function readProgram(file) {
  const source = readFileSync(file, 'utf8').replaceAll(/^%.*$/gm, '');
  const text = source.replaceAll(/\/\*.*?\*\//gs, '');
  const item =
    /\bconst\s+(\w+)\s*=\s*(\w+)\s*;|\btypedef\s+([^;]+);|\bstruct\s+(\w+)\s*\{(.*?)\}\s*;|\bunion\s+(\w+)\s+switch\s*\([^)]*\)\s*\{(.*?)\}\s*;|\benum\s+(\w+)\s*\{(.*?)\}\s*;/gs;
  /** @type {Map<string, string>} */
  const structs = new Map();
  for (const [, constant, value = '', alias, struct, fields = '', choice, cases = '', enumeration] of text.matchAll(item)) {
    if (constant !== undefined) constants.set(constant, number(value));
    else if (alias !== undefined) {
      const [name, layout] = declaration(alias);
      types.set(name, layout);
    } else if (struct !== undefined) {
      const layout = declarations(fields)
        .map(([, type]) => type)
        .join(' ');
      types.set(struct, layout);
      structs.set(struct, layout);
    } else if (choice !== undefined) types.set(choice, union(cases));
    else if (enumeration !== undefined) types.set(enumeration, 'i32');
  }
  const prefix = /enum (\w+)_procedure/.exec(text)?.[1] ?? '';
  /** @type {Record<string, object>} */
  const procedures = {};
  for (const [, notes = '', name = '', value = ''] of source.matchAll(/\/\*\*(.*?)\*\/\s*[A-Z]+_PROC_(\w+)\s*=\s*(\d+)/gs)) {
    const layout = (/** @type {string} */ part) => structs.get(`${prefix}_${name.toLowerCase()}_${part}`);
    const message = layout('msg');
    procedures[name] =
      message === undefined
        ? { number: Number(value), args: layout('args') ?? '', result: layout('ret') ?? '', ...annotations(notes) }
        : { number: Number(value), message };
  }
  return { prefix, program: constants.get(`${prefix.toUpperCase()}_PROGRAM`) ?? 0, procedures };
}

const [, , version, ...sources] = argv;
if (version === undefined || sources.length === 0) {
  console.error('usage: node read-protocol-facts.mjs VERSION PROTOCOL.x…');
  exit(2);
}
const programs = Object.fromEntries(sources.map(readProgram).map(({ prefix, ...rest }) => [prefix, rest]));
writeFileSync(fileURLToPath(new URL('protocol-facts.json', import.meta.url)), `${JSON.stringify({ libvirt: version, programs })}\n`);
