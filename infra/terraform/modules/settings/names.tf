# The names by which the roots find each other's resources. They are computed from
# the environment and read from no other root's state: a state holds secrets, such
# as the machine client's, that a root has no business to read, and a Region must
# be able to change while another's state is out of reach. What AWS names itself,
# such as a key's id, is looked up by the name that is given here.

locals {
  names = {
    state     = "meridian-state-${local.settings.account}"
    key_alias = "alias/meridian-${var.environment}" # in each Region
    topic     = "${var.environment}-alarms"         # in each Region
    user_pool = "meridian-${var.environment}"       # at home
    api       = var.environment                     # in each Region
    stage     = "v1"

    # The domain is every Region's; these are one Region's each.
    hosts = { for r in local.settings.regions : r => "${r}.${local.settings.domain}" }

    # As the functions compute them: platform/resource and contract/manifest.
    tables  = merge([for c in values(local.contexts) : { for t in keys(c.tables) : t => "${var.environment}-${t}" }]...)
    secrets = merge([for c in values(local.contexts) : { for s in keys(c.secrets) : s => "${var.environment}/${s}" }]...)
  }

  # Route 53 and CloudFront are measured, budgets are watched and CloudFront's
  # certificates are kept in this Region alone.
  global_region = "us-east-1"
}
