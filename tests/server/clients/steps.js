'use strict'
// What a story is told in: steps, each with its name.

const assert = require('node:assert/strict')

const steps = []
const step = (name, tell) => steps.push([name, tell])

const refused = async (code, asked) => {
  const error = await asked.then(() => assert.fail('it is not refused'), (e) => e)
  assert.equal((error.error || error).code, code, JSON.stringify(error))
}

const tellAll = async () => {
  for (const [name, tell] of steps) {
    await tell().then(
      () => console.log(`ok ${name}`),
      (error) => console.log(`not ok ${name}: ${error.message || JSON.stringify(error)}`))
  }
}

module.exports = { refused, step, tellAll }
