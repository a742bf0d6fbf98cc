// Validates documents against the JSON Schemas of OpenAPI that its authors publish. The
// arguments are files. Each line of output is an error, with the file.
import {readFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {pathToFileURL} from 'node:url'

// The packages are in the folder of the variable AJV_DIR, not beside this file.
const require = createRequire(process.env.AJV_DIR + '/')
const load = (name) => import(pathToFileURL(require.resolve(name)))
await load('@hyperjump/json-schema/openapi-3-0')
const {validate} = await load('@hyperjump/json-schema/openapi-3-1')
const schemas = {
  '3.0': 'https://spec.openapis.org/oas/3.0/schema',
  '3.1': 'https://spec.openapis.org/oas/3.1/schema-base', // with the meta-schema of its dialect
}

for (const file of process.argv.slice(2)) {
  const document = JSON.parse(readFileSync(file))
  const result = await validate(schemas[document.openapi.slice(0, 3)], document, 'BASIC')
  for (const {instanceLocation, absoluteKeywordLocation} of result.valid ? [] : result.errors) {
    console.log(`${file}: ${document.openapi}: ${instanceLocation}: ${absoluteKeywordLocation}`)
  }
}
