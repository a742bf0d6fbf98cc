# The names by which the roots find each other's resources. They are computed from
# the environment, so that no root reads another root's state: a state contains
# secrets, such as the machine client's, and one Region must be able to change while
# the state of another is unavailable. A root looks up by such a name what AWS names
# itself, such as a key's id.

locals {
  names = {
    state         = "${local.system.name}-state-${local.settings.account}"
    state_replica = "${local.system.name}-state-${local.settings.account}-replica"
    key_alias     = "alias/${local.system.name}-${var.environment}" # in each Region
    topic         = "${var.environment}-alarms"                     # in each Region
    user_pool     = "${local.system.name}-${var.environment}"       # at home
    api           = var.environment                                 # in each Region
    stage         = "v1"
    portal        = "${var.environment}-${local.system.name}-portal-${local.settings.account}"

    # All Regions serve the domain; each of these names is one Region's.
    hosts = { for r in distinct(local.settings.regions) : r => "${r}.${local.settings.domain}" }

    # The same forms as in Go, platform/resource/names.go: a test of infra/provision
    # compares them with what Terraform applies.
    tables = merge(concat(
      [for c in values(local.contexts) : { for t in keys(c.tables) : t => "${var.environment}-${t}" }],
      [{ for t in local.strong_tables : "${t}${local.ordinary_suffix}" => "${var.environment}-${t}${local.ordinary_suffix}" }],
    )...)
    secrets   = merge([for c in values(local.contexts) : { for s in keys(c.secrets) : s => "${var.environment}/${s}" }]...)
    functions = { for key in keys(local.functions) : key => "${var.environment}-${key}" }
    rotation  = "${var.environment}-platform-rotate-secret"
    claims    = "${var.environment}-platform-add-claims"
  }

  # What to do for each alarm, in the project's own repository. A project that has no copy
  # of these modules copies the file there, and adds what is its own.
  runbook = "https://github.com/${local.system.repository}/blob/main/infra/terraform/RUNBOOK.md"

  # Route 53 and CloudFront are measured, budgets are watched and CloudFront's
  # certificates are kept in this Region only.
  global_region = "us-east-1"
}
