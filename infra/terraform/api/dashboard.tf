# The Region's dashboard. Dashboards belong to the account and are visible in every
# Region, so the name contains the Region.

locals {
  api_line = flatten([for k, v in local.api_dimensions : [k, v]])

  graphs = [
    { title = "Requests", region = var.region, stat = "Sum", lines = [concat(["AWS/ApiGateway", "Count"], local.api_line)] },
    { title = "Errors", region = var.region, stat = "Sum", lines = [for m in ["4XXError", "5XXError"] : concat(["AWS/ApiGateway", m], local.api_line)] },
    { title = "Latency (ms)", region = var.region, stat = "p99", lines = concat(
      [for p in ["p50", "p90", "p99"] : concat(["AWS/ApiGateway", "Latency"], local.api_line, [{ stat = p, label = p }])],
      [concat(["AWS/ApiGateway", "IntegrationLatency"], local.api_line, [{ stat = "p99", label = "p99 of Lambda" }])],
    ) },
    { title = "Health checks (1 is healthy)", region = module.settings.global_region, stat = "Minimum", lines = concat(
      [for c in aws_route53_health_check.region : ["AWS/Route53", "HealthCheckStatus", "HealthCheckId", c.id, { label = var.region }]],
      [for key, c in aws_route53_health_check.context : ["AWS/Route53", "HealthCheckStatus", "HealthCheckId", c.id, { label = key }]],
    ) },
    { title = local.blocks ? "Refused by the firewall" : "Counted by the firewall, which would refuse them", region = var.region, stat = "Sum", lines = [
      for rule in concat(keys(local.limits), ["attacks"]) :
      ["AWS/WAFV2", local.blocks ? "BlockedRequests" : "CountedRequests", "WebACL", "${module.settings.system.name}-${var.environment}", "Region", var.region, "Rule", rule, { label = rule }]
    ] },
    { title = "The account's concurrent executions", region = var.region, stat = "Maximum", lines = [["AWS/Lambda", "ConcurrentExecutions"]] },
  ]
}

resource "aws_cloudwatch_dashboard" "region" {
  count  = local.full
  region = var.region

  dashboard_name = "${var.environment}-${var.region}"
  dashboard_body = jsonencode({
    widgets = [
      for i, g in local.graphs : {
        type   = "metric"
        x      = i % 2 * 12
        y      = floor(i / 2) * 6
        width  = 12
        height = 6
        properties = {
          title       = g.title
          region      = g.region
          view        = "timeSeries"
          stat        = g.stat
          period      = 60
          metrics     = g.lines
          annotations = local.marker
        }
      }
    ]
  })
}
