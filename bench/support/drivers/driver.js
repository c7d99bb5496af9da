// SPDX-License-Identifier: GPL-3.0-or-later
// The peers in Node.js: `node driver.js jsonata|ajv`. The lines are those of driver.hpp. CPU time includes V8's own threads.
'use strict';
const fs = require('fs');
const readline = require('readline');

const peers = {
  jsonata(program, document) {
    const expression = require('jsonata')(program);
    const tree = JSON.parse(document);
    return {
      async run(mode) {
        if (mode !== 'bytes') return expression.evaluate(tree);
        return Buffer.from(JSON.stringify(await expression.evaluate(JSON.parse(document))));
      },
      async answer() { return JSON.stringify(await expression.evaluate(tree)); },
    };
  },
  ajv(program, document) {
    const Ajv = require('ajv/dist/2020');
    const validate = new Ajv().compile(JSON.parse(program));
    const tree = JSON.parse(document);
    return { run: () => validate(tree), answer: () => String(validate(tree)), plain: true };
  },
};

const jobs = new Map();

async function reply(line) {
  const [verb, id, first, second] = line.split(' ');
  if (verb === 'prepare') {
    jobs.set(id, peers[process.argv[2]](fs.readFileSync(first, 'utf8'), fs.readFileSync(second)));
    return 'ok';
  }
  const job = jobs.get(id);
  if (verb === 'answer') return 'answer ' + await job.answer(first);
  const began = process.cpuUsage();
  if (job.plain) for (let i = 0; i < Number(second); i++) job.run(first);
  else for (let i = 0; i < Number(second); i++) await job.run(first);
  const took = process.cpuUsage(began);
  return `took ${(took.user + took.system) * 1000}`;
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    let text;
    try {
      text = await reply(line);
    } catch (problem) {
      text = `failed ${problem.message || problem}`;
    }
    process.stdout.write(text.replace(/\n/g, ' ') + '\n');
  }
})();
