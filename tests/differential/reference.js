// SPDX-License-Identifier: GPL-3.0-or-later
// What the reference gives for each expression of [document, [expression, ...]] (standard input): a case of its own suite, or null
// where it gives nothing to compare: a function, a number that is none, or a fault of its own code.
'use strict';
const jsonata = require('jsonata');

// `left`: how many values may still be looked at; a transform can nest a document into itself, many times over.
function comparable(value, left = { count: 20000 }) {
  if (typeof value === 'function' || typeof value === 'symbol' || --left.count < 0) return false;
  if (typeof value === 'number') return Number.isFinite(value);
  if (value === undefined || value === null || typeof value !== 'object') return true;
  if (value._jsonata_lambda || value._jsonata_function) return false;
  return Object.values(value).every((item) => item !== undefined && comparable(item, left));
}

async function outcome(expr, text) {
  const data = JSON.parse(text);
  try {
    const result = await jsonata(expr).evaluate(data);
    if (result === undefined) return { expr, data, undefinedResult: true };
    return comparable(result) ? { expr, data, result } : null;
  } catch (problem) {
    return /^[STDU]\d{4}$/.test(problem.code || '') ? { expr, data, code: problem.code } : null;
  }
}

(async () => {
  const [document, expressions] = JSON.parse(require('fs').readFileSync(0, 'utf8'));
  const text = JSON.stringify(document);
  const cases = [];
  for (const expr of expressions) cases.push(await outcome(expr, text));
  process.stdout.write(JSON.stringify(cases));
})();
