# The problems of the settings, a sentence each. A root reports them before it reads
# anything else from AWS (base.tf). They are values and not preconditions of this module,
# because a test can expect failures of a root's own objects only; and not validations of
# the roots' variables, because in OpenTofu a validation can refer to its variable only.

locals {
  # The Regions of AWS's commercial partition with all services that the roots use. A
  # misspelt Region is found here, before half of an environment is deployed.
  known_regions = [
    "af-south-1", "ap-east-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2",
    "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ca-central-1", "ca-west-1",
    "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3",
    "il-central-1", "me-central-1", "me-south-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
  ]

  # A hyphen is not allowed: prod-accounts is the table accounts of prod, and must not be
  # the beginning of a name in an environment prod-accounts.
  name_ok = can(regex("^[a-z][a-z0-9]{1,11}$", var.environment))

  # A developer's environment has no file. A name that looks like a shared environment's
  # needs a file: "prd" is a typing error, not a developer.
  looks_shared = can(regex("^(prod|prd|stag|stg|live|main|test|qa|uat|dev|trial|template)", var.environment))

  members = { for k, v in local.template : k => can(keys(v)) ? keys(v) : [] }
  missing = flatten([
    for k, inner in local.members : !contains(keys(local.found), k) ? [k] :
    [for i in inner : "${k}.${i}" if !can(local.found[k][i])]
  ])
  unknown = flatten([
    for k, v in local.found : !contains(keys(local.template), k) ? [k] :
    [for i in try(keys(v), []) : "${k}.${i}" if length(local.members[k]) > 0 && !contains(local.members[k], i)]
  ])

  hosts = { for k in ["zone", "domain", "portal"] : k => local.found[k] if can(local.found[k]) }

  owners = {
    for pair in flatten([for name, c in local.contexts : [for r in concat(keys(c.tables), keys(c.secrets)) : { resource = r, context = name }]]) :
    pair.resource => pair.context...
  }

  unreserved = 100 # Lambda keeps this many executions for functions without a reservation.

  problems = concat(
    local.name_ok ? [] : ["${var.environment} is not an environment's name: use 2 to 12 lower-case letters and digits, a letter first."],
    local.shared || !local.name_ok || !local.looks_shared ? [] :
    ["${var.environment} is unknown: infra/environments has ${join(", ", local.named)}, and the name of a developer's environment must not look like one of these."],
    [for m in local.missing : "${local.file} lacks ${m}: see template.json for its form."],
    [for u in local.unknown : "${local.file} has the unknown member ${u}: see template.json for the members."],
    [for k, h in local.hosts : "${local.file}: ${k} is ${jsonencode(h)}, which is not a domain name." if !can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", h))],
    [for k, h in local.hosts : "${local.file}: ${k} ${jsonencode(h)} is outside the zone ${jsonencode(local.settings.zone)}." if k != "zone" && !endswith(tostring(h), ".${local.settings.zone}")],
    can(regex("^[0-9]{12}$", local.settings.account)) ? [] : ["${local.file}: account must be the 12 digits of an AWS account, as a string."],
    [for w in local.wrong_values : "${local.file}: ${w}"],
    [for k in ["region", "replica"] : "${local.file}: state.${k} ${local.settings.state[k]} is not a Region." if !contains(local.known_regions, local.settings.state[k])],
    local.settings.state.region != local.settings.state.replica ? [] : ["${local.file}: state.replica must be another Region than state.region."],
    length(local.settings.regions) > 0 ? [] : ["${local.file}: regions is empty."],
    length(distinct(local.settings.regions)) == length(local.settings.regions) ? [] : ["${local.file}: regions has a Region twice."],
    [for r in local.settings.regions : "${local.file}: ${r} is not a Region in which the system can run." if !contains(local.known_regions, r)],
    length(local.strong.replicas) == 0 || (
      length(distinct(concat(local.strong.replicas, [local.strong.witness]))) == length(local.strong.replicas) + 1 &&
      length(local.strong.replicas) == (local.strong.witness == "" ? 3 : 2)
    ) ? [] : ["${local.file}: strong must have three replicas, or two and a witness in a third Region, because DynamoDB has no other strongly consistent tables."],
    length(local.strong.replicas) == 0 || contains(local.strong.replicas, local.settings.home) ? [] : ["${local.file}: strong.replicas lacks the home ${local.settings.home}."],
    local.has_strong && length(local.settings.regions) > 1 && length(local.strong.replicas) == 0 ? ["${local.file}: strong.replicas is empty: a context has a strongly consistent table."] : [],
    [for r in compact(concat(local.strong.replicas, [local.strong.witness])) : "${local.file}: strong has ${r}, which is not a Region in which the system can run." if !contains(local.known_regions, r)],
    contains(local.settings.regions, local.settings.home) ? [] : ["${local.file}: home ${local.settings.home} is not one of the regions."],
    try(sum(values(local.reserved)), 0) <= local.settings.functions.accountConcurrency - local.unreserved ? [] :
    ["${local.file}: the functions reserve ${try(sum(values(local.reserved)), 0)} of the account's ${local.settings.functions.accountConcurrency} concurrent executions, and Lambda keeps ${local.unreserved} for others."],
    local.settings.slo.operation == "" || contains(keys(local.functions), local.settings.slo.operation) ? [] : ["${local.file}: slo.operation is ${local.settings.slo.operation}, which is not a function: use context-operation, or none."],
    [for k in keys(local.settings.functions.reservedConcurrencyOf) : "${local.file}: reservedConcurrencyOf has ${k}, which is not a function: use context-operation." if !contains(keys(local.functions), k)],
    [for name, c in local.contexts : "${name}/service.json has format ${jsonencode(c.format)}, and infra reads the formats ${join(", ", local.formats)}: the file was written by a newer module contract: update infra to the version that reads it."
    if !contains(local.formats, try(c.format, local.formats[0]))],
    [for t, owners in local.owners : "The contexts ${join(" and ", owners)} both declare ${t}: names of tables and secrets must be unique in the system." if length(owners) > 1],
    var.region == null || contains(local.settings.regions, coalesce(var.region, "-")) ? [] : ["${coalesce(var.region, "-")} is not a Region of ${var.environment}: ${join(", ", local.settings.regions)}."],
    var.context == null || contains(keys(local.contexts), coalesce(var.context, "-")) ? [] : ["${coalesce(var.context, "-")} is not a context: ${join(", ", keys(local.contexts))}."],
  )
}
