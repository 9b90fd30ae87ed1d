import { xml } from '@codemirror/lang-xml';
import { ensureSyntaxTree } from '@codemirror/language';
import { EditorState } from '@codemirror/state';
import { expect, test } from 'vitest';
import { xmlPlaceAt } from './xml-place.ts';

/** The place of the `|`. */
function at(marked: string) {
  const position = marked.indexOf('|');
  const state = EditorState.create({ doc: marked.replace('|', ''), extensions: [xml()] });
  ensureSyntaxTree(state, state.doc.length, 5000);
  const place = xmlPlaceAt(state, position);
  return place === null ? null : { ...place, from: position - place.from };
}

test.each([
  ['<a><|</a>', { kind: 'element', path: ['a'], from: 0 }],
  ['<a>\n  <|\n  <b/>\n</a>', { kind: 'element', path: ['a'], from: 0 }],
  ['<a><b><di|/></b></a>', { kind: 'element', path: ['a', 'b'], from: 2 }],
  ['<a><b |></b></a>', { kind: 'attribute', path: ['a', 'b'], from: 0 }],
  ['<a><b ty|></b></a>', { kind: 'attribute', path: ['a', 'b'], from: 2 }],
  ['<a><b type="f|"/></a>', { kind: 'value', path: ['a', 'b'], attribute: 'type', from: 1 }],
  ['<a><b type="|"/></a>', { kind: 'value', path: ['a', 'b'], attribute: 'type', from: 0 }],
  ['<a><b>re|</b></a>', { kind: 'text', path: ['a', 'b'], from: 2 }],
  ['<a><!-- x| --></a>', null],
  ['<a><b></b|></a>', null],
])('%s', (marked, place) => {
  expect(at(marked)).toEqual(place);
});
