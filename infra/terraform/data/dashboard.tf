# The dashboard of the context's tables in all Regions. Dashboards belong to the account
# and are visible in every Region.

locals {
  graphs = [
    { title = "Replication latency (ms)", stat = "Average", lines = [
      for link in values(local.links) :
      ["AWS/DynamoDB", "ReplicationLatency", "TableName", module.settings.names.tables[link.table], "ReceivingRegion", link.to, { region = link.from, label = "${link.table}: ${link.from} to ${link.to}" }]
    ] },
    { title = "Consumed capacity (units)", stat = "Sum", lines = [
      for t in setproduct(keys(local.tables), local.settings.regions, ["Read", "Write"]) :
      ["AWS/DynamoDB", "Consumed${t[2]}CapacityUnits", "TableName", module.settings.names.tables[t[0]], { region = t[1], label = "${t[0]}: ${lower(t[2])} in ${t[1]}" }]
      if contains(local.table_regions[t[0]], t[1])
    ] },
    { title = "Throttled requests", stat = "Sum", lines = [
      for t in setproduct(keys(local.tables), local.settings.regions, ["Read", "Write"]) :
      ["AWS/DynamoDB", "${t[2]}ThrottleEvents", "TableName", module.settings.names.tables[t[0]], { region = t[1], label = "${t[0]}: ${lower(t[2])} in ${t[1]}" }]
      if contains(local.table_regions[t[0]], t[1])
    ] },
  ]

  # CloudWatch refuses a graph without a line: with one Region, nothing replicates.
  shown = [for g in local.graphs : g if length(g.lines) != 0]
}

resource "aws_cloudwatch_dashboard" "tables" {
  count  = length(local.tables) != 0 && !module.settings.lean ? 1 : 0
  region = local.settings.home

  dashboard_name = "${var.environment}-${var.context}-tables"
  dashboard_body = jsonencode({
    widgets = [
      for i, g in local.shown : {
        type   = "metric"
        x      = 0
        y      = i * 6
        width  = 24
        height = 6
        properties = {
          title   = g.title
          region  = local.settings.home
          view    = "timeSeries"
          stat    = g.stat
          period  = 60
          metrics = g.lines
        }
      }
    ]
  })
}
