# What every root starts from: the environment's settings and the contexts'
# manifests, read from the repository's own files. No provider, no state.

locals {
  environments = "${var.repository}/infra/environments"
  named        = [for f in fileset(local.environments, "*.json") : trimsuffix(f, ".json") if f != "template.json"]
  shared       = contains(local.named, var.environment)
  file         = local.shared ? "${var.environment}.json" : "template.json"

  # The choice is made between texts: jsondecode gives each file a type of its
  # own, and a conditional needs the same type on both sides.
  template = jsondecode(replace(file("${local.environments}/template.json"), "{environment}", var.environment))
  found    = jsondecode(replace(file("${local.environments}/${local.file}"), "{environment}", var.environment))

  # A file that lacks a member, or has one of another kind, is reported
  # (problems.tf, values.tf). The template fills in for it, so that the report is
  # all that the user sees.
  settings = merge(local.template, {
    for k, v in local.found : k => try(merge(local.template[k], { for i, w in v : i => w if !contains(keys(local.wrong_kind), "${k}.${i}") }), v)
    if !contains(keys(local.wrong_kind), k)
  })

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
