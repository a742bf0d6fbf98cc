# The values that a member can have. AWS would refuse the others too, but in the root that
# uses the value, which can be the last one.
#
# A variable with an object() type and validations would be shorter, but its conversion
# drops unknown members and turns "5" into 5 without a message, stops at the first wrong
# type, and cannot name the file.

locals {
  # A path, such as health.failures, and its value.
  expected = merge(local.template, [for k, inner in local.members : { for i in inner : "${k}.${i}" => local.template[k][i] }]...)
  given = { for path in keys(local.expected) : path =>
    try(local.found[split(".", path)[0]][split(".", path)[1]], local.found[path])
    if can(local.found[split(".", path)[0]][split(".", path)[1]]) || can(local.found[path])
  }

  # The type of a value by its first character in JSON; numbers begin with a digit or -.
  kinds = { "\"" = "a string", "[" = "a list", "{" = "an object", t = "true or false", f = "true or false", n = "null" }
  wrong_kind = {
    for path, v in local.given : path => "is ${lookup(local.kinds, substr(jsonencode(v), 0, 1), "a number")} and must be ${lookup(local.kinds, substr(jsonencode(local.expected[path]), 0, 1), "a number")}"
    if lookup(local.kinds, substr(jsonencode(v), 0, 1), "a number") != lookup(local.kinds, substr(jsonencode(local.expected[path]), 0, 1), "a number")
  }

  # The least and the greatest value that AWS accepts, or that makes sense.
  bounds = {
    "api.requestsPerSecond"         = [1, 10000], "api.burst" = [1, 10000], "api.requestsPerCaller" = [10, 2000000000]
    "traffic.monthlyUsers"          = [0, 1000000000], "traffic.peakToAverage" = [1, 1000], "traffic.sharedAddress" = [0, 1]
    "functions.reservedConcurrency" = [0, 100000], "functions.accountConcurrency" = [10, 100000]
    "tables.maxReadUnits"           = [1, 1000000], "tables.maxWriteUnits" = [1, 1000000], "tables.recoveryDays" = [1, 35]
    "slo.percent"                   = [90, 99.999]
    "traces.rate"                   = [0, 1], "health.failures" = [1, 10]
    "alarms.errorPercent"           = [0, 100], "alarms.p99Milliseconds" = [1, 29000], "alarms.replicationMilliseconds" = [1, 3600000]
    "budget.monthlyUSD"             = [1, 1000000000]
  }
  choices = {
    profile                   = ["full", "lean"], "api.firewall" = ["block", "count"]
    "signIn.threatProtection" = ["OFF", "AUDIT", "ENFORCED"], "health.intervalSeconds" = [10, 30], "state.backend" = ["s3", "local"]
    "logs.retentionDays"      = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]
  }

  wrong_values = concat(
    [for path, kind in local.wrong_kind : "${path} ${kind}."],
    [for path, b in local.bounds : "${path} is ${local.given[path]}: it must be between ${b[0]} and ${b[1]}." if can(tonumber(local.given[path])) && !contains(keys(local.wrong_kind), path) && try(local.given[path] < b[0] || local.given[path] > b[1], false)],
    [for path, c in local.choices : "${path} is ${try(local.given[path], "")}: it must be one of ${join(", ", c)}." if contains(keys(local.given), path) && !contains(keys(local.wrong_kind), path) && !contains([for x in c : tostring(x)], try(tostring(local.given[path]), ""))],
    local.settings.creator == "" || can(regex("^[^@ ]+@[^@ ]+\\.[^@ ]+$", local.settings.creator)) ? [] : ["creator is ${jsonencode(local.settings.creator)}, which is not an e-mail address."],
    local.settings.expires == "" || can(formatdate("YYYY", "${local.settings.expires}T00:00:00Z")) ? [] : ["expires is ${jsonencode(local.settings.expires)}, which is not a date such as 2026-12-31."],
    [for e in local.settings.alarms.emails : "alarms.emails has ${jsonencode(e)}, which is not an e-mail address." if !can(regex("^[^@ ]+@[^@ ]+\\.[^@ ]+$", e))],
    local.traffic_problems,
  )
}
