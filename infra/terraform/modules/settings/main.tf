# The environment's settings and the contexts' manifests, read from the repository's own
# files. Every root uses this module. It has no provider and no state.

locals {
  environments = "${var.repository}/infra/environments"
  named        = [for f in fileset(local.environments, "*.json") : trimsuffix(f, ".json") if f != "template.json"]
  # The names of the project's system. Names and tags of resources are derived from them.
  system = jsondecode(file("${var.repository}/infra/system.json"))
  shared = contains(local.named, var.environment)
  file   = local.shared ? "${var.environment}.json" : "template.json"

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

  # The members of strongly consistent tables: three replicas, or two and a witness. They
  # do not depend on the Regions that serve, because AWS does not change them one by one.
  # An environment of one Region, or without such a table, has no members.
  has_strong = anytrue(flatten([for c in values(local.contexts) : [for t in values(c.tables) : try(t.consistency == "strong", false)]]))
  strong     = local.has_strong && length(local.settings.regions) > 1 ? local.settings.strong : { replicas = [], witness = "" }

  # The member that each Region calls is the nearest: itself, if it is one. nearest.json has
  # all Regions in the order of their distance from each Region; it is written by
  # "go test ./infra/geo -update".
  nearest       = jsondecode(file("${path.module}/nearest.json"))
  strong_region = { for r in distinct(local.settings.regions) : r => try([for m in local.nearest[r] : m if contains(local.strong.replicas, m)][0], r) }

  # In an environment of one Region, a table that is declared as strongly consistent is an
  # ordinary one with another name, because DynamoDB makes only an empty table strongly
  # consistent. deploy:claims copies the items on the way to a second Region; dist/strong.json
  # has its phase: "filling" and "copying" have both tables, and the functions use the
  # ordinary one; "switching" and "switched" have both as well, and the functions use the
  # other one. Writes are held while "copying" and "switching".
  phase_file      = "${var.repository}/dist/strong.json"
  phase           = var.phase != null ? var.phase : fileexists(local.phase_file) ? jsondecode(file(local.phase_file)) : ""
  strong_tables   = toset(flatten([for c in values(local.contexts) : [for name, t in c.tables : name if try(t.consistency == "strong", false)]]))
  ordinary_suffix = "-ordinary"
  has_ordinary    = local.phase != "" || length(local.strong.replicas) == 0
  uses_ordinary   = contains(["filling", "copying"], local.phase) || length(local.strong.replicas) == 0

  functions = merge([
    for name, c in local.contexts : {
      for short, f in c.functions : "${name}-${short}" => merge(f, { context = name })
    }
  ]...)

  # A new account has 10 concurrent executions, of which Lambda lets no function reserve
  # any, so 0 reserves none: the function shares the account's executions.
  reserved = {
    for key, f in local.functions :
    key => lookup(local.settings.functions.reservedConcurrencyOf, key, local.settings.functions.reservedConcurrency)
  }

  # A lean environment has no resource that costs something at rest and that requests can
  # do without.
  lean = local.settings.profile == "lean"
}
