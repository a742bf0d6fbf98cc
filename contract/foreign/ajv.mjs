// Validates values against schemas with ajv. The argument names a file
// {"3.0": {"schemas": components, "roots": schemas by name}, "3.1": the same in OpenAPI
// 3.1}. Each line of standard input is {"root": name, "value": any}. Each line of standard
// output is the reason why the value is invalid, or empty. It begins with "versions
// disagree" if the value is valid in one version only.
import {readFileSync} from 'node:fs'
import {createInterface} from 'node:readline'
import {createRequire} from 'node:module'

// The packages are in the folder of the variable AJV_DIR, not beside this file.
const require = createRequire(process.env.AJV_DIR + '/')
const Ajv = require('ajv')
const Ajv2020 = require('ajv/dist/2020')
const {openapiSchemaToJsonSchema: convert} = require('@openapi-contrib/openapi-schema-to-json-schema')

const document = JSON.parse(readFileSync(process.argv[2]))
const validator = (Class, {schemas, roots}, convert) => {
  const all = (schemas) => Object.fromEntries(Object.entries(schemas ?? {}).map(([name, schema]) => [name, convert(schema)]))
  const ajv = new Class({strict: false, validateFormats: false})
  ajv.addSchema({$id: 'doc', components: {schemas: all(schemas)}, roots: all(roots)})
  return (root, value) => {
    const validate = ajv.getSchema(`doc#/roots/${root}`)
    return validate(value) ? '' : ajv.errorsText(validate.errors)
  }
}
const old = validator(Ajv, document['3.0'], convert)
const current = validator(Ajv2020, document['3.1'], (schema) => schema)

for await (const line of createInterface({input: process.stdin})) {
  const {root, value} = JSON.parse(line)
  const [reason, other] = [old(root, value), current(root, value)]
  console.log((reason === '') === (other === '') ? reason : `versions disagree: 3.0: "${reason}", 3.1: "${other}"`)
}
