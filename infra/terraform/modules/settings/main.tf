# The environment's settings and the contexts' manifests, read from the repository's own
# files. Every root uses this module. It has no provider and no state.

locals {
  environments = "${var.repository}/infra/environments"
  named        = [for f in fileset(local.environments, "*.json") : trimsuffix(f, ".json") if f != "template.json"]
  shared       = contains(local.named, var.environment)
  file         = local.shared ? "${var.environment}.json" : "template.json"

  # The condition is between file names: jsondecode returns a type of its own for each
  # file, and a conditional needs the same type on both sides.
  template = jsondecode(replace(file("${local.environments}/template.json"), "{environment}", var.environment))
  found    = jsondecode(replace(file("${local.environments}/${local.file}"), "{environment}", var.environment))

  # A member that is missing or has the wrong type is a problem (problems.tf, values.tf).
  # The template's value stands in for it, so that the user sees no other errors.
  settings = merge(local.template, {
    for k, v in local.found : k => try(merge(local.template[k], { for i, w in v : i => w if !contains(keys(local.wrong_kind), "${k}.${i}") }), v)
    if !contains(keys(local.wrong_kind), k)
  })

  # The formats of a manifest that the roots read: all that a released context has. A
  # deployment writes the newest one, whatever a release has (infra/deploy/house.go).
  formats = [1]

  contexts = {
    for f in fileset(var.repository, "*/service.json") :
    dirname(f) => jsondecode(file("${var.repository}/${f}"))
  }
  context = try(local.contexts[var.context], { functions = {}, tables = {}, secrets = {}, scopes = {}, title = "", owner = "" })

  functions = merge([
    for name, c in local.contexts : {
      for short, f in c.functions : "${name}-${short}" => merge(f, { context = name })
    }
  ]...)

  reserved = {
    for key, f in local.functions :
    key => lookup(local.settings.functions.reservedConcurrencyOf, key, local.settings.functions.reservedConcurrency)
  }
}
