// Validates values against schemas of OpenAPI 3.0 with ajv. The argument names a file
// {"schemas": components, "roots": schemas by name}. Each line of standard input is
// {"root": name, "value": any}. Each line of standard output is the reason why the
// value is invalid, or empty.
import {readFileSync} from 'node:fs'
import {createInterface} from 'node:readline'
import {createRequire} from 'node:module'

// The packages are in the folder of the variable AJV_DIR, not beside this file.
const require = createRequire(process.env.AJV_DIR + '/')
const Ajv = require('ajv')
const {openapiSchemaToJsonSchema: convert} = require('@openapi-contrib/openapi-schema-to-json-schema')

const document = JSON.parse(readFileSync(process.argv[2]))
const ajv = new Ajv({strict: false, validateFormats: false})
const all = (schemas) => Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, convert(schema)]))
ajv.addSchema({$id: 'doc', components: {schemas: all(document.schemas ?? {})}, roots: all(document.roots)})

for await (const line of createInterface({input: process.stdin})) {
  const {root, value} = JSON.parse(line)
  const validate = ajv.getSchema(`doc#/roots/${root}`)
  console.log(validate(value) ? '' : ajv.errorsText(validate.errors))
}
