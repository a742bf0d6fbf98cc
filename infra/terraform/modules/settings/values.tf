# What a member's value may be. AWS would refuse the same, but in the root that
# uses the value: the last one, when the others are applied.

locals {
  # A path, such as health.failures, and its value.
  expected = merge(local.template, [for k, inner in local.members : { for i in inner : "${k}.${i}" => local.template[k][i] } if length(inner) > 0]...)
  given = { for path in keys(local.expected) : path =>
    try(local.found[split(".", path)[0]][split(".", path)[1]], local.found[path])
    if can(local.found[split(".", path)[0]][split(".", path)[1]]) || can(local.found[path])
  }

  # By how JSON begins; numbers begin with a digit or a minus.
  kinds = { "\"" = "a text", "[" = "a list", "{" = "an object", t = "true or false", f = "true or false", n = "null" }
  wrong_kind = {
    for path, v in local.given : path => "is ${lookup(local.kinds, substr(jsonencode(v), 0, 1), "a number")} and should be ${lookup(local.kinds, substr(jsonencode(local.expected[path]), 0, 1), "a number")}"
    if lookup(local.kinds, substr(jsonencode(v), 0, 1), "a number") != lookup(local.kinds, substr(jsonencode(local.expected[path]), 0, 1), "a number")
  }

  # The least and the most that AWS takes, or that means something.
  bounds = {
    "api.requestsPerSecond"         = [1, 10000], "api.burst" = [1, 10000], "api.requestsPerAddress" = [10, 2000000000]
    "functions.reservedConcurrency" = [1, 100000], "functions.accountConcurrency" = [10, 100000]
    "tables.maxReadUnits"           = [1, 1000000], "tables.maxWriteUnits" = [1, 1000000], "tables.recoveryDays" = [1, 35]
    "traces.rate"                   = [0, 1], "health.failures" = [1, 10]
    "alarms.errorPercent"           = [0, 100], "alarms.p99Milliseconds" = [1, 29000], "alarms.replicationMilliseconds" = [1, 3600000]
    "budget.monthlyUSD"             = [1, 1000000000]
  }
  choices = {
    "signIn.threatProtection" = ["OFF", "AUDIT", "ENFORCED"], "health.intervalSeconds" = [10, 30], "state.backend" = ["s3", "local"]
    "logs.retentionDays"      = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]
  }

  wrong_values = concat(
    [for path, kind in local.wrong_kind : "${path} ${kind}."],
    [for path, b in local.bounds : "${path} is ${local.given[path]}: ${b[0]} to ${b[1]} will do." if can(tonumber(local.given[path])) && !contains(keys(local.wrong_kind), path) && try(local.given[path] < b[0] || local.given[path] > b[1], false)],
    [for path, c in local.choices : "${path} is ${try(local.given[path], "")}: one of ${join(", ", c)} will do." if contains(keys(local.given), path) && !contains(keys(local.wrong_kind), path) && !contains([for x in c : tostring(x)], try(tostring(local.given[path]), ""))],
    [for e in local.settings.alarms.emails : "alarms.emails has ${jsonencode(e)}, which is no address." if !can(regex("^[^@ ]+@[^@ ]+\\.[^@ ]+$", e))],
  )
}
