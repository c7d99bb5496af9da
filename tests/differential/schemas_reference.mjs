// SPDX-License-Identifier: GPL-3.0-or-later
// What npm's @hyperjump/json-schema says: `node schemas_reference.mjs MODULES DRAFT`, standard input [{schema, data: [...]}], standard
// output a list of verdicts for each, or null for a schema that it does not take.
let question = '';
for await (const piece of process.stdin.setEncoding('utf8')) question += piece;

const [modules, draft] = process.argv.slice(2);
const seven = draft === 'draft7';
const reference = await import(`${modules}/@hyperjump/json-schema/${seven ? 'draft-07' : 'draft-2020-12'}/index.js`);
const dialect = seven ? 'http://json-schema.org/draft-07/schema#' : 'https://json-schema.org/draft/2020-12/schema';

const verdicts = [];
let number = 0;
for (const { schema, data } of JSON.parse(question)) {
  const uri = `https://example.invalid/${number++}`;
  try {
    reference.registerSchema(schema, uri, dialect);
    const validate = await reference.validate(uri);
    verdicts.push(data.map((document) => validate(document).valid));
  } catch {
    verdicts.push(null);
  }
  try {
    reference.unregisterSchema(uri);
  } catch { /* it was not taken */ }
}
process.stdout.write(JSON.stringify(verdicts));
