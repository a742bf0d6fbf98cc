# The firewall's limit on an address, from the environment's own traffic.

locals {
  most_requests = 2000000000 # WAF's largest limit

  window = 300 # seconds, over which the firewall counts requests

  requests_per_month = try(sum([
    for f in values(local.functions) :
    try(tonumber(lookup(local.settings.traffic.requestsPerMonth, f.operationId, lookup(local.settings.traffic.requestsPerMonth, "default", 0))), 0) if !f.health
  ]), 0)
  seconds_per_month = 730 * 3600

  # A mobile carrier puts thousands of clients behind one address. So the limit is twice
  # what the busiest address sends in the busiest window, and not less than ten callers at
  # their own limits.
  address_limit = min(local.most_requests, max(
    10 * local.settings.api.requestsPerCaller,
    ceil(2 * local.window * local.settings.traffic.peakToAverage * local.settings.traffic.sharedAddress * local.requests_per_month / local.seconds_per_month),
  ))

  traffic_problems = concat(
    contains(keys(local.settings.traffic.requestsPerMonth), "default") ? [] : ["traffic.requestsPerMonth has no default: add one for the operations without a number."],
    [for id, n in local.settings.traffic.requestsPerMonth : "traffic.requestsPerMonth.${id} is ${jsonencode(n)}, which is not a number from 0." if !try(n >= 0 && jsonencode(n) == jsonencode(tonumber(n)), false)],
  )
}
